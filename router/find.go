package router

import (
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xpath"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A search goes through the indexes of tables for one stanza after the other.
// Its memory is used again and again.
type search struct {
	at    jid.JID  // that scopes look at
	found []*index // none of them twice
	lists [][]candidate
	texts xpath.Texts
	turn  uint64    // counts the stanzas
	asked []answers // by question.id
	// several: of some child whose text or attribute was asked for there was more
	// than one, so that the answers may be of different ones, and prove nothing.
	several bool
}

// answers are those to a question of asksPath, read at that turn.
type answers struct {
	turn     uint64
	from, to int
}

// find finds the routes that may take s at an address, of a table that asks so many
// questions about paths. They are those of the indexes it returns.
func (f *search) find(ix *index, paths int, s *stanza.Stanza, at jid.JID) []*index {
	f.at = at
	if len(f.asked) < paths {
		f.asked = make([]answers, paths)
	}
	f.turn++
	f.found, f.several = f.found[:0], false
	if len(ix.routes) > 0 {
		f.found = append(f.found, ix)
	}
	f.ask(ix, s)
	f.texts.Reset()
	return f.found
}

// first returns the first route of all that were found that takes s and does not
// stand before from in the table, or nil.
func (f *search) first(from int, s *stanza.Stanza, m *Match) (*Entry, error) {
	f.lists = f.lists[:0]
	for _, ix := range f.found {
		if routes := behind(ix.routes, from); len(routes) > 0 {
			f.lists = append(f.lists, routes)
		}
	}
	for c := f.next(); c != nil; c = f.next() {
		if ok, err := c.match(s, m, !f.several); ok {
			return c.Entry, nil
		} else if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// next returns the first of the routes that are left, nil if none is, and takes it
// from its list. Of one that several lists have, the alternatives may differ.
func (f *search) next() (first *candidate) {
	from := 0
	for i, routes := range f.lists {
		if len(routes) > 0 && (first == nil || routes[0].index < first.index) {
			first, from = &routes[0], i
		}
	}
	if first != nil {
		f.lists[from] = f.lists[from][1:]
	}
	return first
}

// behind returns the routes that do not stand before from in the table.
func behind(routes []candidate, from int) []candidate {
	for len(routes) > 0 && routes[0].index < from {
		routes = routes[1:]
	}
	return routes
}

// ask asks the questions of ix. It recurses as deep as indexes lie in each other.
func (f *search) ask(ix *index, s *stanza.Stanza) {
	for i := range ix.asks {
		a := &ix.asks[i]
		switch a.what {
		case asksLocal:
			f.look(a, f.at.Local(), s)
		case asksDomain:
			f.look(a, f.at.Domain(), s)
		case asksResource:
			f.look(a, f.at.Resource(), s)
		case asksSender:
			f.look(a, s.From.JID.Bare().String(), s)
		case asksDevice:
			f.look(a, s.From.JID.String(), s)
		case asksAttr:
			if n := s.Node.AttrNode(a.attr.Space, a.attr.Local); !n.IsZero() {
				f.look(a, n.Value(), s)
			}
		case asksPayload:
			for c := s.Node.First(); !c.IsZero(); c = c.Next() {
				if c.Kind() == element.KindElement {
					if local := a.names.of(c.Space()); local != nil {
						f.enter(local.of(c.Local()), s)
					}
				}
			}
		case asksText:
			n := 0
			for c := s.Node.First(); !c.IsZero(); c = c.Next() {
				if c.Is(a.child.Space, a.child.Local) {
					n++
					f.look(a, f.texts.Value(c), s)
				}
			}
			f.several = f.several || n > 1
		case asksChildAttr:
			n := 0
			for c := s.Node.First(); !c.IsZero(); c = c.Next() {
				if !c.Is(a.child.Space, a.child.Local) {
					continue
				}
				n++
				if attr := c.AttrNode(a.attr.Space, a.attr.Local); !attr.IsZero() {
					f.look(a, attr.Value(), s)
				}
			}
			f.several = f.several || n > 1
		case asksPath:
			for _, text := range f.read(&a.question, s.Node) {
				f.look(a, text, s)
			}
		}
	}
}

// look finds what a text leads to.
func (f *search) look(a *ask, text string, s *stanza.Stanza) {
	f.enter(a.is.of(text), s)
	for t := a.begins; t != nil && strings.HasPrefix(text, t.label); {
		text = text[len(t.label):]
		f.enter(t.index, s)
		t, text = t.below(text)
	}
}

// enter finds what lies in ix, nil if an answer leads nowhere. Several answers
// may lead to one index.
func (f *search) enter(ix *index, s *stanza.Stanza) {
	if ix == nil || slices.Contains(f.found, ix) {
		return
	}
	f.found = append(f.found, ix)
	if len(ix.asks) > 0 {
		f.ask(ix, s)
	}
}

// read returns the answers to a question about a path, which is asked once a
// stanza.
func (f *search) read(q *question, n element.Node) []string {
	a := &f.asked[q.id]
	if a.turn != f.turn {
		a.turn = f.turn
		a.from, a.to = f.texts.Read(n, q.path)
	}
	return f.texts.Of(a.from, a.to)
}
