package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"

	"github.com/emp-framework/emp/examples/tweeter/app/models"
	"github.com/emp-framework/emp/examples/tweeter/config"
)

// A transcript prints the stanzas that go over the application's link, each with its
// time and, of those that come in, the route that takes it and the action that
// answers.
type transcript struct {
	table  *router.Table // as the application's, to ask which route it is
	colour bool
	out    io.Writer

	mu     sync.Mutex
	scenes map[string]string // sentences by the ids of the stanzas that they stand before
}

// newTranscript makes one that is coloured on a terminal, unless NO_COLOR is set.
func newTranscript(out io.Writer) (*transcript, error) {
	none := &models.Store{}
	routes := []func(*router.Router){config.Routes(none)}
	for _, f := range config.Features(none) {
		if m, ok := f.(router.Mounter); ok {
			routes = append(routes, func(r *router.Router) { r.Mount(m) })
		}
	}
	table, err := router.Compile(routes...)
	if err != nil {
		return nil, err
	}
	t := &transcript{table: table, out: out}
	if f, ok := out.(*os.File); ok && os.Getenv("NO_COLOR") == "" {
		info, err := f.Stat()
		t.colour = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return t, nil
}

// The colours, as a terminal wants them (ECMA-48 SGR).
const (
	bold  = "1"
	faint = "2"
	red   = "31"
	green = "32"
	blue  = "34"
)

func (t *transcript) paint(colour, text string) string {
	if !t.colour {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// scene has a sentence printed in front of the stanza that begins it, and returns the
// id that is to have: what is seen is seen a little later than it is sent.
func (t *transcript) scene(text string) (id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.scenes == nil {
		t.scenes = make(map[string]string)
	}
	id = fmt.Sprint("scene-", len(t.scenes)+1)
	t.scenes[id] = text
	return id
}

// say prints a sentence.
func (t *transcript) say(text string) { fmt.Fprintf(t.out, "\n%s\n\n", t.paint(bold, text)) }

// Traffic prints a stanza, but for those by which the framework tries its link out.
func (t *transcript) Traffic(seen framework.Traffic) {
	if seen.Early || seen.Kind != framework.TrafficRead && seen.Kind != framework.TrafficSent {
		return
	}
	s, err := stanza.Of(seen.Node())
	if err != nil || s.From.JID.Bare() == s.To.JID.Bare() {
		return
	}
	arrow := t.paint(blue, "→")
	if seen.Kind == framework.TrafficSent {
		arrow = t.paint(green, "←")
	}
	lines := []string{
		fmt.Sprintf("%s  %s %s %s", seen.Time.Format("15:04:05.000"), peer(seen.Kind, &s), arrow, ours(seen.Kind, &s)),
		t.paint(contentColour(&s), content(&s)),
	}
	if seen.Kind == framework.TrafficRead {
		lines = append(lines, t.paint(faint, t.route(&s)))
		t.mu.Lock()
		text, begins := t.scenes[s.ID]
		t.mu.Unlock()
		if begins {
			t.say(text)
		}
	}
	fmt.Fprintln(t.out, strings.Join(lines, "\n"+strings.Repeat(" ", len("15:04:05.000  "))))
}

func peer(kind framework.TrafficKind, s *stanza.Stanza) string {
	if kind == framework.TrafficRead {
		return s.From.String()
	}
	return s.To.String()
}

func ours(kind framework.TrafficKind, s *stanza.Stanza) string {
	if kind == framework.TrafficRead {
		return s.To.String()
	}
	return s.From.String()
}

func contentColour(s *stanza.Stanza) string {
	if s.Type == stanza.TypeError {
		return red
	}
	return bold
}

// content is what a stanza says: a body in words, else its type and payload.
func content(s *stanza.Stanza) string {
	if body := s.Body(); body != "" {
		return "“" + strings.ReplaceAll(body, "\n", " / ") + "”"
	}
	text := s.Kind.String()
	if s.Type != "" {
		text += " " + string(s.Type)
	}
	if f, ok := s.Fault(); ok {
		return text + ": " + strings.TrimPrefix(f.Error(), "stanza: ")
	}
	if !s.Payload.IsZero() {
		text += " " + shorten(s.Payload.XML())
	}
	return text
}

// shorten cuts what is too long for a line.
func shorten(xml string) string {
	const most = 150
	if runes := []rune(xml); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return xml
}

// route says which route takes a stanza, what its action is, and how long finding it
// took.
func (t *transcript) route(s *stanza.Stanza) string {
	var m router.Match
	begin := time.Now()
	e, err := t.table.Match(s, &m)
	took := time.Since(begin).Round(100 * time.Nanosecond)
	switch {
	case err != nil:
		return err.Error()
	case e == nil:
		return "no route takes it: the answer is what the RFCs say"
	}
	return fmt.Sprintf("route %s, action %s, found in %v", e.Name, e.Func, took)
}
