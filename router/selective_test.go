package router

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/emp-framework/emp/stanza"
)

// tried returns how many routes the index finds for a stanza.
func (t *Table) tried(s *stanza.Stanza) (n int) {
	var f search
	ix := t.indexes[s.Kind]
	if len(ix.asks) == 0 {
		return len(ix.routes)
	}
	for _, found := range f.find(ix, t.paths, s, s.To.JID) {
		n += len(found.routes)
	}
	return n
}

// TestIndexIsSelective: of many routes only those are tried that can be meant.
func TestIndexIsSelective(t *testing.T) {
	for _, n := range []int{6, 100, 1000} {
		for _, by := range shapes {
			table := table(t, n, by)
			for _, i := range []int{0, n / 2, n - 1} {
				if s := parsed(t, by.stanza(i)); table.tried(&s) != 1 {
					t.Errorf("%d routes by %s: %d are tried", n, by.name, table.tried(&s))
				}
			}
			if s := parsed(t, by.stanza(n)); table.tried(&s) != 0 {
				t.Errorf("%d routes by %s: %d are tried in vain", n, by.name, table.tried(&s))
			}
		}
		mixed := table(t, n, shapes...)
		for i := range n {
			if s := parsed(t, shapes[i%len(shapes)].stanza(i)); n > 6 && mixed.tried(&s) != 1 {
				t.Fatalf("%d routes of all shapes: %d are tried for %s", n, mixed.tried(&s), s.Node)
			}
		}
	}
}

// TestIndexOfIndexes: where payloads and ids multiply, payloads lead to ids, and
// to the ids of no other payload.
func TestIndexOfIndexes(t *testing.T) {
	table, err := Compile(func(r *Router) {
		r.Namespace("x", "urn:x")
		for payload := range 30 {
			for id := range 30 {
				r.Get(fmt.Sprintf("x:p%d[@id='%d']", payload, id)).To(ignore)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	s := parsed(t, "<iq type='get' id='1' from='a@b' to='c'><p29 xmlns='urn:x' id='7'/></iq>")
	if n := table.tried(&s); n != 1 {
		t.Errorf("%d routes are tried", n)
	}
	if key := table.entries[907-30].Key(); key != "payload {urn:x}p29 and {urn:x}p29/@id = '7'" {
		t.Errorf("key %q", key)
	}
}

// TestManyAnswers: a stanza that gives one answer thousands of times finds what
// lies behind it once.
func TestManyAnswers(t *testing.T) {
	const n = 3000
	table, err := Compile(func(r *Router) {
		r.Namespace("x", "urn:x")
		for i := range 20 {
			r.Message(fmt.Sprintf("x:a[@id='%d']", i%3)).Where(fmt.Sprintf("x:a/x:b/x:c='%d'", i)).To(ignore)
			r.Message(fmt.Sprintf("x:b[@id='%d']", i)).To(ignore)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	s := parsed(t, "<message from='a@b' to='c'>"+strings.Repeat("<a xmlns='urn:x' id='1'><b><c>7</c></b></a><b xmlns='urn:x' id='1'/>", n/2)+"</message>")
	var m Match
	if e, err := table.Match(&s, &m); err != nil || e == nil || e.Where != nil {
		t.Errorf("%v, %v", e, err)
	}
	if found := m.search.found; len(found) == 0 || len(found) > 10 {
		t.Errorf("%d indexes are found", len(found))
	}
}

// TestIndexDoesNotAllocate: whatever is asked, even where the text of an element
// lies in pieces.
func TestIndexDoesNotAllocate(t *testing.T) {
	deep := shape{
		name:  "deep",
		route: func(r *Router, n int) { r.Message(fmt.Sprintf("thread/subject='%d'", n)).To(ignore) },
		stanza: func(n int) string {
			return fmt.Sprintf("<message from='a@b' to='c'><body>!d<i/>o-%d </body><thread>x<subject>%d<subject/>%d</subject></thread></message>", n+1, n/10, n%10)
		},
	}
	of := append(slices.Clone(shapes), deep)
	all := table(t, 700, of...)
	for i, by := range of {
		for _, n := range []int{693 + i, 700 + i} { // the last of its shape, and none
			s := parsed(t, by.stanza(n))
			var m Match
			e, err := all.Match(&s, &m)
			if (e != nil) != (n < 700) || err != nil {
				t.Fatalf("%s: %v, %v", s.Node, e, err)
			}
			if got := testing.AllocsPerRun(100, func() { all.Match(&s, &m) }); got != 0 {
				t.Errorf("%s: %v allocations", s.Node, got)
			}
		}
	}
}

// TestKeys: the words for how a route is found.
func TestKeys(t *testing.T) {
	keys := map[string]string{}
	table, err := Compile(func(r *Router) {
		r.Namespace("x", "urn:x")
		route := func(key string, route *Route) {
			route.To(ignore).Name(fmt.Sprint(len(keys)))
			keys[fmt.Sprint(len(keys))] = key
		}
		for i := range 3 {
			r.Resource(fmt.Sprintf("r%d", i), func(r *Router) {
				route(fmt.Sprintf("@type = 'set' and resource r%d", i), r.Set(""))
			})
			r.At(fmt.Sprintf("u%d@d%d", i, i), func(r *Router) {
				route(fmt.Sprintf("local part u%d", i), r.Presence("[@id]"))
			})
			r.From(fmt.Sprintf("a%d@b/c", i), func(r *Router) {
				route(fmt.Sprintf("sender a%d@b", i), r.Presence("[not(@id)]"))
			})
			route(fmt.Sprintf("@type = 'get' and payload {urn:x}q%d", i), r.Get(fmt.Sprintf("x:q%d", i)))
			route(fmt.Sprintf("@from = 'a%d@b'", i), r.Message(fmt.Sprintf("[@from='a%d@b']", i)))
			route(fmt.Sprintf("starts-with(body, '!%d')", i), r.Message(fmt.Sprintf("[starts-with(body, '!%d')]", i)))
			route(fmt.Sprintf("body = '?%d' or body = '!?%d'", i, i), r.Message(fmt.Sprintf("[body='?%d' or body='!?%d']", i, i)))
			route(fmt.Sprintf(`@xml:lang = "it's%d"`, i), r.Route(fmt.Sprintf(`message[@xml:lang="it's%d"]`, i)))
		}
		route("body = 'a' or body = 'b' or body = 'c' or body = 'd' or 2 more", r.Message("[body='a' or body='b' or body='c' or body='d' or body='e' or body='f']"))
		route("scan", r.Message("[contains(@id, 'x')]"))
		route("scan", r.Route("//x:y"))
		route("never", r.Message("[$debug]").Var("debug", false))
		route("scan", r.Route("message[@id] | iq/x:q1[@y]"))
	})
	if err != nil {
		t.Fatal(err)
	}
	for e := range table.Routes() {
		if e.Key() != keys[e.Name] {
			t.Errorf("%s %s: %q, want %q", e.Address, e.Expr, e.Key(), keys[e.Name])
		}
	}
	small, err := Compile(func(r *Router) { r.Message("[body='x']").To(ignore) })
	if err != nil || small.entries[0].Key() != "scan" {
		t.Errorf("%v, %v", small, err)
	}
}
