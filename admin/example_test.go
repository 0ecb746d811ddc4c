package admin_test

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/emp-framework/emp/admin"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

// An application with metrics, of its own too. With admin.listen: 127.0.0.1:9090 they
// are at http://127.0.0.1:9090/metrics.
func Example() {
	hacked := prometheus.NewCounter(prometheus.CounterOpts{Name: "hack_hacked_total", Help: "People who were hacked."})
	app := &framework.App{Name: "hack", Routes: func(r *router.Router) {
		r.Message("[body]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
			hacked.Inc()
			return req.Reply("Hackity Hack!"), nil
		})
	}}
	operators := admin.New(app)
	operators.Registry().MustRegister(hacked)
	app.Use(operators)
	framework.Main(app)
}
