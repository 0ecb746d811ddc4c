package emptest

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// Request returns the request that the routes make of a stanza, written as XML: which
// route takes it, with which captures. No action runs. The test ends if the routes
// are wrong or none takes it, and is told what the nearest ones miss.
//
//	req := emptest.Request(t, app.Routes, `<iq from='alice@localhost/a' to='tweeter.localhost/tweets' type='get' id='1'><tweet xmlns='urn:tweets' id='7'/></iq>`)
//	if req.Route != "tweet" || req.Arg("id") != "7" {
//		t.Errorf("route %s with %v", req.Route, req.Args())
//	}
//
// It is also what an action is called with, where a test wants nothing around it:
//
//	response, err := tweets.Show(t.Context(), req)
//
// A route with If, which needs the action's code to decide, is taken as it stands.
func Request(t testing.TB, routes func(*router.Router), xml string) *component.Request {
	t.Helper()
	s := parse(t, xml)
	table, err := router.Compile(routes)
	if err != nil {
		t.Fatalf("emptest: the routes: %v", err)
	}
	var m router.Match
	entry, err := table.Match(&s, &m)
	if err != nil {
		t.Fatalf("emptest: %v", err)
	}
	if entry == nil {
		t.Fatalf("emptest: no route takes\n%s%s", layout(s.Node), nearest(table, &s))
	}
	return m.Request(s, entry)
}

// nearest says what the routes that came nearest miss.
func nearest(table *router.Table, s *stanza.Stanza) string {
	var b strings.Builder
	b.WriteString("the nearest are\n")
	for _, v := range table.Nearest(s, jid.JID{}, 3) {
		for i := range v.Misses[:min(len(v.Misses), 1)] {
			fmt.Fprintf(&b, "  %s (%s:%d): %s\n", v.Entry.Name, filepath.Base(v.Entry.File), v.Entry.Line, v.Misses[i].String())
		}
	}
	return b.String()
}

// Dispatch has one action handle a stanza, written as XML, and returns what was sent: as
// in a whole app, with the answer that the stanza's kind demands, errors as stanza errors,
// a panic as internal-server-error. args is what its route would have captured.
//
//	got := emptest.Dispatch(t, tweets.Show, `<iq from='alice@localhost/a' to='tweeter.localhost/tweets' type='get' id='1'><tweet xmlns='urn:tweets'/></iq>`,
//		component.Arg{Name: "id", Value: "7", OK: true})
//
// A function with typed arguments ([component.Args]) is tested by calling it.
func Dispatch(t testing.TB, action component.Action, xml string, args ...component.Arg) []stanza.Stanza {
	t.Helper()
	s := parse(t, xml)
	dispatched := func(ctx context.Context, req *component.Request) (component.Response, error) {
		whole := component.NewRequest(req.Stanza, req.Route, args...)
		whole.Via = req.Via
		return action(ctx, whole)
	}
	app := &framework.App{
		Config: framework.Config{JID: s.To.JID.Domain()},
		Routes: func(r *router.Router) {
			if s.Type == stanza.TypeError {
				r.Errors("").To(dispatched)
			} else {
				r.Route(s.Kind.String()).To(dispatched)
			}
		},
	}
	return Do(t, app, xml)
}

// parse reads the one stanza of a test.
func parse(t testing.TB, xml string) stanza.Stanza {
	t.Helper()
	s, err := stanza.ParseString(strings.TrimSpace(xml))
	if err != nil {
		t.Fatalf("emptest: the stanza: %v", err)
	}
	return s
}
