package sample

import (
	"encoding/xml"
	"strings"
)

// A Shape is what elements of one name have in common, as far as samples of them show.
type Shape struct {
	Name     xml.Name
	Kind     Kind
	Many     bool    // there is more than one in the element around it
	Texts    []Value // of those of kind Text, one for each sample of it
	Attrs    []Attr
	Children []*Shape // of those of kind Struct, in an order that all samples keep
}

// A Kind is what becomes of an element.
type Kind int

// The kinds of elements.
const (
	Empty   Kind = iota // neither attributes nor content: that it is there says all
	Text                // text alone
	Struct              // attributes, and child elements or text
	Strings             // as Struct, and has text
	Mixed               // as Struct, but its children follow in no order that fields could keep
	Raw                 // only a tree can hold it
)

// An Attr is an attribute of a Shape.
type Attr struct {
	Name   xml.Name
	Values []Value // in the samples that have it
}

// A Value is a text in a sample, and where that is.
type Value struct {
	Text string
	At   Place
}

// Options say what samples cannot show.
type Options struct {
	Many func(local string) bool // there may be several elements of that name
	Raw  func(local string) bool // elements of that name are to be kept as they are
}

// maxNested is how deep structs lie in each other; what is deeper is kept as it is.
const maxNested = 8

// Shape returns the shape of the element.
func (e *Element) Shape(o Options) *Shape { return shapeOf([]*Element{e}, o, 0) }

// shapeOf returns the shape of elements of one name. It calls itself maxNested deep.
func shapeOf(all []*Element, o Options, depth int) *Shape {
	s := &Shape{Name: all[0].Name}
	text, mixed := false, false
	for _, e := range all {
		hasText, hasElements := e.content()
		text = text || hasText
		mixed = mixed || hasText && hasElements
		for _, a := range e.Attrs {
			s.attr(a, e.At)
		}
	}
	groups, ordered := group(all)
	switch {
	case depth > 0 && (o.Raw(s.Name.Local) || s.Name.Space == "" || all[0].isStanza()), mixed, text && len(groups) > 0,
		depth == maxNested && len(groups) > 0:
		s.Kind = Raw
		return s
	case len(s.Attrs) == 0 && len(groups) == 0 && !text && depth > 0:
		s.Kind = Empty
		return s
	case len(s.Attrs) == 0 && len(groups) == 0 && depth > 0:
		s.Kind = Text
		for _, e := range all {
			s.Texts = append(s.Texts, Value{e.text(), e.At})
		}
		return s
	case text:
		s.Kind = Strings
		return s
	case !ordered:
		s.Kind = Mixed
		return s
	}
	s.Kind = Struct
	for _, g := range groups {
		c := shapeOf(g.elements, o, depth+1)
		c.Many = o.Many(c.Name.Local) || g.many
		s.Children = append(s.Children, c)
	}
	return s
}

func (s *Shape) attr(a xml.Attr, at Place) {
	for i := range s.Attrs {
		if s.Attrs[i].Name == a.Name {
			s.Attrs[i].Values = append(s.Attrs[i].Values, Value{a.Value, at})
			return
		}
	}
	s.Attrs = append(s.Attrs, Attr{a.Name, []Value{{a.Value, at}}})
}

// content reports whether the element has text, and child elements. White space
// between elements is no text; that of an element without any is.
func (e *Element) content() (text, elements bool) {
	blank := false
	for _, c := range e.Children {
		switch {
		case c.Element != nil:
			elements = true
		case strings.TrimSpace(c.Text) == "":
			blank = true
		default:
			text = true
		}
	}
	return text || blank && !elements, elements
}

func (e *Element) text() string {
	var b strings.Builder
	for _, c := range e.Children {
		b.WriteString(c.Text)
	}
	return b.String()
}

// A grouped is the children of one name of all the elements.
type grouped struct {
	elements []*Element
	many     bool // an element has several
	before   map[int]bool
}

// group returns the children of elements by their names, in an order that all of the
// elements keep; ordered is false if there is none, as where names alternate.
func group(all []*Element) (groups []*grouped, ordered bool) {
	index := make(map[xml.Name]int)
	for _, e := range all {
		last, seen := -1, make(map[int]bool)
		for _, c := range e.Children {
			if c.Element == nil {
				continue
			}
			i, ok := index[c.Name]
			if !ok {
				i = len(groups)
				index[c.Name] = i
				groups = append(groups, &grouped{before: make(map[int]bool)})
			}
			groups[i].elements = append(groups[i].elements, c.Element)
			groups[i].many = groups[i].many || seen[i]
			if last >= 0 && last != i {
				groups[i].before[last] = true
			}
			last, seen[i] = i, true
		}
	}
	// The first group that none of those left has to stand before is the next one.
	done := make([]bool, len(groups))
	sorted := make([]*grouped, 0, len(groups))
	for len(sorted) < len(groups) {
		next := -1
		for i, g := range groups {
			if !done[i] && g.free(done) {
				next = i
				break
			}
		}
		if next < 0 {
			return groups, false
		}
		done[next] = true
		sorted = append(sorted, groups[next])
	}
	return sorted, true
}

// free reports whether all that stands before g is done.
func (g *grouped) free(done []bool) bool {
	for i := range g.before {
		if !done[i] {
			return false
		}
	}
	return true
}
