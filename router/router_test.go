package router_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

func nothing(context.Context, *component.Request) (component.Response, error) { return nil, nil }

// compile is Compile for route files without mistakes.
func compile(t testing.TB, routes ...func(*router.Router)) *router.Table {
	t.Helper()
	table, err := router.Compile(routes...)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// match says which route takes a stanza, with its captures: "name a=1 b=2",
// or "" for none.
func match(t testing.TB, table *router.Table, xml string) string {
	t.Helper()
	s := parse(t, xml)
	var m router.Match
	e, err := table.Match(&s, &m)
	if err != nil {
		t.Fatal(err)
	}
	return describe(e, &m)
}

func parse(t testing.TB, xml string) stanza.Stanza {
	t.Helper()
	s, err := stanza.ParseString(xml)
	if err != nil {
		t.Fatalf("%s: %v", xml, err)
	}
	return s
}

func describe(e *router.Entry, m *router.Match) string {
	if e == nil {
		return ""
	}
	out := e.Name
	for _, a := range m.Args() {
		if out += " " + a.Name + "=" + a.Value; !a.OK {
			out += "(none)"
		}
	}
	return out
}

const tweets = "urn:example:tweets"

func routes(r *router.Router) {
	r.Namespace("t", tweets)
	r.Resource("tweets", func(r *router.Router) {
		r.Get(`t:tweet[@id={id:\d+}]`).To(nothing).Name("show")
		r.Get("t:tweets").To(nothing).Name("index")
		r.Set("t:tweets[t:tweet]").To(nothing).Name("create")
		r.Set("t:tweets | t:tweet[@id={id}]").To(nothing).Name("change")
	})
	r.At("{user}@", func(r *router.Router) {
		r.Message("[@type='chat'][body={text:!.*}]").To(nothing).Name("command")
		r.Message("[@type='chat'][body]").To(nothing).Name("post")
		r.Presence("[@type='subscribe']").To(nothing).Name("follow")
		r.Resource("phone", func(r *router.Router) {
			r.Message("").To(nothing).Name("phone")
		})
	})
	r.At("bot@/{room:[a-z]{2,3}}", func(r *router.Router) { r.Presence("").To(nothing).Name("room") })
	r.From("Boss@localhost", func(r *router.Router) {
		r.From("boss@localhost/desk", func(r *router.Router) { r.Message("[body='now']").To(nothing).Name("now") })
		r.Message("body").To(nothing).Name("boss")
	})
	r.Errors("[error]").To(nothing).Name("bounce")
	r.Route("presence[@type='error']").To(nothing).Name("failed presence")
	r.Route("/message[@id={id}] | message[subject]").To(nothing).Name("any")
	r.Message("[thread=$t]").Var("t", "x").Where("@xml:lang={lang}").To(nothing).Name("where")
}

func TestMatch(t *testing.T) {
	table := compile(t, routes)
	to := func(to, rest string) string {
		return "<" + strings.Replace(rest, " ", " from='a@b/c' to='"+to+"' ", 1)
	}
	const tw = "' id='1'><t:"
	tests := []struct{ in, want string }{
		{to("app.localhost/tweets", "iq type='get"+tw+"tweet xmlns:t='urn:example:tweets' id='17'/></iq>"), "show id=17"},
		{to("app.localhost/tweets", "iq type='get"+tw+"tweet xmlns:t='urn:example:tweets' id='x'/></iq>"), ""},
		{to("app.localhost/tweets", "iq type='get"+tw+"tweet xmlns:t='urn:other' id='17'/></iq>"), ""},
		{to("app.localhost/tweets", "iq type='get"+tw+"tweets xmlns:t='urn:example:tweets'/></iq>"), "index"},
		{to("u@app.localhost/tweets", "iq type='get"+tw+"tweets xmlns:t='urn:example:tweets'/></iq>"), ""},
		{to("app.localhost", "iq type='get"+tw+"tweets xmlns:t='urn:example:tweets'/></iq>"), ""},
		{to("app.localhost/tweets", "iq type='set"+tw+"tweets xmlns:t='urn:example:tweets'><t:tweet/></t:tweets></iq>"), "create"},
		{to("app.localhost/tweets", "iq type='set"+tw+"tweets xmlns:t='urn:example:tweets'/></iq>"), "change id=(none)"},
		{to("app.localhost/tweets", "iq type='set"+tw+"tweet xmlns:t='urn:example:tweets' id='7'/></iq>"), "change id=7"},
		{to("app.localhost/tweets", "iq type='result"+tw+"tweets xmlns:t='urn:example:tweets'/></iq>"), ""},
		{to("Ann@app.localhost", "message type='chat'><body>hi</body></message>"), "post user=ann"},
		{to("ann@app.localhost/x", "message type='chat'><body>!hi</body></message>"), "command user=ann text=!hi"},
		{to("ann@app.localhost/phone", "message type='headline'/>"), "phone user=ann"},
		{to("ann@app.localhost", "presence type='subscribe'/>"), "follow user=ann"},
		{to("bot@app.localhost/den", "presence />"), "room room=den"},
		{to("bot@app.localhost/denn", "presence />"), ""},
		{to("bot@app.localhost", "presence />"), ""},
		{"<message from='boss@localhost/desk' to='x'><body>now</body></message>", "now"},
		{"<message from='BOSS@localhost/bed' to='x'><body>now</body></message>", "boss"},
		{"<message from='boss@localhost.x/bed' to='x'><body>now</body></message>", ""},
		{"<message type='error' from='boss@localhost' to='x'><body>now</body><error type='cancel'/></message>", "bounce"},
		{"<message type='error' from='boss@localhost' to='x' id='1'><body>now</body></message>", ""},
		{"<presence type='error' from='boss@localhost' to='x'/>", "failed presence"},
		{"<message from='a@b' to='x' id='1'/>", "any id=1"},
		{"<message from='a@b' to='x'><subject/></message>", "any id=(none)"},
		{"<message from='a@b' to='x' xml:lang='de'><thread>x</thread></message>", "where lang=de"},
		{"<message from='a@b' to='x'><thread>x</thread></message>", ""},
	}
	for _, tt := range tests {
		if got := match(t, table, tt.in); got != tt.want {
			t.Errorf("%s\n got %q\nwant %q", tt.in, got, tt.want)
		}
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	table := compile(t, routes)
	s, err := stanza.ParseString("<message type='chat' from='a@b/c' to='ann@app.localhost/x'><body>!hi</body></message>")
	if err != nil {
		t.Fatal(err)
	}
	var m router.Match
	table.Match(&s, &m)
	if n := testing.AllocsPerRun(100, func() { table.Match(&s, &m) }); n != 0 {
		t.Errorf("matching allocates %v times", n)
	}
}

func TestGuardAndMatchAfter(t *testing.T) {
	table := compile(t, func(r *router.Router) {
		r.Message("[body={a}]").If(func(_ context.Context, req *component.Request) bool { return req.Arg("a") == "x" }).To(nothing).Name("first")
		r.Message("[body={b}]").To(nothing).Name("second")
	})
	s, _ := stanza.ParseString("<message from='a@b' to='c'><body>y</body></message>")
	var m router.Match
	e, _ := table.Match(&s, &m)
	if got := describe(e, &m); got != "first a=y" || e.Guard == nil {
		t.Fatal(got)
	}
	if e.Guard(t.Context(), m.Request(s, e)) {
		t.Error("the guard takes it")
	}
	if e, _ = table.MatchAfter(e, &s, &m); describe(e, &m) != "second b=y" {
		t.Error(describe(e, &m))
	}
	if e, _ = table.MatchAfter(e, &s, &m); e != nil {
		t.Error(e.Name)
	}
}

func TestMiddlewareAndRescue(t *testing.T) {
	var order []string
	mw := func(name string) component.Middleware {
		return func(next component.Action) component.Action {
			return func(ctx context.Context, req *component.Request) (component.Response, error) {
				order = append(order, name)
				return next(ctx, req)
			}
		}
	}
	fails := func(err error) component.Action {
		return func(context.Context, *component.Request) (component.Response, error) {
			return nil, fmt.Errorf("wrapped: %w", err)
		}
	}
	table := compile(t, func(r *router.Router) {
		r.Use(mw("1"), mw("2"))
		r.Rescue(io.EOF, stanza.Gone)
		r.Rescue(io.ErrUnexpectedEOF, stanza.RemoteServerTimeout.With("later"))
		r.Group(func(r *router.Router) {
			r.Rescue(io.EOF, stanza.ItemNotFound)
			r.With(mw("3")).Message("[body='1']").To(fails(io.EOF)).Name("inner")
			r.Message("[body='2']").To(fails(io.ErrUnexpectedEOF)).Name("outer")
			r.Message("[body='3']").To(fails(stanza.Conflict)).Name("fault")
			r.Message("[body='4']").To(fails(io.ErrClosedPipe)).Name("unknown")
		})
		r.Message("[body='5']").To(fails(io.EOF)).Name("gone")
	})
	want := map[string]struct {
		order string
		cond  error
	}{
		"inner": {"1 2 3", stanza.ItemNotFound}, "outer": {"1 2", stanza.RemoteServerTimeout},
		"fault": {"1 2", stanza.Conflict}, "unknown": {"1 2", io.ErrClosedPipe}, "gone": {"1 2", stanza.Gone},
	}
	for e := range table.Routes() {
		order = nil
		_, err := e.Action(t.Context(), nil)
		if w := want[e.Name]; !errors.Is(err, w.cond) || strings.Join(order, " ") != w.order {
			t.Errorf("%s: %v, %v", e.Name, order, err)
		}
		var f stanza.Fault
		if errors.As(err, &f) == (e.Name == "unknown") {
			t.Errorf("%s: fault %v", e.Name, f)
		}
		if e.Name == "inner" && !errors.Is(err, io.EOF) {
			t.Error("the log does not get the cause")
		}
	}
}

// TestBracesThatAreNoHoles: resources and senders may have them (RFC 7622).
func TestBracesThatAreNoHoles(t *testing.T) {
	table := compile(t, func(r *router.Router) {
		r.Resource("{8f3b-1}", func(r *router.Router) { r.Message("").To(nothing).Name("resource") })
		r.From("{8f3b-1}@b", func(r *router.Router) { r.Message("").To(nothing).Name("sender") })
	})
	if got := match(t, table, "<message from='a@b' to='c/{8f3b-1}'/>"); got != "resource" {
		t.Errorf("got %q", got)
	}
	if got := match(t, table, "<message from='{8f3b-1}@b' to='c'/>"); got != "sender" {
		t.Errorf("got %q", got)
	}
}
