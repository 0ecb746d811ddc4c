package router

import (
	"slices"

	"github.com/emp-framework/emp/internal/xpath"
	"github.com/emp-framework/emp/stanza"
)

// maxAlternatives bounds what one route may put into the index. A route that
// would put in more is filed by what its scope and method say.
const maxAlternatives = 64

// An alternative is what a stanza must meet for one of the ways in which a route
// takes it.
type alternative struct {
	all   []condition
	tests []condition // those of all that the expressions ask
	exact bool        // the expressions ask nothing else: see xpath.Expr.Exact
}

// necessary returns the alternatives of e for stanzas of that kind. A route
// without any takes no such stanza.
func (e *Entry) necessary(kind stanza.Kind, qs *questions) (all []alternative) {
	if e.Kind != 0 && e.Kind != kind {
		return nil
	}
	tests, exact := [][]condition{nil}, true
	for _, t := range e.tests {
		form := [][]condition{}
		for _, given := range t.Clues(t.atDocument) {
			if some, ok := clues(given, kind, qs); ok {
				form = append(form, some)
			}
		}
		if len(tests)*len(form) > maxAlternatives {
			exact = false
			continue // nothing is wrong with knowing less
		}
		exact = exact && t.Exact(t.atDocument)
		var product [][]condition
		for _, a := range tests {
			for _, b := range form {
				product = append(product, slices.Concat(a, b))
			}
		}
		tests = product
	}
	scoped := e.scoped(qs)
	for _, asked := range tests {
		all = append(all, alternative{unique(slices.Concat(scoped, asked)), asked, exact})
	}
	return all
}

// scoped returns what the scopes of a route and its method ask.
func (e *Entry) scoped(qs *questions) (all []condition) {
	for _, p := range []struct {
		part
		what
	}{{e.address.local, asksLocal}, {e.address.domain, asksDomain}, {e.address.resource, asksResource}} {
		if p.is == partText || p.is == partNone {
			all = append(all, condition{of: qs.ask(p.what), text: p.text})
		}
	}
	if j := e.sender.jid; !j.IsZero() {
		all = append(all, condition{of: qs.ask(asksSender), text: j.Bare().String()})
		if !j.IsBare() {
			all = append(all, condition{of: qs.ask(asksDevice), text: j.String()})
		}
	}
	typ := e.Type
	if e.Errors {
		typ = stanza.TypeError
	}
	if typ != "" { // such a stanza has it written out
		all = append(all, condition{of: qs.askPath(xpath.StanzaAttr("type")), text: string(typ)})
	}
	return all
}

// clues turns the conditions of one alternative of an expression into those of
// the index. They are not ok if they are for another kind of stanza.
func clues(given []xpath.Clue, kind stanza.Kind, qs *questions) (all []condition, ok bool) {
	for _, c := range given {
		switch c.Asks {
		case xpath.AsksKind:
			if c.Text != kind.String() {
				return nil, false
			}
		case xpath.AsksChild:
			all = append(all, condition{of: qs.ask(asksPayload), name: c.Name})
		default:
			all = append(all, condition{of: qs.askPath(c.Path), text: c.Text, begins: c.Asks == xpath.AsksStart})
		}
	}
	return all, true
}
