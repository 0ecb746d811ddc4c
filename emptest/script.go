package emptest

import (
	"cmp"
	"context"
	"sync"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// Answer has a peer answer by itself from now on: answer is called with each stanza that
// comes to the peer, a bare or a full JID, and what it returns is sent in the peer's name.
// A stanza that it answers is taken, one for which it returns nothing is left for Expect
// and the plays. So an action that asks somebody something can be tested by Do, which has
// nobody to answer.
//
//	s.Answer("bob@localhost/phone", func(question stanza.Stanza) []stanza.Out {
//		return []stanza.Out{question.Result()}
//	})
//
// answer is called by one goroutine at a time.
func (s *Session) Answer(peer string, answer func(stanza.Stanza) []stanza.Out) {
	s.t.Helper()
	who, err := jid.Parse(peer)
	if err != nil {
		s.t.Fatalf("emptest: Answer: %v", err)
	}
	sc, ok := s.stage.(*scriptedStage)
	if !ok {
		sc = &scriptedStage{Stage: s.stage, turn: make(chan struct{}, 1), scripts: make(map[jid.JID]func(stanza.Stanza) []stanza.Out)}
		s.stage = sc
	}
	sc.scripts[who] = answer
}

// A scriptedStage is a stage some of whose peers answer by themselves. Whoever waits on
// it, for the next stanza or for the app to be done, reads what comes meanwhile.
type scriptedStage struct {
	Stage
	scripts map[jid.JID]func(stanza.Stanza) []stanza.Out
	turn    chan struct{} // holds a token while somebody reads from Stage

	mu       sync.Mutex
	arrived  []arrival
	answered int
}

// Name is that of the stage below.
func (s *scriptedStage) Name() string {
	if named, ok := s.Stage.(interface{ Name() string }); ok {
		return named.Name()
	}
	return ""
}

// pump takes the next stanza from the stage below, and has it answered or keeps it.
func (s *scriptedStage) pump(ctx context.Context) error {
	peer, n, err := s.Stage.Next(ctx)
	if err != nil {
		return err
	}
	answer, ok := s.scripts[peer]
	if !ok {
		answer, ok = s.scripts[peer.Bare()]
	}
	var outs []stanza.Out
	if ok {
		st, err := stanza.Of(n)
		if err != nil {
			return err
		}
		outs = answer(st)
	}
	s.mu.Lock()
	if len(outs) == 0 {
		s.arrived = append(s.arrived, arrival{peer, n})
	} else {
		s.answered++
	}
	s.mu.Unlock()
	for _, out := range outs {
		if out.From.IsZero() {
			out.From = peer.Address()
		}
		if err := s.Stage.Send(ctx, peer, out.Node()); err != nil {
			return err
		}
	}
	return nil
}

// Next is Stage's.
func (s *scriptedStage) Next(ctx context.Context) (jid.JID, element.Node, error) {
	for {
		select {
		case s.turn <- struct{}{}:
		default: // somebody reads: for as long as the app is at work
			select {
			case s.turn <- struct{}{}:
			case <-ctx.Done():
				return jid.JID{}, element.Node{}, ctx.Err()
			}
		}
		first, found := s.take()
		var err error
		if !found {
			err = s.pump(ctx)
		}
		<-s.turn
		if found || err != nil {
			return first.peer, first.node, err
		}
	}
}

// take returns the first of what has come and was not answered.
func (s *scriptedStage) take() (first arrival, found bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.arrived) == 0 {
		return first, false
	}
	first = s.arrived[0]
	s.arrived = s.arrived[1:]
	return first, true
}

// Settle is Stage's. What is answered while the stage below settles is new work for the
// app, so it begins again.
func (s *scriptedStage) Settle(ctx context.Context) error {
	for {
		before := s.count()
		if err := s.settle(ctx); err != nil {
			return err
		}
		if s.count() == before {
			return nil
		}
	}
}

func (s *scriptedStage) settle(ctx context.Context) error {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	settled := make(chan error, 1)
	go func() {
		defer stop()
		settled <- s.Stage.Settle(ctx)
	}()
	var failed error
	for reading.Err() == nil && failed == nil {
		select {
		case s.turn <- struct{}{}:
			if err := s.pump(reading); err != nil && reading.Err() == nil {
				failed = err
			}
			<-s.turn
		case <-reading.Done():
		}
	}
	if err := <-settled; err != nil || failed != nil {
		return cmp.Or(failed, err)
	}
	select {
	case s.turn <- struct{}{}: // all has come: take it in
		for s.pump(reading) == nil {
		}
		<-s.turn
	default: // Next does that
	}
	return nil
}

func (s *scriptedStage) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answered
}
