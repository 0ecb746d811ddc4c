package supervise_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emp-framework/emp/internal/supervise"
)

func ExampleRun() {
	ctx, stop := context.WithCancel(context.Background())
	policy := supervise.Policy{
		Base: 10 * time.Millisecond,
		Announce: func(f supervise.Failure) {
			fmt.Printf("attempt %d: %v; next in at most 10 ms: %v\n", f.Attempt, f.Err, f.Wait <= 10*time.Millisecond)
		},
	}
	tries := 0
	err := supervise.Run(ctx, policy, func(ctx context.Context, up func()) error {
		if tries++; tries == 1 {
			return errors.New("dial tcp 127.0.0.1:5347: connection refused")
		}
		up()
		fmt.Println("serving")
		stop() // for this example
		<-ctx.Done()
		return nil
	})
	fmt.Println(err)
	// Output:
	// attempt 1: dial tcp 127.0.0.1:5347: connection refused; next in at most 10 ms: true
	// serving
	// <nil>
}

func ExampleGroup() {
	g := supervise.NewGroup(context.Background())
	for _, name := range []string{"link hackity.localhost", "service cleanup"} {
		g.Go(name, supervise.Policy{}, func(ctx context.Context, up func()) error {
			up()
			<-ctx.Done()
			return nil
		})
	}
	g.Stop()
	limited, cancel := context.WithTimeout(context.Background(), 25*time.Second)
	defer cancel()
	fmt.Println(g.Wait(limited))
	// Output: <nil>
}
