package framework_test

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

// A bot that leaves when its master says so: its farewell still goes out.
func ExampleApp_Stop() {
	app := &framework.App{Name: "butler"}
	app.Routes = func(r *router.Router) {
		r.From("master@example.org", func(r *router.Router) {
			r.Message("[body='leave']").To(func(_ context.Context, req *component.Request) (component.Response, error) {
				app.Stop()
				return req.Reply("Good night."), nil
			})
		})
	}
	framework.Main(app)
}

// An address to hand out, made of a route's name, so that it stays right when the route
// changes.
func ExampleApp_Reverse() {
	app := &framework.App{Name: "tweeter"}
	app.Routes = func(r *router.Router) {
		r.At("{user}@", func(r *router.Router) {
			r.Message("[@type='chat'][body]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
				profile, err := app.Reverse("profile", "user", req.Arg("user"))
				if err != nil {
					return nil, err
				}
				return req.Reply(fmt.Sprintf("See xmpp:%s", profile.To)), nil
			}).Name("chat")
			r.Get("").To(func(context.Context, *component.Request) (component.Response, error) { return nil, nil }).Name("profile")
		})
	}
	framework.Main(app)
}

// A stopwatch says how long each action takes, those of plugins too.
type stopwatch struct{}

func (stopwatch) Middleware() component.Middleware {
	return component.Around(func(ctx context.Context, req *component.Request, next component.Action) (component.Response, error) {
		began := time.Now()
		defer func() { slog.InfoContext(ctx, "done", "route", req.Route, "took", time.Since(began)) }()
		return next(ctx, req)
	})
}

func ExampleSurrounder() {
	app := &framework.App{Name: "tweeter"}
	app.Use(stopwatch{})
	framework.Main(app)
}
