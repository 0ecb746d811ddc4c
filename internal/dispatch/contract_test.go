package dispatch_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

type request = component.Request
type response = component.Response

// TestT02EveryRequestIsAnsweredOnce goes through all that an action can do with
// an iq.
func TestT02EveryRequestIsAnsweredOnce(t *testing.T) {
	const failed = "iq error 1 internal-server-error/cancel"
	for _, tc := range []struct {
		name   string
		action component.Action
		want   []string
		log    string
	}{
		{"nothing", func(context.Context, *request) (response, error) { return nil, nil },
			[]string{"iq result 1"}, ""},
		{"result", func(_ context.Context, r *request) (response, error) { return r.Result(element.New("urn:q", "a")), nil },
			[]string{"iq result 1 a"}, ""},
		{"result without from", func(_ context.Context, r *request) (response, error) {
			res := r.Result()
			res[0].From = stanza.Stanza{}.From
			return res, nil
		}, []string{"iq result 1"}, ""},
		{"only a message", func(_ context.Context, r *request) (response, error) { return r.Reply("hi"), nil },
			[]string{`message "hi"`, "iq result 1"}, ""},
		{"result and message", func(_ context.Context, r *request) (response, error) {
			return append(r.Result(), r.Reply("hi")...), nil
		}, []string{"iq result 1", `message "hi"`}, ""},
		{"error stanza", func(_ context.Context, r *request) (response, error) {
			o, _ := r.ErrorReply(stanza.Conflict.Fault())
			return response{o}, nil
		}, []string{"iq error 1 conflict/cancel"}, ""},
		{"condition", func(context.Context, *request) (response, error) { return nil, stanza.ItemNotFound },
			[]string{"iq error 1 item-not-found/cancel"}, ""},
		{"wrapped fault", func(context.Context, *request) (response, error) {
			return nil, fmt.Errorf("find: %w", stanza.Forbidden.With("not %s", "you"))
		}, []string{`iq error 1 forbidden/auth "not you"`}, ""},
		{"error and response", func(_ context.Context, r *request) (response, error) { return r.Result(), stanza.Gone },
			[]string{"iq error 1 gone/cancel"}, ""},
		{"rescued", func(context.Context, *request) (response, error) { return nil, fmt.Errorf("db: %w", sql.ErrNoRows) },
			[]string{"iq error 1 item-not-found/cancel"}, ""},
		{"unknown error", func(context.Context, *request) (response, error) { return nil, errors.New("disk on fire") },
			[]string{failed}, "disk on fire"},
		{"inner deadline", func(context.Context, *request) (response, error) {
			return nil, fmt.Errorf("db: %w", context.DeadlineExceeded)
		}, []string{"iq error 1 remote-server-timeout/wait"}, "db: context deadline"},
		{"panic", func(context.Context, *request) (response, error) { panic("oops") },
			[]string{failed}, "panic: oops"},
		{"panic with an error", func(context.Context, *request) (response, error) { panic(stanza.Gone) },
			[]string{failed}, "panic: stanza: gone"},
		{"nil pointer", func(context.Context, *request) (response, error) { return (*request)(nil).Result(), nil },
			[]string{failed}, "nil pointer"},
		{"error that panics", func(context.Context, *request) (response, error) { return nil, badError{} },
			[]string{failed}, "panic: bad error"},
		{"goexit", func(context.Context, *request) (response, error) { runtime.Goexit(); return nil, nil },
			[]string{failed}, "Goexit"},
		{"two results", func(_ context.Context, r *request) (response, error) { return append(r.Result(), r.Result()...), nil },
			[]string{failed}, "two answers"},
		{"other id", func(_ context.Context, r *request) (response, error) {
			res := r.Result()
			res[0].ID = "2"
			return res, nil
		}, []string{failed}, `id \"2\"`},
		{"other recipient", func(_ context.Context, r *request) (response, error) {
			res := r.Result()
			res[0].To = res[0].To.Bare()
			return res, nil
		}, []string{failed}, "somebody else"},
		{"other sender", func(_ context.Context, r *request) (response, error) {
			res := r.Result()
			res[0].From = res[0].To
			return res, nil
		}, []string{failed}, "somebody else"},
		{"bad stanza beside", func(_ context.Context, r *request) (response, error) {
			return append(r.Result(), stanza.Out{}), nil
		}, []string{failed}, "of no kind"},
		{"refused by the link", func(_ context.Context, r *request) (response, error) {
			return r.Result(element.New("urn:q", "refused")), nil
		}, []string{failed}, "lint"},
		{"error refused by the link", func(_ context.Context, r *request) (response, error) {
			return nil, stanza.Gone.With("refused")
		}, []string{failed}, ""},
		{"sent by itself", func(ctx context.Context, r *request) (response, error) {
			return nil, r.Send(ctx, r.Result()...)
		}, []string{failed}, "returned by its action"},
		{"returned deadline", func(ctx context.Context, _ *request) (response, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, []string{"iq error 1 remote-server-timeout/wait"}, "ran out of time"},
		{"late", func(ctx context.Context, r *request) (response, error) {
			<-ctx.Done()
			return r.Result(), nil
		}, []string{"iq error 1 remote-server-timeout/wait"}, "too late"},
		{"hang", func(ctx context.Context, r *request) (response, error) {
			time.Sleep(time.Hour)
			return r.Result(), nil
		}, []string{"iq error 1 remote-server-timeout/wait"}, "stuck"},
		{"late panic", func(ctx context.Context, r *request) (response, error) {
			<-ctx.Done()
			panic("oops")
		}, []string{"iq error 1 remote-server-timeout/wait"}, "panic: oops"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k := newKit(t, dispatch.Options{}, func(r *router.Router) {
					r.Rescue(sql.ErrNoRows, stanza.ItemNotFound)
					r.Get("*").To(tc.action).Name("the route")
				})
				k.link.fail = func(o stanza.Out) error {
					if len(o.Payload) > 0 && o.Payload[0].Local() == "refused" || o.Fault != nil && o.Fault.Text == "refused" {
						return errors.New("lint")
					}
					return nil
				}
				k.handle(iq("alice@x/r", "1"))
				k.idle()
				synctest.Wait() // the clock logs after it has answered
				k.link.want(t, tc.want...)
				if tc.log != "" {
					k.wantLog(tc.log, "the route", "contract_test.go:", "id=1", "alice@x")
				} else if log := k.log.String(); log != "" {
					t.Errorf("log: %s", log)
				}
				if s := k.Stats(); s.Handled != 1 || s.Unsent != 0 || s.Workers != 0 || s.Stuck != 0 || s.Pairs != 0 {
					t.Errorf("stats: %+v", s)
				}
				if strings.Contains(k.log.String(), "urn:q") {
					t.Errorf("the log has the payload: %s", k.log)
				}
			})
		})
	}
}

type badError struct{}

func (badError) Error() string { panic("bad error") }
