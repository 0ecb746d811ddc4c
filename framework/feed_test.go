package framework

import (
	"context"
	"errors"
	"testing"
)

// seeing counts what it is shown.
type seeing struct{ seen, lost int }

func (s *seeing) Traffic(t Traffic) {
	s.seen++
	s.lost += t.Lost
}

// TestFeedBounds: what is more than may wait is lost, in number or in bytes, and
// counted with the next that is not; nobody waits.
func TestFeedBounds(t *testing.T) {
	for _, tc := range []struct {
		name      string
		each      Traffic
		many, fit int
	}{
		{"number", Traffic{Kind: TrafficRead}, maxTraffic + 500, maxTraffic},
		{"bytes", Traffic{Kind: TrafficSent, words: string(make([]byte, 1<<20))}, 40, 31},
		{"one that is too big alone", Traffic{Kind: TrafficSent, words: string(make([]byte, maxTrafficBytes+1))}, 2, 1},
	} {
		s := &seeing{}
		f := newFeed(s)
		for range tc.many {
			f.put(tc.each)
		}
		go f.serve(nil)
		if err := f.close(t.Context()); err != nil || s.seen != tc.fit || s.lost != 0 {
			t.Errorf("%s: %d of %d seen, want %d; %d lost before; %v", tc.name, s.seen, tc.many, tc.fit, s.lost, err)
		}
		f.put(tc.each) // too late
		if f.lost != tc.many-tc.fit || len(f.queue) > 0 {
			t.Errorf("%s: %d counted as lost, %d taken behind the end", tc.name, f.lost, len(f.queue))
		}
		f = newFeed(s)
		for range tc.many {
			f.put(tc.each)
		}
		f.queue, f.bytes = nil, 0 // as serve takes it
		f.put(tc.each)
		if len(f.queue) != 1 || f.queue[0].Lost != tc.many-tc.fit || f.lost != 0 {
			t.Errorf("%s: the next says %d lost", tc.name, f.queue[0].Lost)
		}
	}
}

// TestFeedCloseLate: a watcher that never returns does not keep the application from
// ending.
func TestFeedCloseLate(t *testing.T) {
	f := newFeed(&seeing{}) // which nobody serves
	f.put(Traffic{Kind: LinkUp})
	late := errors.New("late")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(late)
	if err := f.close(ctx); !errors.Is(err, late) {
		t.Error(err)
	}
}
