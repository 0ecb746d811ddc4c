package router

import (
	"fmt"
	"testing"

	"github.com/emp-framework/emp/stanza"
)

// A shape is a way in which many routes differ: it writes the nth of them, and a
// stanza that only that route takes.
type shape struct {
	name   string
	route  func(r *Router, n int)
	stanza func(n int) string
}

var shapes = []shape{
	{
		"payload",
		func(r *Router, n int) {
			r.Group(func(r *Router) {
				r.Namespace("p", fmt.Sprintf("urn:example:service-%d", n))
				r.Get("p:query").To(ignore)
			})
		},
		func(n int) string {
			return fmt.Sprintf("<iq type='get' id='1' from='alice@example.org/phone' to='app.example.org'><query xmlns='urn:example:service-%d'/></iq>", n)
		},
	}, {
		"type",
		func(r *Router, n int) { r.Message(fmt.Sprintf("[@type='type-%d']", n)).To(ignore) },
		func(n int) string {
			return fmt.Sprintf("<message type='type-%d' id='1' from='alice@example.org/phone' to='app.example.org'><body>hello</body></message>", n)
		},
	}, {
		"from",
		func(r *Router, n int) { r.Message(fmt.Sprintf("[@from='user%d@example.org']", n)).To(ignore) },
		func(n int) string {
			return fmt.Sprintf("<message type='chat' id='1' from='user%d@example.org' to='app.example.org'><body>hello</body></message>", n)
		},
	}, {
		"node",
		func(r *Router, n int) {
			r.Group(func(r *Router) {
				r.Namespace("d", "http://jabber.org/protocol/disco#items")
				r.Get(fmt.Sprintf("d:query[@node='announce/%d']", n)).To(ignore)
			})
		},
		func(n int) string {
			return fmt.Sprintf("<iq type='get' id='1' from='alice@example.org/phone' to='app.example.org'><query xmlns='http://jabber.org/protocol/disco#items' node='announce/%d'/></iq>", n)
		},
	}, {
		"startswith",
		func(r *Router, n int) { r.Message(fmt.Sprintf("[starts-with(body, '!do-%d ')]", n)).To(ignore) },
		func(n int) string {
			return fmt.Sprintf("<message type='chat' id='1' from='alice@example.org/phone' to='app.example.org'><body>!do-%d it now</body></message>", n)
		},
	}, {
		"sender", // by a scope, in its prepared form
		func(r *Router, n int) {
			r.From(fmt.Sprintf("user%d@example.org", n), func(r *Router) { r.Message("").To(ignore) })
		},
		func(n int) string {
			return fmt.Sprintf("<message type='chat' id='1' from='user%d@example.org/phone' to='app.example.org'><body>hello</body></message>", n)
		},
	},
}

// table compiles n routes, of the shapes in turn.
func table(t testing.TB, n int, shapes ...shape) *Table {
	t.Helper()
	table, err := Compile(func(r *Router) {
		for i := range n {
			shapes[i%len(shapes)].route(r, i)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func parsed(t testing.TB, xml string) stanza.Stanza {
	t.Helper()
	s, err := stanza.ParseString(xml)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// BenchmarkMatch is one match, with the last route of a table that has so many
// routes of one shape, or of five in turn, and with none. What matters is how
// the many compare to the one.
func BenchmarkMatch(b *testing.B) {
	mixed := shapes[:5]
	run := func(name string, t *Table, s stanza.Stanza, want bool) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var m Match
			for b.Loop() {
				if e, err := t.Match(&s, &m); (e != nil) != want || err != nil {
					b.Fatal(e, err)
				}
			}
		})
	}
	for _, n := range []int{1, 1000} {
		for _, by := range shapes {
			t := table(b, n, by)
			run(fmt.Sprintf("routes=%d/by=%s", n, by.name), t, parsed(b, by.stanza(n-1)), true)
			run(fmt.Sprintf("routes=%d/by=%s/none", n, by.name), t, parsed(b, by.stanza(n)), false)
		}
	}
	for _, n := range []int{5, 100} {
		t := table(b, n, mixed...)
		for i, by := range mixed {
			run(fmt.Sprintf("routes=%d/mixed/by=%s", n, by.name), t, parsed(b, by.stanza(n-5+i)), true)
		}
	}
}

// BenchmarkCompile is a large table being read at start.
func BenchmarkCompile(b *testing.B) {
	for _, n := range []int{100, 10_000} {
		b.Run(fmt.Sprintf("routes=%d", n), func(b *testing.B) {
			for b.Loop() {
				table(b, n, shapes...)
			}
		})
	}
}

// BenchmarkEcho is one match with the table of bench/echo -routes 100, of the
// stanzas that bench/load sends most.
func BenchmarkEcho(b *testing.B) {
	table, err := Compile(func(r *Router) {
		r.Namespace("o", "urn:example:other")
		for i := range 100 {
			switch i % 5 {
			case 0:
				r.Get(fmt.Sprintf("o:query%d", i)).To(ignore)
			case 1:
				r.Set(fmt.Sprintf("o:order[@id='%d']", i)).To(ignore)
			case 2:
				r.Message(fmt.Sprintf("[body='order %d']", i)).To(ignore)
			case 3:
				r.Message(fmt.Sprintf("[starts-with(body, '!%d ')]", i)).To(ignore)
			case 4:
				r.At(fmt.Sprintf("other%d@", i), func(r *Router) { r.Route("message | presence").To(ignore) })
			}
		}
		r.Group(func(r *Router) {
			r.Namespace("disco", "http://jabber.org/protocol/disco#info")
			r.Get("disco:query").To(ignore)
		})
		r.Group(func(r *Router) {
			r.Namespace("ping", "urn:xmpp:ping")
			r.Get("ping:ping").To(ignore)
		})
		for _, at := range []string{"echo@", "slow@", "ask@"} {
			r.At(at, func(r *Router) {
				r.Message("[body]").To(ignore)
				r.Presence("").To(ignore)
			})
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	body := "<body>Message 0000000001: lorem ipsum dolor sit amet, lorem ipsum dolor sit amet, lorem ipsum dolor sit amet, lorem ipsum dolor</body>"
	active := "<active xmlns='http://jabber.org/protocol/chatstates'/>"
	for _, s := range []struct{ name, xml string }{
		{"ping", "<iq type='get' id='0000000001' from='u0000001@localhost/r' to='echo.localhost'><ping xmlns='urn:xmpp:ping'/></iq>"},
		{"msg", "<message type='chat' id='0000000001' from='u0000001@localhost/r' to='echo@echo.localhost'>" + body + active + "</message>"},
		{"rich", "<message type='chat' id='0000000001' from='u0000001@localhost/r' to='echo@echo.localhost'>" + body + active +
			"<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>" +
			"<origin-id xmlns='urn:xmpp:sid:0' id='de305d54-75b4-431b-adb2-eb6b9e546013'/>" +
			"<stanza-id xmlns='urn:xmpp:sid:0' id='5f3dbc5e-e1d3-4077-a492-693f3769c7ad' by='localhost'/>" +
			"<nick xmlns='http://jabber.org/protocol/nick'>Juliet</nick></message>"},
		{"presence", "<presence from='u0000001@localhost/r' to='echo@echo.localhost'><show>away</show><status>Gone fishing</status><priority>5</priority></presence>"},
	} {
		st := parsed(b, s.xml)
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			var m Match
			for b.Loop() {
				if e, err := table.Match(&st, &m); e == nil || err != nil {
					b.Fatal(e, err)
				}
			}
		})
	}
}
