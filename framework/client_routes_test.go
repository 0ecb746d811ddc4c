package framework_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

// asClient starts a client at the resource hack, whose server does not answer, and runs a
// test before any link is up.
func asClient(t *testing.T, test func(app *framework.App)) {
	ctx, stop := context.WithCancel(t.Context())
	app := &framework.App{
		Routes: named("hack", "before"),
		Config: framework.Config{Mode: framework.Client, JID: "bot@localhost", Secret: framework.NewSecret("x")},
		Dial: func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("nobody is there")
		},
	}
	app.Boot = func(list *boot.Sequence) {
		list.After("links", boot.Step{Name: "test", Run: func(context.Context) error {
			defer stop()
			test(app)
			return nil
		}})
	}
	if err := app.Run(ctx); err != nil {
		t.Error(err)
	}
}

// named writes one route, at a resource.
func named(resource, name string) func(r *router.Router) {
	return func(r *router.Router) {
		r.Resource(resource, func(r *router.Router) { r.Message("[body={text}]").To(nothing).Name(name) })
	}
}

// TestClientReplace: routes for a resource that is not bound are refused, as at the start.
func TestClientReplace(t *testing.T) {
	asClient(t, func(app *framework.App) {
		err := app.Replace(named("other", "after"))
		if err == nil || !strings.Contains(err.Error(), "client_routes_test.go:") || !strings.Contains(err.Error(), "other") {
			t.Errorf("Replace: %v", err)
		}
		if name := app.Catalog().Routes()[0].Name; name != "before" {
			t.Errorf("it has changed to the route %q", name)
		}
		if err := app.Replace(named("hack", "after")); err != nil {
			t.Error(err)
		}
	})
}

// TestClientReverse: the address of a route is that of the account, not of its domain.
func TestClientReverse(t *testing.T) {
	asClient(t, func(app *framework.App) {
		out, err := app.Reverse("before", "text", "hi")
		if err != nil || out.To.String() != "bot@localhost/hack" {
			t.Errorf("%v, %v", out.To, err)
		}
	})
}
