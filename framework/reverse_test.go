package framework_test

import (
	"strings"
	"testing"

	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

// TestReverse: what an application makes for its own route is answered by it,
// and once the routes are replaced, by the new ones.
func TestReverse(t *testing.T) {
	app := &framework.App{Config: framework.Config{JID: "app.localhost"}, Routes: func(r *router.Router) {
		r.At("{user}@/x", func(r *router.Router) { r.Message("[body={text}]").To(replies("first")).Name("say") })
	}}
	if _, err := app.Reverse("say"); err == nil || !strings.Contains(err.Error(), "before the routes are compiled") {
		t.Errorf("before the start: %v", err)
	}
	ask := func(want, to string) {
		out, err := app.Reverse("say", "user", "ann", "text", "hi")
		if err != nil {
			t.Fatal(err)
		}
		got := emptest.Do(t, app, strings.Replace(out.String(), " to=", " from='a@localhost/x' to=", 1))
		if len(got) != 1 || got[0].Body() != want || out.To.String() != to {
			t.Errorf("%s: got %v, want %s", out, got, want)
		}
	}
	emptest.Do(t, app, "<presence from='a@localhost/x' to='app.localhost'/>") // starts it
	ask("first", "ann@app.localhost/x")
	if err := app.Replace(func(r *router.Router) {
		r.At("{user}@/y", func(r *router.Router) { r.Message("[body={text}]").To(replies("second")).Name("say") })
	}); err != nil {
		t.Fatal(err)
	}
	ask("second", "ann@app.localhost/y")
}
