package emptest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// A Play is a conversation with an app, written down. The package comment has
// the format.
type Play struct {
	Name    string // the file's, as given to ParsePlay
	Comment string // what stands above the first caption

	steps  []step
	source *txtar.Archive // a section for each step
}

// A step is a section of a play: a caption and the stanzas below it.
type step struct {
	verb    verb
	peer    jid.JID       // who sends or receives
	time    time.Duration // that passes
	stages  []string      // that the step below is not for
	reason  string        // why
	line    int           // of the caption
	stanzas []scripted
}

type verb int

const (
	sends verb = iota
	receives
	receivesInAnyOrder
	nothing
	passes
	except
)

// bare reports whether no stanzas stand below the caption.
func (v verb) bare() bool { return v == nothing || v == passes || v == except }

// captions are what a caption may say behind the peer's address.
var captions = []struct {
	words string
	verb  verb
}{
	{" sends", sends},
	{" receives", receives},
	{" receives in any order", receivesInAnyOrder},
}

// A scripted stanza stands in a play.
type scripted struct {
	node  element.Node
	place string // file:line, or how a test names it
}

// LoadPlay reads a play from a file.
func LoadPlay(file string) (*Play, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("emptest: %w", err)
	}
	return ParsePlay(file, data)
}

// ParsePlay reads a play from data; name is for messages, as a file's name. The
// error is all that is wrong with it, a line each as in "emptest: hack.txtar:7:
// …".
func ParsePlay(name string, data []byte) (*Play, error) {
	archive := txtar.Parse(data)
	p := &Play{Name: name, Comment: strings.TrimSpace(string(archive.Comment)), source: archive}
	var errs []error
	fail := func(line int, format string, args ...any) {
		errs = append(errs, fmt.Errorf("emptest: %s:%d: %w", name, line, fmt.Errorf(format, args...)))
	}

	line := 1
	for comment := range bytes.Lines(archive.Comment) {
		if bytes.HasPrefix(comment, []byte("--")) {
			fail(line, "not a caption, which is %q: %.100q", "-- … --", bytes.TrimSpace(comment))
		}
		line++
	}
	known := map[string]string{appHole: ""} // holes, whatever they will hold
	for _, f := range archive.Files {
		s := step{line: line}
		if err := s.readCaption(f.Name); err != nil {
			fail(line, "%w", err)
		}
		stanzas, faults := readStanzas(name, line+1, f.Data)
		errs = append(errs, faults...)
		s.stanzas = stanzas
		if faults == nil {
			switch empty := len(stanzas) == 0; {
			case s.verb.bare() && !empty:
				fail(line, "a stanza below %q", "-- "+f.Name+" --")
			case !s.verb.bare() && empty:
				fail(line, "no stanza below %q", "-- "+f.Name+" --")
			}
		}
		for _, stanza := range stanzas {
			if err := s.checkStanza(stanza.node, known); err != nil {
				errs = append(errs, fmt.Errorf("emptest: %s: %w", stanza.place, err))
			}
		}
		p.steps = append(p.steps, s)
		line += 1 + bytes.Count(f.Data, []byte("\n"))
	}
	if n := len(p.steps); n > 0 && p.steps[n-1].verb == except {
		fail(p.steps[n-1].line, "nothing stands below %q", "-- except … --")
	}
	if len(archive.Files) == 0 {
		fail(1, "no caption: nothing is sent or received")
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	return p, nil
}

func (s *step) readCaption(caption string) error {
	if caption == "nothing" {
		s.verb = nothing
		return nil
	}
	if span, ok := strings.CutSuffix(caption, " passes"); ok {
		s.verb = passes
		d, err := time.ParseDuration(span)
		if err != nil || d <= 0 {
			return fmt.Errorf("how much time passes: %.100q, which should be as 90s or 1h30m", span)
		}
		s.time = d
		return nil
	}
	if said, ok := strings.CutPrefix(caption, "except on "); ok {
		names, reason, _ := strings.Cut(said, ":")
		s.verb, s.reason, s.stages = except, strings.TrimSpace(reason), strings.Fields(strings.ReplaceAll(names, ",", " "))
		if s.reason == "" || len(s.stages) == 0 {
			return fmt.Errorf("no stage or no reason, as in %q", "except on ejabberd: it drops these")
		}
		return nil
	}
	for _, c := range captions {
		if address, ok := strings.CutSuffix(caption, c.words); ok {
			peer, err := jid.Parse(address)
			if err != nil {
				return fmt.Errorf("who %s: %w", strings.TrimSpace(c.words), err)
			}
			s.verb, s.peer = c.verb, peer
			return nil
		}
	}
	return fmt.Errorf("unknown caption %.100q, which may be %q, %q, %q, %q, %q or %q", caption,
		"JID sends", "JID receives", "JID receives in any order", "nothing", "5m passes", "except on STAGE: why")
}

// checkStanza looks for what can be told to be wrong before the play begins, and
// notes the holes of received stanzas in known.
func (s *step) checkStanza(n element.Node, known map[string]string) error {
	if s.peer.IsZero() { // the caption is wrong, or nothing should be here
		return nil
	}
	if s.verb == sends {
		return checkSent(n, s.peer, known)
	}
	for _, t := range outline(n) {
		for _, p := range pieces(t.value) {
			if p.hole != anything {
				known[p.hole] = ""
			}
		}
	}
	return nil
}

// checkSent reports what keeps the peer from sending n.
func checkSent(n element.Node, peer jid.JID, known map[string]string) error {
	if from := n.AttrNode("", "from"); !from.IsZero() {
		if j, err := jid.Parse(from.Value()); err != nil || j != peer {
			return fmt.Errorf("from=%q, but it is %s who sends", from.Value(), peer)
		}
	}
	if n.AttrNode("", "to").IsZero() {
		return errors.New("no to: whom does it go to?")
	}
	if n.Local() == "iq" && n.AttrNode("", "id").IsZero() {
		return errors.New("no id, which each iq needs")
	}
	for _, t := range outline(n) {
		if _, err := fill(t.value, known); err != nil {
			return err
		}
	}
	return nil
}

// needsClock reports whether time passes in the play.
func (p *Play) needsClock() bool {
	return slices.ContainsFunc(p.steps, func(s step) bool { return s.verb == passes })
}

// Peers returns who sends or receives in the play, in the order in which they
// are first named. It is for a Stage where they have to log in before.
func (p *Play) Peers() []jid.JID {
	var peers []jid.JID
	seen := make(map[jid.JID]bool)
	for _, s := range p.steps {
		if !s.peer.IsZero() && !seen[s.peer] {
			seen[s.peer] = true
			peers = append(peers, s.peer)
		}
	}
	return peers
}
