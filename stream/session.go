package stream

import (
	"sync"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/sm"
	"github.com/emp-framework/emp/jid"
)

// A Session is what stream management (XEP-0198) keeps of a client's stream when a
// link breaks, for the next link to go on with: how many stanzas either side has
// handled, and what the server calls the session. It keeps none of the stanzas
// themselves. Make one for each resource of an account and give it to all its links,
// one after another, as Options.Session. The zero Session is ready for use.
type Session struct {
	pending Pending // of its links

	mu       sync.Mutex
	link     *conn // whose stanzas count; nil: there is no session
	on       bool  // the server has agreed, and may be asked
	counts   sm.Counts
	id       string // what to resume it by; "": it ends with its link
	local    jid.JID
	location string    // where the server wants to be asked to resume it; "": anywhere
	tried    bool      // that it has been, since it was on
	direct   bool      // with TLS from the first byte
	answer   bool      // the server has asked how much we have handled
	ask      bool      // we are to ask that
	open     time.Time // since when what we asked has no answer; zero: it has
	changed  chan struct{}
	over     chan struct{} // closed when it cannot go on any more; nil before the first
	max      time.Duration // for which it outlasts its link; 0: the server does not say
	passing  *time.Timer   // of max, since the link is down
}

// maxID is how long the name of a session may be (XEP-0198 section 3).
const maxID = 4000

// begin begins a session over c, which asks the server for one. What is sent from
// now on counts.
func (s *Session) begin(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finish()
	s.link, s.counts, s.over = c, sm.Counts{}, make(chan struct{})
	s.answer, s.ask, s.open = false, false, time.Time{}
	c.counted = true
}

// finish has nothing of the session go on. It is called locked.
func (s *Session) finish() {
	s.link, s.on, s.id, s.location, s.max = nil, false, "", "", 0
	if s.over != nil {
		close(s.over)
		s.over = nil
	}
	s.keep()
	s.wake()
}

// keep ends the wait for max to pass. It is called locked.
func (s *Session) keep() {
	if s.passing != nil {
		s.passing.Stop()
		s.passing = nil
	}
}

// Forget has no link go on with the session: what waits for one that does gives up. It
// is for when there will be no further link, and the last one is down.
func (s *Session) Forget() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.finish()
}

// broke notes that the link c is down. The server keeps the session for no longer than
// it has said, counted from when it notices.
func (s *Session) broke(c *conn) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != c || s.id == "" || s.max == 0 || s.passing != nil {
		return
	}
	var passing *time.Timer
	passing = time.AfterFunc(s.max, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.passing == passing { // else it was resumed, or is over
			s.giveUp()
		}
	})
	s.passing = passing
}

// giveUp tells those who wait for what another link of the session brings that it is
// too late. The server is asked all the same, for what it has handled. It is called
// locked.
func (s *Session) giveUp() {
	s.location = ""
	if s.over != nil {
		close(s.over)
		s.over = nil
	}
}

// lasting returns what is closed when no link can go on any more with the session of
// c; nil if none can in any case.
func (s *Session) lasting(c *conn) <-chan struct{} {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != c || !s.on || s.id == "" {
		return nil
	}
	return s.over
}

// agreed takes the server's <enabled/>. From now on what comes counts.
func (s *Session) agreed(enabled element.Node, local jid.JID, direct bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.on, s.tried, s.local, s.direct = true, false, local, direct
	id := enabled.Attr("id")
	if resume := enabled.Attr("resume"); (resume == "true" || resume == "1") && len(id) <= maxID {
		s.id, s.location = id, enabled.Attr("location")
		if n, err := sm.ParseCount(enabled.Attr("max")); err == nil {
			s.max = time.Duration(n) * time.Second
		}
	}
}

// end ends the session of c, if it has one: nothing counts any more.
func (s *Session) end(c *conn) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link == c {
		s.finish()
		c.counted = false
	}
}

// take has the session go on over c, if it may, and returns what it is called and how
// many stanzas of the server's have been handled. A link before may have more of them
// in its buffer: those the server sends again, so they are not to be read there.
func (s *Session) take(c *conn) (id string, handled uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.id == "" {
		return "", 0
	}
	s.link, s.on, s.answer, s.ask, s.open = c, false, false, false, time.Time{}
	c.counted = true
	s.wake()
	return s.id, s.counts.Handled()
}

// resumed has the session be on again, of which the server has handled h stanzas. It
// returns our address and the number of the last of them.
func (s *Session) resumed(h uint32) (local jid.JID, acked uint64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.counts.Resume(h); err != nil {
		return jid.JID{}, 0, err
	}
	s.on, s.tried = true, false
	s.keep()
	if s.over == nil { // given up too early
		s.over = make(chan struct{})
	}
	return s.local, s.counts.Acked(), nil
}

// handle counts a stanza that has come over c. It reports whether that is to go on:
// not where the session has gone over to another link.
func (s *Session) handle(c *conn) bool {
	if s == nil {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != c {
		return !c.counted
	}
	if s.on {
		s.counts.Handle()
	}
	return true
}

// sent counts stanzas that go out over c, and returns the number of the last; 0 if
// they do not count. The outbox is locked.
func (s *Session) sent(c *conn, n int) uint64 {
	if s == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != c {
		return 0
	}
	return s.counts.Send(n)
}

// unsent takes back what sent counted, since it does not go out after all. The outbox has
// been locked since.
func (s *Session) unsent(c *conn, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link == c {
		s.counts.Unsend(n)
	}
}

// acked takes note of how many stanzas the server says that it has handled.
func (s *Session) acked(h uint32) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.counts.Ack(h); err != nil {
		return err
	}
	s.open = time.Time{}
	s.wake()
	return nil
}

// unanswered is for how long the server has not said over c what it has handled, though
// it was asked.
func (s *Session) unanswered(c *conn) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != c || s.open.IsZero() {
		return 0
	}
	return time.Since(s.open)
}

// asked notes that the server wants to know how much we have handled. However often
// it asks before there is a chance to answer, one answer is for all.
func (s *Session) asked() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = true
}

// settled takes how many stanzas of a session the server has handled that it does not
// resume. It returns the number of the last, unless that cannot be.
func (s *Session) settled(h uint32) (handled uint64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts.Ack(h) != nil {
		return 0, false
	}
	return s.counts.Acked(), true
}

// isOn reports whether the server manages the stream of c, or is asked to just now.
func (s *Session) isOn(c *conn) (on, awaited bool) {
	if s == nil {
		return false, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.link == c && s.on, s.link == c && !s.on
}

// outlasts reports whether another link could go on with the session of c.
func (s *Session) outlasts(c *conn) bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.link == c && s.id != ""
}

// due returns whether the server is to be told how much we have handled, or asked how
// much it has, over c. The outbox is locked.
func (s *Session) due(c *conn) (answer bool, handled uint32, ask bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != c || !s.on {
		return false, 0, false
	}
	answer, ask = s.answer, s.ask
	s.answer, s.ask = false, false
	if ask && s.open.IsZero() {
		s.open = time.Now()
	}
	return answer, s.counts.Handled(), ask
}

// close ends the session of c in order, and returns how much we have handled, which is
// what is left to say. on is false if there is no session.
func (s *Session) close(c *conn) (on bool, handled uint32) {
	if on, _ = s.isOn(c); !on {
		return false, 0
	}
	defer s.end(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	return true, s.counts.Handled()
}

// await returns whether the server has confirmed all up to the number target, of what
// was sent over c, and what is closed when that may have changed. A target of 0 is
// all that was sent yet.
func (s *Session) await(c *conn, target *uint64) (done bool, changed <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != c || !s.on {
		return false, nil, errNotManaged
	}
	if *target == 0 {
		*target = s.counts.Sent()
		s.ask = s.counts.Acked() < *target
	}
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.counts.Acked() >= *target, s.changed, nil
}

// where returns where the server wants to be asked to resume the session, once for each
// link that breaks: it may not be there any more, or send us elsewhere.
func (s *Session) where() (location string, direct bool) {
	if s == nil {
		return "", false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tried {
		return "", false
	}
	s.tried = true
	return s.location, s.direct
}

// wake has those look again who await something.
func (s *Session) wake() {
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}
