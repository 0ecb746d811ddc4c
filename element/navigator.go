package element

import "github.com/antchfx/xpath"

// A Navigator lets [xpath.Expr] of antchfx/xpath walk over a tree. Query is
// the comfortable way to that; a Navigator is for what it does not offer.
//
// The root of XPath is the document above the root element. Prefixes are not
// kept: Prefix is "" for each element, so that unprefixed names in expressions
// match elements of any namespace, "xml" for the attributes xml:lang and the
// like, and the namespace for others that have one, so that unprefixed names
// match only attributes in no namespace. "p:*" matches nothing.
//
// A Navigator is not safe for concurrent use, nor is an xpath.Expr.
type Navigator struct {
	n          Node
	unprefixed *string // unprefixed names match elements of this namespace; nil: of any
}

var _ xpath.NodeNavigator = (*Navigator)(nil)

// NewNavigator returns a Navigator that stands at n, which must not be the
// zero Node.
func NewNavigator(n Node) *Navigator { return &Navigator{n: n} }

// Node returns where the Navigator stands.
func (v *Navigator) Node() Node { return v.n }

// NodeType implements [xpath.NodeNavigator].
func (v *Navigator) NodeType() xpath.NodeType {
	switch v.n.Kind() {
	case KindElement:
		return xpath.ElementNode
	case KindAttribute:
		return xpath.AttributeNode
	case KindText:
		return xpath.TextNode
	}
	return xpath.RootNode
}

// LocalName implements [xpath.NodeNavigator].
func (v *Navigator) LocalName() string { return v.n.Local() }

// NamespaceURL returns the namespace of an element or attribute. The library
// looks for this method.
func (v *Navigator) NamespaceURL() string { return v.n.Space() }

// Prefix implements [xpath.NodeNavigator].
func (v *Navigator) Prefix() string {
	space := v.n.Space()
	switch v.n.Kind() {
	case KindElement:
		if v.unprefixed == nil || *v.unprefixed == space {
			return ""
		}
		if space == "" {
			return "*" // any but the prefix of a name in an expression
		}
	case KindAttribute:
		if space == NSXML {
			return "xml"
		}
	}
	return space
}

// Value implements [xpath.NodeNavigator] by the string-value of the node.
func (v *Navigator) Value() string { return v.n.StringValue() }

// String returns what Value returns.
func (v *Navigator) String() string { return v.n.StringValue() }

// Copy implements [xpath.NodeNavigator].
func (v *Navigator) Copy() xpath.NodeNavigator {
	c := *v
	return &c
}

// MoveToRoot implements [xpath.NodeNavigator]: it moves to the document.
func (v *Navigator) MoveToRoot() { v.n = v.n.Document() }

// MoveToParent implements [xpath.NodeNavigator]. The parent of an attribute is
// its element.
func (v *Navigator) MoveToParent() bool { return v.move(v.n.Parent()) }

// MoveToNextAttribute implements [xpath.NodeNavigator]: from an element to its
// first attribute, from an attribute to the next.
func (v *Navigator) MoveToNextAttribute() bool {
	if v.n.Kind() == KindAttribute {
		return v.move(v.n.NextAttr())
	}
	return v.move(v.n.FirstAttr())
}

// MoveToChild implements [xpath.NodeNavigator].
func (v *Navigator) MoveToChild() bool { return v.move(v.n.First()) }

// MoveToFirst implements [xpath.NodeNavigator]: it moves to the first of the
// siblings and reports whether that is another node.
func (v *Navigator) MoveToFirst() bool {
	if k := v.n.Kind(); k != KindElement && k != KindText {
		return false
	}
	first := v.n.Parent().First()
	return first != v.n && v.move(first)
}

// MoveToNext implements [xpath.NodeNavigator]. Attributes have no siblings.
func (v *Navigator) MoveToNext() bool { return v.move(v.n.Next()) }

// MoveToPrevious implements [xpath.NodeNavigator]. Attributes have no siblings.
func (v *Navigator) MoveToPrevious() bool { return v.move(v.n.Prev()) }

// MoveTo implements [xpath.NodeNavigator]: it moves to where other stands, if
// that is in the same tree.
func (v *Navigator) MoveTo(other xpath.NodeNavigator) bool {
	o, ok := other.(*Navigator)
	if !ok || o.n.t != v.n.t {
		return false
	}
	v.n = o.n
	return true
}

func (v *Navigator) move(to Node) bool {
	if to.IsZero() {
		return false
	}
	v.n = to
	return true
}
