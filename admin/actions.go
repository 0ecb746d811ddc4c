package admin

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/stanza"
)

// actions measures actions by the names of their routes. Those are few, and an
// author's: what strangers send can add none.
type actions struct {
	seconds *prometheus.HistogramVec
	ended   *prometheus.CounterVec

	most int // names told apart

	mu     sync.Mutex
	routes map[string]*measure
}

// maxRoutes is how many names are told apart. Only an application that replaces its
// routes again and again, under ever new names, has more; they count as one.
const (
	maxRoutes   = 10000
	otherRoutes = "(other routes)"
)

// A measure is what is known of one route.
type measure struct {
	seconds                         prometheus.Observer
	answered, fault, failed, gaveUp prometheus.Counter // by outcome; gaveUp is a panic
}

func newActions(r prometheus.Registerer) *actions {
	a := &actions{
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "emp_action_seconds", Help: "Time an action took, answers that it waited for included.",
			Buckets: []float64{1e-5, 1e-4, 1e-3, 5e-3, 2.5e-2, .1, .5, 2.5, 10, 30},
		}, []string{"route"}),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "emp_actions_total", Help: "Actions that have ended, by what came of them: ok, fault (an error for the sender), failed (any other error), panic.",
		}, []string{"route", "outcome"}),
		most:   maxRoutes,
		routes: make(map[string]*measure),
	}
	r.MustRegister(a.seconds, a.ended)
	return a
}

// of returns the measure of a route.
func (a *actions) of(route string) *measure {
	a.mu.Lock()
	defer a.mu.Unlock()
	if m := a.routes[route]; m != nil {
		return m
	}
	if len(a.routes) >= a.most {
		route = otherRoutes
	}
	m := &measure{
		a.seconds.WithLabelValues(route),
		a.ended.WithLabelValues(route, "ok"), a.ended.WithLabelValues(route, "fault"),
		a.ended.WithLabelValues(route, "failed"), a.ended.WithLabelValues(route, "panic"),
	}
	if route != otherRoutes {
		a.routes[route] = m
	}
	return m
}

// Transient promises that Middleware keeps nothing of a request: of that it has the
// name of the route alone, which is the table's.
func (s *Server) Transient() {}

// Middleware measures an action. It is called for each route, whose name only its
// requests say.
func (s *Server) Middleware() component.Middleware {
	return func(next component.Action) component.Action {
		var known atomic.Pointer[measure]
		return func(ctx context.Context, req *component.Request) (res component.Response, err error) {
			m := known.Load()
			if m == nil {
				m = s.actions.of(req.Route)
				known.Store(m)
			}
			began, returned := time.Now(), false
			defer func() {
				m.seconds.Observe(time.Since(began).Seconds())
				m.outcome(returned, err).Inc()
			}()
			res, err = next(ctx, req)
			returned = true
			return res, err
		}
	}
}

func (m *measure) outcome(returned bool, err error) prometheus.Counter {
	switch {
	case !returned:
		return m.gaveUp
	case err == nil:
		return m.answered
	case errors.As(err, new(stanza.Fault)):
		return m.fault
	}
	return m.failed
}
