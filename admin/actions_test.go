package admin

import (
	"context"
	"fmt"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/stanza"
)

// TestManyRoutes: an application that goes on making up names of routes does not fill
// the memory with them.
func TestManyRoutes(t *testing.T) {
	r := prometheus.NewRegistry()
	a := newActions(r)
	a.most = 50
	for i := range a.most + 100 {
		a.of(fmt.Sprint(i)).answered.Inc()
	}
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "emp_action_seconds" && len(f.Metric) != a.most+1 {
			t.Errorf("%d routes are told apart", len(f.Metric))
		}
	}
	if len(a.routes) != a.most {
		t.Errorf("%d routes are kept", len(a.routes))
	}
}

// measured is an action that does nothing, measured.
func measured() (component.Action, *component.Request) {
	s := &Server{registry: prometheus.NewRegistry()}
	s.actions = newActions(s.registry)
	action := s.Middleware()(func(context.Context, *component.Request) (component.Response, error) { return nil, nil })
	return action, component.NewRequest(stanza.Stanza{}, "route")
}

// TestCost: to measure an action allocates nothing.
func TestCost(t *testing.T) {
	action, req := measured()
	if n := testing.AllocsPerRun(1000, func() { action(t.Context(), req) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkMeasure is what measuring adds to each action.
func BenchmarkMeasure(b *testing.B) {
	action, req := measured()
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		action(ctx, req)
	}
}
