package router

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/emp-framework/emp/stanza"
)

// conjunction writes a route whose conditions often contradict each other.
func (g *generator) conjunction(r *Router) {
	condition := func() string {
		g.holes++
		is := func(path string, texts ...string) string {
			text := g.word(texts...)
			switch g.choose(5) {
			case 0:
				return fmt.Sprintf("starts-with(%s,'%s')", path, text[:(len(text)+1)/2])
			case 1:
				return fmt.Sprintf("%s={h%d:%s}", path, g.holes, text)
			case 2:
				return fmt.Sprintf("%s={h%d:%s.*}", path, g.holes, text)
			}
			return fmt.Sprintf("%s='%s'", path, text)
		}
		switch g.choose(10) {
		case 0, 1, 2:
			return is("@type", "chat", "normal", "error", "get", "set", "result", "subscribe", "unsubscribed", "available", "strange", "")
		case 3:
			return is("@id", "1", "12", "a")
		case 4:
			return is("@from", "a@x/r", "A@x/r", "b@x", "x", "a b")
		case 5:
			return is(g.word("x:a/@id", "x:a", "body", "x:a/x:b", "x:a/x:b/@id"), "1", "12", "a")
		case 6:
			return g.word("self::iq", "self::message", "self::presence", "..", "@type")
		}
		return g.word("error", "x:a", "y:b", "x:a[x:b]", "body", "x:*", "*", "not(@type)", "@type!='chat'")
	}
	some := func() string {
		switch c := condition(); g.choose(5) {
		case 0:
			return c + " or " + condition()
		case 1:
			return g.word("not(", "boolean(", "string(") + c + ")"
		default:
			return c
		}
	}
	in := func(r *Router) {
		expr := "[" + some() + "]"
		for g.choose(2) == 0 {
			expr += "[" + some() + "]"
		}
		var route *Route
		switch g.choose(6) {
		case 0:
			route = r.Get(expr)
		case 1:
			route = r.Set(expr)
		case 2:
			route = r.Message(expr)
		case 3:
			route = r.Presence(expr)
		case 4:
			route = r.Errors(expr)
		default:
			route = r.Route(g.word("*", "iq", "message", "(presence | iq)") + expr)
		}
		for g.choose(3) == 0 {
			route.Where(some())
		}
		route.To(ignore)
	}
	r.Namespace("x", "urn:x")
	r.Namespace("y", "urn:y")
	if g.choose(4) == 0 {
		r.From(g.word("a@x", "a@x/r", "x"), in)
	} else {
		in(r)
	}
}

// anyStanza writes a stanza of any type, which may be refused.
func (g *generator) anyStanza() string {
	kind := g.word("message", "presence", "iq")
	g.put("<", kind, " to='app' from='", g.word("a@x/r", "A@x/r", "b@x", "x"), "'")
	g.pick("", " id='1'", " id='12'", " id='a'")
	if typ := g.word("none", "", "chat", "normal", "error", "get", "set", "get", "set", "subscribe", "unsubscribed", "unavailable", "available", "strange", "result"); typ != "none" {
		g.put(" type='", typ, "'")
	}
	g.put(">")
	for i := 1 + g.choose(3); i > 0 && (kind != "iq" || i > 2); i-- {
		g.pick("<body>1</body>", "<body xml:lang='de'>12</body>", "<error type='cancel'/>", "<b xmlns='urn:y'/>", "")
		g.child(1)
	}
	if kind == "iq" {
		g.child(2)
	}
	g.put("</", kind, ">")
	return g.take()
}

// TestNeverHolds: no stanza that comes to routes is taken by a route that is said to
// take none, and few are taken for possible that are not.
func TestNeverHolds(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 11))
	random := func(n int) *generator {
		g := &generator{data: make([]byte, n)}
		for i := range g.data {
			g.data[i] = byte(rng.Uint32())
		}
		return g
	}
	var stanzas []*stanza.Stanza
	for len(stanzas) < 600 {
		g := random(60)
		if s, err := stanza.ParseString(g.anyStanza()); err == nil && !s.IsAnswer() {
			stanzas = append(stanzas, &s)
		}
	}
	var count struct{ routes, never, taken int }
	var m Match
	hold := func(b *builder) {
		for _, route := range b.routes {
			before := len(b.errs)
			e := b.entry(route, 0)
			if len(b.errs) > before {
				continue
			}
			count.routes++
			clash := e.contradiction()
			if clash != nil {
				count.never++
				if msg, cure := clash.why(e); msg == "" || cure == "" {
					t.Errorf("%s: %q, %q", e.Name, msg, cure)
				}
			}
			for _, s := range stanzas {
				if ok, err := e.match(s, &m); err != nil {
					t.Fatal(err)
				} else if ok && clash != nil {
					t.Fatalf("%s where %s from %q takes %s, though %s", e.Name, e.Where, e.Sender, s.Node, clash.clue)
				} else if ok {
					count.taken++
					break
				}
			}
		}
	}
	for range 1000 {
		b := &builder{}
		random(200).conjunction(&Router{b: b, namespaces: map[string]string{}})
		hold(b)
	}
	written := count
	t.Logf("%+v", count)
	if count.never < count.routes/4 || count.taken < count.routes/4 || count.routes-count.never-count.taken > count.routes/4 {
		t.Error("these routes prove little")
	}
	for range 30 {
		hold(random(1000).builder(20))
	}
	t.Logf("%+v", count)
	if count.never-written.never < 20 {
		t.Error("other routes prove little")
	}
}
