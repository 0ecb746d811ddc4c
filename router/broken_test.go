package router_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestNilFunctions: what would panic later, far from where it was written, is
// a mistake with its place.
func TestNilFunctions(t *testing.T) {
	none := func(component.Action) component.Action { return nil }
	_, err := router.Compile(routes, nil)
	if err == nil || !strings.HasPrefix(err.Error(), "router: broken_test.go:17: Compile: a route function is nil; ") {
		t.Errorf("nil routes: %v", err)
	}
	_, err = router.Compile(func(r *router.Router) {
		r.Use(same)
		r.With(same, none, same).Message("").To(nothing)
	})
	if err == nil || !strings.HasPrefix(err.Error(), "router: broken_test.go:23: Message: the middleware used at broken_test.go:23 returned no action; ") || strings.Contains(err.Error(), "\n") {
		t.Errorf("nil action: %v", err)
	}
}

// TestArgsOfNoMatch: a match that failed leaves no captures.
func TestArgsOfNoMatch(t *testing.T) {
	table := compile(t, func(r *router.Router) {
		r.At("{user}@", func(r *router.Router) { r.Message("[body={text}]").Where("@id").To(nothing) })
	})
	s, _ := stanza.ParseString("<message from='a@b' to='c@d'><body>x</body></message>")
	var m router.Match
	if e, _ := table.Match(&s, &m); e != nil || len(m.Args()) != 0 {
		t.Errorf("entry %v, captures %v", e, m.Args())
	}
}

// TestNamesBesideDefaults: two names given are found equal, whatever a route
// without a name is called.
func TestNamesBesideDefaults(t *testing.T) {
	_, err := router.Compile(func(r *router.Router) {
		r.Message("[a]").To(nothing) // "Message [a]"
		r.Message("[b]").To(nothing).Name("Message [a]")
		r.Message("[c]").To(nothing).Name("Message [a]")
	})
	if err == nil || !strings.Contains(err.Error(), "broken_test.go:48: Name") {
		t.Error(err)
	}
}

// TestOneTableManyGoroutines: each with a Match of its own.
func TestOneTableManyGoroutines(t *testing.T) {
	table := compile(t, routes)
	stanzas := map[string]string{
		"<message type='chat' from='a@b/c' to='ann@app.localhost/x'><body>!hi</body></message>":                             "command user=ann text=!hi",
		"<iq type='get' id='1' from='a@b/c' to='app.localhost/tweets'><t:tweet xmlns:t='urn:example:tweets' id='17'/></iq>": "show id=17",
		"<message type='error' from='boss@localhost' to='x'><body>now</body><error type='cancel'/></message>":               "bounce",
		"<presence type='error' from='boss@localhost' to='x'/>":                                                             "failed presence",
		"<message from='a@b' to='x' xml:lang='de'><thread>x</thread></message>":                                             "where lang=de",
	}
	var wg sync.WaitGroup
	for xml, want := range stanzas {
		s, err := stanza.ParseString(xml)
		if err != nil {
			t.Fatal(err)
		}
		for range 4 {
			wg.Go(func() {
				var m router.Match
				for range 50 {
					if e, err := table.Match(&s, &m); err != nil || describe(e, &m) != want {
						t.Errorf("%q, %v, want %q", describe(e, &m), err, want)
						return
					}
				}
			})
		}
	}
	wg.Wait()
}
