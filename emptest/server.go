package emptest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// A server is a Stage in memory: a server of external components (XEP-0114)
// with one component, the app, and with everybody else as a peer. What the app
// sends to its own domain comes back to it, as from any server. What a server
// would not take from a component ends the stream, as strictly as the strictest
// one does, and fails the test.
type server struct {
	domain jid.JID
	secret string
	idle   func(context.Context) error // returns when the app holds nothing that it has read

	serving sync.WaitGroup
	came    chan struct{} // has room for one: there may be something in arrived
	fell    chan struct{} // closed when broken is set

	mu       sync.Mutex
	conns    map[net.Conn]bool
	link     *link // the authenticated one
	arrived  []arrival
	barriers map[string]chan<- struct{} // by the id of the iq
	relayed  int                        // stanzas that the app sent to itself
	broken   error                      // what the app did that no server takes
	closed   bool
}

func newServer(domain jid.JID, secret string, idle func(context.Context) error) *server {
	return &server{
		domain: domain, secret: secret, idle: idle,
		came: make(chan struct{}, 1), fell: make(chan struct{}),
		conns: make(map[net.Conn]bool), barriers: make(map[string]chan<- struct{}),
	}
}

var _ Stage = (*server)(nil)

// Name is how plays call the memory.
func (s *server) Name() string { return memory }

// Dial connects to the server, whatever the address.
func (s *server) Dial(context.Context, string, string) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.New("emptest: the session is over")
	}
	ours, theirs := net.Pipe()
	s.conns[ours] = true
	s.serving.Go(func() {
		s.serve(ours)
		ours.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.conns, ours)
	})
	return theirs, nil
}

// close ends all connections, without a word.
func (s *server) close() {
	s.mu.Lock()
	s.closed = true
	for conn := range s.conns {
		conn.Close()
	}
	s.mu.Unlock()
	s.serving.Wait()
}

// take routes a stanza of the app's. The error is a streamError.
func (s *server) take(n element.Node) error {
	if !isStanza(n) {
		return streamError{stream.UnsupportedStanzaType, fmt.Sprintf("%s is no message, presence or iq", n.Name())}
	}
	from, err := jid.Received(n.Attr("from"))
	if err != nil || from.JID.Domain() != s.domain.Domain() {
		return streamError{stream.InvalidFrom, fmt.Sprintf("from=%q is no address of %s", n.Attr("from"), s.domain)}
	}
	to, err := jid.Received(n.Attr("to"))
	if err != nil {
		return streamError{stream.ImproperAddressing, fmt.Sprintf("to=%q is no address", n.Attr("to"))}
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case to.JID == barrierJID:
		if done, ok := s.barriers[n.Attr("id")]; ok {
			close(done)
			delete(s.barriers, n.Attr("id"))
		}
	case to.JID.Domain() == s.domain.Domain():
		s.relayed++
		if s.link != nil {
			s.link.write(n)
		}
	default:
		s.arrived = append(s.arrived, arrival{to.JID, n})
		select {
		case s.came <- struct{}{}:
		default:
		}
	}
	return nil
}

// fail notes what the app did wrong, for whoever waits for something.
func (s *server) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil && !s.closed {
		s.broken = fmt.Errorf("the server ended the app's stream: %w", err)
		close(s.fell)
	}
}

// Send is Stage's.
func (s *server) Send(ctx context.Context, _ jid.JID, n element.Node) error {
	to, err := jid.Received(n.Attr("to"))
	if err != nil || to.JID.Domain() != s.domain.Domain() {
		return fmt.Errorf("to=%q is not the app, which serves %s", n.Attr("to"), s.domain)
	}
	_, err = s.deliver(n)
	return err
}

// deliver gives the app a stanza. What it returns is closed when the link it
// went over is gone.
func (s *server) deliver(n element.Node) (gone <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.broken != nil:
		return nil, s.broken
	case s.link == nil:
		return nil, errUnconnected
	}
	return s.link.gone, s.link.write(n)
}

var errUnconnected = errors.New("the app is not connected")

// Next is Stage's.
func (s *server) Next(ctx context.Context) (jid.JID, element.Node, error) {
	for {
		s.mu.Lock()
		if len(s.arrived) > 0 {
			first := s.arrived[0]
			s.arrived = s.arrived[1:]
			s.mu.Unlock()
			return first.peer, first.node, nil
		}
		err := s.broken
		s.mu.Unlock()
		if err != nil {
			return jid.JID{}, element.Node{}, err
		}
		select {
		case <-s.came:
		case <-s.fell:
		case <-ctx.Done():
			return jid.JID{}, element.Node{}, ctx.Err()
		}
	}
}

// barrierJID asks where a barrier is needed. Nobody else can be there (RFC 2606).
var barrierJID = jid.MustParse("barrier@emptest.invalid")

// Settle is Stage's. The first barrier proves that the app has read all that was
// sent before it. What was read is done when the app is idle. The second is
// answered behind all that was sent in doing it. If that made stanzas that the
// app sent to itself, it begins again.
func (s *server) Settle(ctx context.Context) error {
	for {
		before := s.selfSent()
		if err := s.barrier(ctx); err != nil {
			return err
		}
		if err := s.idle(ctx); err != nil {
			return err
		}
		if err := s.barrier(ctx); err != nil {
			return err
		}
		if s.selfSent() == before {
			return nil
		}
	}
}

func (s *server) selfSent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.relayed
}

// barrier sends the app an iq that it must answer, and waits for that. The iq
// is malformed, a get without a payload, so that no route can see it: no action
// has a part in a barrier (RFC 6120 section 8.2.3).
func (s *server) barrier(ctx context.Context) error {
	id, done := stanza.NewID(), make(chan struct{})
	s.mu.Lock()
	s.barriers[id] = done
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.barriers, id)
	}()
	gone, err := s.deliver(element.New(element.NSClient, "iq").
		Attr("type", "get").Attr("id", id).
		Attr("from", barrierJID.String()).Attr("to", s.domain.String()).Node())
	if err != nil {
		return err
	}
	select {
	case <-done:
		return nil
	case <-gone:
		s.mu.Lock()
		defer s.mu.Unlock()
		return cmp.Or(s.broken, errUnconnected)
	case <-ctx.Done():
		return ctx.Err()
	}
}
