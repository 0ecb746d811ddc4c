package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/hostlink"
	"github.com/emp-framework/emp/internal/sasl"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A server is the other end of the links of a replay: it takes any component, whatever
// its secret, and any client, says what it is told to say, and keeps what comes.
type server struct {
	host  hostlink.Host
	given map[string]jid.JID // what clients are bound to, by the name of the link
	order []string           // the names of the links as they came up first in the recording
	ctx   context.Context
	over  context.CancelFunc // ends what waits in serving

	mu       sync.Mutex
	names    map[string]string // of the links, by what they are bound to
	links    map[string]*link  // by name, those that are connected
	refusing map[string]bool   // names that cannot connect now
	arrived  []arrival
	asked    map[string]string          // questions that wait for their answer: the link by the id
	settled  map[string]bool            // links whose watchers are done, or have begun and wait for an answer
	barriers map[string]chan<- struct{} // by the id of the iq
	news     chan struct{}              // closed and replaced when something has changed
}

// A link is one that is connected.
type link struct {
	*hostlink.Link
	up bool // for the application; guarded by server.mu
}

// An arrival is a stanza that the application has sent.
type arrival struct {
	link  string
	node  element.Node
	again bool // it may be sent again: the link was not up yet
}

// anySecret is the password of an application's account in a replay.
const anySecret = "of no account in memory"

func newServer() *server {
	s := &server{
		given: make(map[string]jid.JID), names: make(map[string]string),
		links: make(map[string]*link), refusing: make(map[string]bool), asked: make(map[string]string), settled: make(map[string]bool),
		barriers: make(map[string]chan<- struct{}), news: make(chan struct{}),
	}
	s.ctx, s.over = context.WithCancel(context.Background())
	s.host = hostlink.Host{Up: s.connect, Take: s.take, Gone: s.gone, Bind: s.bind}
	return s
}

// clients has clients taken, too.
func (s *server) clients() (err error) {
	s.host.Password, err = sasl.NewVerifier(anySecret)
	return err
}

// bind binds a client to what it had in the recording.
func (s *server) bind(account jid.JID, wish string) jid.JID {
	name, full := account.String(), account
	if j, err := account.WithResource(wish); wish != "" && err == nil {
		name, full = j.String(), j
	}
	if given, ok := s.given[name]; ok {
		full = given
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.names[full.String()] = name
	return full
}

// name is that of a link in the recording. It is called under the lock.
func (s *server) name(l *hostlink.Link) string { return cmp.Or(s.names[l.Name], l.Name) }

var errAway = errors.New("not to come now")

// connect takes a link in, unless it is not to come. What the application does when a link
// comes up may depend on which is first, so they come up in the order of the recording.
func (s *server) connect(l *hostlink.Link) error {
	err := s.await(s.ctx, func() bool {
		for _, name := range s.order {
			if name == s.name(l) {
				break
			}
			if !s.settled[name] {
				return false
			}
		}
		return true
	})
	s.change(func() {
		if name := s.name(l); err == nil && (s.refusing[name] || s.links[name] != nil) {
			err = errAway
		} else if err == nil {
			s.links[name] = &link{Link: l}
		}
	})
	return err
}

// gone takes a link out.
func (s *server) gone(l *hostlink.Link, _ error) {
	s.change(func() {
		if now := s.links[s.name(l)]; now != nil && now.Link == l {
			delete(s.links, s.name(l))
		}
	})
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
func (s *server) take(l *hostlink.Link, n element.Node) error {
	s.change(func() {
		name := s.name(l)
		switch {
		case isOwnPing(n):
			l.Write(from(n, l.Name))
		case n.Attr("to") == barrierFrom:
			if done := s.barriers[n.Attr("id")]; done != nil {
				close(done)
				delete(s.barriers, n.Attr("id"))
			}
		default:
			if t := n.Attr("type"); n.Local() == "iq" && (t == "get" || t == "set") {
				s.asked[n.Attr("id")] = name
			}
			now := s.links[name]
			if n.Local() == "iq" && now != nil && now.up {
				s.settled[name] = true
			}
			s.arrived = append(s.arrived, arrival{name, n, now == nil || now.Link != l || !now.up})
		}
	})
	return nil
}

// from returns a stanza with a from, if it has none: a client leaves that to its server.
func from(n element.Node, address string) element.Node {
	if !n.AttrNode("", "from").IsZero() {
		return n
	}
	b := element.New(n.Space(), n.Local()).Attr("from", address)
	for a := range n.Attrs() {
		b.AttrNS(a.Space(), a.Local(), a.Value())
	}
	for child := range n.Nodes() {
		b.Add(child)
	}
	return b.Node()
}

// Traffic learns from the application which links are up: it is a plugin for that.
func (s *server) Traffic(t framework.Traffic) {
	if t.Kind != framework.LinkUp {
		return
	}
	s.change(func() {
		if l := s.links[t.Link]; l != nil {
			l.up = true
			for _, asked := range s.asked {
				if asked == t.Link {
					s.settled[t.Link] = true
				}
			}
		}
	})
}

// LinkUp learns that all other plugins have been told of a link.
func (s *server) LinkUp(_ context.Context, sender component.Sender) error {
	s.change(func() {
		own := component.LinkOf(sender).String()
		s.settled[cmp.Or(s.names[own], own)] = true
	})
	return nil
}

// LinkDown is of no account.
func (s *server) LinkDown() {}

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

// say gives the application a stanza over a link, which is to be there.
func (s *server) say(name, xml string) error {
	s.mu.Lock()
	l := s.links[name]
	s.mu.Unlock()
	if l == nil {
		return fmt.Errorf("%w: %s", errUnconnected, name)
	}
	return l.Say(xml)
}

// barrier returns when the application has read all that was said to it before, by an
// iq that no action can see: without a payload it is answered with an error (RFC 6120
// section 8.2.3).
func (s *server) barrier(ctx context.Context, name string) error {
	id, done := stanza.NewID(), make(chan struct{})
	to := name
	s.change(func() {
		s.barriers[id] = done
		if l := s.links[name]; l != nil {
			to = l.Name
		}
	})
	iq := element.New(element.NSClient, "iq").Attr("type", "get").Attr("id", id).Attr("from", barrierFrom).Attr("to", to)
	if err := s.say(name, iq.Node().XML()); err != nil {
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
			l.Cut()
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

// close ends all links, when the application has ended.
func (s *server) close() {
	s.over()
	s.host.Close()
}

// restore lets a link come again, and waits until it is of use.
func (s *server) restore(ctx context.Context, name string) error {
	s.change(func() { s.refusing[name] = false })
	return s.await(ctx, func() bool { l := s.links[name]; return l != nil && l.up })
}
