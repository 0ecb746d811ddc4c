package router_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

var app = jid.MustParse("app.localhost")

func TestReverse(t *testing.T) {
	const ns = " xmlns='" + tweets + "'"
	for _, tt := range []struct {
		name   string
		routes func(r *router.Router) *router.Route
		args   []string
		want   string // the stanza, without its id
	}{
		{"literal resource, captured attribute", func(r *router.Router) (route *router.Route) {
			r.Resource("tweets", func(r *router.Router) { route = r.Get(`t:tweet[@id={id:\d+}]`) })
			return
		}, []string{"id", "7"}, "<iq to='app.localhost/tweets' type='get'><tweet" + ns + " id='7'/></iq>"},
		{"captured address", func(r *router.Router) (route *router.Route) {
			r.At("{user}@/{device}", func(r *router.Router) { route = r.Presence("[@type='subscribe']") })
			return
		}, []string{"device", "x", "user", "ann"}, "<presence to='ann@app.localhost/x' type='subscribe'/>"},
		{"another domain", func(r *router.Router) (route *router.Route) {
			r.At("bot@chat.localhost", func(r *router.Router) { route = r.Message("[body={text}]") })
			return
		}, []string{"text", "hi"}, "<message to='bot@chat.localhost'><body>hi</body></message>"},
		{"sender", func(r *router.Router) (route *router.Route) {
			r.From("boss@localhost/desk", func(r *router.Router) { route = r.Message("[body='now']") })
			return
		}, nil, "<message from='boss@localhost/desk' to='app.localhost'><body>now</body></message>"},
		{"Where", func(r *router.Router) *router.Route {
			return r.Message("[@type='chat'][thread=$t]").Var("t", "x").Where("@xml:lang={lang}")
		}, []string{"lang", "de"}, "<message to='app.localhost' type='chat' xml:lang='de'><thread>x</thread></message>"},
		{"Route", func(r *router.Router) *router.Route {
			return r.Route("/iq[@type='set' and t:tweets/t:tweet/@id={id}]")
		}, []string{"id", ""}, "<iq to='app.localhost' type='set'><tweets" + ns + "><tweet id=''/></tweets></iq>"},
		{"any stanza whose name is said", func(r *router.Router) *router.Route {
			return r.Route("*[self::message]/t:tweet[.={x}]/..")
		}, []string{"x", "a<b"}, "<message to='app.localhost'><tweet" + ns + ">a&lt;b</tweet></message>"},
		{"texts and parents", func(r *router.Router) *router.Route {
			return r.Set("t:tweet/t:text[text()={x}]/../@id='7'")
		}, []string{"x", "y"}, "<iq to='app.localhost' type='set'><tweet" + ns + " id='7'><text>y</text></tweet></iq>"},
		{"anywhere", func(r *router.Router) *router.Route { return r.Route("message//t:tweet[@id={x}]") },
			[]string{"x", "y"}, "<message to='app.localhost'><tweet" + ns + " id='y'/></message>"},
		{"presence", func(r *router.Router) *router.Route {
			return r.Presence("[show='away'][status={s}][priority=-3]")
		}, []string{"s", "x"}, "<presence to='app.localhost'><show>away</show><status>x</status><priority>-3</priority></presence>"},
		{"texts that are more than a text", func(r *router.Router) *router.Route {
			return r.Message("[body[@xml:lang='de']={x}][body[not(@xml:lang)]={y}]")
		}, []string{"x", "a", "y", "b"}, "<message to='app.localhost'><body>b</body><body xml:lang='de'>a</body></message>"},
		{"two of one name", func(r *router.Router) *router.Route {
			return r.Set("t:tweets[t:tweet[@id='1'] and t:tweet[@id='2']]")
		}, nil, "<iq to='app.localhost' type='set'><tweets" + ns + "><tweet id='1'/><tweet id='2'/></tweets></iq>"},
		{"conditions that hold by themselves", func(r *router.Router) *router.Route {
			return r.Set("t:tweet[not(@node)][@id={x}][count(*)=0][starts-with(@id, 'a')][@id!='a'][1]")
		}, []string{"x", "ab"}, "<iq to='app.localhost' type='set'><tweet" + ns + " id='ab'/></iq>"},
		{"two texts", func(r *router.Router) *router.Route { return r.Message("[body='a'][body='b']") }, nil,
			"<message to='app.localhost'><body>a</body><body>b</body></message>"},
		{"an alternative without arguments", func(r *router.Router) *router.Route {
			return r.Get("t:tweets | t:tweet[@id={id}]")
		}, nil, "<iq to='app.localhost' type='get'><tweets" + ns + "/></iq>"},
		{"an alternative with them", func(r *router.Router) *router.Route {
			return r.Get("t:tweets | t:tweet[@id={id}]")
		}, []string{"id", "7"}, "<iq to='app.localhost' type='get'><tweet" + ns + " id='7'/></iq>"},
		{"the alternative that can be inverted", func(r *router.Router) *router.Route {
			return r.Message("[contains(body, 'x') or body={y} or subject={z}]")
		}, []string{"z", "7"}, "<message to='app.localhost'><subject>7</subject></message>"},
		{"addresses in the expression", func(r *router.Router) *router.Route {
			return r.Message("[@to='Bot@app.localhost' and @from={from}]")
		}, []string{"from", "Ann@b/c"}, "<message from='Ann@b/c' to='Bot@app.localhost'/>"},
		{"string and boolean", func(r *router.Router) *router.Route {
			return r.Message("[string(body)='a' and boolean(t:tweet)]")
		}, nil, "<message to='app.localhost'><body>a</body><tweet" + ns + "/></message>"},
		{"numbers", func(r *router.Router) *router.Route { return r.Get("t:tweet[@id=7]") }, nil,
			"<iq to='app.localhost' type='get'><tweet" + ns + " id='7'/></iq>"},
	} {
		table := compile(t, func(r *router.Router) {
			r.Namespace("t", tweets)
			tt.routes(r).To(nothing).Name("route")
		})
		out, err := table.Reverse("route", app, tt.args...)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if (out.ID == "") == (out.Kind == stanza.IQ) {
			t.Errorf("%s: id %q", tt.name, out.ID)
		}
		if got := strings.Replace(out.String(), " id='"+out.ID+"'", "", 1); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestReverseMistakes(t *testing.T) {
	table := compile(t, func(r *router.Router) {
		r.Namespace("t", tweets)
		r.Message("[starts-with(body,'taken') and subject]").To(nothing).Name("first")
		r.Message("[body='asked']").If(never).To(nothing).Name("guarded")
		r.At("{user:[a-z]+}@", func(r *router.Router) { r.Message("[body='x']").To(nothing).Name("user") })
		r.At("{any}@", func(r *router.Router) { r.Message("[body='y']").To(nothing).Name("any") })
		r.Get(`t:tweet[@id={id:\d+}]`).To(nothing).Name("tweet")
		r.Message("[starts-with(body, '!')]").If(never).To(nothing).Name("command")
		r.Message("[starts-with(body, '!')][body={text}]").To(nothing).Name("captured command")
		r.Message("[@type='chat'][body]").To(nothing).Name("chat")
		r.Message("[body='taken'][subject='x']").To(nothing).Name("second")
		r.Message("[body='asked'][subject='x']").To(nothing).Name("behind a guard")
		r.Errors("[body]").To(nothing).Name("bounce")
		r.Presence("[@type='error']").To(nothing).Name("failed")
		r.Get("").To(nothing).Name("gets")
		r.Message("[t:a[@x='chat'][@x='normal']]").To(nothing).Name("never")
		r.Message("[t:a/@x=t:b/@x]").To(nothing).Name("nodes")
		r.Message("[@node='x']").To(nothing).Name("attribute")
		r.Message("[t:a/@x]").To(nothing).Name("existence")
		r.Message("[t:*='x']").To(nothing).Name("star")
		r.Message("[string(t:a[@x={h}])='x']").To(nothing).Name("test")
		r.Message("[.='x']").To(nothing).Name("text")
		r.Message("[@id={a} or subject={b}]").To(nothing).Name("either")
		r.Route("*").To(nothing).Name("all")
	})
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"nix", nil, `router: route "nix": there is none of that name`},
		{"tweet", nil, `router: route "tweet": the argument "id" is missing`},
		{"tweet", []string{"id"}, `the argument "id" has no value: give names and values in turn`},
		{"tweet", []string{"id", "x"}, `the argument "id" is "x", and has to match \d+`},
		{"tweet", []string{"no", "x"}, `no hole has the name "no", only [id]`},
		{"tweet", []string{"id", "7", "id", "7"}, `the argument "id" is given twice`},
		{"user", nil, `the argument "user" is missing`},
		{"user", []string{"user", "x1"}, `the argument "user" is "x1", and has to match {user:[a-z]+}`},
		{"any", []string{"any", ""}, `the argument "any" is "", and has to match {any}`},
		{"any", []string{"any", "Ann"}, `the argument "any" is "Ann", and would be captured as "ann"`},
		{"any", []string{"any", "a b"}, `jid: `},
		{"command", nil, `router: route "command": it cannot be inverted: nothing says how to fulfil [starts-with(body, '!')]`},
		{"captured command", []string{"text", "hi"}, `it cannot be inverted: nothing says how to fulfil [starts-with(body, '!')] at byte 0: body is "hi"`},
		{"chat", nil, `it does not say the text of <body>: capture it, as in body={body}`},
		{"second", nil, `the route "first" at reverse_test.go:`},
		{"behind a guard", nil, ``},
		{"bounce", nil, `it takes errors, which answer a stanza`},
		{"failed", nil, `a Fault belongs to a stanza of type error`},
		{"gets", nil, `no payload`},
		{"never", nil, `@x is to be "chat" and "normal"`},
		{"nodes", nil, `nothing says how to fulfil [t:a/@x=t:b/@x]`},
		{"attribute", nil, `@node is no attribute of a stanza to send`},
		{"existence", nil, `nothing says how to fulfil @x`},
		{"star", nil, `nothing says how to fulfil [t:*='x']`},
		{"test", nil, `nothing says how to fulfil [string(t:a[@x={h}])='x']`},
		{"text", nil, `a stanza has no text of its own`},
		{"either", []string{"a", "1", "b", "2"}, `the argument "b" is of no use: it is not captured there`},
		{"either", []string{"b", "2"}, ``},
		{"all", nil, `it does not say which kind of stanza it takes`},
	} {
		out, err := table.Reverse(tt.name, app, tt.args...)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s %q: %v", tt.name, tt.args, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s %q:\n got %v, %v\nwant %s", tt.name, tt.args, out, err, tt.want)
		}
	}
	if _, err := table.Reverse("any", jid.JID{}, "any", "a"); err == nil || !strings.Contains(err.Error(), "to is empty, and the route does not say a domain") {
		t.Errorf("no address: %v", err)
	}
}

// TestReverseProperty: whatever route is made of what can be inverted, the
// stanza that Reverse makes for it reaches it as it comes over the wire, with
// the captures that were asked for.
func TestReverseProperty(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		g := generator{rnd: rnd}
		address, expr, call := g.pick("", "", "{u}@", "bot@/{u}", "{u}@x.org/{v}", "/res", "/{u}"), "", g.pick("Get", "Set", "Message", "Presence", "Route")
		for _, hole := range []string{"u", "v"} {
			if strings.Contains(address, "{"+hole) {
				g.args = append(g.args, hole, g.pick("ann", "b-2", "ß", "x.y"))
			}
		}
		switch call {
		case "Get", "Set":
			expr = g.element(3)
		case "Route":
			expr = "iq[@type=" + g.pick("'get'", "'set'") + "]/" + g.element(3)
		default:
			expr = "[" + g.value(g.pick("@id", "../*//t:b", "t:leaf")) + "][" + g.element(3) + "]"
		}
		table := compile(t, func(r *router.Router) {
			r.Namespace("t", tweets)
			r.Namespace("u", "urn:u")
			write := func(r *router.Router) {
				map[string]func(string) *router.Route{"Get": r.Get, "Set": r.Set, "Message": r.Message, "Presence": r.Presence, "Route": r.Route}[call](expr).To(nothing).Name("route")
			}
			if address == "" {
				write(r)
			} else {
				r.At(address, write)
			}
		})
		out, err := table.Reverse("route", app, g.args...)
		if err != nil {
			t.Fatalf("%s %q at %q with %q: %v", call, expr, address, g.args, err)
		}
		s := received(t, out)
		var m router.Match
		if e, err := table.Match(&s, &m); e == nil || err != nil {
			t.Fatalf("%s %q at %q: %s does not match: %v", call, expr, address, out, err)
		}
		for _, a := range m.Args() {
			if i := slices.Index(g.args, a.Name); a.OK != (i >= 0) || a.OK && g.args[i+1] != a.Value {
				t.Fatalf("%s %q at %q with %q: %s captures %v", call, expr, address, g.args, out, m.Args())
			}
		}
	}
}

// FuzzReverse: of any route, Reverse makes what reaches it with these captures,
// or says why not.
func FuzzReverse(f *testing.F) {
	f.Add("[@type='chat'][body={x}] | t:a/@b={y}", "{u}@", "1")
	f.Add("t:a[2]/following-sibling::t:b[.={x}]/..//text()='x'", "x/{r}", "")
	f.Fuzz(func(t *testing.T, expr, at, value string) {
		table, err := router.Compile(func(r *router.Router) {
			r.Namespace("t", "urn:t")
			r.At(at, func(r *router.Router) { r.Message(expr).To(nothing).Name("message") })
			r.Get(expr).To(nothing).Name("get")
			r.Route(expr).To(nothing).Name("route")
		})
		if err != nil {
			return
		}
		for e := range table.Routes() {
			var args []string
			for _, hole := range e.Holes() {
				args = append(args, hole, value)
			}
			out, err := table.Reverse(e.Name, app, args...)
			if err != nil {
				continue
			}
			s := received(t, out)
			var m router.Match
			taken, err := table.Match(&s, &m)
			if taken != e || err != nil {
				t.Fatalf("%s of %q at %q: %s reaches %v, %v", e.Name, expr, at, out, taken, err)
			}
			for _, a := range m.Args() {
				if !a.OK || a.Value != value {
					t.Fatalf("%s of %q at %q with %q: %s captures %v", e.Name, expr, at, value, out, m.Args())
				}
			}
		}
	})
}

// received is a stanza as it comes to the application, from somebody.
func received(t *testing.T, out stanza.Out) stanza.Stanza {
	if out.From.IsZero() {
		out.From = jid.MustParse("a@b/c").Address()
	}
	return parse(t, out.String())
}

// A generator makes expressions of what can be inverted, and the arguments for
// the holes in them.
type generator struct {
	rnd   *rand.Rand
	args  []string
	names int
}

func (g *generator) pick(of ...string) string { return of[g.rnd.IntN(len(of))] }

// element is a path to an element, or to something on it.
func (g *generator) element(depth int) string {
	g.names++ // no two alike: which of them a hole holds is another matter
	path := fmt.Sprintf("%s%d", g.pick("t:a", "u:a"), g.names)
	texts, nested := map[string]bool{}, false
	for range g.rnd.IntN(3) {
		what := g.pick("@x", "@y", "@xml:lang", "deeper")
		if what == "deeper" && depth > 0 {
			nested = true
			path += "[" + g.element(depth-1) + "]"
		} else if what != "deeper" && !texts[what] {
			texts[what] = true
			path += "[" + g.value(what) + "]"
		}
	}
	switch g.rnd.IntN(6) {
	case 0:
		if depth > 0 {
			return path + g.pick("/", "//") + g.element(depth-1)
		}
	case 1:
		if !nested { // else what is inside may have text as well
			return g.value(path)
		}
	case 2:
		return g.value(path + "/@z")
	case 3:
		return g.value(path + "/t:leaf/text()")
	}
	return path
}

// value is an equality of a path with a literal or a hole.
func (g *generator) value(path string) string {
	if g.rnd.IntN(2) == 0 {
		return path + "=" + g.pick("'x'", `"it's"`, "'<&'", "7", "'ü '")
	}
	name := fmt.Sprintf("h%d", len(g.args))
	hole, values := g.pick("{%s}", `{%s:\d+}`, `{%s:a|b\{\}}`), []string{"7", "42"}
	switch hole {
	case "{%s}":
		values = []string{"x", " y\n", "'\"<>&", "日本"}
	case `{%s:a|b\{\}}`:
		values = []string{"a", "b{}"}
	}
	g.args = append(g.args, name, g.pick(values...))
	return path + "=" + fmt.Sprintf(hole, name)
}

func ExampleTable_Reverse() {
	table, _ := router.Compile(func(r *router.Router) {
		r.Namespace("t", "urn:example:tweets")
		r.Resource("tweets", func(r *router.Router) {
			r.Get(`t:tweet[@id={id:\d+}]`).To(answer).Name("tweet")
		})
		r.At("{user}@", func(r *router.Router) {
			r.Message("[starts-with(body, '!')]").To(answer).Name("command")
		})
	})
	out, err := table.Reverse("tweet", jid.MustParse("tweeter.localhost"), "id", "7")
	fmt.Println(out.To, out.Type, out.Payload[0], err)

	_, err = table.Reverse("command", jid.MustParse("tweeter.localhost"), "user", "ann")
	fmt.Println(err)
	// Output:
	// tweeter.localhost/tweets get <tweet xmlns='urn:example:tweets' id='7'/> <nil>
	// router: route "command": it cannot be inverted: nothing says how to fulfil [starts-with(body, '!')] at byte 0: <message> holds no element
}
