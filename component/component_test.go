package component_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

func request(t testing.TB, xml string, args ...component.Arg) *component.Request {
	s, err := stanza.ParseString(xml)
	if err != nil {
		t.Fatal(err)
	}
	return component.NewRequest(s, "test", args...)
}

func TestArgs(t *testing.T) {
	req := request(t, "<message from='a@b/c' to='d'/>", component.Arg{Name: "id", Value: "7", OK: true}, component.Arg{Name: "other"})
	if req.Arg("id") != "7" || req.Arg("other") != "" {
		t.Errorf("args %v", req.Args())
	}
	if _, ok := req.LookupArg("other"); ok {
		t.Error("a hole that took no part is filled")
	}
	if v, ok := req.LookupArg("id"); v != "7" || !ok {
		t.Error("LookupArg")
	}
	defer func() {
		if msg := fmt.Sprint(recover()); !strings.Contains(msg, `captures no "nix", only [id other]`) {
			t.Errorf("panic %s", msg)
		}
	}()
	req.Arg("nix")
}

func TestChain(t *testing.T) {
	var order []string
	mw := func(name string) component.Middleware {
		return func(next component.Action) component.Action {
			return func(ctx context.Context, req *component.Request) (component.Response, error) {
				order = append(order, name)
				return next(ctx, req)
			}
		}
	}
	action := component.Chain(mw("outer"), mw("inner"))(func(context.Context, *component.Request) (component.Response, error) {
		order = append(order, "action")
		return nil, nil
	})
	if _, err := action(t.Context(), nil); err != nil || strings.Join(order, " ") != "outer inner action" {
		t.Errorf("order %v, %v", order, err)
	}
}

func TestResponses(t *testing.T) {
	req := request(t, "<iq type='get' id='1' from='a@b/c' to='d'><q xmlns='urn:x'/></iq>")
	res := req.Result(element.Text("urn:x", "q", "yes"))
	if got := res[0].Node().XML(); len(res) != 1 || got != "<iq xmlns='jabber:client' from='d' to='a@b/c' type='result' id='1'><q xmlns='urn:x'>yes</q></iq>" {
		t.Errorf("result %s", got)
	}
	req = request(t, "<presence type='subscribe' id='1' from='a@b/c' to='d@e'/>")
	if res := req.ReplyPresence(stanza.TypeSubscribed); res[0].To.String() != "a@b" || res[0].Type != stanza.TypeSubscribed {
		t.Errorf("presence %+v", res[0])
	}
}

func Example() {
	hack := func(ctx context.Context, req *component.Request) (component.Response, error) {
		if req.Body() != "hack" {
			return nil, stanza.NotAcceptable.With("say hack, not %q", req.Body())
		}
		return req.Reply("Hackity Hack!"), nil
	}

	s, _ := stanza.ParseString("<message from='romeo@localhost/garden' to='hackity.localhost'><body>hack</body></message>")
	res, err := hack(context.Background(), component.NewRequest(s, "hack"))
	fmt.Println(res[0].To, res[0].Body, err)

	s, _ = stanza.ParseString("<message from='romeo@localhost/garden' to='hackity.localhost'><body>love</body></message>")
	_, err = hack(context.Background(), component.NewRequest(s, "hack"))
	fmt.Println(err)
	// Output:
	// romeo@localhost/garden Hackity Hack! <nil>
	// stanza: not-acceptable: say hack, not "love"
}

// A recorder is a Sender that keeps what it is given.
type recorder struct{ sent []stanza.Out }

func (r *recorder) Send(_ context.Context, outs ...stanza.Out) error {
	r.sent = append(r.sent, outs...)
	return nil
}

func (r *recorder) Ask(_ context.Context, q stanza.Out) (stanza.Stanza, error) {
	r.sent = append(r.sent, q)
	return stanza.Stanza{ID: q.ID}, stanza.Forbidden
}

func TestVia(t *testing.T) {
	req := request(t, "<message from='a@b/c' to='d'/>")
	if err := req.Send(t.Context()); !errors.Is(err, component.ErrNoLink) {
		t.Errorf("Send without a link: %v", err)
	}
	if _, err := req.Ask(t.Context(), stanza.Out{}); !errors.Is(err, component.ErrNoLink) {
		t.Errorf("Ask without a link: %v", err)
	}
	r := &recorder{}
	req.Via = r
	if err := req.Send(t.Context(), stanza.Out{ID: "1"}, stanza.Out{ID: "2"}); err != nil {
		t.Error(err)
	}
	if s, err := req.Ask(t.Context(), stanza.Out{ID: "3"}); s.ID != "3" || !errors.Is(err, stanza.Forbidden) {
		t.Errorf("Ask: %v, %v", s, err)
	}
	if len(r.sent) != 3 {
		t.Errorf("sent %v", r.sent)
	}
}

// TestLend: the room for one stanza is taken once, by whichever goroutine and copy of the
// request is first.
func TestLend(t *testing.T) {
	req := request(t, "<message from='a@b' to='c@d'><body>hi</body></message>")
	room := make(component.Response, 1)
	req.Lend(room, new(atomic.Bool))
	answers := make([]component.Response, 8)
	var wg sync.WaitGroup
	for i := range answers {
		of := req
		if i%2 == 0 {
			c := *req
			of = &c
		}
		wg.Go(func() { answers[i] = of.Reply(fmt.Sprint(i)) })
	}
	wg.Wait()
	taken := 0
	for i, a := range answers {
		if a[0].Body != fmt.Sprint(i) {
			t.Errorf("the answer %d is %q", i, a[0].Body)
		}
		if &a[0] == &room[0] {
			taken++
		}
	}
	if taken != 1 {
		t.Errorf("the room is taken %d times", taken)
	}
}
