package stream_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// Questions are answered while somebody reads: Read takes the answers, and hands over
// all else.
func ExampleComponent_Ask() {
	ctx := context.Background()
	srv := devserver.New(devserver.Options{Components: map[string]string{"hackity.localhost": "hack"}, Log: slog.New(slog.DiscardHandler)})
	if err := srv.Start(ctx); err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	link, err := stream.DialComponent(ctx, stream.Options{Domain: jid.MustParse("hackity.localhost"), Secret: "hack", Server: srv.ComponentAddr()})
	if err != nil {
		fmt.Println(err)
		return
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			if _, err := link.Read(nil); err != nil {
				return
			}
		}
	}()

	server := jid.MustParse("localhost")
	answer, err := link.Ask(ctx, stanza.NewIQ(stanza.TypeGet, server, element.New("urn:xmpp:ping", "ping")))
	fmt.Println(answer.Type, err)

	_, err = link.Ask(ctx, stanza.NewIQ(stanza.TypeGet, server, element.New("urn:example:weather", "report")))
	fmt.Println(errors.Is(err, stanza.ServiceUnavailable))

	fmt.Println(link.Close(ctx)) // in order: what is queued is written, the server's end awaited
	<-ended
	// Output:
	// result <nil>
	// true
	// <nil>
}
