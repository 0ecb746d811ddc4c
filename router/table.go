package router

import (
	"iter"
	"slices"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/xpath"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A Table is the compiled routes, in written order. It never changes; any
// number of goroutines may use it, each with a Match of its own.
type Table struct {
	entries []*Entry
	offers  []offer
	mounted []Mounter
	indexes [stanza.IQ + 1]*index // by kind of stanza
	paths   int                   // how many paths they ask for
}

// An Entry is one route of a Table. It must not be changed.
type Entry struct {
	Name       string           // given by Name, else made of address and expression
	Kind       stanza.Kind      // the kind of stanza it takes, 0 for any
	Type       stanza.Type      // the type of iq it takes, "" for any
	Errors     bool             // it takes stanzas of type error and no others
	Expr       string           // the expression as it was written
	Where      []string         // further ones, as they were written
	Address    string           // the pattern of its scope's addresses, "" for any
	Sender     string           // the JID its scope is for, "" for anybody
	File       string           // where it was written
	Line       int              // there
	Concurrent bool             // its stanzas need not keep their order
	Transient  bool             // nothing of a request is used when its action has returned
	Guard      Guard            // of If; nil for none
	Action     component.Action // with all middleware and rescues around it
	Func       string           // the function that To or Bind was given, as in "components.Tweets.Show"

	call       string
	key        string
	index      int
	address    address
	sender     sender
	namespaces map[string]string
	vars       map[string]any
	tests      []test // the expression, if there is one, and those of Where
	holes      []string
	onlyErrors []test // the expressions' alternatives that ask for type='error'
	loose      bool   // a mistake makes it wider than it was meant
}

func (e *Entry) place() place { return place{e.File, e.Line} }

// Holes returns the names of all captures of the route, in the order of
// Match.Args: the address, the expression, those of Where.
func (e *Entry) Holes() []string { return slices.Clone(e.holes) }

// Mounted returns what Mount was given, in the order of the calls.
func (t *Table) Mounted() []Mounter { return slices.Clone(t.mounted) }

// Routes yields the routes in the order in which they are tried.
func (t *Table) Routes() iter.Seq[*Entry] { return slices.Values(t.entries) }

// A test is an expression and where it is evaluated: at the document, or else
// at the stanza.
type test struct {
	*xpath.Expr
	atDocument bool
}

func (t test) match(s *stanza.Stanza, m *xpath.Match) (bool, error) {
	if t.atDocument {
		return t.Match(s.Node.Parent(), m)
	}
	return t.Match(s.Node, m)
}

// A Match is what matching leaves beside the route: its captures, and scratch
// memory that makes further matching free of allocations. It is for one
// goroutine at a time; the zero Match is ready.
type Match struct {
	// At, unless it is zero, is the address that scopes (Resource, At) look at in
	// place of the stanza's to. A client has one address, at whatever resource the
	// server gave it: its links say with it which resource of the routes they are,
	// as in localhost/tweets for what comes to the link of Resource("tweets"). It
	// has no local part, since those scopes want none.
	At jid.JID

	xpath  xpath.Match
	args   []component.Arg
	search search
}

// at returns the address that scopes look at.
func (m *Match) at(s *stanza.Stanza) jid.JID {
	if m.At.IsZero() {
		return s.To.JID
	}
	return m.At
}

// Args returns the captures of the last match. They are overwritten by the
// next; Request keeps them.
func (m *Match) Args() []component.Arg { return m.args }

// Request makes the request for the route e that m matched s with last, before
// anything else is matched with m.
func (m *Match) Request(s stanza.Stanza, e *Entry) *component.Request {
	r := new(component.Request)
	m.Fill(r, &s, e)
	return r
}

// Fill is Request for who has memory for it: r, which is zero, becomes the request.
func (m *Match) Fill(r *component.Request, s *stanza.Stanza, e *Entry) {
	var args []component.Arg
	if len(m.args) > 0 {
		args = slices.Clone(m.args)
	}
	r.Fill(s, e.Name, args...)
}

// Match returns the first route that takes s, which [stanza.Of] has read without an
// error, or nil. A Guard is not asked: whoever runs the route asks it, and calls
// MatchAfter if it declines.
//
// The error says that an expression took more steps than any sane stanza
// costs: which route is meant is unknown then, and the stanza is best refused
// with resource-constraint.
func (t *Table) Match(s *stanza.Stanza, m *Match) (*Entry, error) { return t.match(0, s, m) }

// MatchAfter returns the next route behind e, which is one of this table, that
// takes s, or nil. m then has the captures of that one.
func (t *Table) MatchAfter(e *Entry, s *stanza.Stanza, m *Match) (*Entry, error) {
	return t.match(e.index+1, s, m)
}

func (t *Table) match(from int, s *stanza.Stanza, m *Match) (e *Entry, err error) {
	if !s.IsAnswer() && s.Kind != 0 {
		ix, f := t.indexes[s.Kind], &m.search
		if len(ix.asks) == 0 { // a small table
			e, err = first(behind(ix.routes, from), s, m, true)
		} else if found := f.find(ix, t.paths, s, m.at(s)); len(found) == 1 {
			e, err = first(behind(found[0].routes, from), s, m, !f.several)
		} else {
			e, err = f.first(from, s, m)
		}
	}
	if e == nil {
		m.args = m.args[:0] // what those captured that did not match
	}
	return e, err
}

// first returns the first of the routes that takes s, or nil. Those that are
// proved are not evaluated where the proofs hold.
func first(routes []candidate, s *stanza.Stanza, m *Match, proofs bool) (*Entry, error) {
	for i := range routes {
		c := &routes[i]
		if ok, err := c.match(s, m, proofs); ok {
			return c.Entry, nil
		} else if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// match reports whether the candidate takes s, and leaves its captures in m. Of one
// that is proved, if proofs hold, the expressions have none, and are not evaluated.
func (c *candidate) match(s *stanza.Stanza, m *Match, proofs bool) (ok bool, err error) {
	if !c.proved || !proofs {
		return c.Entry.match(s, m)
	}
	for i := range c.left {
		if !c.left[i].holds(s.Node) {
			return false, nil
		}
	}
	return c.addressed(s, m)
}

// match reports whether e takes s, and leaves its captures in m.
func (e *Entry) match(s *stanza.Stanza, m *Match) (ok bool, err error) {
	if ok, err = e.addressed(s, m); !ok || err != nil {
		return false, err
	}
	for _, t := range e.tests {
		if ok, err = t.match(s, &m.xpath); !ok || err != nil {
			return false, err
		}
		m.keep(t.Expr)
	}
	return true, nil
}

// addressed reports whether s is what e takes but for its expressions, and leaves
// the captures of its address in m.
func (e *Entry) addressed(s *stanza.Stanza, m *Match) (ok bool, err error) {
	isError := s.Type == stanza.TypeError
	if e.Kind != 0 && e.Kind != s.Kind || e.Type != "" && e.Type != s.Type || e.Errors && !isError {
		return false, nil
	}
	if isError && !e.Errors {
		if ok, err = e.namesError(s, m); !ok || err != nil {
			return false, err
		}
	}
	if !e.sender.match(s.From.JID) {
		return false, nil
	}
	m.args = m.args[:0]
	m.args, ok = e.address.match(m.at(s), m.args)
	return ok, nil
}

// namesError reports whether e takes the error s because it asks for errors,
// not because s echoes a stanza that it would take.
func (e *Entry) namesError(s *stanza.Stanza, m *Match) (ok bool, err error) {
	for _, t := range e.onlyErrors {
		if ok, err = t.match(s, &m.xpath); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// keep adds what the expression captured to the arguments.
func (m *Match) keep(x *xpath.Expr) {
	m.args = xpath.AppendCaptures(m.args, x, &m.xpath, newArg)
}

func newArg(name, value string, ok bool) component.Arg {
	return component.Arg{Name: name, Value: value, OK: ok}
}
