package record

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// A server is the other end of the links of a replay: it takes any component, whatever
// its secret (XEP-0114), says what it is told to say, and keeps what comes.
type server struct {
	mu       sync.Mutex
	links    map[string]*link // by name, those that are connected
	refusing map[string]bool  // names that cannot connect now
	arrived  []arrival
	asked    map[string]bool            // ids of questions that wait for their answer
	barriers map[string]chan<- struct{} // by the id of the iq
	news     chan struct{}              // closed and replaced when something has changed
	serving  sync.WaitGroup
}

// An arrival is a stanza that the application has sent.
type arrival struct {
	link  string
	node  element.Node
	again bool // it may be sent again: the link was not up yet
}

func newServer() *server {
	return &server{
		links: make(map[string]*link), refusing: make(map[string]bool), asked: make(map[string]bool),
		barriers: make(map[string]chan<- struct{}), news: make(chan struct{}),
	}
}

// A link is the server's end of one connection. What it says waits in memory, so that
// neither side's writing waits for the other's.
type link struct {
	conn net.Conn
	up   bool // for the application; guarded by server.mu

	mu     sync.Mutex
	more   sync.Cond
	out    []byte
	closed bool
}

// Dial connects the application.
func (s *server) Dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	l := &link{conn: ours}
	l.more.L = &l.mu
	s.serving.Go(l.write)
	s.serving.Go(func() { s.serve(l) })
	return theirs, nil
}

// serve is the life of a connection.
func (s *server) serve(l *link) {
	p := element.NewParser()
	name := ""
	for {
		ev, err := p.Read(l.conn)
		if err != nil || ev.Kind == element.EventClose {
			break
		}
		n := ev.Node
		switch {
		case n.Is(stream.NSStreams, "stream"):
			if name = n.Attr("to"); !s.connect(name, l) {
				l.close()
			}
			l.say(fmt.Sprintf("<?xml version='1.0'?><stream:stream xmlns='%s' xmlns:stream='%s' from='%s' id='%s'>",
				stream.NSAccept, stream.NSStreams, name, stanza.NewID()))
		case n.Is(element.NSClient, "handshake"):
			l.say("<handshake/>")
		default:
			s.take(name, l, n)
		}
	}
	l.say("</stream:stream>")
	l.close()
	io.Copy(io.Discard, l.conn) // what still comes goes nowhere, but nobody is to wait for us
	s.change(func() {
		if s.links[name] == l {
			delete(s.links, name)
		}
	})
}

// connect takes a component in, unless it is not to come.
func (s *server) connect(name string, l *link) (ok bool) {
	s.change(func() {
		if ok = !s.refusing[name]; ok {
			s.links[name] = l
		}
	})
	return ok
}

// change changes something under the lock, and lets those look who wait.
func (s *server) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	close(s.news)
	s.news = make(chan struct{})
}

// barrierFrom asks where a barrier is needed. Nobody else can be there (RFC 2606).
const barrierFrom = "barrier@replay.invalid"

// take takes what the application has sent.
func (s *server) take(name string, l *link, n element.Node) {
	s.change(func() {
		switch {
		case isOwnPing(n):
			l.say(n.XML())
		case n.Attr("to") == barrierFrom:
			if done := s.barriers[n.Attr("id")]; done != nil {
				close(done)
				delete(s.barriers, n.Attr("id"))
			}
		default:
			if t := n.Attr("type"); n.Local() == "iq" && (t == "get" || t == "set") {
				s.asked[n.Attr("id")] = true
			}
			s.arrived = append(s.arrived, arrival{name, n, !l.up})
		}
	})
}

// Traffic learns from the application which links are up: it is a plugin for that.
func (s *server) Traffic(t framework.Traffic) {
	if t.Kind != framework.LinkUp {
		return
	}
	s.change(func() {
		if l := s.links[t.Link]; l != nil {
			l.up = true
		}
	})
}

// answered notes that a question has its answer.
func (s *server) answered(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.asked, id)
}

// open returns how many questions wait for their answer.
func (s *server) open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

// taken returns what has arrived since it was called last.
func (s *server) taken() (some []arrival) {
	s.mu.Lock()
	defer s.mu.Unlock()
	some, s.arrived = s.arrived, nil
	return some
}

var errUnconnected = errors.New("the application is not connected")

// say gives the application a stanza over a link.
func (s *server) say(name, xml string) error {
	s.mu.Lock()
	l := s.links[name]
	s.mu.Unlock()
	if l == nil {
		return fmt.Errorf("%w: %s", errUnconnected, name)
	}
	l.say(xml)
	return nil
}

// barrier returns when the application has read all that was said to it before, by an
// iq that no action can see: without a payload it is answered with an error (RFC 6120
// section 8.2.3).
func (s *server) barrier(ctx context.Context, name string) error {
	id, done := stanza.NewID(), make(chan struct{})
	s.change(func() { s.barriers[id] = done })
	if err := s.say(name, "<iq type='get' id='"+id+"' from='"+barrierFrom+"' to='"+name+"'/>"); err != nil {
		return err
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// await waits until cond, which is called under the lock, is true.
func (s *server) await(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		ok, news := cond(), s.news
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// cut ends a link without a word, and lets none in its place.
func (s *server) cut(name string) {
	s.change(func() {
		s.refusing[name] = true
		if l := s.links[name]; l != nil {
			l.conn.Close()
			delete(s.links, name)
		}
	})
}

// refuses reports whether a link was cut, and not restored.
func (s *server) refuses(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refusing[name]
}

// restore lets a link come again, and waits until it is of use.
func (s *server) restore(ctx context.Context, name string) error {
	s.change(func() { s.refusing[name] = false })
	return s.await(ctx, func() bool { l := s.links[name]; return l != nil && l.up })
}

// close ends all links, when the application has ended.
func (s *server) close() {
	s.mu.Lock()
	for _, l := range s.links {
		l.conn.Close()
	}
	s.mu.Unlock()
	s.serving.Wait()
}

func (l *link) say(words string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out = append(l.out, words...)
	l.more.Signal()
}

func (l *link) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.more.Signal()
}

// write writes what is said, until the link is closed or nobody reads.
func (l *link) write() {
	defer l.conn.Close()
	for {
		l.mu.Lock()
		for len(l.out) == 0 && !l.closed {
			l.more.Wait()
		}
		some := l.out
		l.out = nil
		l.mu.Unlock()
		if len(some) == 0 {
			return
		}
		if _, err := l.conn.Write(some); err != nil {
			return
		}
	}
}
