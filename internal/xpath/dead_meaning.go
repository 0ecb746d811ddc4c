package xpath

import (
	"fmt"
	"math"

	"github.com/emp-framework/emp/element"
)

// contents are the elements that stanzas have in their own namespace and that are
// easily taken for attributes.
var contents = []string{"body", "subject", "thread", "show", "status", "priority"}

// alone refuses a text or a number where something true or false belongs, as in
// [body='a' or 'b']. A variable is let pass: by one, routes are switched off.
func (d *dead) alone(x expr) {
	c, ok := x.(*constant)
	if !ok || !d.written(c) {
		return
	}
	text := c.text
	if c.kind == String {
		text = literal(text)
	}
	d.fail(x, "say what is to equal it, as in body="+text, "%s alone is always %t", text, c.boolean)
}

// written reports whether the constant is a literal, and no variable or function.
func (d *dead) written(c *constant) bool {
	first := d.source[c.offset()]
	return c.kind == String && (first == '\'' || first == '"') || c.kind == Number && (isDigit(first) || first == '.' || first == '-')
}

// position refuses a position that no node has.
func (d *dead) position(x expr) {
	if c, ok := x.(*constant); ok && d.written(c) && (c.number < 1 || c.number != math.Trunc(c.number)) {
		d.fail(x, "positions count from 1: write [1] for the first, [last()] for the last", "no node has the position %s", c.text)
	}
}

// error looks at what is asked of the stanza's <error>, if step i of x, which starts at
// l, leads there.
func (d *dead) error(x *path, i int, l level) {
	s := &x.steps[i]
	if l != levelStanza || s.axis != axisChild || s.test.kind != testName || s.test.space != element.NSClient || s.test.local != "error" {
		return
	}
	if i+1 < len(x.steps) {
		d.inError(x, &x.steps[i+1])
	}
	for _, p := range s.predicates {
		d.atError(p.x)
	}
}

// atError looks for names without a prefix in x, evaluated at the stanza's <error>. It
// recurses as deep as expressions nest.
func (d *dead) atError(x expr) {
	if p, ok := x.(*path); ok {
		if p.base == nil && !p.absolute && len(p.steps) > 0 {
			d.inError(x, &p.steps[0])
		}
		return
	}
	for _, part := range parts(x) {
		d.atError(part)
	}
}

func (d *dead) inError(x expr, s *step) {
	switch name := s.test.local; {
	case s.axis != axisChild || s.test.kind != testName || s.test.space != element.NSClient:
	case name == "type" || name == "by" || name == "code":
		d.fail(x, "write @"+name, "%s is an attribute of <error>, not an element in it", name)
	default:
		d.fail(x, fmt.Sprintf(`bind the namespace of conditions, as in r.Namespace("e", stanza.NSErrors), and write e:%s`, name),
			"<%s> without a prefix is in the namespace of stanzas, and nothing in an <error> is", name)
	}
}
