package router_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestMistakes: each mistake is reported with the line of the call, the place
// in its argument, what is wrong and a cure.
func TestMistakes(t *testing.T) {
	tests := []struct {
		name   string
		routes func(r *router.Router)
		want   string
	}{
		{"unclosed", func(r *router.Router) { r.Message("[body").To(nothing) },
			`Message("[body"): [ is not closed, at byte 0: "[body"; close it with ]`},
		{"prefix", func(r *router.Router) { r.Get("t:tweet").To(nothing) },
			`prefix t: has no namespace, at byte 0: "t:tweet"; bind it`},
		{"later offset", func(r *router.Router) { r.Message("[@type='chat'][boddy=]").To(nothing) },
			"at byte 21: \"]\""},
		{"regexp", func(r *router.Router) { r.Route(`message[body={a:(x}]`).To(nothing) },
			"at byte 16"},
		{"prefix in another case", func(r *router.Router) { r.Namespace("t", "urn:t"); r.Get("T:tweet").To(nothing) },
			"did you mean t:? Else bind it first"},
		{"variable", func(r *router.Router) { r.Message("[body=$x]").To(nothing) }, `variable $x has no value, at byte 6: "$x]"; give it a value, as in .Var("x", value)`},
		{"variable mistyped", func(r *router.Router) { r.Message("[body=$wrod]").Var("Word", "x").Var("wrd", "x").To(nothing) },
			`variable $wrod has no value, at byte 6: "$wrod]"; did you mean $wrd? Else give it`},
		{"no action", func(r *router.Router) { r.Message("") }, "the route has no action; end it with .To(action)"},
		{"nil action", func(r *router.Router) { r.Message("").To(nil) }, "To: the action is nil"},
		{"two actions", func(r *router.Router) { r.Message("").To(nothing).To(nothing) }, "has an action already"},
		{"payload without a prefix", func(r *router.Router) { r.Get("ping").To(nothing) },
			`Get("ping"): <ping> without a prefix is in the namespace of stanzas, where no payload is, at byte 0: "ping"; bind its namespace, as in r.Namespace("x", "urn:…"), and write x:ping`},
		{"stanza named twice", func(r *router.Router) { r.Get("iq/x:ping").To(nothing) }, `leave "iq/" out`},
		{"stanza named twice", func(r *router.Router) { r.Message("message[body]").To(nothing) }, `leave "message" out`},
		{"behind white space", func(r *router.Router) { r.Message("\n message[body]").To(nothing) }, `at byte 2: "message[body]"; leave "message" out`},
		{"behind white space", func(r *router.Router) { r.Get("  ping").To(nothing) }, `at byte 2: "ping"; bind its namespace`},
		{"behind white space", func(r *router.Router) { r.Message("  [bo dy]").To(nothing) }, `at byte 6: "dy]"`},
		{"stanza named twice", func(r *router.Router) { r.Message("message //x").To(nothing) }, `; write . for message`},
		{"stanza named twice", func(r *router.Router) { r.Message("message /body").To(nothing) }, `leave "message/" out`},
		{"two kinds", func(r *router.Router) { r.Message("message | presence").To(nothing) }, `; write the whole of it with Route`},
		{"another kind", func(r *router.Router) { r.Message("presence[show]").To(nothing) }, `; write r.Presence(…), or the whole of it with r.Route(…)`},
		{"stanza in Errors", func(r *router.Router) { r.Errors("message[body]").To(nothing) }, `Errors("message[body]"): Errors begins at the stanza already, so this looks for <message> inside it, at byte 0: "message[body]"; write self::message`},
		{"stanza in Where", func(r *router.Router) { r.Message("").Where("message[body]").To(nothing) }, `Where("message[body]"): Where begins at the stanza already`},
		{"stanza in Where", func(r *router.Router) { r.Route("*").Where("presence").To(nothing) }, `; write self::presence`},
		{"@ forgotten", func(r *router.Router) { r.Message("[type='chat']").To(nothing) }, `type is an attribute of stanzas, not an element in them, at byte 1: "type='chat']"; write @type`},
		{"@ forgotten", func(r *router.Router) { r.Get("type='x'").To(nothing) }, `at byte 0: "type='x'"; write @type`},
		{"no stanza", func(r *router.Router) { r.Route("ping").To(nothing) }, `the first step is the stanza, and no stanza is <ping>, at byte 0: "ping"; begin with the stanza`},
		{"no stanza", func(r *router.Router) { r.Message("[/body]").To(nothing) }, `at byte 1: "/body]"; leave the / out`},
		{"payload without a prefix, anywhere", func(r *router.Router) { r.Get(" .//ping").To(nothing) }, `<ping> without a prefix is in the namespace of stanzas, where no payload is, at byte 4: "ping"; bind its namespace`},
		{"payload without a prefix", func(r *router.Router) { r.Route("iq[@type='get']/ping").To(nothing) }, `<ping> without a prefix`},
		{"one name", func(r *router.Router) {
			r.Message("[a]").To(nothing).Name("x")
			r.Message("[b]").To(nothing).Name("x")
		}, "has that name"},
		{"same", func(r *router.Router) {
			r.Message("[a]").To(nothing)
			r.Message("[a]").To(nothing)
		}, "takes every stanza that this one could take; take one of them out"},
		{"hidden", func(r *router.Router) {
			r.Message("").To(nothing)
			r.At("{x}@", func(r *router.Router) { r.Message("[a]").To(nothing) })
		}, "takes every stanza that this one could take; write this one first, or take it out"},
		{"two holes", func(r *router.Router) {
			r.At("{x}@", func(r *router.Router) { r.Message("[body={x}]").To(nothing) })
		}, `two holes of the name "x"`},
		{"sealed", func(r *router.Router) {
			r.Message("").To(nothing)
			r.Use(func(a component.Action) component.Action { return a })
		}, "Use: it comes behind a route of its scope; write it before"},
		{"sealed from inside", func(r *router.Router) {
			r.Group(func(r *router.Router) { r.Message("").To(nothing) })
			r.Namespace("x", "urn:x")
		}, `Namespace("x"): it comes behind a route`},
		{"outer r", func(r *router.Router) {
			outer := r
			r.Group(func(r *router.Router) { outer.Message("").To(nothing) })
		}, "the r of an outer scope is used inside a closure; use the r that the closure gets, func(r *router.Router)"},
		{"r that ended", func(r *router.Router) {
			var kept *router.Router
			r.Group(func(r *router.Router) { kept = r })
			kept.Message("").To(nothing)
		}, "its scope has ended"},
		{"middleware nil", func(r *router.Router) { r.Use(nil) }, "a middleware is nil"},
		{"rescue", func(r *router.Router) { r.Rescue(errors.New("x"), errors.New("y")) }, "give the error and a stanza.Condition or stanza.Fault"},
		{"rescue with a condition there is not", func(r *router.Router) { r.Rescue(errors.New("x"), stanza.Condition("item-not-fuond")) },
			`Rescue: there is no condition "item-not-fuond", so undefined-condition would be sent; did you mean "item-not-found"?`},
		{"rescue with no condition", func(r *router.Router) { r.Rescue(errors.New("x"), stanza.Fault{Text: "x"}) },
			`Rescue: there is no condition "", so undefined-condition would be sent; use one of those in package stanza`},
		{"resource", func(r *router.Router) { r.Resource("", func(r *router.Router) {}) }, "Resource: the resource is empty; give its name"},
		{"resource", func(r *router.Router) { r.Resource("a\x00b", func(r *router.Router) {}) }, `Resource("a\x00b"): resource contains a control character, at byte 1: "\x00b"; a resource has at most 1023 bytes`},
		{"resource", func(r *router.Router) { r.At("x/a\x00b", func(r *router.Router) {}) }, `At("x/a\x00b"): resource contains a control character, at byte 3: "\x00b"`},
		{"namespace", func(r *router.Router) { r.Namespace("", "urn:x") }, "an empty prefix or namespace"},
		{"namespace with a colon", func(r *router.Router) { r.Namespace("t:", "urn:t") }, `Namespace("t:"): the prefix is no name; write it without the colon: r.Namespace("t", …)`},
		{"namespace first", func(r *router.Router) { r.Namespace("urn:t", "t") }, `Namespace("urn:t"): the prefix is no name; the prefix comes first: r.Namespace("t", "urn:t")`},
		{"namespace", func(r *router.Router) { r.Namespace("1", "urn:t") }, `Namespace("1"): the prefix is no name; begin it with a letter`},
		{"namespace xml", func(r *router.Router) { r.Namespace("xml", "urn:t"); r.Message("").To(nothing) }, `Namespace("xml"): the prefix is bound to http://www.w3.org/XML/1998/namespace already; use another prefix`},
		{"namespace bound", func(r *router.Router) { r.Namespace("x", "urn:x"); r.Namespace("x", "urn:y") }, "bound to urn:x already"},
		{"address", func(r *router.Router) { r.At("@", func(r *router.Router) {}) }, "an empty local part, at byte 0"},
		{"address", func(r *router.Router) { r.At("", func(r *router.Router) {}) }, "an empty address"},
		{"address", func(r *router.Router) { r.At("x@/", func(r *router.Router) {}) }, "an empty resource, at byte 2"},
		{"address", func(r *router.Router) { r.At("a b@", func(r *router.Router) {}) }, `At("a b@"): local part contains a character that RFC 7622 section 3.3.1 excludes, at byte 1: " b@"; a local part has no white space`},
		{"address", func(r *router.Router) { r.At("{x}y@", func(r *router.Router) {}) }, `something behind a hole, at byte 3: "y@"`},
		{"address", func(r *router.Router) { r.At("y{x}@", func(r *router.Router) {}) }, "a brace inside a part"},
		{"address", func(r *router.Router) { r.At("bot@/{x:(}", func(r *router.Router) {}) }, "at byte 8"},
		{"address", func(r *router.Router) { r.At("{u}@y{x}", func(r *router.Router) {}) }, `a brace inside a part, at byte 5: "{x}"`},
		{"address", func(r *router.Router) { r.At("a@b@c", func(r *router.Router) {}) }, `At("a@b@c"): a second "@", at byte 3: "@c"`},
		{"address", func(r *router.Router) { r.At("{a}@b@c/d@e", func(r *router.Router) {}) }, `a second "@", at byte 5: "@c/d@e"`},
		{"address in address", func(r *router.Router) {
			r.At("a@", func(r *router.Router) { r.At("b@", func(r *router.Router) {}) })
		}, "the scope around it is for a@, and both cannot be; write the two side by side, or one pattern that says what both say"},
		{"resource", func(r *router.Router) { r.Resource("", func(r *router.Router) {}) }, "Resource"},
		{"resource", func(r *router.Router) { r.Resource("{room}", func(r *router.Router) {}) }, `Resource("{room}"): a resource is written out here; to capture it write r.At("/{room}", …)`},
		{"sender", func(r *router.Router) { r.From("{user}@x", func(r *router.Router) {}) }, `From("{user}@x"): a sender is written out here; ask req.From in the action`},
		{"sender", func(r *router.Router) { r.From("x/{device:a+}", func(r *router.Router) {}) }, `a sender is written out here`},
		{"sender", func(r *router.Router) { r.From("a@@b", func(r *router.Router) {}) }, "From(\"a@@b\")"},
		{"sender in sender", func(r *router.Router) {
			r.From("a@b", func(r *router.Router) { r.From("c@d", func(r *router.Router) {}) })
		}, "the scope around it is for a@b"},
		{"no closure", func(r *router.Router) { r.Group(nil) }, "no function"},
		{"mount", func(r *router.Router) { r.Mount(nil) }, "nothing to mount"},
		{"var", func(r *router.Router) { r.Message("[body=$x]").Var("x", []int{1}).To(nothing) }, "a string, bool, int or float64"},
		{"var", func(r *router.Router) { r.Message("[body=$x]").Var("$x", "1").To(nothing) }, `Var("$x"): a variable is named without the $; write .Var("x", …)`},
		{"two guards", func(r *router.Router) { r.Message("").If(always).If(always).To(nothing) }, "If: the route has a guard already; join"},
		{"two names", func(r *router.Router) { r.Message("").To(nothing).Name("a").Name("b") }, `Name("b"): the route has the name "a" already`},
		{"star", func(r *router.Router) { r.At("*@", func(r *router.Router) {}) }, `at byte 0: "*@"; write {name} for any text there`},
		{"star", func(r *router.Router) { r.At("bot@x/*", func(r *router.Router) {}) }, `at byte 6: "*"; write {name}`},
		{"slash", func(r *router.Router) { r.Resource("/x", func(r *router.Router) {}) }, `Resource("/x"): the / before a resource is not part of it; write r.Resource("x", …)`},
		{"quotes forgotten", func(r *router.Router) { r.Message("[@type=chat]").To(nothing) }, `chat without quotes is an element, at byte 7: "chat]"; write 'chat'`},
		{"hole in quotes", func(r *router.Router) { r.Message("[body='{text}']").To(nothing) }, `in quotes {text} is a text, and captures nothing, at byte 6: "'{text}']"; leave the quotes out to capture`},
		{"hole in a text", func(r *router.Router) { r.Message("[body='time {city}']").To(nothing) }, `in quotes {city} is a text, and captures nothing, at byte 6: "'time {city}']"; a hole takes the whole of a value, as in [body={all:time .*}]; to compare`},
		{"predicates joined", func(r *router.Router) { r.Message("[body] | [subject]").To(nothing) }, `at byte 9: "[subject]"; join the conditions inside one pair of brackets, as in [a or b]`},
		{"James Clark's names", func(r *router.Router) { r.Get("{urn:t}tweet").To(nothing) }, `at byte 7: "tweet"; a namespace has a prefix here: bind one, as in r.Namespace("x", "urn:…"), and write x:tweet`},
		{"where", func(r *router.Router) { r.Message("").Where("@id=").To(nothing) }, `Where("@id=")`},
		{"guard", func(r *router.Router) { r.Message("").If(nil).To(nothing) }, "If: the guard is nil; give a func(context.Context, *component.Request) bool"},
		{"name", func(r *router.Router) { r.Message("").To(nothing).Name("") }, "Name: the name is empty; give it one, or leave Name out"},
	}
	for _, tt := range tests {
		_, err := router.Compile(tt.routes)
		var e *router.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if !strings.Contains(err.Error(), tt.want) || e.Cure == "" || !strings.HasPrefix(err.Error(), "router: mistakes_test.go:") {
			t.Errorf("%s:\n got %v\nwant %s", tt.name, err, tt.want)
		}
	}
}

// TestNoMistakes: what looks like a mistake, and is none.
func TestNoMistakes(t *testing.T) {
	compile(t, func(r *router.Router) {
		r.Namespace("f", "urn:xmpp:forward:0")
		r.Set("//message[body]").To(nothing) // a stanza that a payload holds
		r.Set(".//body").To(nothing)
		r.Set("//f:forwarded").To(nothing)
		r.Message("//query").To(nothing) // messages of sloppy clients have such children
		r.Message("[body='']").To(nothing)
	})
}

// TestAllMistakesAtOnce: one run reports every mistake, in the order of lines.
func TestAllMistakesAtOnce(t *testing.T) {
	_, _, line, _ := runtime.Caller(0)
	_, err := router.Compile(func(r *router.Router) {
		r.Get("ping").To(nothing)
		r.Message("[").To(nothing)
		r.At("x@/", func(r *router.Router) {
			r.Message("").Where("(").
				To(nil)
		})
	})
	var got []string
	for _, l := range strings.Split(err.Error(), "\n") {
		got = append(got, strings.Join(strings.SplitN(l, ":", 4)[1:3], ":"))
	}
	want := []string{}
	for _, d := range []int{2, 3, 4, 5, 6} {
		want = append(want, fmt.Sprintf(" mistakes_test.go:%d", line+d))
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q\nwant %q\n%v", got, want, err)
	}
}

type feature struct{}

func (feature) Routes(r *router.Router) {
	r.Namespace("p", "urn:xmpp:ping")
	r.Get("p:ping").To(nothing).Name("ping")
}

func TestMount(t *testing.T) {
	table := compile(t, func(r *router.Router) {
		r.Namespace("p", "urn:other")
		r.Resource("x", func(r *router.Router) { r.Mount(feature{}) })
	})
	if got := match(t, table, "<iq type='get' id='1' from='a@b' to='c/x'><ping xmlns='urn:xmpp:ping'/></iq>"); got != "ping" {
		t.Errorf("got %q", got)
	}
	if got := match(t, table, "<iq type='get' id='1' from='a@b' to='c'><ping xmlns='urn:xmpp:ping'/></iq>"); got != "" {
		t.Errorf("got %q", got)
	}
}

// FuzzRoute: whatever is written, compiling ends in a table or in errors whose
// places lie within the text.
func FuzzRoute(f *testing.F) {
	f.Add("[@type='chat'][body={x:a{2}}]", "{user}@/{r}", "t:tweet[@id={id}]")
	f.Add("[", "a@b/c", "ping")
	s, _ := stanza.ParseString("<message from='a@b/c' to='user@d/r'><body>aa</body></message>")
	f.Fuzz(func(t *testing.T, message, at, get string) {
		table, err := router.Compile(func(r *router.Router) {
			r.Namespace("t", "urn:t")
			r.At(at, func(r *router.Router) { r.Message(message).To(nothing) })
			r.Get(get).To(nothing)
			r.Route(message).To(nothing)
		})
		if err != nil {
			for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
				if e := e.(*router.Error); e.Offset < -1 || e.Offset > len(e.Arg) || e.Line == 0 {
					t.Fatalf("%+v", e)
				}
			}
			return
		}
		var m router.Match
		if e, err := table.Match(&s, &m); err == nil && e != nil && len(m.Args()) != len(e.Holes()) {
			t.Fatalf("%d captures for holes %v", len(m.Args()), e.Holes())
		}
	})
}
