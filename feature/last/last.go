// Package last says since when an application runs, or an address of it is idle
// (XEP-0012).
//
// In:  the start of the application, or what the author knows of an address.
// Out: whole seconds since then, to who asks.
//
//	app.Use(&last.Feature{})
package last

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// NS is the namespace of last activity (XEP-0012 section 8).
const NS = "jabber:iq:last"

// A Feature answers queries for the last activity. The zero Feature tells the
// uptime at every address of the application without a local part (XEP-0012
// section 5).
type Feature struct {
	// Since returns when the address that is asked was last active, and a text that
	// belongs to it ("" for none), as when and with what words somebody left
	// (sections 3 and 4). Whom that is nobody's business it tells by its error:
	// stanza.Forbidden, as to who has no subscription. nil: the uptime of the
	// application, and of addresses with a local part nothing.
	Since func(ctx context.Context, req *component.Request) (since time.Time, status string, err error)

	started time.Time
}

// Routes writes the feature's route.
func (f *Feature) Routes(r *router.Router) {
	r.Namespace("l", NS)
	r.Get("l:query").To(f.answer).Concurrent()
}

// Start notes the time.
func (f *Feature) Start(ctx context.Context, _ component.Host) error {
	f.started = component.Now(ctx)
	return nil
}

// errNotStarted is for whoever runs routes without an application.
var errNotStarted = errors.New("last: the Feature has no Since, and was not started")

func (f *Feature) answer(ctx context.Context, req *component.Request) (component.Response, error) {
	since, status := f.started, ""
	switch {
	case f.Since != nil:
		var err error
		if since, status, err = f.Since(ctx, req); err != nil {
			return nil, err
		}
	case req.To.JID.Local() != "":
		return nil, stanza.ServiceUnavailable
	case since.IsZero():
		return nil, errNotStarted
	}
	seconds := max(int64(component.Now(ctx).Sub(since)/time.Second), 0) // clocks that were set back
	return req.Result(element.New(NS, "query").Attr("seconds", strconv.FormatInt(seconds, 10)).Text(status)), nil
}
