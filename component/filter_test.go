package component_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/stanza"
)

// hello is an action.
func hello(_ context.Context, req *component.Request) (component.Response, error) {
	return req.Reply("hello"), nil
}

// outcome is what an action makes of a message: the body of its reply, "nothing",
// or its error.
func outcome(t testing.TB, action component.Action) string {
	res, err := action(t.Context(), request(t, "<message from='a@b/c' to='d'/>"))
	switch {
	case err != nil && res != nil:
		t.Error("a response beside an error")
	case err != nil:
		return err.Error()
	case len(res) == 0:
		return "nothing"
	}
	return res[0].Body
}

func check(err error) component.Middleware {
	return component.Before(func(context.Context, *component.Request) error { return err })
}

func halt(body string) component.Middleware {
	return component.Before(func(_ context.Context, req *component.Request) error {
		return component.Halt(req.Reply(body))
	})
}

// louder appends a mark to the body of a reply.
func louder(mark string) component.Middleware {
	return component.After(func(_ context.Context, _ *component.Request, res component.Response) (component.Response, error) {
		res[0].Body += mark
		return res, nil
	})
}

func TestBefore(t *testing.T) {
	wrapped := fmt.Errorf("wrapped: %w", component.Halt(nil))
	for name, tt := range map[string]struct {
		mw   component.Middleware
		want string
	}{
		"lets pass":          {check(nil), "hello"},
		"error":              {check(stanza.Forbidden), "stanza: forbidden"},
		"Halt":               {halt("closed"), "closed"},
		"Halt with nothing":  {check(component.Halt(nil)), "nothing"},
		"Halt wrapped":       {check(wrapped), "nothing"},
		"the first that has": {component.Chain(check(nil), halt("1"), halt("2")), "1"},
	} {
		if got := outcome(t, tt.mw(hello)); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// TestAfter: After sees the response of the action and of what halts behind it,
// not errors, and nothing of what halts in front of it.
func TestAfter(t *testing.T) {
	refuses := component.After(func(context.Context, *component.Request, component.Response) (component.Response, error) {
		return nil, stanza.Gone
	})
	for name, tt := range map[string]struct {
		mw   component.Middleware
		want string
	}{
		"changes the response":  {louder("!"), "hello!"},
		"the last used is next": {component.Chain(louder("1"), louder("2")), "hello21"},
		"may refuse":            {refuses, "stanza: gone"},
		"passed by errors":      {component.Chain(louder("!"), check(stanza.Forbidden)), "stanza: forbidden"},
		"sees a halt behind it": {component.Chain(louder("!"), halt("closed")), "closed!"},
		"not one in front":      {component.Chain(halt("closed"), louder("!")), "closed"},
	} {
		if got := outcome(t, tt.mw(hello)); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

func TestAround(t *testing.T) {
	type key struct{}
	action := func(ctx context.Context, req *component.Request) (component.Response, error) {
		return req.Reply(fmt.Sprint(ctx.Value(key{}))), nil
	}
	with := component.Around(func(ctx context.Context, req *component.Request, next component.Action) (component.Response, error) {
		return next(context.WithValue(ctx, key{}, "value"), req)
	})
	if got := outcome(t, with(action)); got != "value" {
		t.Error(got)
	}
	never := component.Around(func(context.Context, *component.Request, component.Action) (component.Response, error) {
		return nil, nil
	})
	if got := outcome(t, never(action)); got != "nothing" {
		t.Error(got)
	}
}

// TestHaltElsewhere: an action that returns Halt has made a mistake that shows.
func TestHaltElsewhere(t *testing.T) {
	action := func(_ context.Context, req *component.Request) (component.Response, error) {
		return nil, component.Halt(req.Reply("x"))
	}
	var f stanza.Fault
	if _, err := check(nil)(action)(t.Context(), request(t, "<message from='a@b' to='c'/>")); err == nil || errors.As(err, &f) {
		t.Errorf("error %v", err)
	}
}

// TestFiltersOfNil: nil in, nil out, which the router refuses at start.
func TestFiltersOfNil(t *testing.T) {
	if component.Before(nil) != nil || component.After(nil) != nil || component.Around(nil) != nil {
		t.Error("a filter of nothing is something")
	}
}

func TestFiltersDoNotAllocate(t *testing.T) {
	pass := func(_ context.Context, _ *component.Request, res component.Response) (component.Response, error) {
		return res, nil
	}
	around := func(ctx context.Context, req *component.Request, next component.Action) (component.Response, error) {
		return next(ctx, req)
	}
	silent := func(context.Context, *component.Request) (component.Response, error) { return nil, nil }
	action := component.Chain(check(nil), component.After(pass), component.Around(around))(silent)
	req := request(t, "<message from='a@b' to='c'/>")
	if n := testing.AllocsPerRun(100, func() { action(context.Background(), req) }); n != 0 {
		t.Errorf("filters allocate %v times", n)
	}
}

// say runs an action on a message and prints what becomes of it.
func say(action component.Action) {
	s, _ := stanza.ParseString("<message from='romeo@localhost/garden' to='hackity.localhost'><body>hack</body></message>")
	res, err := action(context.Background(), component.NewRequest(s, "hack"))
	for _, out := range res {
		fmt.Println(out.Body)
	}
	if err != nil {
		fmt.Println(err)
	}
}

func ExampleBefore() {
	mustBeKnown := func(_ context.Context, req *component.Request) error {
		if req.From.JID.Local() != "juliet" {
			return stanza.RegistrationRequired.With("who is %s?", req.From.JID.Local())
		}
		return nil
	}
	say(component.Before(mustBeKnown)(hello))
	// Output: stanza: registration-required: who is romeo?
}

func ExampleAfter() {
	sign := func(_ context.Context, _ *component.Request, res component.Response) (component.Response, error) {
		for i := range res {
			res[i].Body += " (yours, EMP)"
		}
		return res, nil
	}
	say(component.After(sign)(hello))
	// Output: hello (yours, EMP)
}

func ExampleAround() {
	traced := func(ctx context.Context, req *component.Request, next component.Action) (component.Response, error) {
		fmt.Println("begin", req.Route)
		defer fmt.Println("end", req.Route)
		return next(ctx, req)
	}
	say(component.Around(traced)(hello))
	// Output:
	// begin hack
	// end hack
	// hello
}

func ExampleHalt() {
	closed := func(_ context.Context, req *component.Request) error {
		return component.Halt(req.Reply("we are closed"))
	}
	say(component.Before(closed)(hello))
	// Output: we are closed
}

func ExampleChain() {
	say(component.Chain(louder(" outside"), louder(" inside"))(hello))
	// Output: hello inside outside
}
