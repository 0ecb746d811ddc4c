package faulttest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/leak"
)

// childVar tells the test binary that it is the application of TestF11Memory,
// and where its server is.
const childVar = "EMP_FAULTTEST_CHILD"

// TestMain runs the tests, or the application.
func TestMain(m *testing.M) {
	if server := os.Getenv(childVar); server != "" {
		child(server)
		return
	}
	os.Exit(leak.Main(m))
}

// child is an application whose action stalls when standard input says "stall",
// until it says "go".
func child(server string) {
	var door sync.RWMutex
	go func() {
		for in := bufio.NewScanner(os.Stdin); in.Scan(); {
			if in.Text() == "stall" {
				door.Lock()
			} else {
				door.Unlock()
			}
		}
	}()
	app := &framework.App{
		Config: framework.Config{
			JID: "comp.localhost", Secret: framework.NewSecret("s"), Server: server,
			SelfTest: framework.Off, Timeout: time.Hour,
		},
		Routes: to(func(context.Context, *request) (response, error) {
			door.RLock()
			defer door.RUnlock()
			return nil, nil
		}),
	}
	if err := app.Run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
