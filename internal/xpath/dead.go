package xpath

import (
	"fmt"
	"slices"

	"github.com/emp-framework/emp/element"
)

// Dead returns an error for the first path in e that no stanza has a node for,
// or that cannot mean what it says, nil if there is none. e is to be evaluated
// at the document, or else at the stanza. Only what is certain is refused: a
// document has one element, the stanza; what has the local name of an attribute
// is the attribute, forgotten its @, or its value forgotten its quotes, and what has
// that of an element is the element; a hole in quotes captures nothing; a text alone
// asks nothing; a namespace is no attribute, and no text is empty; positions count
// from 1; and what an iq or an error holds has a namespace of its own (RFC 6120
// sections 8.4 and 8.3.2).
func (e *Expr) Dead(atDocument bool) *Error {
	d := dead{source: e.source, atDocument: atDocument}
	d.alone(e.root)
	d.look(e.root, start(atDocument))
	return d.err
}

type dead struct {
	source     string
	atDocument bool
	err        *Error
}

// look searches x, evaluated at l. It recurses as deep as expressions nest.
func (d *dead) look(x expr, l level) {
	switch x := x.(type) {
	case *path:
		if x.base != nil {
			d.look(x.base, l)
		}
		l = x.from(l)
		for i := range x.steps {
			d.step(x, i, l)
			d.error(x, i, l)
			l = l.after(&x.steps[i])
			d.predicates(&x.steps[i], l)
		}
	case *filter:
		d.look(x.base, l)
		d.predicates(&x.list, levels(x.base, l))
	default:
		if x, ok := x.(*logic); ok {
			for _, arg := range x.args {
				d.alone(arg)
			}
		}
		if c, ok := x.(*compare); ok && c.op == opEqual {
			d.quotes(c.left, c.right, l)
			d.quotes(c.right, c.left, l)
			d.emptyText(c.left, c.right)
			d.emptyText(c.right, c.left)
		}
		for _, part := range parts(x) {
			d.look(part, l)
		}
	}
}

// quotes looks at one side of an equality for quotes forgotten, or too many.
func (d *dead) quotes(x, other expr, l level) {
	switch x := x.(type) {
	case *path: // the stanza's type and the text of an element
		if len(x.steps) == 1 && x.base == nil && !x.absolute && isType(other, l) {
			if s := &x.steps[0]; s.axis == axisChild && s.test.kind == testName && s.test.space == element.NSClient {
				d.fail(x, fmt.Sprintf("write '%s'", s.test.local), "%s without quotes is an element", s.test.local)
			}
		}
	case *constant: // not that of a variable
		if x.kind == String && d.written(x) {
			at := holeIn(x.text)
			if at < 0 {
				return
			}
			cure := "leave the quotes out to capture"
			if at > 0 || holeLength(x.text) != len(x.text) {
				cure = "a hole takes the whole of a value, as in [body={all:time .*}]"
			}
			d.fail(x, cure+"; to compare with these characters put them into a variable", "in quotes %s is a text, and captures nothing", x.text[at:at+holeLength(x.text[at:])])
		}
	}
}

// emptyText refuses text()=”: where there is no text there is no node for it.
func (d *dead) emptyText(x, other expr) {
	p, ok := x.(*path)
	if ok && isText(other, "") && len(p.steps) > 0 && p.steps[len(p.steps)-1].test.kind == testText {
		d.fail(x, "compare the element, as in body=''; or write not(body) if it may be missing", "text() is never empty: where there is no text it finds nothing")
	}
}

func (d *dead) predicates(s *step, l level) {
	for _, p := range s.predicates {
		if p.number {
			d.position(p.x)
		} else {
			d.alone(p.x)
		}
		d.look(p.x, l)
	}
}

// step looks at step i of x, which starts at l.
func (d *dead) step(x *path, i int, l level) {
	s := &x.steps[i]
	name := s.test.local
	switch unprefixed := s.test.space == element.NSClient; {
	case s.test.kind != testName:
	case s.axis == axisAttribute && s.test.space == "" && name == "xmlns":
		d.fail(x, `bind the namespace, as in r.Namespace("x", "urn:…"), and write x:name for an element in it, x:* for any`, "a namespace is no attribute, so @xmlns finds nothing")
	case s.axis == axisAttribute && l == levelStanza && s.test.space == "" && slices.Contains(contents, name):
		d.fail(x, "write "+name, "%s is an element in stanzas, not an attribute of them", name)
	case s.axis != axisChild:
	case l == levelDocument && l.after(s) == 0:
		cure := fmt.Sprintf("begin with the stanza, as in iq/… or message[…], and look for %s inside it", name)
		if kind := kindOfType[name]; kind != "" {
			cure = fmt.Sprintf("%s is a type: write %s[@type='%s']", name, kind, name)
		}
		if !d.atDocument && x.absolute {
			cure = "leave the / out: the expression begins at the stanza"
		}
		d.fail(x, cure, "the first step is the stanza, and no stanza is <%s>", name)
	case l == levelStanza && unprefixed && (name == "type" || name == "from" || name == "to" || name == "id"):
		d.fail(x, fmt.Sprintf("write @%s", name), "%s is an attribute of stanzas, not an element in them", name)
	case l == levelStanza && unprefixed && name == "available":
		d.fail(x, "who is there sends a presence without a type: write [not(@type)]", "no stanza holds <available>")
	case l == levelStanza && unprefixed && kindOfType[name] != "":
		d.fail(x, fmt.Sprintf("write [@type='%s']", name), "%s is a type of stanzas, not an element in them", name)
	case l == levelStanza && unprefixed && i > 0 && x.steps[i-1].test.kind == testName && x.steps[i-1].test.local == "iq" && name != "error":
		d.fail(x, fmt.Sprintf(`bind its namespace, as in r.Namespace("x", "urn:…"), and write x:%s`, name),
			"<%s> without a prefix is in the namespace of stanzas, where no payload is", name)
	}
}

func (d *dead) fail(x expr, cure, format string, args ...any) {
	if d.err != nil {
		return
	}
	d.err = &Error{Expr: d.source, Offset: x.offset(), Msg: fmt.Sprintf(format, args...), Cure: cure}
}

// kindOfType says of which stanza something is a type that is easily taken for a
// stanza's name.
var kindOfType = map[string]string{
	"chat": "message", "groupchat": "message", "headline": "message", "normal": "message",
	"get": "iq", "set": "iq", "result": "iq",
	"subscribe": "presence", "subscribed": "presence", "unsubscribe": "presence", "unsubscribed": "presence",
	"unavailable": "presence", "probe": "presence",
}
