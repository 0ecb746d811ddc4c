package emptest

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

const hi = `<message from='alice@localhost/desk' to='hackity.localhost/hack' type='chat'><body>hi</body></message>`

func TestDo(t *testing.T) {
	s := play(t, hack)
	for range 3 {
		got := s.Do(hi + hi)
		if len(got) != 2 || got[0].Body() != "Hackity Hack!" || got[1].To.String() != "alice@localhost/desk" {
			t.Errorf("got %v", got)
		}
	}
	if got := s.Do(`<message from='alice@localhost/desk' to='hackity.localhost/hack'/>`); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func TestSession(t *testing.T) {
	s := play(t, everything)
	s.Nothing()
	s.Send(hi)
	s.Expect(`<message from='hackity.localhost/hack' to='alice@localhost/desk' type='chat'><body>{what} Hack!</body></message>`)
	s.Nothing()
	s.Send(`<message from='bob@localhost' to='hackity.localhost'><body>{what}</body></message>
		<message from='alice@localhost/desk' to='hackity.localhost'><body>{what}</body></message>`)
	s.Expect(`<message from='hackity.localhost' to='alice@localhost/desk'><body>{what} Hack!</body></message>
		<message from='hackity.localhost' to='bob@localhost'><body>{what} Hack!</body></message>`)
}

func TestSessionFails(t *testing.T) {
	for _, tc := range []struct {
		name string
		test func(s *Session)
		want string
	}{
		{"not XML", func(s *Session) { s.Send("<message>\n<") }, "emptest: line 2 of the XML: element: "},
		{"no stanza", func(s *Session) { s.Send(" ") }, "emptest: no stanza given"},
		{"no from", func(s *Session) { s.Do(`<message to='hackity.localhost'/>`) }, "emptest: line 1 of the XML: no usable from: who sends it?"},
		{"no to", func(s *Session) { s.Expect(`<message from='hackity.localhost'/>`) }, "emptest: line 1 of the XML: no usable to: who receives it?"},
		{"unknown hole", func(s *Session) { s.Send(`<message from='a@x' to='hackity.localhost' id='{x}'/>`) }, "emptest: line 1 of the XML: nothing is known of {x}"},
		{"something", func(s *Session) { s.Send(hi); s.Nothing() }, "emptest: nobody should have received anything more, but\nalice@localhost/desk received\n  <message"},
		{"no good stanza", func(s *Session) {
			s.Do(`<message from='a@x' to='hackity.localhost'><body>send <![CDATA[<iq from='hackity.localhost' to='a@x'/>]]></body></message>`)
		}, "emptest: the app sent what is no good stanza: "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := failure(t, func(t testing.TB) { tc.test(play(t, everything)) }); !strings.HasPrefix(got, tc.want) {
				t.Errorf("said:\n%s\nwant:\n%s…", got, tc.want)
			}
		})
	}
}

// TestBusy has an app that is never done. In a bubble patience costs no time,
// which also shows that a stage in memory can be in one.
func TestBusy(t *testing.T) {
	for _, tc := range []struct {
		name string
		test func(s *Session)
		want string
	}{
		{"Do", func(s *Session) { s.Do(hi) },
			"emptest: the app is still at work after 10s; does an action wait for an answer?\nalice@localhost/desk received\n"},
		{"Expect", func(s *Session) { s.Send(hi); s.Expect(`<presence from='{any}' to='bob@localhost'/>`) },
			"emptest: line 1 of the XML: bob@localhost did not receive what it should: the app is still at work after 10s"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				stuck := make(chan struct{})
				got := failure(t, func(t testing.TB) {
					s := play(t, func(c *byHand, s stanza.Stanza) { hack(c, s); <-stuck })
					t.Cleanup(func() { close(stuck) })
					tc.test(s)
				})
				if !strings.HasPrefix(got, tc.want) {
					t.Errorf("said %s", got)
				}
			})
		})
	}
}

// TestLate has a stanza come after the app has done.
func TestLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(t, func(c *byHand, s stanza.Stanza) {
			time.AfterFunc(late/2, func() { hack(c, s) })
		})
		s.Send(hi)
		s.Expect(`<message from='hackity.localhost/hack' to='alice@localhost/desk' type='chat'><body>Hackity Hack!</body></message>`)
	})
}

func TestNotReady(t *testing.T) {
	header := func(ns, to string) string {
		return "<stream:stream xmlns='" + ns + "' xmlns:stream='http://etherx.jabber.org/streams' to='" + to + "'>"
	}
	for _, tc := range []struct {
		name string
		c    *byHand
		want string
	}{
		{"other domain", &byHand{header: header("jabber:component:accept", "other.localhost")}, "host-unknown"},
		{"no component", &byHand{header: header("jabber:client", domain)}, "invalid-namespace"},
		{"not XMPP", &byHand{header: "<html>"}, "invalid-namespace"},
		{"not XML", &byHand{header: "GET / HTTP/1.1\r\n"}, "not-well-formed"},
		{"wrong secret", &byHand{digest: func(id string) string { return digest(id + "x") }}, "not-authorized"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := failure(t, func(t testing.TB) { start(t, tc.c, tc.c.server()) })
			if !strings.Contains(got, "eady") || !strings.Contains(got, tc.want) {
				t.Errorf("said %s", got)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		got := failure(t, func(t testing.TB) {
			s := newServer(jid.MustParse(domain), secret, nil)
			start(t, sleeper{}, s)
		})
		if got != "emptest: the app is not ready after 1m0s\n" {
			t.Errorf("said %s", got)
		}
	})
}

// A sleeper is an app that does nothing.
type sleeper struct{}

func (sleeper) Run(ctx context.Context) error { <-ctx.Done(); return nil }
func (sleeper) Ready() <-chan struct{}        { return nil }
func (sleeper) Idle(context.Context) error    { return nil }

// TestRest sees that a session leaves nothing behind.
func TestRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // fails if a goroutine remains
		s := play(t, hack)
		s.Do(hi)
	})
}
