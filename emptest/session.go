package emptest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A Session is an app on a stage, and a test that plays its peers. What goes
// wrong ends the test with t.Fatal, so its methods are to be called in the test's
// own goroutine.
type Session struct {
	t       testing.TB
	stage   Stage
	arrived []arrival         // and not looked at, in the order in which they came
	known   map[string]string // what the holes of received stanzas took
	app     bool              // a play that is written names the app by its hole
}

// An arrival is a stanza that came to a peer.
type arrival struct {
	peer jid.JID
	node element.Node
}

// NewSession returns a session on a stage of the test's own. Start is for the
// usual one.
func NewSession(t testing.TB, stage Stage) *Session {
	s := &Session{t: t, stage: stage, known: make(map[string]string)}
	if app, ok := stage.(interface{ App() jid.JID }); ok {
		s.known[appHole] = app.App().String()
	}
	return s
}

// Send sends stanzas, written as XML one behind the other, to the app. Each
// says in its from which peer sends it. Holes are filled with what they took in
// stanzas received before.
func (s *Session) Send(xml string) {
	s.t.Helper()
	for _, scripted := range s.read(xml) {
		from, err := jid.Parse(scripted.node.Attr("from"))
		if err != nil {
			s.t.Fatalf("emptest: %s: no usable from: who sends it? %v", scripted.place, err)
		}
		if err := checkSent(scripted.node, from, s.known); err != nil {
			s.t.Fatalf("emptest: %s: %v", scripted.place, err)
		}
		s.send(from, scripted)
	}
}

// Expect waits for stanzas, written as XML one behind the other, and ends the
// test if others come in their place or none. Each says in its to which peer it
// is for, and may have holes. Between the same two addresses the order counts,
// otherwise not. What else comes meanwhile is kept for later calls.
func (s *Session) Expect(xml string) {
	s.t.Helper()
	var wants []want
	for _, scripted := range s.read(xml) {
		to, err := jid.Parse(scripted.node.Attr("to"))
		if err != nil {
			s.t.Fatalf("emptest: %s: no usable to: who receives it? %v", scripted.place, err)
		}
		wants = append(wants, want{scripted, to})
	}
	s.expect(wants, false)
}

// Nothing waits until the app has done all it was sent, and ends the test if a
// stanza has come that no Expect took.
func (s *Session) Nothing() {
	s.t.Helper()
	s.nothing("")
}

// Do sends stanzas as Send does, waits until the app has done with them, and
// returns all that has come to any peer and was not looked at yet. An app that
// asks a peer something meanwhile never has done without an answer: that is for
// Send and Expect.
func (s *Session) Do(xml string) []stanza.Stanza {
	s.t.Helper()
	s.Send(xml)
	s.settle("")
	var answers []stanza.Stanza
	for _, a := range s.arrived {
		answer, err := stanza.Of(a.node)
		if err != nil {
			s.t.Fatalf("emptest: the app sent what is no good stanza: %v\n%s", err, layout(a.node))
		}
		answers = append(answers, answer)
	}
	s.arrived = nil
	return answers
}

// Play performs a play, and ends the test where it takes another course.
func (s *Session) Play(p *Play) {
	s.t.Helper()
	left := "" // why the next step is left out
	for _, step := range p.steps {
		if left != "" {
			s.t.Logf("emptest: %s:%d: left out on %s: %s", p.Name, step.line, s.stageName(), left)
			left = ""
			continue
		}
		switch step.verb {
		case except:
			if slices.Contains(step.stages, s.stageName()) {
				left = step.reason
			}
		case passes:
			s.pass(fmt.Sprintf("%s:%d: ", p.Name, step.line), step.time)
		case sends:
			for _, scripted := range step.stanzas {
				s.send(step.peer, scripted)
			}
		case receives, receivesInAnyOrder:
			var wants []want
			for _, scripted := range step.stanzas {
				wants = append(wants, want{scripted, step.peer})
			}
			s.expect(wants, step.verb == receivesInAnyOrder)
		case nothing:
			s.nothing(fmt.Sprintf("%s:%d: ", p.Name, step.line))
		}
	}
	s.nothing(p.Name + ": at the end: ")
}

// stageName is what plays call the stage in "except on".
func (s *Session) stageName() string {
	if named, ok := s.stage.(interface{ Name() string }); ok {
		return named.Name()
	}
	return ""
}

// pass has time pass, in a bubble of testing/synctest, when the app has done all it was
// sent.
func (s *Session) pass(place string, d time.Duration) {
	s.t.Helper()
	if s.stageName() != memory {
		s.t.Fatalf("emptest: %stime passes in memory alone: write %q above it", place, "-- except on "+cmp.Or(s.stageName(), "STAGE")+": it has a clock of its own --")
	}
	if !inBubble() {
		s.t.Fatalf("emptest: %stime passes in a bubble alone: perform the play in synctest.Test (testing/synctest), as Run does", place)
	}
	s.settle(place)
	time.Sleep(d)
	synctest.Wait()
}

func inBubble() (in bool) {
	defer func() { in = recover() == nil }() // synctest.Wait panics elsewhere
	synctest.Wait()
	return
}

func (s *Session) read(xml string) []scripted {
	s.t.Helper()
	stanzas, errs := readStanzas("", 1, []byte(xml))
	for _, err := range errs {
		s.t.Fatal(err)
	}
	if len(stanzas) == 0 {
		s.t.Fatal("emptest: no stanza given")
	}
	return stanzas
}

func (s *Session) send(from jid.JID, scripted scripted) {
	s.t.Helper()
	node, err := rewrite(scripted.node, "from", from, func(v string) (string, error) { return fill(v, s.known) })
	if err != nil {
		s.t.Fatalf("emptest: %s: %v", scripted.place, err)
	}
	ctx, cancel := context.WithTimeoutCause(s.t.Context(), patience, errPatience)
	defer cancel()
	if err := s.stage.Send(ctx, from, node); err != nil {
		s.t.Fatalf("emptest: %s: %s cannot send: %v", scripted.place, from, err)
	}
}

// nothing fails if anything has come and was not looked at.
func (s *Session) nothing(place string) {
	s.t.Helper()
	s.settle(place)
	if len(s.arrived) > 0 {
		s.t.Fatalf("emptest: %snobody should have received anything more, but\n%s", place, report(s.arrived))
	}
}

// layout shows a stanza as the diffs do.
func layout(n element.Node) string {
	var b strings.Builder
	for _, l := range lines(outline(n)) {
		if l.text != noText {
			fmt.Fprintf(&b, "  %s\n", l.text)
		}
	}
	return b.String()
}

func report(arrived []arrival) string {
	var b strings.Builder
	for _, a := range arrived {
		fmt.Fprintf(&b, "%s received\n%s", a.peer, layout(a.node))
	}
	return b.String()
}

// A want is a stanza to come.
type want struct {
	scripted
	peer jid.JID
}

// takes reports whether a came to whom w is for: a server may show either of a
// peer's addresses.
func (w want) takes(a arrival) bool {
	return a.peer == w.peer || a.peer == w.peer.Bare() || a.peer.Bare() == w.peer
}

// sameSender reports whether a is between the addresses of w, bare ones, so that
// order counts between a and other stanzas like w.
func (w want) sameSender(a arrival, known map[string]string) bool {
	from, err := fill(w.node.Attr("from"), known)
	if err != nil {
		return true // any, for all we know
	}
	wanted, err := jid.Received(from)
	came, _ := jid.Received(a.node.Attr("from"))
	return err != nil || wanted.JID.Bare() == came.JID.Bare()
}
