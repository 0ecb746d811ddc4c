package framework

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/command"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// This file is what the commands routes and match show of the table.

// tableFor compiles the routes as the start does, without starting anything.
// They are shown of a program that is not configured, too.
func (a *App) tableFor(flags map[string]string) (*router.Table, error) {
	from := Sources{Environ: os.Environ(), Flags: flags}
	loaded, err := a.Config.Load(from)
	if err != nil { // perhaps only for its secret, which is not for everybody
		conf := a.Config
		conf.Secret = NewSecret("not given")
		loaded, err = conf.Load(from)
	}
	if err == nil {
		a.Config = loaded.Config // which routes may look at
	}
	if err := a.checkPlugins(); err != nil {
		return nil, err
	}
	err = guarded(func() error { return a.compileRoutes(context.Background()) })
	var panicked *boot.Panic
	if errors.As(err, &panicked) {
		err = &startError{fmt.Errorf("framework: the routes panicked: %v\n%s", panicked.Value, panicked.Stack)}
	}
	return a.table, err
}

func (a *App) showRoutes(flags map[string]string) ([]command.Route, error) {
	table, err := a.tableFor(flags)
	if err != nil {
		return nil, err
	}
	return shown(table.Catalog()), nil
}

// shown is the routes as the commands show them.
func shown(c component.Catalog) []command.Route {
	var routes []command.Route
	for i, r := range c.Routes() {
		routes = append(routes, command.Route{
			Order: i + 1, To: r.Address, From: r.Sender,
			Method: r.Method, Kind: r.Kind.String(), Type: string(r.Type), XPath: r.Expr, Where: r.Where, If: r.Guarded, Concurrent: r.Concurrent, Transient: r.Transient,
			Key: r.Key, Name: r.Name, Action: r.Action, File: r.File, Line: r.Line,
		})
	}
	return routes
}

// placeOf is the address that routes look at for what a client gets at its address
// to: that of its link at that resource, and at the bare address that of its first;
// see endpoints. It is zero where that is to itself.
func (c *Config) placeOf(to jid.JID, t *router.Table) (at jid.JID) {
	own, err := jid.Parse(c.JID)
	if !c.isClient() || err != nil || to.Bare() != own.Bare() {
		return at
	}
	resource := to.Resource()
	if resource == "" {
		if resource = own.Resource(); resource == "" && len(t.Resources()) > 0 {
			resource = t.Resources()[0]
		}
	}
	at, _ = jid.New("", own.Domain(), resource)
	return at
}

// matchFile shows what the routes say to each stanza of a file.
func (a *App) matchFile(flags map[string]string, in io.Reader, name string, found func(command.Match) error) error {
	table, err := a.tableFor(flags)
	if err != nil {
		return err
	}
	routes := shown(table.Catalog())
	lines := &lineReader{r: in}
	for r := stanza.NewReader(lines); ; {
		s, err := r.Read()
		var fault stanza.Fault
		var drop stanza.Drop
		m := command.Match{Line: lines.line(r.Offset()), Stanza: headOf(&s)}
		switch {
		case err == io.EOF:
			return nil
		case errors.As(err, &fault):
			m.Fate = "no route is asked, it is answered with " + reason(fault)
			if _, may := s.ErrorReply(fault); !may { // an answer, an error
				m.Fate = "no route is asked, it is dropped: " + reason(fault)
			}
		case errors.As(err, &drop):
			m.Fate = "no route is asked, it is dropped: " + string(drop)
		case err != nil:
			return a.unreadable(err, lines, name)
		case s.IsAnswer():
			m.Fate = "no route is asked, it is the answer to a question or nothing at all"
		default:
			m.Verdicts, m.Fate = verdicts(table.Explain(&s, a.Config.placeOf(s.To.JID, table)), routes, &s)
		}
		if err := found(m); err != nil {
			return err
		}
	}
}

// verdicts are those of the table, and what becomes of a stanza that no route
// takes for certain.
func verdicts(all []router.Verdict, routes []command.Route, s *stanza.Stanza) (shown []command.Verdict, fate string) {
	guarded, taken := false, false
	for i := range all {
		v := &all[i]
		c := command.Verdict{Route: routes[i], Took: v.Took, Foreign: v.Entry.Kind != 0 && v.Entry.Kind != s.Kind}
		switch {
		case v.Err != nil && !taken:
			c.Outcome, c.Why = command.Slow, "the stanza is answered with resource-constraint: "+v.Err.Error()
			taken = true
		case v.Err != nil:
			c.Outcome, c.Why = command.Slow, v.Err.Error()
		case !v.Takes():
			c.Outcome, c.Why = command.Misses, v.Misses[0].String()
		case taken:
			c.Outcome = command.Behind
		case v.Entry.Guard != nil:
			c.Outcome, c.Why = command.Guard, "its guard decides"
			guarded = true
		default:
			c.Outcome, taken = command.Takes, true
			if guarded {
				c.Why = "unless a guard before it says yes"
			}
		}
		for _, arg := range v.Args {
			if arg.OK {
				if c.Captures == nil {
					c.Captures = make(map[string]string)
				}
				c.Captures[arg.Name] = arg.Value
				c.Names = append(c.Names, arg.Name)
			}
		}
		shown = append(shown, c)
	}
	if !taken {
		fate = "no route takes it: it is ignored"
		if s.Kind == stanza.IQ {
			fate = "no route takes it: it is answered with service-unavailable"
		}
		if guarded {
			fate = strings.Replace(fate, "no route takes it", "if no guard says yes", 1)
		}
	}
	return shown, fate
}

// headOf is what a line has room for of a stanza: its kind, type, id and
// addresses.
func headOf(s *stanza.Stanza) string {
	if s.Kind == 0 {
		return "an element that is no stanza"
	}
	words := []string{s.Kind.String()}
	if s.Type != "" {
		words = append(words, string(s.Type))
	}
	if s.ID != "" {
		words = append(words, "id="+strconv.Quote(s.ID))
	}
	if from := s.From.String(); from != "" {
		words = append(words, "from "+from)
	}
	if to := s.To.String(); to != "" {
		words = append(words, "to "+to)
	}
	return strings.Join(words, " ")
}

func reason(f stanza.Fault) string {
	if f.Text == "" {
		return string(f.Condition)
	}
	return string(f.Condition) + ": " + f.Text
}

// unreadable says why, and where, a file of stanzas cannot be read any further.
func (a *App) unreadable(err error, lines *lineReader, name string) error {
	line, what := lines.line(lines.read), err.Error()
	var syntax *element.SyntaxError
	switch {
	case errors.As(err, &syntax):
		line = lines.line(syntax.Offset)
		what = fmt.Sprintf("%s at byte %d: %s", syntax.Condition, syntax.Offset, syntax.Msg)
	case errors.Is(err, io.ErrUnexpectedEOF):
		what = "the file ends inside an element"
	}
	return fmt.Errorf("%s: match: %s, line %d: %s", a.name(), name, line, what)
}

// A lineReader knows on which line a byte stands, of those that were read.
type lineReader struct {
	r     io.Reader
	read  int64
	lines int     // that end before the first of ends
	ends  []int64 // where lines end, from the place last asked for on
}

func (l *lineReader) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	for i, c := range b[:n] {
		if c == '\n' {
			l.ends = append(l.ends, l.read+int64(i))
		}
	}
	l.read += int64(n)
	return n, err
}

// line returns the line, from 1, of the byte at an offset, which is not before
// one that was asked for.
func (l *lineReader) line(offset int64) int {
	n, _ := slices.BinarySearch(l.ends, offset)
	l.lines += n
	l.ends = slices.Delete(l.ends, 0, n)
	return l.lines + 1
}
