package framework

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"

	"github.com/emp-framework/emp/element"
)

// A loopback is a server of external components in memory, for the console: it takes
// whoever comes, and there is nobody on it but the application and who types.
type loopback struct {
	domain string

	writing sync.Mutex
	conn    net.Conn

	mu      sync.Mutex
	sent    []element.Node // by the application, to others
	barrier chan struct{}  // closed when the answer to our iq is there
}

// wall is an address that nobody else can have (RFC 2606): what it asks is a barrier.
const wall = "console@barrier.invalid"

// Dial is an App's.
func (s *loopback) Dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	s.writing.Lock()
	s.conn = ours
	s.writing.Unlock()
	go s.serve(ours)
	return theirs, nil
}

func (s *loopback) say(text string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	_, err := io.WriteString(s.conn, text)
	return err
}

func (s *loopback) serve(conn net.Conn) {
	defer conn.Close()
	for p := element.NewParser(); ; {
		ev, err := p.Read(conn)
		switch n := ev.Node; {
		case err != nil:
			return
		case ev.Kind == element.EventClose:
			s.say("</stream:stream>")
			return
		case n.Local() == "stream":
			s.say("<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='" + s.domain + "' id='console'>")
		case n.Local() == "handshake":
			s.say("<handshake/>")
		default:
			s.take(n)
		}
	}
}

// take takes a stanza of the application's.
func (s *loopback) take(n element.Node) {
	to := n.Attr("to")
	_, domain, found := strings.Cut(to, "@")
	if !found {
		domain = to
	}
	domain, _, _ = strings.Cut(domain, "/")
	if domain == s.domain { // to itself
		s.say(n.String())
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if to == wall {
		if s.barrier != nil {
			close(s.barrier)
			s.barrier = nil
		}
		return
	}
	s.sent = append(s.sent, n)
	if t := n.Attr("type"); n.Local() == "iq" && (t == "get" || t == "set") { // nobody is there who could answer
		answer := element.New(element.NSClient, "iq").Attr("type", "error").Attr("id", n.Attr("id")).Attr("from", to).Attr("to", n.Attr("from")).
			Add(element.New(element.NSClient, "error").Attr("type", "cancel").
				Add(element.New("urn:ietf:params:xml:ns:xmpp-stanzas", "service-unavailable")))
		go s.say(answer.Node().String())
	}
}

// settle waits until the application has handled all that was said and its answers are
// here, and returns these.
func (s *loopback) settle(ctx context.Context, idle func(context.Context) error) ([]element.Node, error) {
	for range 2 { // what was said is read; what that led to is here
		if err := s.pass(ctx); err != nil {
			return nil, err
		}
		if err := idle(ctx); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sent := s.sent
	s.sent = nil
	return sent, nil
}

// pass asks what the application must answer, behind all that it says before.
func (s *loopback) pass(ctx context.Context) error {
	here := make(chan struct{})
	s.mu.Lock()
	s.barrier = here
	s.mu.Unlock()
	if err := s.say(fmt.Sprintf("<iq type='get' id='barrier' from='%s' to='%s'/>", wall, s.domain)); err != nil {
		return err
	}
	select {
	case <-here:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
