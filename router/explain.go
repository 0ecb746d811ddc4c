package router

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/xpath"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A Verdict is what one route says to a stanza.
type Verdict struct {
	Entry *Entry
	// Misses is the conditions of the route that the stanza does not meet, in
	// the order in which they are asked, each expression with the first that
	// fails in it. A route that is for another kind of stanza is asked nothing
	// more.
	Misses []Miss
	// Args is what the route captures if it takes the stanza.
	Args []component.Arg
	// Err says that one of its expressions took too many steps. A stanza for
	// which that is so before a route takes it gets resource-constraint.
	Err error
	// Took is how long it takes to ask the route, without the reasons: the least
	// of several times.
	Took time.Duration

	passed int // conditions that hold within the expressions that fail
}

// Takes reports whether the route takes the stanza if it is its turn: whether a
// Guard then lets it, nobody knows.
func (v *Verdict) Takes() bool { return len(v.Misses) == 0 && v.Err == nil }

// A Miss is a condition of a route that a stanza does not meet.
type Miss struct {
	// Call is the method that has the expression the condition is from, as in
	// "Get" or "Where", "" for conditions that are from none.
	Call string
	// Arg is that expression, and Offset where in it the condition is written,
	// in bytes; "" and -1 for conditions that are from none.
	Arg    string
	Offset int
	// Want is the condition: "iq", "type get", "from boss@localhost", "to {user}@",
	// or, of an expression, as it was written: "[@type='chat']".
	Want string
	// Has is what the stanza has instead. It may quote the stanza, cut to a few
	// characters; it is "" where to find out takes too many steps.
	Has string
}

// Condition returns the condition alone, without anything of the stanza.
func (m Miss) Condition() string {
	s := m.Want
	if m.Offset >= 0 {
		s += fmt.Sprintf(" at byte %d", m.Offset)
	}
	if m.Call == "Where" {
		s = "Where " + s
	}
	return s
}

// String returns the condition and what the stanza has instead:
//
//	[@id={id:\d+}] at byte 7: @id is "x1"
//	to /tweets, without a local part: it is to tweeter.localhost
func (m Miss) String() string {
	if m.Has == "" {
		return m.Condition()
	}
	return m.Condition() + ": " + m.Has
}

// Explain asks every route and returns what each says, in written order. The
// first that takes the stanza is the one that Match returns, unless Match ends
// with an error. at is what [Match.At] is: zero for the stanza's own to. It is
// for people: it takes much longer than Match.
func (t *Table) Explain(s *stanza.Stanza, at jid.JID) []Verdict {
	const tries = 8
	all := t.explain(s, at)
	m := Match{At: at}
	for i := range all {
		v := &all[i]
		for try := range tries {
			began := time.Now()
			v.Entry.match(s, &m)
			if took := time.Since(began); try == 0 || took < v.Took {
				v.Took = took
			}
		}
	}
	return all
}

// Nearest returns the n routes that come nearest to taking s, the nearest
// first: those that miss the fewest conditions, and of these the ones whose
// expressions hold the furthest. Routes for other kinds of stanza are not near.
// Took is not filled in. at is as for Explain.
func (t *Table) Nearest(s *stanza.Stanza, at jid.JID, n int) []Verdict {
	all := slices.DeleteFunc(t.explain(s, at), func(v Verdict) bool {
		return v.Entry.Kind != 0 && v.Entry.Kind != s.Kind
	})
	slices.SortStableFunc(all, func(a, b Verdict) int {
		return cmp.Or(len(a.Misses)-len(b.Misses), b.passed-a.passed)
	})
	return slices.Clip(all[:min(n, len(all))])
}

func (t *Table) explain(s *stanza.Stanza, at jid.JID) []Verdict {
	all := make([]Verdict, len(t.entries))
	m := Match{At: at}
	for i, e := range t.entries {
		v := &all[i]
		v.Entry = e
		if s.IsAnswer() || s.Kind == 0 {
			v.miss("a request, message or presence", "no route gets answers to questions")
			continue
		}
		var ok bool
		if ok, v.Err = e.match(s, &m); ok {
			v.Args = slices.Clone(m.Args())
		} else if v.Err == nil {
			v.explain(s, m.at(s))
		}
	}
	return all
}

// explain finds the conditions that s does not meet. It asks what Entry.match
// asks, in that order.
func (v *Verdict) explain(s *stanza.Stanza, at jid.JID) {
	e := v.Entry
	if e.Kind != 0 && e.Kind != s.Kind {
		v.miss(e.Kind.String(), "it is "+article(s.Kind))
		return
	}
	isError := s.Type == stanza.TypeError
	switch {
	case e.Type != "" && e.Type != s.Type:
		v.miss("type "+string(e.Type), is(s.Type))
	case e.Errors && !isError:
		v.miss("type error", is(s.Type))
	case isError && !e.Errors:
		if ok, err := e.namesError(s, new(Match)); !ok && err == nil {
			v.miss("a type other than error", "it is error, which the route does not ask for")
		}
	}
	if !e.sender.match(s.From.JID) {
		v.miss("from "+e.Sender, "it is from "+named(s.From.JID))
	}
	if _, ok := e.address.match(at, nil); !ok {
		v.miss("to "+e.address.describe(), "it is to "+named(at))
	}
	for i, t := range e.tests {
		call, written := e.written(i)
		x, err := t.explain(s)
		if err != nil {
			continue
		}
		if x == nil {
			v.passed++ // at least
			continue
		}
		v.passed += x.Passed
		before := len(t.String()) - len(written) // what predicates has put there
		off, end := max(x.Offset-before, 0), max(x.End-before, 0)
		v.Misses = append(v.Misses, Miss{call, written, off, written[off:end], x.Has})
	}
}

// written returns the call that has the i-th of the tests of a route without
// mistakes, and its argument.
func (e *Entry) written(i int) (call, expr string) {
	if wheres := len(e.tests) - len(e.Where); i >= wheres {
		return "Where", e.Where[i-wheres]
	}
	return e.call, e.Expr
}

func (t test) explain(s *stanza.Stanza) (*xpath.Miss, error) {
	if t.atDocument {
		return t.Explain(s.Node.Parent())
	}
	return t.Explain(s.Node)
}

// miss notes a condition that is from no expression.
func (v *Verdict) miss(want, has string) {
	v.Misses = append(v.Misses, Miss{Offset: -1, Want: want, Has: has})
}

func is(typ stanza.Type) string {
	if typ == "" {
		return "it has none"
	}
	return "it is " + string(typ)
}

func article(k stanza.Kind) string {
	if k == stanza.IQ {
		return "an iq"
	}
	return "a " + k.String()
}

// describe is String with words for what an address must not have.
func (a *address) describe() string {
	if a.local.is != partNone {
		return a.String()
	}
	return strings.TrimPrefix(a.String()+", without a local part", ", ")
}

// named is an address in a sentence.
func named(j jid.JID) string {
	if j.IsZero() {
		return "no address"
	}
	return j.String()
}
