package component

import (
	"context"

	"github.com/emp-framework/emp/stanza"
)

// An Action answers one stanza. A method value is an Action: tweets.Show.
//
// It returns what to send back. For an iq get or set that is the result, made
// with req.Result; a nil Response stands for the empty result. For messages
// and presences it is whatever there is to say, perhaps nothing.
//
// An error is a protocol reply as well: a stanza.Condition or stanza.Fault,
// itself or wrapped, goes to the sender as it is; any other error is
// internal-server-error without a text, and the log has it. An error discards
// the Response.
//
// ctx ends with the action's time limit, when the application stops, and when the
// action returns: what is to happen later takes a context of its own, and sends
// by the Sender that the application is (see framework.App.Send). Many
// actions run at once; those between the same two addresses run in the order
// in which their stanzas came.
type Action func(ctx context.Context, req *Request) (Response, error)

// A Response is the stanzas that an action sends back, in this order. It is
// looked at as a whole before anything of it is sent.
type Response []stanza.Out

// A Middleware wraps actions: it returns an action that runs something before
// or after next, changes its Response, or does not run it at all.
//
//	func Timed(next component.Action) component.Action {
//		return func(ctx context.Context, req *component.Request) (component.Response, error) {
//			start := time.Now()
//			defer func() { slog.InfoContext(ctx, "done", "route", req.Route, "took", time.Since(start)) }()
//			return next(ctx, req)
//		}
//	}
//
// It is called once for each route when the table is made.
type Middleware func(next Action) Action

// Chain returns the middleware that is outermost first, innermost last.
func Chain(mws ...Middleware) Middleware {
	return func(next Action) Action {
		for i := len(mws) - 1; i >= 0; i-- {
			next = mws[i](next)
		}
		return next
	}
}
