package ping_test

import (
	"github.com/emp-framework/emp/feature/ping"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

func ExampleFeature() {
	framework.Main(&framework.App{Name: "pinged", Routes: func(r *router.Router) {
		r.Mount(ping.Feature{}) // answers at all addresses; in a scope at its own
	}})
}
