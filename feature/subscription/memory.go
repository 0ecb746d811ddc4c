package subscription

import (
	"context"
	"iter"
	"sync"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A Memory is a Store that forgets everything with the process. Its zero value is
// empty and ready for use.
type Memory struct {
	// Max is how many subscriptions are kept: who wants one more gets the error
	// resource-constraint. Default: 65,536, as many as the framework remembers
	// presence for.
	Max int

	mu   sync.Mutex
	subs map[Subscription]struct{}
}

var _ Store = (*Memory)(nil)

const defaultMax = 1 << 16

// Add keeps s.
func (m *Memory) Add(_ context.Context, s Subscription) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	limit := m.Max
	if limit == 0 {
		limit = defaultMax
	}
	if _, ok := m.subs[s]; !ok && len(m.subs) >= limit {
		return stanza.ResourceConstraint.With("too many subscriptions")
	}
	if m.subs == nil {
		m.subs = make(map[Subscription]struct{})
	}
	m.subs[s] = struct{}{}
	return nil
}

// Remove forgets s.
func (m *Memory) Remove(_ context.Context, s Subscription) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.subs, s)
	return nil
}

// Has reports whether s is kept.
func (m *Memory) Has(_ context.Context, s Subscription) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.subs[s]
	return ok, nil
}

// All yields the subscriptions that there were when it was called, in no order.
func (m *Memory) All(_ context.Context, served jid.JID) iter.Seq2[Subscription, error] {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []Subscription
	for s := range m.subs {
		if served.IsZero() || s.Served == served {
			all = append(all, s)
		}
	}
	return func(yield func(Subscription, error) bool) {
		for _, s := range all {
			if !yield(s, nil) {
				return
			}
		}
	}
}
