package receipts_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/feature/receipts"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

func reply(_ context.Context, req *component.Request) (component.Response, error) {
	if req.Body() == "bad" {
		return nil, errors.New("bad")
	}
	return req.Reply("you said " + req.Body()), nil
}

func newApp(f *receipts.Feature) *framework.App {
	return &framework.App{Name: "delivered", Routes: func(r *router.Router) {
		r.Use(f.Acknowledge)
		r.Mount(f)
		r.Message("[body]").To(reply)
	}}
}

// TestAcknowledge: who asks gets a receipt, of the same type and in the same
// thread, in front of the answer; who may not have one gets none.
func TestAcknowledge(t *testing.T) {
	const request, body = "<request xmlns='urn:xmpp:receipts'/>", "<body>hi</body>"
	for what, c := range map[string]struct {
		attrs, inside string
		want          int // stanzas
		receipt       bool
	}{
		"asked":             {"type='chat' id='7'", body + request, 2, true},
		"of type normal":    {"id='7'", body + request, 2, true},
		"not asked":         {"type='chat' id='7'", body, 1, false},
		"without an id":     {"type='chat'", body + request, 1, false},
		"of a room":         {"type='groupchat' id='7'", body + request, 1, false},
		"that is a receipt": {"type='chat' id='7'", "<received xmlns='urn:xmpp:receipts' id='1'/>" + request, 0, false},
		"an action fails":   {"type='chat' id='7'", "<body>bad</body>" + request, 1, false},
	} {
		got := emptest.Do(t, newApp(&receipts.Feature{}), "<message from='a@b/c' to='app.localhost' "+c.attrs+"><thread>x</thread>"+c.inside+"</message>")
		if len(got) != c.want {
			t.Errorf("%s: got %v", what, got)
			continue
		}
		isReceipt := len(got) > 0 && got[0].Node.Child(receipts.NS, "received").Attr("id") == "7" && got[0].Thread() == "x" && got[0].Body() == ""
		if isReceipt != c.receipt {
			t.Errorf("%s: got %v", what, got)
		}
	}
}

// TestNotDue: errors get no receipt, though they repeat the request of a message, and what
// is no message gets none either.
func TestNotDue(t *testing.T) {
	nothing := func(context.Context, *component.Request) (component.Response, error) { return nil, nil }
	const request = "<request xmlns='urn:xmpp:receipts'/>"
	for xml, want := range map[string]int{
		"<message from='a@b/c' to='app.localhost' id='1'>" + request + "</message>":                                                                                              1,
		"<message from='a@b/c' to='app.localhost' id='1' type='error'>" + request + "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>": 0,
		"<presence from='a@b/c' to='app.localhost' id='2'>" + request + "</presence>":                                                                                            0,
	} {
		s, err := stanza.ParseString(xml)
		if err != nil {
			t.Fatal(err)
		}
		got, err := (&receipts.Feature{}).Acknowledge(nothing)(t.Context(), component.NewRequest(s, "any"))
		if len(got) != want || err != nil {
			t.Errorf("%s got %v, %v", xml, got, err)
		}
	}
}

// TestRequest: a message that asks has an id, for the receipt to name.
func TestRequest(t *testing.T) {
	a, b := receipts.Request(stanza.NewMessage(jid.MustParse("a@b"), "x")), receipts.Request(stanza.NewMessage(jid.MustParse("a@b"), "x"))
	if a.ID == "" || a.ID == b.ID {
		t.Errorf("the ids are %q and %q", a.ID, b.ID)
	}
}

// TestReceived: receipts reach the function and no other route, whoever sent them.
func TestReceived(t *testing.T) {
	var got []string
	app := newApp(&receipts.Feature{Received: func(_ context.Context, by stanza.Stanza, id string) error {
		got = append(got, by.From.String()+" "+id)
		return nil
	}})
	for _, xml := range []string{
		"<message from='a@b/c' to='app.localhost' id='1'><received xmlns='urn:xmpp:receipts' id='42'/></message>",
		"<message from='a@b/c' to='app.localhost' type='chat'><received xmlns='urn:xmpp:receipts' id='43'/></message>",
		"<message from='room@b/c' to='app.localhost' type='groupchat'><received xmlns='urn:xmpp:receipts' id='44'/></message>",
		"<message from='a@b/c' to='app.localhost' type='error'><received xmlns='urn:xmpp:receipts' id='45'/><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
		"<message from='a@b/c' to='app.localhost'><received xmlns='urn:xmpp:receipts'/></message>",
	} {
		if answers := emptest.Do(t, app, xml); len(answers) != 0 {
			t.Errorf("%s got %v", xml, answers)
		}
	}
	if want := []string{"a@b/c 42", "a@b/c 43"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func ExampleRequest() {
	out := stanza.NewMessage(jid.MustParse("alice@localhost"), "dinner is ready")
	out.ID = "d7" // else a fresh one
	fmt.Println(receipts.Request(out))
	// Output: <message to='alice@localhost' id='d7'><body>dinner is ready</body><request xmlns='urn:xmpp:receipts'/></message>
}

func ExampleFeature_Acknowledge() {
	f := &receipts.Feature{}
	_, err := router.Compile(func(r *router.Router) {
		r.Use(f.Acknowledge)
		r.Mount(f)
		r.Message("[body]").To(reply)
	})
	fmt.Println(err)
	// Output: <nil>
}
