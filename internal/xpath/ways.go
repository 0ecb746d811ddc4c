package xpath

import "github.com/emp-framework/emp/element"

// A place is where a node lies as far as an expression tells.
type place struct {
	kind placeKind
	path Path // of placePath
}

type placeKind uint8

const (
	placeUnknown placeKind = iota
	placeDocument
	placeStanza
	placePath // where a Path leads from the stanza
)

// A way is one of the ways for a node to be in a node-set: what must hold then,
// and where the node lies.
type way struct {
	all []Clue
	at  place
}

// found returns what must hold for one of the ways to lead to a node.
func found(ways []way) [][]Clue {
	form := make([][]Clue, len(ways))
	for i, w := range ways {
		form[i] = w.all
	}
	return form
}

// nodes returns the ways for a node to be in the node-set x, evaluated at a
// node at that place.
func nodes(x expr, at place) []way {
	switch x := x.(type) {
	case *path:
		ways := []way{{at: at}}
		switch {
		case x.base != nil:
			ways = nodes(x.base, at)
		case x.absolute:
			ways[0].at = place{kind: placeDocument}
		}
		for i := range x.steps {
			ways = further(ways, &x.steps[i])
		}
		return ways
	case *filter:
		return further(nodes(x.base, at), &x.list)
	case *union:
		var ways []way
		for _, arg := range x.args {
			ways = append(ways, nodes(arg, at)...)
		}
		if len(ways) > maxAlternatives {
			ways = []way{{all: common(found(ways))}}
		}
		return ways
	}
	return []way{{}}
}

// further goes one step further on each of the ways.
func further(ways []way, s *step) []way {
	var next []way
	for _, w := range ways {
		at, c, ok := w.at.after(s)
		all := w.all[:len(w.all):len(w.all)]
		if ok {
			c.Offset = int(s.span.off)
			all = append(all, c)
		}
		form := [][]Clue{all}
		for i := range s.predicates {
			form = both(form, holds(s.predicates[i].x, at)) // a number says nothing, and 0 that no node is meant
		}
		for _, all := range form {
			next = append(next, way{all, at})
		}
	}
	if len(next) > maxAlternatives {
		next = []way{{all: common(found(next))}}
	}
	return next
}

// texts adds to each of the ways that the node has the text, or at least begins
// with it, as is asked at that offset.
func texts(ways []way, text string, whole bool, offset int) []way {
	if text == "" && !whole {
		return ways
	}
	c := Clue{Asks: AsksStart, Text: text, Offset: offset}
	if whole {
		c.Asks = AsksText
	}
	for i, w := range ways {
		if w.at.kind == placePath { // to ask for the text of all of a stanza costs too much
			c.Path = w.at.path
			ways[i].all = append(w.all[:len(w.all):len(w.all)], c)
		}
	}
	return ways
}

// after returns where a step leads, and, if ok, what that says.
func (at place) after(s *step) (next place, c Clue, ok bool) {
	switch s.axis {
	case axisSelf, axisList:
		return at.tested(&s.test)
	case axisParent:
		return at.parent().tested(&s.test)
	case axisChild:
		if at.kind == placeDocument {
			return place{kind: placeStanza}.tested(&s.test)
		}
		if s.test.kind == testName && at.elements() {
			name := element.Name{Space: s.test.space, Local: s.test.local}
			if at.kind == placeStanza {
				c, ok = Clue{Asks: AsksChild, Name: name}, true
			}
			return place{placePath, at.path.child(name)}, c, ok
		}
	case axisAttribute:
		if s.test.kind == testName && at.elements() {
			return place{placePath, at.path.attribute(element.Name{Space: s.test.space, Local: s.test.local})}, c, false
		}
	}
	return place{}, c, false
}

// elements reports whether an element lies there.
func (at place) elements() bool {
	return at.kind == placeStanza || at.kind == placePath && !at.path.attr
}

func (at place) parent() place {
	switch {
	case at.kind == placeStanza:
		return place{kind: placeDocument}
	case at.kind != placePath:
		return place{}
	case len(at.path.names) == 1:
		return place{kind: placeStanza}
	}
	return place{placePath, at.path.parent()}
}

// tested returns the place of those nodes there that pass the test, and, if ok,
// what their passing says.
func (at place) tested(t *test) (next place, c Clue, ok bool) {
	if at.kind == placeStanza && t.kind == testName && t.space == element.NSClient && isStanza(t.local) {
		return at, Clue{Asks: AsksKind, Text: t.local}, true
	}
	return at, c, false
}
