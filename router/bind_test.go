package router_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// said is a typed function that returns what it was given.
func said(_ context.Context, in struct {
	User string `arg:"user"`
	N    int    `arg:"n"`
	Lang string `arg:"lang" default:"en"`
}) (string, error) {
	return fmt.Sprint(in.User, " ", in.N, " ", in.Lang), nil
}

// TestBind: captures of the address, the expression and those of Where reach a
// typed function, around which is the middleware of its scope.
func TestBind(t *testing.T) {
	var before []string
	table := compile(t, func(r *router.Router) {
		r.Use(func(next component.Action) component.Action {
			return func(ctx context.Context, req *component.Request) (component.Response, error) {
				before = append(before, req.Route)
				return next(ctx, req)
			}
		})
		r.At("{user}@", func(r *router.Router) {
			r.Message("[body={n}]").Where("not(@xml:lang) or @xml:lang={lang}").Bind(component.Args(said)).Name("said")
		})
	})
	for xml, want := range map[string]string{
		"<message from='a@b/c' to='ann@app'><body>7</body></message>":                "ann 7 en",
		"<message from='a@b/c' to='ann@app' xml:lang='de'><body>-3</body></message>": "ann -3 de",
		"<message from='a@b/c' to='ann@app'><body>x</body></message>":                "stanza: bad-request: argument n: a whole number from -9223372036854775808 to 9223372036854775807 is expected",
	} {
		s, err := stanza.ParseString(xml)
		if err != nil {
			t.Fatal(err)
		}
		var m router.Match
		e, err := table.Match(&s, &m)
		if e == nil || err != nil {
			t.Fatal(err)
		}
		res, err := e.Action(t.Context(), m.Request(s, e))
		got := fmt.Sprint(err)
		if err == nil {
			got = res[0].Body
		}
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", xml, got, want)
		}
	}
	for e := range table.Routes() {
		if e.Func != "router_test.said" {
			t.Errorf("the function is called %q", e.Func)
		}
	}
	if len(before) != 3 || before[0] != "said" {
		t.Errorf("middleware ran for %v", before)
	}
}

// TestBindMistakes: what a function wants and its route has not is reported at
// the line of Bind, with all other mistakes.
func TestBindMistakes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		routes func(r *router.Router)
		want   string // all of it, but for the place of the first line
	}{
		{"nothing captured", func(r *router.Router) { r.Message("").Bind(component.Args(said)) },
			"Bind: field User takes {user}, and the route captures nothing; write the hole {user} into the route's expression or address, as in @user={user}, or take the field out"},
		{"not always", func(r *router.Router) {
			r.At("{user}@", func(r *router.Router) {
				r.Message("[not(@id) or @id={n}][@xml:lang={lang}]").Bind(component.Args(said))
			})
		}, "Bind: field N takes {n}, which is not filled where another alternative matches; make it *int, nil then, or give it a default, as in `arg:\"n\" default:\"…\"`\n"},
		{"of a presence", func(r *router.Router) {
			r.At("{user}@", func(r *router.Router) { r.Presence("[@id={n}][@xml:lang={lang}]").Bind(component.Args(said)) })
		}, "Bind: the function returns string, which says not which presence is to be the answer; "},
		{"of errors", func(r *router.Router) {
			r.Errors("").Bind(component.Args(func(context.Context, struct{}) (string, error) { return "", nil }))
		}, "Bind: the function returns string, and errors are never answered; "},
		{"to an iq", func(r *router.Router) {
			r.Get("").Bind(component.Args(func(context.Context, struct{}) (string, error) { return "", nil }))
		}, "Bind: the function returns a string, which is the body of a message, to answer an iq; "},
		{"twice", func(r *router.Router) {
			r.Message("").To(nothing).Bind(component.Args(func(context.Context, struct{}) (string, error) { return "", nil }))
		}, "Bind: the route has an action already; take one of the two out, or write a route of its own for the second\n"},
		{"To behind it", func(r *router.Router) {
			r.Message("").Bind(component.Args(func(context.Context, struct{}) (string, error) { return "", nil })).To(nothing)
		}, "To: the route has an action already; take one of the two out, or write a route of its own for the second\n"},
		{"nothing", func(r *router.Router) { r.Message("").Bind(component.Binding{}) }, "Bind: nothing is bound; give it component.Args(function)\n"},
		// What a broken expression or address captures is not known.
		{"broken expression", func(r *router.Router) { r.Message("[@id={user}").Bind(component.Args(said)) }, `Message("[@id={user}"): [ is not closed, at byte 0: "[@id={user}"; close it with ]` + "\n"},
		{"broken address", func(r *router.Router) {
			r.At("{user@", func(r *router.Router) { r.Message("").Bind(component.Args(said)) })
		}, `At("{user@"): `},
	} {
		_, err := router.Compile(tt.routes)
		if err == nil {
			t.Errorf("%s: no error", tt.name)
			continue
		}
		place, got, _ := strings.Cut(err.Error()+"\n", ": ")
		_, got, _ = strings.Cut(got, ": ")
		lines := 1
		if tt.name == "nothing captured" {
			lines = 3
		}
		if place != "router" || !strings.HasPrefix(got, tt.want) || strings.Count(got, "\n") != lines {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

func TestBindPlace(t *testing.T) {
	_, _, line, _ := runtime.Caller(0)
	_, err := router.Compile(func(r *router.Router) {
		r.At("{user}@", func(r *router.Router) {
			r.Message("[@id={n}]").
				Bind(component.Args(said)).
				Name("said")
		})
	})
	if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("router: bind_test.go:%d: Bind: field Lang takes {lang}, and the route captures only {user}, {n}; ", line+4)) {
		t.Errorf("%v", err)
	}
}

func ExampleRoute_Bind() {
	greet := func(_ context.Context, in struct {
		Times int `arg:"times"`
	}) (string, error) {
		return strings.TrimSpace(strings.Repeat("Hackity Hack! ", in.Times)), nil
	}
	table, err := router.Compile(func(r *router.Router) {
		r.Message("[substring-after(body, 'hack ')={times}]").Bind(component.Args(greet))
	})
	if err != nil {
		panic(err)
	}
	for _, body := range []string{"hack 2", "hack it"} {
		s, _ := stanza.ParseString("<message from='a@b/c' to='app'><body>" + body + "</body></message>")
		var m router.Match
		e, _ := table.Match(&s, &m)
		res, err := e.Action(context.Background(), m.Request(s, e))
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(res[0].Body)
	}
	// Output:
	// Hackity Hack! Hackity Hack!
	// stanza: bad-request: argument times: a whole number from -9223372036854775808 to 9223372036854775807 is expected
}
