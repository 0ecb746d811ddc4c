package devserver_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// A client at a server in memory. The test is everybody else: it gets what is for other
// domains (Remote), and says what they say (Deliver).
func ExampleServer_Deliver() {
	ctx := context.Background()
	elsewhere := make(chan stanza.Stanza, 1)
	srv := devserver.New(devserver.Options{
		InMemory: true,
		Remote:   func(s stanza.Stanza) { elsewhere <- s },
		Log:      slog.New(slog.DiscardHandler),
	})
	if err := srv.Start(ctx); err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	account, err := stream.NewAccount(jid.MustParse("alice@localhost"), stream.Credentials{
		Password: func() string { return devserver.DefaultPassword },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	alice, err := stream.DialClient(ctx, stream.Options{
		Account: account, Resource: "desk", Server: "127.0.0.1:5222",
		TLS:  &tls.Config{RootCAs: srv.CAs()},
		Dial: srv.DialClient,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer alice.Abort()

	hello, err := stanza.ParseString("<message from='romeo@montague.example/garden' to='alice@localhost/desk'><body>Are you there?</body></message>")
	if err != nil {
		fmt.Println(err)
		return
	}
	srv.Deliver(hello)
	got, err := alice.Read(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(got[0].Stanza.From, "says:", got[0].Stanza.Body())
	if err := alice.Send(ctx, got[0].Stanza.Reply("Ay me!")); err != nil {
		fmt.Println(err)
		return
	}
	answer := <-elsewhere
	fmt.Println(answer.To, "hears:", answer.Body())
	// Output:
	// romeo@montague.example/garden says: Are you there?
	// romeo@montague.example/garden hears: Ay me!
}
