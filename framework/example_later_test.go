package framework_test

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// An action answers now and has more to say later. It does that through the
// application, with a context of its own: that of the action ends with it.
func ExampleApp_Send_later() {
	alarms := &Alarms{}
	app := &framework.App{Name: "clock", Routes: func(r *router.Router) {
		r.Namespace("a", "urn:example:alarm")
		r.Set("a:alarm[@in={in}]").To(alarms.Set)
	}}
	app.Use(alarms)
	framework.Main(app)
}

// Alarms is a component and a plugin: the framework hands it the application
// (Start) and has it end what it began (Stop).
type Alarms struct {
	app  component.Host
	ends context.Context
	end  context.CancelFunc
	set  sync.WaitGroup
}

func (a *Alarms) Start(_ context.Context, app component.Host) error {
	a.app = app
	a.ends, a.end = context.WithCancel(context.Background())
	return nil
}

func (a *Alarms) Stop(context.Context) error {
	a.end()
	a.set.Wait()
	return nil
}

func (a *Alarms) Set(_ context.Context, req *component.Request) (component.Response, error) {
	in, err := time.ParseDuration(req.Arg("in"))
	if err != nil {
		return nil, stanza.BadRequest.With("in: %v", err)
	}
	ring := req.Reply("Rrring!") // to who asked, from the address that was asked
	a.set.Go(func() {
		select {
		case <-time.After(in):
			if err := a.app.Send(a.ends, ring...); err != nil {
				slog.Error("an alarm did not ring", "error", err)
			}
		case <-a.ends.Done():
		}
	})
	return nil, nil // the empty result
}
