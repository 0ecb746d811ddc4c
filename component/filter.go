package component

import (
	"context"
	"errors"
)

// Before is the middleware that asks check first. Where check returns nil the
// action runs; an error is the answer instead of it, and is a protocol reply as
// that of an action is; [Halt] makes an answer that is no error.
//
//	func (u *Users) MustBeKnown(ctx context.Context, req *component.Request) error {
//		if !u.Store.Knows(req.From.JID.Bare()) {
//			return stanza.RegistrationRequired
//		}
//		return nil
//	}
//
//	r.Use(component.Before(users.MustBeKnown)).Except("tweets.index")
//
// For which routes it is, and under which condition, is said where it is used:
// see router.Filter. What is to reach the action goes with the context, and so
// needs [Around]. Before of nil is nil, which is a mistake to use.
func Before(check func(ctx context.Context, req *Request) error) Middleware {
	if check == nil {
		return nil
	}
	return func(next Action) Action {
		return func(ctx context.Context, req *Request) (Response, error) {
			if err := check(ctx, req); err != nil {
				return halted(err)
			}
			return next(ctx, req)
		}
	}
}

// After is the middleware that is given the Response once the action has
// returned without an error, and returns what becomes of it: itself, another,
// or an error, which discards it. An error of the action passes it by: that is
// for router.Router.Rescue, or for [Around].
//
// As middleware lies around what is used behind it, After also sees what a
// Before behind it halted with, and nothing of one in front of it; of several,
// the one used last comes first.
func After(then func(ctx context.Context, req *Request, res Response) (Response, error)) Middleware {
	if then == nil {
		return nil
	}
	return func(next Action) Action {
		return func(ctx context.Context, req *Request) (Response, error) {
			res, err := next(ctx, req)
			if err != nil {
				return nil, err
			}
			return then(ctx, req, res)
		}
	}
}

// Around is the middleware that runs do instead of the action, which do may
// call: as next, with a context of its own making, and with what it returns and
// how it fails in hand. A [Middleware] can do the same; Around saves a level of
// functions.
//
//	func (u *Users) Load(ctx context.Context, req *component.Request, next component.Action) (component.Response, error) {
//		user, err := u.Store.Find(ctx, req.From.JID.Bare())
//		if err != nil {
//			return nil, err
//		}
//		return next(WithUser(ctx, user), req)
//	}
func Around(do func(ctx context.Context, req *Request, next Action) (Response, error)) Middleware {
	if do == nil {
		return nil
	}
	return func(next Action) Action {
		return func(ctx context.Context, req *Request) (Response, error) {
			return do(ctx, req, next)
		}
	}
}

// Halt returns the error by which a function given to [Before] answers instead
// of the action with a Response that is no error. A nil Response says no more
// than the action would by it: the empty result to an iq, nothing to others.
//
//	return component.Halt(req.Reply("we are closed"))
//
// It may be wrapped. Elsewhere, an action say, it is an error like any other
// and so internal-server-error: return the Response itself there.
func Halt(res Response) error { return &halt{res} }

type halt struct{ res Response }

func (*halt) Error() string { return "component: Halt is for functions given to Before" }

// halted is what Before returns where its function returned err.
func halted(err error) (Response, error) {
	var h *halt
	if errors.As(err, &h) {
		return h.res, nil
	}
	return nil, err
}
