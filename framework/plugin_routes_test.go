package framework_test

import (
	"context"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

// bodies is a plugin of routes that take messages by their body.
type bodies func(r *router.Router, named func(body string))

func (p bodies) Routes(r *router.Router) {
	p(r, func(body string) {
		r.Message("[body=$body]").Var("body", body).To(replies("plugin"))
	})
}

func replies(text string) component.Action {
	return func(_ context.Context, req *component.Request) (component.Response, error) {
		return req.Reply(text), nil
	}
}

// TestPluginRoutes: routes of a plugin stand behind those of the application,
// but for what it puts elsewhere; in front of what the application puts last.
func TestPluginRoutes(t *testing.T) {
	newApp := func() *framework.App {
		app := &framework.App{Config: framework.Config{JID: "app.localhost"}, Routes: func(r *router.Router) {
			r.Message("[body='a' or body='b' or body='c']").To(replies("app")).Name("letters")
			r.Last(func(r *router.Router) { r.Message("").To(replies("catch-all")) })
		}}
		app.Use(bodies(func(r *router.Router, named func(string)) {
			r.First(func(r *router.Router) { r.Message("[body='a']").To(replies("plugin first")) })
			r.Before("letters", func(r *router.Router) { r.Message("[body='b']").To(replies("plugin before")) })
			named("c")
			named("d")
		}))
		return app
	}
	for body, want := range map[string]string{"a": "plugin first", "b": "plugin before", "c": "app", "d": "plugin", "e": "catch-all"} {
		t.Run(body, func(t *testing.T) {
			got := emptest.Do(t, newApp(), "<message from='a@localhost/x' to='app.localhost'><body>"+body+"</body></message>")
			if len(got) != 1 || got[0].Body() != want {
				t.Errorf("got %v, want %s", got, want)
			}
		})
	}
}
