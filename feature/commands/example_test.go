package commands_test

import (
	"context"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/feature/commands"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

// One definition is a form in the menus of clients, and "greet juliet" in a chat; only
// friends may use it.
func ExampleFeature() {
	greet := commands.Of("greet", "Say hello", func(_ context.Context, call *commands.Call, in struct {
		Name string `form:"name,required" label:"Whom?"`
	}) (commands.Result, error) {
		return commands.Result{Text: "Hello, " + in.Name + ", says " + call.From.JID.Local()}, nil
	})
	greet.Allow = func(_ context.Context, req *component.Request) bool { return req.From.JID.Domain() == "example.org" }
	orders := &commands.Feature{Commands: []*commands.Command{greet}}
	framework.Main(&framework.App{Name: "greeter", Routes: func(r *router.Router) {
		r.Mount(orders)
		r.Message("[@type='chat'][body]").To(orders.Chat)
	}})
}
