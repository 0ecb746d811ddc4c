package framework_test

import (
	"context"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

// A shop closes while the application runs: closed, it has other routes.
func ExampleApp_Replace() {
	app := &framework.App{Name: "shop"}
	shop := &Shop{app}
	app.Routes = shop.Open
	framework.Main(app)
}

// Shop is a component that replaces its own routes.
type Shop struct{ app *framework.App }

func (s *Shop) Open(r *router.Router) {
	r.Namespace("s", "urn:example:shop")
	r.Set("s:order[@item={item}]").To(s.Order)
	r.From("boss@example.org", func(r *router.Router) { r.Set("s:close").To(s.Close) })
}

func (s *Shop) Closed(r *router.Router) {
	r.Message("[body]").To(s.Sorry)
}

func (s *Shop) Close(context.Context, *component.Request) (component.Response, error) {
	return nil, s.app.Replace(s.Closed)
}

func (s *Shop) Order(context.Context, *component.Request) (component.Response, error) {
	return nil, nil // the empty result
}

func (s *Shop) Sorry(_ context.Context, req *component.Request) (component.Response, error) {
	return req.Reply("We are closed."), nil
}
