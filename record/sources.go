package record

import (
	"context"
	"crypto/sha256"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/recording"
)

// sources gives actions the time and randomness that were recorded for them.
type sources struct {
	mu    sync.Mutex
	last  time.Time              // of the stanza replayed last
	times map[string][]time.Time // by request, those that are not given out yet
	seeds map[string][][32]byte  // likewise
}

var _ framework.Surrounder = (*sources)(nil)

func newSources(records []recording.Record) *sources {
	s := &sources{times: make(map[string][]time.Time), seeds: make(map[string][][32]byte)}
	for _, rec := range records {
		switch {
		case rec.Kind != recording.Draw:
		case rec.Now != nil:
			s.times[rec.By] = append(s.times[rec.By], *rec.Now)
		case len(rec.Seed) == 32:
			s.seeds[rec.By] = append(s.seeds[rec.By], [32]byte(rec.Seed))
		}
	}
	return s
}

// at sets the time that it is for what was not recorded.
func (s *sources) at(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = now
}

func (s *sources) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// Middleware gives each action a source.
func (s *sources) Middleware() component.Middleware {
	return func(next component.Action) component.Action {
		return func(ctx context.Context, req *component.Request) (component.Response, error) {
			return next(component.WithSource(ctx, &replayed{s: s, by: requestName(&req.Stanza)}), req)
		}
	}
}

// replayed is the source of one action.
type replayed struct {
	s      *sources
	by     string
	random *rand.ChaCha8 // guarded by s.mu
}

// Now is the time that was recorded; where the action asks for it more often than then,
// that of its stanza.
func (r *replayed) Now() time.Time {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if now, ok := next(r.s.times, r.by); ok {
		return now
	}
	return r.s.last
}

// Uint64 goes on from the seed that was recorded; where there is none, from one that is
// the same in each replay.
func (r *replayed) Uint64() uint64 {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if r.random == nil {
		seed, ok := next(r.s.seeds, r.by)
		if !ok {
			seed = sha256.Sum256([]byte(r.by + " " + r.s.last.String()))
		}
		r.random = rand.NewChaCha8(seed)
	}
	return r.random.Uint64()
}

// next takes the next one out of a queue.
func next[T any](queues map[string][]T, by string) (first T, ok bool) {
	if len(queues[by]) == 0 {
		return first, false
	}
	first, queues[by] = queues[by][0], queues[by][1:]
	return first, true
}
