package router

import (
	"context"
	"fmt"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/stanza"
)

// A generator writes route files, and stanzas for them, choosing by the bytes of
// data; when they end it takes the first choice everywhere. What it has to
// choose from is little, so that routes and stanzas meet often.
type generator struct {
	data  []byte
	theme string // a path that the routes of a table often speak of, or ""
	holes int
	b     strings.Builder
}

func (g *generator) choose(n int) int {
	if len(g.data) == 0 {
		return 0
	}
	c := int(g.data[0]) % n
	g.data = g.data[1:]
	return c
}

func (g *generator) word(words ...string) string { return words[g.choose(len(words))] }

func (g *generator) put(parts ...string) {
	for _, p := range parts {
		g.b.WriteString(p)
	}
}

func (g *generator) pick(words ...string) { g.put(g.word(words...)) }

// take returns what was put since it was called last.
func (g *generator) take() string {
	defer g.b.Reset()
	return g.b.String()
}

type mounted func(r *Router)

func (m mounted) Routes(r *Router) { m(r) }

func ignore(context.Context, *component.Request) (component.Response, error) { return nil, nil }

// routes writes n routes, in scopes.
func (g *generator) routes(r *Router, n int) {
	r.Namespace("x", "urn:x")
	r.Namespace("y", "urn:y")
	g.theme = g.word("", "body", "@from", "x:a/@id", "@type", "x:item", "@id")
	g.scope(r, n, 2)
}

func (g *generator) scope(r *Router, n, depth int) {
	for n > 0 {
		some := 1 + g.choose(min(n, 12))
		n -= some
		inside := func(r *Router) { g.scope(r, some, depth-1) }
		switch c := g.choose(16); {
		case c < 8 || depth == 0:
			for range some {
				g.route(r)
			}
		case c == 8:
			// The same names for other things.
			r.Mount(mounted(func(r *Router) {
				r.Namespace("x", g.word("urn:y", "urn:x"))
				r.Namespace("y", g.word("urn:x", "urn:y"))
				inside(r)
			}))
		case c < 12:
			r.At(g.word("{user}@", "bot@", "app", "/{room}", `bot@/{room:t.*}`, "{domain}", "{d:a.*}", "bot@app/tweets", "{u}@app"), inside)
		case c < 14:
			r.Resource(g.word("tweets", "users"), inside)
		default:
			r.From(g.word("a@x", "a@x/r", "b@x", "x"), inside)
		}
	}
}

func (g *generator) route(r *Router) {
	route := func() *Route {
		switch g.choose(9) {
		case 0, 1:
			return r.Get(g.payload())
		case 2:
			return r.Set(g.payload())
		case 3, 4:
			return r.Message(g.inStanza())
		case 5:
			return r.Presence(g.inStanza())
		case 6:
			return r.Errors(g.inStanza())
		}
		return r.Route(g.stanza())
	}()
	if g.choose(6) == 0 {
		route.Where(g.inStanza())
	}
	if g.choose(8) == 0 {
		route.If(func(context.Context, *component.Request) bool { return false })
	}
	route.Var("w", g.word("1", "!a", "a@x/r")).Var("off", false).Var("one", 1).To(ignore)
}

// stanza writes an expression for the document.
func (g *generator) stanza() string {
	for i := g.choose(3) / 2; i >= 0; i-- {
		switch g.choose(10) {
		case 0, 1, 2:
			g.pick("message", "/message", "presence", "iq", "*")
			g.predicates(2)
		case 3, 4:
			g.pick("iq", "/iq[@type='get']", "iq[@type='set']", "message", "*")
			g.put("/")
			g.element(2)
		case 5:
			g.put("(message | presence | iq)")
			g.predicates(2)
			g.pick("", "/body", "/x:a")
		case 6:
			g.pick("//x:a", "//x:*", "/*/*", ".//y:b", "//body")
			g.predicates(2)
		case 7:
			g.pick("message", "*", "iq")
			g.pick("/@id = ", "/@from = ", "/body = ", "/x:a/@id = ")
			g.text()
			return g.take()
		case 8:
			g.pick("message", "/iq/x:a", "presence")
			g.put("[1]")
		default:
			g.pick("iq/x:a", "message/body")
			g.pick("/..", "/../@from", "/parent::node()/@id", "/ancestor::*[@type='get']")
		}
		if i > 0 {
			g.put(" | ")
		}
	}
	return g.take()
}

// payload writes an expression for iqs.
func (g *generator) payload() string {
	if g.choose(12) == 0 {
		g.put("self::iq")
		g.predicates(2)
		return g.take()
	}
	g.element(2)
	if g.choose(5) == 0 {
		g.put(" | ")
		g.element(1)
	}
	return g.take()
}

// inStanza writes an expression that begins at the stanza.
func (g *generator) inStanza() string {
	switch g.choose(6) {
	case 0:
	case 1:
		g.element(2)
	case 2:
		g.condition(3)
	default:
		g.put("[")
		g.condition(3)
		g.put("]")
		g.predicates(1)
	}
	return g.take()
}

// element writes a path to a child, and perhaps further.
func (g *generator) element(depth int) {
	g.pick("x:a", "x:a", "x:b", "x:item", "y:a", "y:b", "x:*", "child::x:a")
	g.predicates(depth)
	if g.choose(4) == 0 {
		g.pick("/x:item", "/x:item/@id", "/@node", "//x:item", "/*", "/..", "/x:item/..")
	}
}

func (g *generator) predicates(depth int) {
	for i := g.choose(3); i > 0 && depth > 0; i-- {
		g.put("[")
		if g.choose(12) == 0 {
			g.pick("1", "last()", "2", "position()=1")
		} else {
			g.condition(depth - 1)
		}
		g.put("]")
	}
}

// condition writes something true or false, of a stanza or a payload.
func (g *generator) condition(depth int) {
	if g.theme != "" && g.choose(3) < 2 {
		switch g.choose(4) {
		case 0, 1:
			g.put(g.theme, "=")
			g.text()
		case 2:
			g.put("starts-with(", g.theme, g.word(", '!')", ", '!a')", ", '!a b')", ", 'a')", ", 'a@x/r')", ", 'a@')", ", '1')", ", 'c')", ", 's')"))
		default:
			g.holes++
			g.put(g.theme, fmt.Sprintf("={h%d:", g.holes), g.word("!.*}", "!a.*}", "[a-c].*}", "a.*}", "a@x(/r)?}"))
		}
		return
	}
	switch c := g.choose(20); {
	case c < 7 || depth == 0:
		g.path(depth)
		g.pick(" = ", " = ", " = ", " = ", " != ")
		g.text()
	case c == 7:
		g.text()
		g.put(" = ")
		g.path(depth)
	case c == 8:
		g.pick("string(", "normalize-space(", "concat('', ")
		g.path(depth)
		g.put(") = ")
		g.text()
	case c < 11:
		g.pick("starts-with(", "starts-with(", "contains(")
		g.path(depth)
		g.pick(", '!')", ", '!a')", ", 'a')", ", 'a@')", ", '1')", ", '')")
	case c < 13:
		g.path(depth)
		g.holes++
		g.put("={h", fmt.Sprint(g.holes))
		g.pick("}", `:\d+}`, ":a.*}", ":!a( .*)?}", ":1}", ":!.+}", ":chat|get|set}")
	case c == 13:
		g.path(depth)
	case c < 17:
		g.put("(")
		g.condition(depth - 1)
		g.pick(" and ", " or ")
		g.condition(depth - 1)
		g.put(")")
	case c == 17:
		g.pick("boolean(", "not(")
		g.condition(depth - 1)
		g.put(")")
	case c == 18:
		g.path(depth)
		g.put(" = ")
		g.path(0)
	default:
		g.pick("$off", "true()", "count(*) = 1", "body < 2", "x:a/@id = 1", "@id = $one", "self::message", "self::iq", "self::presence", "lang('de')")
	}
}

func (g *generator) path(depth int) {
	if depth > 0 && g.choose(8) == 0 {
		g.pick("x:a", "x:item", "*", "body")
		g.predicates(depth - 1)
		g.pick("", "/@id", "/x:item")
		return
	}
	g.pick("@type", "@id", "@node", "body", "@from", "@to", "x:a/@id", "x:item/@id", "x:a", "x:item", "x:a/x:item", "x:a/x:item/@id", "subject", "@xml:lang", ".", "..",
		"../@type", "../@from", "x:b/@node", "//x:item/@id", "x:a/../@id", "(x:a | x:b)/@id", "*/@id", "x:a/x:item/../@id", "/message/body", "/*/@from", "text()", "error/@type")
}

func (g *generator) text() {
	g.pick("'1'", "'2'", "'a'", "'!a'", "'!'", "'!a b'", "'chat'", "'get'", "'set'", "'error'", "'subscribe'", "'a@x/r'", "'b@x'", "'de'", "''", "$w", "'cancel'")
}

// stanzaFor writes a stanza that the routes speak of.
func (g *generator) stanzaFor() string {
	kind := g.word("message", "iq", "message", "presence", "iq")
	typ := map[string][]string{
		"message":  {"chat", "", "error", "normal", "strange"},
		"presence": {"", "subscribe", "error", "unavailable"},
		"iq":       {"get", "set", "get", "set", "get"},
	}[kind]
	g.put("<", kind, " from='", g.word("a@x/r", "a@x/r", "b@x", "a@x", "A@x/r", "x"), "' to='", g.word("app/tweets", "bot@app", "app", "app/users", "bot@app/tweets", "u@other"), "'")
	t := g.word(typ...)
	if t != "" {
		g.put(" type='", t, "'")
	}
	g.put(" id='", g.word("1", "2", "a", "!a"), "'")
	g.pick("", "", " xml:lang='de'", " node='1'")
	g.put(">")
	if kind == "iq" {
		g.child(2)
	} else {
		for i := g.choose(4); i > 0; i-- {
			switch g.choose(4) {
			case 0, 1:
				g.put("<body>", g.word("!a b", "1", "!a", "a", "", "2", "!<i/>a"), "</body>")
			case 2:
				g.pick("<subject>a</subject>", "<subject>1</subject>", " ")
			default:
				g.child(2)
			}
		}
	}
	if t == "error" {
		g.put("<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>")
	}
	g.put("</", kind, ">")
	return g.take()
}

func (g *generator) child(depth int) {
	name := g.word("a", "a", "item", "b")
	g.put("<", name, " xmlns='", g.word("urn:x", "urn:x", "urn:y"), "'")
	g.pick("", " id='1'", " id='2'", " id='a'", " id='!a'")
	g.pick("", "", " node='1'", " node='a' type='error'")
	g.put(">")
	for i := g.choose(3); i > 0; i-- {
		if depth > 0 && g.choose(2) == 0 {
			g.child(depth - 1)
		} else {
			g.pick("1", "a", "!", "b")
		}
	}
	g.put("</", name, ">")
}

// generated makes the table of generated routes, and returns the mistakes in
// them. Routes with a mistake are left out. Those that others hide stay in: what
// matters here is that they are found.
func (g *generator) generated(n int) (t *Table, mistakes []*Error) {
	b := g.builder(n)
	t = &Table{}
	for _, route := range b.routes {
		before := len(b.errs)
		e := b.entry(route, len(t.entries))
		if len(b.errs) == before {
			t.entries = append(t.entries, e)
		}
	}
	t.newIndex()
	return t, b.errs
}

// builder collects generated routes.
func (g *generator) builder(n int) *builder {
	b := &builder{}
	g.routes(&Router{b: b, namespaces: map[string]string{}}, n)
	return b
}

// generatedStanza parses one; ok is false if it is none.
func (g *generator) generatedStanza() (s stanza.Stanza, xml string, ok bool) {
	xml = g.stanzaFor()
	s, err := stanza.ParseString(xml)
	return s, xml, err == nil
}
