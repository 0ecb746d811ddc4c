package faulttest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/faultproxy"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// TestF18Forged: a stranger who knows the id of a question answers it, and so do
// others of the same account. Only the answer of who was asked counts; it comes
// once, and not when it is late.
func TestF18Forged(t *testing.T) {
	onServers(t, xmpptest.Options{}, func(t *testing.T, srv *xmpptest.Server, proxy *faultproxy.Proxy) {
		s := run(t, through(proxy))
		alice, desk := xmpptest.Login(t, srv, "alice/phone"), xmpptest.Login(t, srv, "alice/desk")
		bob := xmpptest.Login(t, srv, "bob")
		question := func(ctx context.Context) (id string, answer <-chan string) {
			got := make(chan string, 1)
			go func() {
				a, err := s.Ask(ctx, stanza.NewIQ(stanza.TypeGet, jid.MustParse(alice.JID), element.New("urn:q", "q")))
				if err != nil {
					got <- err.Error()
					if !errors.Is(err, context.DeadlineExceeded) {
						t.Error(err)
					}
					return
				}
				got <- a.Payload.Local()
			}()
			for {
				if n := alice.Receive(limited(t)); n.Local() == "iq" && n.Attr("type") == "get" {
					return n.Attr("id"), got
				}
			}
		}
		reply := func(who *xmpptest.Client, id, what string) {
			who.Send(fmt.Sprintf("<iq type='result' id='%s' to='%s'><%s xmlns='urn:q'/></iq>", id, xmpptest.Component, what))
		}
		id, answer := question(limited(t))
		reply(bob, id, "forged")
		reply(desk, id, "forged")
		s.answers(bob, "forged") // those have come
		s.answers(desk, "forged")
		reply(alice, id, "true")
		if got := <-answer; got != "true" {
			t.Errorf("got the answer %q", got)
		}
		reply(alice, id, "again")

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		id, answer = question(ctx)
		t.Log(<-answer)
		reply(alice, id, "late")
		s.answers(alice, "late")
		if stats := s.idle(); stats.Dropped["unasked-answer"] != 4 || stats.Asking != 0 {
			t.Errorf("books %+v", stats)
		}
	})
}
