package component_test

import (
	"context"
	"fmt"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// received makes a request by hand, as a route of that name would have.
func received(xml, route string, args ...component.Arg) *component.Request {
	s, err := stanza.ParseString(xml)
	if err != nil {
		panic(err)
	}
	return component.NewRequest(s, route, args...)
}

// What an action returns, for each kind of stanza. It is sent once the action is done.
func ExampleResponse() {
	said := received("<message from='romeo@localhost/garden' to='verona.localhost' type='chat'><body>love</body></message>", "say")
	fmt.Println(said.Reply("Ay me!")[0])

	asked := received("<iq from='romeo@localhost/garden' to='verona.localhost' type='get' id='1'><where xmlns='urn:example:v'/></iq>", "where")
	fmt.Println(asked.Result(element.Text("urn:example:v", "where", "the balcony"))[0])

	wants := received("<presence from='romeo@localhost' to='juliet@verona.localhost' type='subscribe'/>", "follow")
	fmt.Println(wants.ReplyPresence(stanza.TypeSubscribed)[0])

	// Several stanzas, and to others.
	both := append(said.Reply("He is gone."), stanza.NewMessage(wants.To.JID, "Romeo was here."))
	fmt.Println(len(both), both[1].To)
	// Output:
	// <message from='verona.localhost' to='romeo@localhost/garden' type='chat'><body>Ay me!</body></message>
	// <iq from='verona.localhost' to='romeo@localhost/garden' type='result' id='1'><where xmlns='urn:example:v'>the balcony</where></iq>
	// <presence from='juliet@verona.localhost' to='romeo@localhost' type='subscribed'/>
	// 2 juliet@verona.localhost
}

// A reply carries what the action adds: an element behind the body, or, on the Out
// itself, whatever a stanza can have.
func ExampleRequest_Reply() {
	req := received("<message from='romeo@localhost/garden' to='verona.localhost'><body>love</body></message>", "say")
	res := req.Reply("Ay me!", element.New("http://jabber.org/protocol/chatstates", "active"))
	res[0].Subject = "On the balcony"
	fmt.Println(res[0])
	// Output: <message from='verona.localhost' to='romeo@localhost/garden'><subject>On the balcony</subject><body>Ay me!</body><active xmlns='http://jabber.org/protocol/chatstates'/></message>
}

// Captures of the route iq[…]/t:tweets[@user={user}][not(@max) or @max={max}].
func ExampleRequest_Arg() {
	req := received("<iq from='romeo@localhost/garden' to='tweeter.localhost' type='get' id='1'><tweets xmlns='urn:example:tweets' user='juliet'/></iq>", "tweets",
		component.Arg{Name: "user", Value: "juliet", OK: true}, component.Arg{Name: "max"})
	fmt.Println(req.Arg("user"))
	max, ok := req.LookupArg("max")
	fmt.Printf("%q %t\n", max, ok)
	// Output:
	// juliet
	// "" false
}

// A city is a Sender that stands for the link.
type city struct{}

func (city) Send(_ context.Context, outs ...stanza.Out) error {
	fmt.Println("sent:", outs[0].Body)
	return nil
}

func (city) Ask(_ context.Context, question stanza.Out) (stanza.Stanza, error) {
	return stanza.ParseString("<iq from='" + question.To.String() + "' to='verona.localhost' type='result' id='" + question.ID + "'><time xmlns='urn:xmpp:time'><tzo>+01:00</tzo></time></iq>")
}

// An action that asks its sender something before it answers. Others are served
// meanwhile; what the same sender says next waits.
func ExampleRequest_Ask() {
	greet := func(ctx context.Context, req *component.Request) (component.Response, error) {
		if err := req.Send(ctx, req.Reply("Let me see…")...); err != nil {
			return nil, err
		}
		answer, err := req.Ask(ctx, stanza.NewIQ(stanza.TypeGet, req.From.JID, element.New("urn:xmpp:time", "time")))
		if err != nil {
			return nil, err // of type error: a stanza.Fault
		}
		return req.Reply("Your clock goes by " + answer.Payload.Child("urn:xmpp:time", "tzo").Text()), nil
	}
	req := received("<message from='romeo@localhost/garden' to='verona.localhost'><body>what time is it?</body></message>", "time")
	req.Via = city{} // the framework does that
	res, err := greet(context.Background(), req)
	fmt.Println(res[0].Body, err)
	// Output:
	// sent: Let me see…
	// Your clock goes by +01:00 <nil>
}

// A midnight is a Source for tests: it is always midnight, and all dice fall the same.
type midnight struct{}

func (midnight) Now() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }
func (midnight) Uint64() uint64 { return 4 }

// What an action takes from the clock and from chance can be set by a test.
func ExampleWithSource() {
	ctx := component.WithSource(context.Background(), midnight{})
	fmt.Println(component.Now(ctx).Format(time.RFC3339))
	one, other := component.NewID(ctx), component.NewID(ctx)
	fmt.Println(one == other)
	// Output:
	// 2026-01-01T00:00:00Z
	// true
}
