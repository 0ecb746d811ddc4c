package forms

import (
	"strings"

	"github.com/emp-framework/emp/element"
)

// Node returns the element of the form, so that a Form is an element.Part.
func (f Form) Node() element.Node {
	typ := f.Type
	if typ == "" {
		typ = Ask
	}
	x := element.New(NS, "x").Attr("type", string(typ))
	if f.Title != "" {
		x.Add(element.Text(NS, "title", f.Title))
	}
	if f.Instructions != "" {
		for line := range strings.SplitSeq(f.Instructions, "\n") {
			x.Add(element.Text(NS, "instructions", line))
		}
	}
	addFields(x, f.Fields, typ)
	if len(f.Reported) > 0 {
		columns := element.New(NS, "reported")
		addFields(columns, f.Reported, typ)
		x.Add(columns)
	}
	for _, row := range f.Items {
		item := element.New(NS, "item")
		addFields(item, row, Submit) // the columns say the types
		x.Add(item)
	}
	return x.Node()
}

// addFields writes fields as a form of that type has them: who fills one in sends
// back names and values alone.
func addFields(to *element.Builder, fields []Field, typ Type) {
	for _, f := range fields {
		e := element.New(NS, "field")
		if f.Var != "" {
			e.Attr("var", f.Var)
		}
		if typ != Submit {
			describe(e, f)
		}
		for _, v := range f.Values {
			e.Add(element.Text(NS, "value", v))
		}
		if typ == Ask {
			for _, o := range f.Options {
				option := element.New(NS, "option").Add(element.Text(NS, "value", o.Value))
				if o.Label != "" {
					option.Attr("label", o.Label)
				}
				e.Add(option)
			}
		}
		to.Add(e)
	}
}

func describe(e *element.Builder, f Field) {
	if f.Type == plainText {
		f.Type = Text
	}
	e.Attr("type", string(f.Type))
	if f.Label != "" {
		e.Attr("label", f.Label)
	}
	if f.Desc != "" {
		e.Add(element.Text(NS, "desc", f.Desc))
	}
	if f.Required {
		e.NewChild("required")
	}
}
