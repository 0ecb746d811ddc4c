package router_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// entries is a collection with all five actions; ran is the last that ran.
type entries struct{ ran string }

func (c *entries) did(what string, req *component.Request) (component.Response, error) {
	id, _ := req.LookupArg("id")
	c.ran = strings.TrimSpace(what + " " + id)
	return nil, nil
}

func (c *entries) Index(_ context.Context, req *component.Request) (component.Response, error) {
	return c.did("index", req)
}

func (c *entries) Show(_ context.Context, req *component.Request) (component.Response, error) {
	return c.did("show", req)
}

func (c *entries) Create(_ context.Context, req *component.Request) (component.Response, error) {
	return c.did("create", req)
}

func (c *entries) Update(_ context.Context, req *component.Request) (component.Response, error) {
	return c.did("update", req)
}

func (c *entries) Delete(_ context.Context, req *component.Request) (component.Response, error) {
	return c.did("delete", req)
}

// lister has one of the methods, and one that looks like another.
type lister struct{}

func (lister) Index(context.Context, *component.Request) (component.Response, error) { return nil, nil }
func (lister) Shows()                                                                {}

type badShow struct{ lister }

func (badShow) Show(id int) string { return "" }

func TestCRUD(t *testing.T) {
	c := &entries{}
	table := compile(t, func(r *router.Router) {
		r.Namespace("t", tweets)
		r.CRUD("t:tweets", "t:tweet", c)
	})
	if got := order(table); got != "tweets.index tweets.show tweets.create tweets.update tweets.delete" {
		t.Errorf("routes %s", got)
	}
	for e := range table.Routes() {
		if want := "router_test.entries." + map[string]string{"index": "Index", "show": "Show", "create": "Create", "update": "Update", "delete": "Delete"}[strings.TrimPrefix(e.Name, "tweets.")]; e.Func != want {
			t.Errorf("%s is called %s, want %s", e.Name, e.Func, want)
		}
	}
	for _, tt := range []struct{ typ, payload, want string }{
		{"get", "<tweets xmlns='" + tweets + "'/>", "index"},
		{"get", "<tweet xmlns='" + tweets + "' id='7'/>", "show 7"},
		{"get", "<tweet xmlns='" + tweets + "'/>", ""},
		{"get", "<tweets xmlns='urn:other'/>", ""},
		{"set", "<tweets xmlns='" + tweets + "'><tweet>a</tweet><tweet>b</tweet></tweets>", "create"},
		{"set", "<tweets xmlns='" + tweets + "'/>", ""},
		{"set", "<tweet xmlns='" + tweets + "' id='7'>a</tweet>", "update 7"},
		{"set", "<retract xmlns='" + tweets + "'><tweet id='7'/></retract>", "delete 7"},
		{"set", "<retract xmlns='" + tweets + "'><tweet id='7'/><tweet id='8'/></retract>", ""},
		{"set", "<retract xmlns='" + tweets + "'><tweet/></retract>", ""},
		{"set", "<retract xmlns='" + tweets + "'><other id='7'/></retract>", ""},
		{"get", "<retract xmlns='" + tweets + "'><tweet id='7'/></retract>", ""},
	} {
		xml := "<iq type='" + tt.typ + "' id='1' from='a@b' to='c'>" + tt.payload + "</iq>"
		c.ran = ""
		run(t, table, xml)
		if c.ran != tt.want {
			t.Errorf("%s: ran %q, want %q", xml, c.ran, tt.want)
		}
	}
}

// TestCRUDOfSome: what has no method has no route, and two collections of one
// namespace do not meet.
func TestCRUDOfSome(t *testing.T) {
	table := compile(t, func(r *router.Router) {
		r.Namespace("t", tweets)
		r.Use(same).Except("users.index")
		r.CRUD("t:users", "t:user", lister{})
		r.CRUD("t:tweets", "t:tweet", &entries{})
	})
	if got := order(table); got != "users.index tweets.index tweets.show tweets.create tweets.update tweets.delete" {
		t.Errorf("routes %s", got)
	}
}

func TestCRUDMistakes(t *testing.T) {
	bound := func(collection, item string, c any) func(r *router.Router) {
		return func(r *router.Router) {
			r.Namespace("t", tweets)
			r.CRUD(collection, item, c)
		}
	}
	for name, tt := range map[string]struct {
		routes func(r *router.Router)
		want   string
	}{
		"no methods": {bound("t:tweets", "t:tweet", entries{}), `CRUD("t:tweets"): router_test.entries has none of the methods Index, Show, Create, Update and Delete; give it`},
		"nil":        {bound("t:tweets", "t:tweet", nil), `<nil> has none of the methods`},
		"no action": {bound("t:tweets", "t:tweet", badShow{}),
			`the method Show of router_test.badShow is no action but a func(int) string; give it the signature of component.Action, or another name`},
		"no prefix":   {bound("tweets", "t:tweet", lister{}), `CRUD("tweets"): it is no name of an element with a prefix; write it as in`},
		"expression":  {bound("t:tweets", "t:tweet[@id]", lister{}), `CRUD("t:tweet[@id]"): it is no name`},
		"unbound":     {bound("x:tweets", "t:tweet", lister{}), `CRUD("x:tweets"): prefix x: has no namespace; bind it: r.Namespace("x", "urn:…")`},
		"one element": {bound("t:tweet", "t:tweet", lister{}), `collection and item are the same element`},
	} {
		_, err := router.Compile(tt.routes)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "router: crud_test.go:") {
			t.Errorf("%s:\n got %v\nwant %s, once", name, err, tt.want)
		}
	}
	_, err := router.Compile(func(r *router.Router) {
		r.Namespace("t", tweets)
		r.Namespace("u", "urn:u")
		r.CRUD("t:tweets", "t:tweet", lister{})
		r.CRUD("u:tweets", "u:tweet", lister{})
	})
	if err == nil || !strings.Contains(err.Error(), `Name("tweets.index"): the route at crud_test.go:`) {
		t.Errorf("two collections of one name: %v", err)
	}
}

// run runs the action of the route that takes a stanza, if one does.
func run(t testing.TB, table *router.Table, xml string) {
	t.Helper()
	s := parse(t, xml)
	var m router.Match
	e, err := table.Match(&s, &m)
	if err == nil && e != nil {
		_, err = e.Action(t.Context(), m.Request(s, e))
	}
	if err != nil {
		t.Errorf("%s: %v", xml, err)
	}
}

// Notes is a collection of which items can be shown.
type Notes map[string]string

func (n Notes) Show(_ context.Context, req *component.Request) (component.Response, error) {
	fmt.Println(n[req.Arg("id")])
	return req.Result(element.Text("urn:example:notes", "note", n[req.Arg("id")])), nil
}

func ExampleRouter_CRUD() {
	notes := Notes{"7": "buy milk"}
	try("<iq type='get' id='1' from='a@b/c' to='app'><note xmlns='urn:example:notes' id='7'/></iq>", func(r *router.Router) {
		r.Namespace("n", "urn:example:notes")
		r.CRUD("n:notes", "n:note", notes)
	})
	// Output: buy milk
}

// TestCRUDDoesNotAllocate: the actions are methods called as such.
func TestCRUDDoesNotAllocate(t *testing.T) {
	table := compile(t, func(r *router.Router) {
		r.Namespace("t", tweets)
		r.CRUD("t:tweets", "t:tweet", lister{})
	})
	for e := range table.Routes() {
		if n := testing.AllocsPerRun(100, func() { e.Action(context.Background(), nil) }); n != 0 {
			t.Errorf("%s allocates %v times", e.Name, n)
		}
	}
}

// TestCRUDInScopes: a collection below captured addresses, behind filters that
// name its routes.
func TestCRUDInScopes(t *testing.T) {
	c := &entries{}
	table := compile(t, func(r *router.Router) {
		r.Namespace("t", tweets)
		r.At("{user}@", func(r *router.Router) {
			r.Use(component.Before(func(_ context.Context, req *component.Request) error {
				return stanza.Forbidden.With("not of %s", req.Arg("user"))
			})).Only("tweets.create", "tweets.update", "tweets.delete")
			r.CRUD("t:tweets", "t:tweet", c)
		})
	})
	run(t, table, "<iq type='get' id='1' from='a@b' to='ann@c'><tweet xmlns='"+tweets+"' id='7'/></iq>")
	if c.ran != "show 7" {
		t.Errorf("ran %q", c.ran)
	}
	s := parse(t, "<iq type='set' id='1' from='a@b' to='ann@c'><tweet xmlns='"+tweets+"' id='7'/></iq>")
	var m router.Match
	e, _ := table.Match(&s, &m)
	if _, err := e.Action(t.Context(), m.Request(s, e)); fmt.Sprint(err) != "stanza: forbidden: not of ann" {
		t.Error(err)
	}
}
