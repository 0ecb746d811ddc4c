package emptest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/hostlink"
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
	idle   func(context.Context) error // returns when the app holds nothing that it has read

	inbox
	host hostlink.Host
	fell chan struct{} // closed when the app did what no server takes

	linkMu  sync.Mutex
	link    *hostlink.Link // the one that is up
	relayed int            // stanzas that the app sent to itself
}

func newServer(domain jid.JID, secret string, idle func(context.Context) error) *server {
	s := &server{domain: domain, idle: idle, inbox: newInbox(), fell: make(chan struct{})}
	s.host = hostlink.Host{Secret: secret, Up: s.up, Take: s.take, Gone: s.gone}
	return s
}

var _ Stage = (*server)(nil)

// Name is how plays call the memory.
func (s *server) Name() string { return memory }

// App is the app's address.
func (s *server) App() jid.JID { return s.domain }

// up takes the app in.
func (s *server) up(l *hostlink.Link) error {
	s.linkMu.Lock()
	defer s.linkMu.Unlock()
	to, err := jid.Parse(l.Name)
	switch {
	case err != nil || to != s.domain:
		return refuse(stream.HostUnknown, "the header is to %q, want %q", l.Name, s.domain)
	case s.link != nil:
		return refuse(stream.Conflict, "the app is connected already")
	}
	s.link = l
	return nil
}

// gone notes that the app's link is over, and what the app did wrong, for whoever waits for
// something.
func (s *server) gone(l *hostlink.Link, refused error) {
	if refused != nil && s.fail(fmt.Errorf("the server ended the app's stream: %w", refused)) {
		close(s.fell)
	}
	s.linkMu.Lock()
	defer s.linkMu.Unlock()
	if s.link == l {
		s.link = nil
	}
}

func refuse(c stream.Condition, format string, args ...any) error {
	return hostlink.Refusal{Condition: c, Text: fmt.Sprintf(format, args...)}
}

// take routes a stanza of the app's.
func (s *server) take(_ *hostlink.Link, n element.Node) error {
	if !isStanza(n) {
		return refuse(stream.UnsupportedStanzaType, "%s is no message, presence or iq", n.Name())
	}
	from, err := jid.Received(n.Attr("from"))
	if err != nil || from.JID.Domain() != s.domain.Domain() {
		return refuse(stream.InvalidFrom, "from=%q is no address of %s", n.Attr("from"), s.domain)
	}
	to, err := jid.Received(n.Attr("to"))
	switch {
	case err != nil:
		return refuse(stream.ImproperAddressing, "to=%q is no address", n.Attr("to"))
	case to.JID == barrierJID:
		s.isBarrier(n.Attr("id"))
	case to.JID.Domain() == s.domain.Domain():
		s.linkMu.Lock()
		defer s.linkMu.Unlock()
		s.relayed++
		if s.link != nil {
			s.link.Write(n)
		}
	default:
		s.put(to.JID, n)
	}
	return nil
}

// Send is Stage's.
func (s *server) Send(_ context.Context, peer jid.JID, n element.Node) error {
	to, err := jid.Received(n.Attr("to"))
	if err != nil || to.JID.Domain() != s.domain.Domain() {
		return fmt.Errorf("to=%q is not the app, which serves %s", n.Attr("to"), s.domain)
	}
	_, err = s.deliver(stamped(n, peer))
	return err
}

// deliver gives the app a stanza. What it returns is closed when the link it
// went over is gone.
func (s *server) deliver(n element.Node) (gone <-chan struct{}, err error) {
	s.linkMu.Lock()
	defer s.linkMu.Unlock()
	if err := s.err(); err != nil {
		return nil, err
	}
	if s.link == nil {
		return nil, errUnconnected
	}
	return s.link.Gone(), s.link.Write(n)
}

var errUnconnected = errors.New("the app is not connected")

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
	s.linkMu.Lock()
	defer s.linkMu.Unlock()
	return s.relayed
}

// barrier sends the app an iq that it must answer, and waits for that.
func (s *server) barrier(ctx context.Context) error {
	id := stanza.NewID()
	done := s.expectBarrier(id)
	gone, err := s.deliver(barrierTo(s.domain, id))
	if err != nil {
		return err
	}
	select {
	case <-done:
		return nil
	case <-gone:
		return cmp.Or(s.err(), errUnconnected)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// barrierTo is the iq of a barrier. It is malformed, a get without a payload, so that no
// route can see it: no action has a part in a barrier (RFC 6120 section 8.2.3).
func barrierTo(app jid.JID, id string) element.Node {
	return element.New(element.NSClient, "iq").Attr("type", "get").Attr("id", id).
		Attr("from", barrierJID.String()).Attr("to", app.String()).Node()
}
