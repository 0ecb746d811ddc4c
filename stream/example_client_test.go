package stream_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// A client logs in, says that it is there, and prints what it is told.
func ExampleDialClient() {
	account, err := stream.NewAccount(jid.MustParse("bot@example.org"), stream.Credentials{
		Password: func() string { return os.Getenv("EMP_SECRET") },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	// Where the server of example.org is, the DNS says.
	link, err := stream.DialClient(ctx, stream.Options{Account: account, Resource: "hack"})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer link.Abort()
	if err := link.Send(ctx, stanza.Out{Kind: stanza.Presence}); err != nil {
		fmt.Println(err)
		return
	}
	for {
		batch, err := link.Read(nil)
		for _, r := range batch {
			fmt.Println(link.Local(), "hears from", r.Stanza.From, r.Stanza.Body())
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}
}
