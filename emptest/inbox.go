package emptest

import (
	"context"
	"sync"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// An inbox has what came to the peers of a stage and was not taken by Next, and the
// barriers that are on their way.
type inbox struct {
	came chan struct{} // has room for one: there may be something new

	mu       sync.Mutex
	arrived  []arrival
	barriers map[string]chan<- struct{} // by the id of the iq
	broken   error                      // why nothing more comes
}

func newInbox() inbox {
	return inbox{came: make(chan struct{}, 1), barriers: make(map[string]chan<- struct{})}
}

// put adds what came to a peer.
func (in *inbox) put(peer jid.JID, n element.Node) {
	in.mu.Lock()
	in.arrived = append(in.arrived, arrival{peer, n})
	in.mu.Unlock()
	in.news()
}

// fail notes why nothing more comes, and reports whether that was not known.
func (in *inbox) fail(err error) bool {
	in.mu.Lock()
	first := in.broken == nil
	if first {
		in.broken = err
	}
	in.mu.Unlock()
	in.news()
	return first
}

func (in *inbox) news() {
	select {
	case in.came <- struct{}{}:
	default:
	}
}

// err returns why nothing more comes, nil while something may.
func (in *inbox) err() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.broken
}

// Next is Stage's.
func (in *inbox) Next(ctx context.Context) (jid.JID, element.Node, error) {
	for {
		in.mu.Lock()
		if len(in.arrived) > 0 {
			first := in.arrived[0]
			in.arrived = in.arrived[1:]
			in.mu.Unlock()
			return first.peer, first.node, nil
		}
		err := in.broken
		in.mu.Unlock()
		if err != nil {
			return jid.JID{}, element.Node{}, err
		}
		select {
		case <-in.came:
		case <-ctx.Done():
			return jid.JID{}, element.Node{}, ctx.Err()
		}
	}
}

// expectBarrier returns what is closed when a barrier of that id has come back.
func (in *inbox) expectBarrier(id string) <-chan struct{} {
	done := make(chan struct{})
	in.mu.Lock()
	defer in.mu.Unlock()
	in.barriers[id] = done
	return done
}

// isBarrier reports whether that is the id of a barrier, which has come back.
func (in *inbox) isBarrier(id string) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	done, ok := in.barriers[id]
	if ok {
		close(done)
		delete(in.barriers, id)
	}
	return ok
}
