package stream_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/pipe"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// server plays a server that has one message for us.
func server(conn net.Conn) {
	io.WriteString(conn, "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='hackity.localhost' id='s1'>"+
		"<handshake/>"+
		"<message from='alice@localhost/phone' to='bot@hackity.localhost'><body>Hack?</body></message>"+
		"</stream:stream>")
}

func ExampleDialComponent() {
	ours, its := pipe.New() // in place of a server
	server(its)

	link, err := stream.DialComponent(context.Background(), stream.Options{
		Domain: jid.MustParse("hackity.localhost"),
		Secret: "hack",
		Dial:   func(context.Context, string, string) (net.Conn, error) { return ours, nil },
	})
	if err != nil {
		fmt.Println(err, stream.Misconfigured(err)) // if so, trying again is of no use
		return
	}
	defer link.Abort()
	for {
		batch, err := link.Read(nil)
		for _, r := range batch {
			var fault stanza.Fault
			switch {
			case errors.As(r.Err, &fault): // a stranger's mistake
				out, _ := r.Stanza.ErrorReply(fault)
				link.Send(context.Background(), out)
			case r.Err == nil && r.Stanza.Kind == stanza.Message:
				fmt.Println(r.Stanza.From, "says", r.Stanza.Body())
				link.Send(context.Background(), r.Stanza.Reply("Hackity Hack!"))
			}
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	// Output:
	// alice@localhost/phone says Hack?
	// stream: the server ended the stream
}

func ExampleMisconfigured() {
	ours, its := pipe.New()
	io.WriteString(its, "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='hackity.localhost' id='s1'>"+
		"<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>")

	_, err := stream.DialComponent(context.Background(), stream.Options{
		Domain: jid.MustParse("hackity.localhost"),
		Secret: "wrong",
		Dial:   func(context.Context, string, string) (net.Conn, error) { return ours, nil },
	})
	fmt.Println(err)
	fmt.Println(stream.Misconfigured(err), errors.Is(err, stream.NotAuthorized))
	// Output:
	// stream: the server ended the stream: not-authorized
	// true true
}

func ExampleError_XML() {
	parser := element.NewParser() // of a server of one's own
	_, err := parser.Read(strings.NewReader("<!-- hello -->"))

	var syntax *element.SyntaxError
	if errors.As(err, &syntax) {
		refused := stream.Error{Condition: stream.Condition(syntax.Condition), Text: syntax.Msg}
		fmt.Println(refused.XML() + "</stream:stream>")
	}
	// Output:
	// <stream:error><restricted-xml xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>a comment</text></stream:error></stream:stream>
}

// What a setting of a component's server stands for.
func ExampleServerAddr() {
	for _, server := range []string{"", "xmpp.example.org", "::1", "[::1]:5275", "a:b"} {
		fmt.Println(stream.ServerAddr(server))
	}
	// Output:
	// 127.0.0.1:5347 <nil>
	// xmpp.example.org:5347 <nil>
	// [::1]:5347 <nil>
	// [::1]:5275 <nil>
	//  stream: server "a:b": "b" is no port from 1 to 65535
}
