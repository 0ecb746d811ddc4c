package stanza_test

import (
	"errors"
	"fmt"
	"log"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// show is the heart of an action: its error is what the peer gets.
func show(id int) (string, error) {
	if id != 1 {
		return "", stanza.ItemNotFound.With("no tweet %d", id)
	}
	return "hello", nil
}

func ExampleCondition_With() {
	_, err := show(7)
	err = fmt.Errorf("tweets: %w", err)

	var fault stanza.Fault
	if errors.As(err, &fault) {
		fmt.Println(fault.Condition.Type(), fault.Text)
	}
	fmt.Println(errors.Is(err, stanza.ItemNotFound))
	// Output:
	// cancel no tweet 7
	// true
}

func ExampleFault() {
	fault := stanza.ResourceConstraint.With("ein Tweet je Sekunde").
		WithLang("de"). // else it is taken to be English
		WithApp(element.New("urn:example:tweets", "too-fast"))
	fmt.Println(fault)
	fmt.Println(fault.Type, fault.App.Local())
	fmt.Println(fault.Node().Child(stanza.NSErrors, "text"))
	// Output:
	// stanza: resource-constraint: ein Tweet je Sekunde
	// wait too-fast
	// <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='de'>ein Tweet je Sekunde</text>
}

func ExampleStanza_Reply() {
	s, err := stanza.ParseString(`<message type="chat" from="Alice@example.org/phone" to="hack.example.org">
		<body>hack!</body>
	</message>`)
	if err != nil {
		log.Fatal(err)
	}
	out := s.Reply("Hackity Hack!")
	fmt.Println(out.Type, out.From, "->", out.To, out.Body)
	// Output:
	// chat hack.example.org -> Alice@example.org/phone Hackity Hack!
}

func ExampleStanza_ErrorReply() {
	s, err := stanza.ParseString(`<iq type="get" id="7" from="alice@example.org/phone" to="tweets.example.org">
		<tweet xmlns="urn:example:tweets" id="9"/>
	</iq>`)
	if err != nil {
		log.Fatal(err)
	}
	if out, ok := s.ErrorReply(stanza.Forbidden.Fault()); ok {
		answer, _ := stanza.Of(out.Node())
		fault, _ := answer.Fault()
		fmt.Println(answer.Kind, answer.Type, answer.ID, answer.To, string(fault.Condition))

		_, ok = answer.ErrorReply(stanza.BadRequest.Fault())
		fmt.Println("an error to the error:", ok)
	}
	// Output:
	// iq error 7 alice@example.org/phone forbidden
	// an error to the error: false
}

func ExampleNewMessage() {
	to := jid.MustParse("alice@example.org")
	out := stanza.NewMessage(to, "It is done.", element.New("urn:xmpp:receipts", "request"))
	out.Subject = "Your order"

	w := element.Writer{Space: element.NSClient} // as on a stream
	if err := out.AppendTo(&w); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", w.Bytes())
	// Output:
	// <message to='alice@example.org'><subject>Your order</subject><body>It is done.</body><request xmlns='urn:xmpp:receipts'/></message>
}

func ExampleNewIQ() {
	ping := stanza.NewIQ(stanza.TypeGet, jid.MustParse("example.org"), element.New("urn:xmpp:ping", "ping"))
	fmt.Println(ping.Type, len(ping.ID), ping.Check())
	// Output:
	// get 22 <nil>
}

// What is wrong with a stanza says what to do about it.
func ExampleOf() {
	for _, s := range []string{
		"<iq type='get' id='1' from='alice@example.org/phone' to='example.org'/>",
		"<message to='example.org'/>",
	} {
		v, err := stanza.ParseString(s)
		var fault stanza.Fault
		if errors.As(err, &fault) {
			out, _ := v.ErrorReply(fault)
			fmt.Println("answer:", out.Fault)
		} else if err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// answer: stanza: bad-request: an iq get or set holds exactly one element, a result at most one
	// stanza: dropped: no-from
}
