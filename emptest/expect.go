package emptest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// patience bounds each wait for the app.
const patience = 10 * time.Second

// late is how long a stanza that is wanted may come after the app has done all
// it was sent, from a goroutine or timer of its author's. Only a test that is
// about to fail waits for all of it; that of this package has less to wait.
var late = 8 * time.Second

var errPatience = fmt.Errorf("the app is still at work after %v; does an action wait for an answer?", patience)

// expect waits until each of wants has come, and takes those out of what has
// arrived. The rest stays.
func (s *Session) expect(wants []want, anyOrder bool) {
	s.t.Helper()
	unmet := make([]want, len(wants))
	for i, w := range wants {
		node, err := rewrite(w.node, "to", w.peer, asIs)
		if err != nil {
			s.t.Fatalf("emptest: %s: %v", w.place, err)
		}
		unmet[i] = want{scripted{node, w.place}, w.peer}
	}
	for i := 0; len(unmet) > 0; {
		if i == len(s.arrived) {
			if err := s.next(); err != nil {
				s.t.Fatal(s.missing(unmet, err))
			}
		}
		met, diff := s.meet(unmet, s.arrived[i], anyOrder)
		switch {
		case met < 0:
			i++ // for somebody else, or later
		case diff != "":
			s.t.Fatalf("emptest: %s: %s received another stanza: %s", unmet[met].place, s.arrived[i].peer, diff)
		default:
			unmet = slices.Delete(unmet, met, met+1)
			s.arrived = slices.Delete(s.arrived, i, i+1)
		}
	}
}

// meet returns which of the unmet wants the arrival is to be held against, -1 for
// none, and how it differs from that.
func (s *Session) meet(unmet []want, a arrival, anyOrder bool) (met int, diff string) {
	for i, w := range unmet {
		if !w.takes(a) || !anyOrder && !w.sameSender(a, s.known) {
			continue
		}
		diff := difference(w.node, a.node, s.known)
		if diff == "" || !anyOrder {
			return i, diff
		}
	}
	return -1, ""
}

// missing tells what did not come, why nobody waits for it any more, and what
// came instead.
func (s *Session) missing(unmet []want, why error) string {
	var b strings.Builder
	for _, w := range unmet {
		fmt.Fprintf(&b, "emptest: %s: %s did not receive what it should: %v\n%s", w.place, w.peer, why, layout(w.node))
		for _, a := range s.arrived {
			if w.takes(a) {
				fmt.Fprintf(&b, "but, %s", difference(w.node, a.node, s.known))
			}
		}
	}
	if others := slices.DeleteFunc(slices.Clone(s.arrived), func(a arrival) bool {
		return slices.ContainsFunc(unmet, func(w want) bool { return w.takes(a) })
	}); len(others) > 0 {
		fmt.Fprintf(&b, "and others received what nothing has asked for yet:\n%s", report(others))
	}
	return b.String()
}

// next waits for one more arrival. The error says why none is to come.
func (s *Session) next() error {
	s.t.Helper()
	if s.collect(1) == 1 {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(s.t.Context(), patience, errPatience)
	defer cancel()
	ctx, stop := context.WithCancelCause(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		if err := s.stage.Settle(ctx); err != nil {
			stop(err)
			return
		}
		select {
		case <-time.After(late):
			stop(fmt.Errorf("the app has done all it was sent, and nothing more came for %v", late))
		case <-ctx.Done():
		}
	}()
	peer, node, err := s.stage.Next(ctx)
	why := context.Cause(ctx)
	stop(nil)
	<-watched
	if err != nil {
		if why != nil && errors.Is(err, ctx.Err()) {
			return why
		}
		return err
	}
	s.arrived = append(s.arrived, arrival{peer, node})
	return nil
}

// settle waits until the app has done, and collects all that came.
func (s *Session) settle(place string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeoutCause(s.t.Context(), patience, errPatience)
	defer cancel()
	if err := s.stage.Settle(ctx); err != nil {
		if errors.Is(err, ctx.Err()) {
			err = context.Cause(ctx)
		}
		s.collect(-1)
		s.t.Fatalf("emptest: %s%v\n%s", place, err, report(s.arrived))
	}
	s.collect(-1)
}

// collect adds what has come already to what arrived, at most n if n is not
// negative, and returns how many.
func (s *Session) collect(n int) int {
	done, cancel := context.WithCancel(s.t.Context())
	cancel()
	for i := 0; ; i++ {
		if i == n {
			return i
		}
		peer, node, err := s.stage.Next(done)
		if err != nil {
			return i
		}
		s.arrived = append(s.arrived, arrival{peer, node})
	}
}
