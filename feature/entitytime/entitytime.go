// Package entitytime tells the time at the application (XEP-0202).
//
// In:  a Router to mount it in; its scope says at which addresses.
// Out: the time in UTC and the application's offset from it, to who asks.
//
//	r.Mount(entitytime.Feature{})
package entitytime

import (
	"context"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// NS is the namespace of entity time (XEP-0202 section 7).
const NS = "urn:xmpp:time"

// A Feature tells the time at the addresses of the scope that it is mounted in.
type Feature struct {
	// Location is the time zone that is told. Default: UTC, for where the machine
	// stands says little of a service.
	Location *time.Location
}

// Routes writes the feature's route. It keeps no order: a time that waited in a
// queue is wrong.
func (f Feature) Routes(r *router.Router) {
	r.Namespace("t", NS)
	r.Get("t:time").To(f.answer).Concurrent().Transient()
}

func (f Feature) answer(ctx context.Context, req *component.Request) (component.Response, error) {
	now := component.Now(ctx)
	zone := "Z" // XEP-0082 section 2
	if f.Location != nil {
		zone = now.In(f.Location).Format("-07:00")
	}
	return req.Result(element.New(NS, "time").Add(
		element.Text(NS, "tzo", zone),
		element.Text(NS, "utc", stanza.Stamp(now)),
	)), nil
}
