package router

import (
	"maps"
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xpath"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A sort is one of the sorts of stanza that routes are asked for.
type sort struct {
	kind stanza.Kind
	typ  stanza.Type
	any  bool // a message of whatever type but error: those nobody knows count as normal
}

// sorts are all there are. What else [stanza.Of] reads it refuses, or it is the answer
// to a question: none of that comes to a route.
var sorts = []sort{
	{kind: stanza.Message, any: true},
	{kind: stanza.Message, typ: stanza.TypeError},
	{kind: stanza.Presence, typ: stanza.TypeAvailable},
	{kind: stanza.Presence, typ: stanza.TypeUnavailable},
	{kind: stanza.Presence, typ: stanza.TypeSubscribe},
	{kind: stanza.Presence, typ: stanza.TypeSubscribed},
	{kind: stanza.Presence, typ: stanza.TypeUnsubscribe},
	{kind: stanza.Presence, typ: stanza.TypeUnsubscribed},
	{kind: stanza.Presence, typ: stanza.TypeProbe},
	{kind: stanza.Presence, typ: stanza.TypeError},
	{kind: stanza.IQ, typ: stanza.TypeGet},
	{kind: stanza.IQ, typ: stanza.TypeSet},
}

// left is what may still be true of a stanza while one condition of a route after
// another is heard.
type left struct {
	sorts []sort                // that it may be of
	texts map[string]xpath.Clue // what is known, by its path, of what there is once
	child *xpath.Clue           // the first that names one
	from  *sender
}

// start is what is left when a route's method and scopes have spoken.
func (e *Entry) start() left {
	l := left{sorts: sorts, texts: map[string]xpath.Clue{}, from: &e.sender}
	l.keep(func(s sort) bool {
		isError := s.typ == stanza.TypeError
		return (e.Kind == 0 || e.Kind == s.kind) && (e.Type == "" || e.Type == s.typ) &&
			(isError || !e.Errors) && (!isError || e.Errors || len(e.onlyErrors) > 0)
	})
	return l
}

// keep leaves only the sorts that ok is true of. It is false if that is none.
func (l *left) keep(ok func(sort) bool) bool {
	l.sorts = slices.DeleteFunc(slices.Clone(l.sorts), func(s sort) bool { return !ok(s) })
	return len(l.sorts) > 0
}

// hear reports whether a stanza may be left of which the clue holds as well.
func (l *left) hear(c *xpath.Clue) bool {
	switch c.Asks {
	case xpath.AsksKind:
		return l.keep(func(s sort) bool { return s.kind.String() == c.Text })
	case xpath.AsksChild:
		switch {
		case isErrorChild(c.Name): // RFC 6120 section 8.3.1
			return l.keep(func(s sort) bool { return s.typ == stanza.TypeError })
		case c.Name.Space == element.NSClient, // section 8.4: it has a namespace of its own
			l.child != nil && l.child.Name != c.Name: // section 8.2.3: it is one
			return l.keep(func(s sort) bool { return s.kind != stanza.IQ })
		case l.child == nil:
			l.child = c
		}
		return true
	}
	names, attr := c.Path.Names()
	own := len(names) == 1 && attr
	if !own && (len(names) > 2 || len(names) == 2 && !attr) {
		return true // there may be several
	}
	path := c.Path.String()
	known, ok := l.texts[path]
	if ok && !agree(&known, c) {
		return l.keep(func(s sort) bool { return !own && s.kind != stanza.IQ })
	}
	switch {
	case !own:
	case path == "@type" && !l.keep(func(s sort) bool { return s.hasType(c) }):
		return false
	case c.Asks == xpath.AsksText && (path == "@from" || path == "@to"):
		if a, err := jid.Received(c.Text); err != nil || path == "@from" && !l.from.match(a.JID) {
			return false
		}
	}
	if !ok || c.Asks == xpath.AsksText {
		l.texts[path] = *c
	}
	return true
}

// hasType reports whether a stanza of the sort may have such a type.
func (s sort) hasType(c *xpath.Clue) bool {
	if s.any {
		return c.Asks == xpath.AsksStart || c.Text != string(stanza.TypeError)
	}
	return agree(&xpath.Clue{Asks: xpath.AsksText, Text: string(s.typ)}, c)
}

func isErrorChild(name element.Name) bool {
	return name == element.Name{Space: element.NSClient, Local: "error"}
}

// agree reports whether one text can be what both ask for.
func agree(c, d *xpath.Clue) bool {
	if c.Asks == xpath.AsksText && d.Asks == xpath.AsksText {
		return c.Text == d.Text
	}
	return c.Asks != xpath.AsksText && strings.HasPrefix(d.Text, c.Text) || d.Asks != xpath.AsksText && strings.HasPrefix(c.Text, d.Text)
}

// A clash is a condition of a route behind which no stanza is left.
type clash struct {
	test  int // which of the route's expressions it is in
	clue  *xpath.Clue
	sorts []sort // that were left
	known left   // but for these, what was
}

// ways are the ways for a route to take a stanza.
type ways struct {
	forms [][][]xpath.Clue // of each expression its alternatives
	tries int              // how many more are tried
	first *clash
}

// never finds routes that can take no stanza at all, whatever their addresses and
// guards say. What it does not understand it lets pass.
func (b *builder) never(entries []*Entry) {
	for i, e := range entries {
		if !e.meant() {
			continue
		}
		x := e.contradiction()
		if x == nil {
			continue
		}
		e.loose = true // it hides nothing
		p := b.routes[i].place
		call, written := e.written(x.test)
		if call == "Where" {
			p = b.routes[i].wheres[x.test-len(e.tests)+len(e.Where)].place
		}
		before := len(e.tests[x.test].String()) - len(written) // what predicates has put there
		msg, cure := x.why(e)
		b.failAt(p, call, written, max(x.clue.Offset-before, 0), msg, cure)
	}
}

// contradiction returns the first clash of a route that can take no stanza, nil if it
// may take one. An expression that is a constant false is none: [$debug] is switched
// off.
func (e *Entry) contradiction() *clash {
	w := ways{tries: maxAlternatives}
	for _, t := range e.tests {
		form := t.Clues(t.atDocument)
		if len(form) == 0 {
			return nil
		}
		w.forms = append(w.forms, form)
	}
	if w.open(e.start(), 0) {
		return nil
	}
	return w.first
}

// open reports whether what is left may meet the expressions from the i-th on. It
// recurses as deep as a route has expressions.
func (w *ways) open(l left, i int) bool {
	if i == len(w.forms) {
		return true
	}
	for _, all := range w.forms[i] {
		if w.tries--; w.tries < 0 {
			return true
		}
		next := l
		next.texts = maps.Clone(l.texts)
		ok := true
		for k := 0; ok && k < len(all); k++ {
			sorts := next.sorts
			if ok = next.hear(&all[k]); !ok && w.first == nil {
				w.first = &clash{i, &all[k], sorts, next}
			}
		}
		if ok && w.open(next, i+1) {
			return true
		}
	}
	return false
}
