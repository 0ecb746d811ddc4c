package router_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestMatchAt: where a link says where it is, scopes look at that and not at the to;
// in a small table, and in one that is searched by its index.
func TestMatchAt(t *testing.T) {
	for _, others := range []int{0, 100} {
		t.Run(fmt.Sprint(others), func(t *testing.T) { matchAt(t, others) })
	}
}

func matchAt(t *testing.T, others int) {
	var names []string
	table, err := router.Compile(func(r *router.Router) {
		for i := range others {
			names = append(names, fmt.Sprintf("other-%d", i))
			r.Resource(names[i], func(r *router.Router) { r.Message("[body]").To(nothing) })
		}
		r.Resource("hack", func(r *router.Router) {
			r.Message("[body]").To(nothing).Name("hack")
		})
		r.Resource("tweets", func(r *router.Router) { r.Message("[body]").To(nothing).Name("tweets") })
		r.At("{user}@", func(r *router.Router) { r.Message("[body]").To(nothing).Name("user") })
		r.Message("[body]").To(nothing).Name("any")
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(table.Resources(), " "); got != strings.Join(append(names, "hack", "tweets"), " ") {
		t.Errorf("resources %s", got)
	}
	for _, tc := range []struct{ at, to, route string }{
		{"", "localhost/hack", "hack"},
		{"", "bot@localhost/hack", "user"},
		{"localhost/hack", "bot@localhost/hack", "hack"},
		{"localhost/hack", "bot@localhost", "hack"},
		{"localhost/hack", "bot@localhost/given", "hack"},
		{"localhost/tweets", "bot@localhost/hack", "tweets"},
		{"localhost", "bot@localhost/hack", "any"},
	} {
		s, err := stanza.ParseString("<message from='a@b/c' to='" + tc.to + "'><body>x</body></message>")
		if err != nil {
			t.Fatal(err)
		}
		var m router.Match
		if tc.at != "" {
			m.At = jid.MustParse(tc.at)
		}
		if e, err := table.Match(&s, &m); err != nil || e == nil || e.Name != tc.route {
			t.Errorf("%+v: %v, %v", tc, e, err)
			continue
		} else if e.Name == "hack" {
			if next, _ := table.MatchAfter(e, &s, &m); tc.at != "" && (next == nil || next.Name != "any") {
				t.Errorf("%+v: behind it %v", tc, next)
			}
		}
	}
	err = table.Reachable(jid.MustParse("localhost/hack"), jid.MustParse("localhost/tweets"))
	if err == nil || strings.Count(err.Error(), "\n") != others || !strings.Contains(err.Error(), "client_test.go:32: Message(") || !strings.Contains(err.Error(), "{user}@") {
		t.Errorf("reachable: %v", err)
	}
}
