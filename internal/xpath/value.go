package xpath

import (
	"strings"

	"github.com/emp-framework/emp/element"
)

// A Value is the result of Eval: a node-set, a string, a number or a boolean.
type Value struct {
	kind    Type
	nodes   []element.Node
	text    string
	number  float64
	boolean bool
}

// Type returns which of the four the value is.
func (v Value) Type() Type { return v.kind }

// Nodes returns the nodes of a node-set in document order, nil for any other
// value.
func (v Value) Nodes() []element.Node { return v.nodes }

// Text returns the value as by string(): of a node-set the string-value of
// its first node.
func (v Value) Text() string {
	switch v.kind {
	case NodeSet:
		if len(v.nodes) == 0 {
			return ""
		}
		return v.nodes[0].StringValue()
	case Number:
		return string(appendNumber(nil, v.number))
	case Boolean:
		return boolText(v.boolean)
	}
	return v.text
}

// Number returns the value as by number().
func (v Value) Number() float64 {
	switch v.kind {
	case Number:
		return v.number
	case Boolean:
		return boolNumber(v.boolean)
	}
	return parseNumber(v.Text())
}

// Bool returns the value as by boolean().
func (v Value) Bool() bool {
	switch v.kind {
	case NodeSet:
		return len(v.nodes) > 0
	case String:
		return v.text != ""
	case Number:
		return truth(v.number)
	}
	return v.boolean
}

// value evaluates x to what may leave the run.
func (r *run) value(x expr, c context) Value {
	v := Value{kind: x.typ()}
	switch v.kind {
	case NodeSet:
		lo := r.collect(x, c)
		v.nodes = make([]element.Node, 0, len(r.nodes)-lo)
		for _, i := range r.nodes[lo:] {
			v.nodes = append(v.nodes, c.node.At(int(i)))
		}
	case String:
		v.text = strings.Clone(r.string(x, c))
	case Number:
		v.number = r.number(x, c)
	case Boolean:
		v.boolean = r.boolean(x, c)
	}
	return v
}
