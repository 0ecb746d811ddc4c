package router

import (
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xpath"
)

// A question is what the index asks of a stanza. The answers are texts: none,
// one or, below the stanza, many. Those to asksPayload are names.
type question struct {
	what  what
	path  xpath.Path   // of those for attributes and texts
	child element.Name // of asksText and asksChildAttr: path's
	attr  element.Name // of asksAttr and asksChildAttr: path's
	id    int          // of asksPath: where a Match keeps the answers
}

// what says where the answers are. What is cheap to ask comes first.
type what uint8

const (
	asksLocal     what = iota // the parts of the address that the stanza is to
	asksDomain                //
	asksResource              //
	asksSender                // the bare address that it is from
	asksDevice                // the full address
	asksAttr                  // an attribute of its own
	asksPayload               // the names of its children
	asksText                  // the texts of its children of a name
	asksChildAttr             // an attribute of those
	asksPath                  // what lies deeper
)

// A condition is something that must hold of every stanza that a route takes:
// one of the answers to a question is the text (or the name), or begins with it.
type condition struct {
	of     *question
	text   string
	name   element.Name // of asksPayload
	begins bool
}

// plain reports whether the condition says the same of a stanza whatever else is
// in it, and is quick to look up: see [xpath.Expr.Exact].
func (c condition) plain() bool { return c.of.what == asksAttr || c.of.what == asksPayload }

// holds reports whether a plain condition holds of a stanza.
func (c *condition) holds(n element.Node) bool {
	if c.of.what == asksPayload {
		return !n.Child(c.name.Space, c.name.Local).IsZero()
	}
	attr := n.AttrNode(c.of.attr.Space, c.of.attr.Local)
	if attr.IsZero() {
		return false
	}
	if c.begins {
		return strings.HasPrefix(attr.Value(), c.text)
	}
	return attr.Value() == c.text
}

// String writes the condition as [Entry.Key] does.
func (c condition) String() string {
	switch c.of.what {
	case asksLocal:
		return partIs("local part", c.text)
	case asksDomain:
		return partIs("domain", c.text)
	case asksResource:
		return partIs("resource", c.text)
	case asksSender, asksDevice:
		return "sender " + c.text
	case asksPayload:
		return xpath.Clue{Asks: xpath.AsksChild, Name: c.name}.String()
	}
	of := xpath.Clue{Asks: xpath.AsksText, Path: c.of.path, Text: c.text}
	if c.begins {
		of.Asks = xpath.AsksStart
	}
	return of.String()
}

func partIs(part, text string) string {
	if text == "" {
		return "no " + part
	}
	return part + " " + text
}

// questions are those of a table, each of them once.
type questions struct {
	of    map[string]*question // by what they ask in words
	paths int                  // how many are for asksPath
}

func (qs *questions) ask(what what) *question {
	return qs.get(string('0'+rune(what)), question{what: what})
}

func (qs *questions) askPath(p xpath.Path) *question {
	q := question{path: p}
	names, attr := p.Names()
	switch {
	case len(names) == 1 && attr:
		q.what, q.attr = asksAttr, names[0]
	case len(names) == 1:
		q.what, q.child = asksText, names[0]
	case len(names) == 2 && attr:
		q.what, q.child, q.attr = asksChildAttr, names[0], names[1]
	default:
		q.what, q.id = asksPath, qs.paths
	}
	return qs.get("/"+p.String(), q)
}

// get returns the question that is known by that name, q if there is none yet.
func (qs *questions) get(name string, q question) *question {
	if known := qs.of[name]; known != nil {
		return known
	}
	if q.what == asksPath {
		qs.paths++
	}
	if qs.of == nil {
		qs.of = map[string]*question{}
	}
	qs.of[name] = &q
	return &q
}
