package xpath

import (
	"strings"

	antchfx "github.com/antchfx/xpath"

	"github.com/emp-framework/emp/element"
)

// A navigator shows an element tree to antchfx/xpath. Elements have no prefix;
// attributes in a namespace need one.
type navigator struct{ n element.Node }

func (v *navigator) NodeType() antchfx.NodeType {
	switch v.n.Kind() {
	case element.KindDocument:
		return antchfx.RootNode
	case element.KindAttribute:
		return antchfx.AttributeNode
	case element.KindText:
		return antchfx.TextNode
	}
	return antchfx.ElementNode
}

func (v *navigator) LocalName() string    { return v.n.Local() }
func (v *navigator) NamespaceURL() string { return v.n.Space() }
func (v *navigator) Value() string        { return v.n.StringValue() }

func (v *navigator) Prefix() string {
	switch {
	case v.n.Space() == element.NSXML:
		return "xml"
	case v.n.Kind() == element.KindAttribute && v.n.Space() != "":
		return "ns"
	}
	return ""
}

func (v *navigator) Copy() antchfx.NodeNavigator { c := *v; return &c }
func (v *navigator) MoveToRoot()                 { v.n = v.n.Document() }
func (v *navigator) MoveToParent() bool          { return v.to(v.n.Parent()) }
func (v *navigator) MoveToChild() bool           { return v.to(v.n.First()) }
func (v *navigator) MoveToNext() bool            { return v.to(v.n.Next()) }
func (v *navigator) MoveToPrevious() bool        { return v.to(v.n.Prev()) }

func (v *navigator) MoveToNextAttribute() bool {
	if v.n.Kind() == element.KindAttribute {
		return v.to(v.n.NextAttr())
	}
	return v.to(v.n.FirstAttr())
}

func (v *navigator) MoveToFirst() bool {
	if v.n.Kind() == element.KindAttribute || v.n.Prev().IsZero() {
		return false
	}
	return v.to(v.n.Parent().First())
}

func (v *navigator) MoveTo(other antchfx.NodeNavigator) bool { return v.to(other.(*navigator).n) }

func (v *navigator) to(n element.Node) bool {
	if n.IsZero() {
		return false
	}
	v.n = n
	return true
}

// qualified gives each unprefixed element name the prefix c, for engines that
// know no default namespace.
func qualified(expr string) string {
	tokens, err := lex(expr)
	if err != nil {
		return expr
	}
	var b strings.Builder
	from := 0
	for i, t := range tokens {
		if t.kind != tokenName || t.prefix != "" || t.text == "*" || i > 0 && tokens[i-1].kind == tokenAt ||
			i > 1 && tokens[i-2].kind == tokenAxis && tokens[i-2].text == "attribute" {
			continue
		}
		b.WriteString(expr[from:t.off] + "c:")
		from = t.off
	}
	return b.String() + expr[from:]
}
