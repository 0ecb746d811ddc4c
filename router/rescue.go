package router

import (
	"context"
	"errors"
	"fmt"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/stanza"
)

// A rescue makes an error of the application's own a stanza error.
type rescue struct {
	target error
	as     stanza.Fault
}

// faultOf returns the Fault that an error holds.
func faultOf(err error) (f stanza.Fault, ok bool) {
	ok = err != nil && errors.As(err, &f)
	return f, ok
}

// conditions returns the names of all conditions.
func conditions() (names []string) {
	for _, c := range stanza.Conditions() {
		names = append(names, string(c))
	}
	return names
}

// rescued is the middleware of a scope's rescues.
func rescued(rescues []rescue) component.Middleware {
	return func(next component.Action) component.Action {
		return func(ctx context.Context, req *component.Request) (component.Response, error) {
			res, err := next(ctx, req)
			if err == nil {
				return res, nil
			}
			if _, ok := faultOf(err); ok {
				return nil, err
			}
			for _, r := range rescues {
				if errors.Is(err, r.target) {
					return nil, fmt.Errorf("%w (%w)", r.as, err) // the log gets both, the sender the Fault
				}
			}
			return nil, err
		}
	}
}
