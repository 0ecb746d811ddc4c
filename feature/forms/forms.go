// Package forms is data forms (XEP-0004): questions to people that any client can
// show, their answers, and tables of results.
//
// In:  a Form written out or made of a Go struct (For); a form that a peer has
// filled in (Of), compared with the one it was given (Form.Check).
// Out: elements to send; the values, read one by one (Form.Value) or into a struct
// (Form.Read).
//
//	type tweet struct {
//		Text string `form:"text,required" label:"What is happening?"`
//	}
//	form := forms.For("Tweet", tweet{})
//	…
//	var in tweet
//	err := form.Read(submitted, &in)
//
// It is no feature to mount: those that ask people use it, as package commands.
package forms

import (
	"slices"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// NS is the namespace of data forms (XEP-0004 section 9).
const NS = "jabber:x:data"

// A Type says what a form is there for (XEP-0004 section 3.1).
type Type string

// The types of a form.
const (
	Ask    Type = "form"   // to be filled in
	Submit Type = "submit" // filled in
	Cancel Type = "cancel" // not to be filled in
	Result Type = "result" // data to look at
)

// A Form is a data form. It is an element.Part: it can be the payload of a stanza,
// or stand in one.
type Form struct {
	Type         Type // default: Ask
	Title        string
	Instructions string // a line or several
	Fields       []Field
	// Reported is the columns of a table of results, and Items its rows, with a
	// field for each column (section 3.4). Of a column only Var, Type and Label count.
	Reported []Field
	Items    [][]Field
}

// A Field is a question, and the answer to it.
type Field struct {
	// Var names the field for programs; one that only shows a text, of type
	// Fixed, needs none.
	Var  string
	Type FieldType // default: Text
	// Label names it for people, Desc says more.
	Label, Desc string
	Required    bool
	// Values is what was answered or, in a form to be filled in, what is suggested.
	// A text of several lines is a value each.
	Values []string
	// Options is what can be chosen in a List or ListMany.
	Options []Option
}

// An Option is one that can be chosen: its value, and its name for people.
type Option struct{ Value, Label string }

// A FieldType says what kind of answer a field takes (XEP-0004 section 3.3).
type FieldType string

// The types of a field.
const (
	Boolean   FieldType = "boolean"
	Fixed     FieldType = "fixed"        // a text to read
	Hidden    FieldType = "hidden"       // not shown, and sent back as it is
	JIDs      FieldType = "jid-multi"    // addresses, each once
	JID       FieldType = "jid-single"   // an address
	ListMany  FieldType = "list-multi"   // any of the options
	List      FieldType = "list-single"  // one of the options
	Lines     FieldType = "text-multi"   // a text of several lines
	Password  FieldType = "text-private" // a text that is not shown in typing
	Text      FieldType = "text-single"  // a text
	plainText FieldType = ""             // what a Field in code has that says nothing
)

// Of reads the form n. The error is a stanza.Fault: bad-request for what is no
// form, or one that is malformed. A field of a type that nobody knows reads as
// Text (XEP-0004 section 3.3).
func Of(n element.Node) (Form, error) {
	f := Form{Type: Type(n.Attr("type"))}
	switch {
	case !n.Is(NS, "x"):
		return Form{}, stanza.BadRequest.With("a data form is missing")
	case !slices.Contains([]Type{Ask, Submit, Cancel, Result}, f.Type):
		return Form{}, stanza.BadRequest.With("a data form of no known type")
	}
	f.Title = n.Child(NS, "title").Text()
	for line := range n.ChildrenNamed(NS, "instructions") {
		if f.Instructions != "" {
			f.Instructions += "\n"
		}
		f.Instructions += line.Text()
	}
	var err error
	if f.Fields, err = fieldsOf(n); err != nil {
		return Form{}, err
	}
	if f.Reported, err = fieldsOf(n.Child(NS, "reported")); err != nil {
		return Form{}, err
	}
	for item := range n.ChildrenNamed(NS, "item") {
		row, err := fieldsOf(item)
		if err != nil {
			return Form{}, err
		}
		f.Items = append(f.Items, row)
	}
	return f, nil
}

// fieldsOf reads the fields in n, each name at most once.
func fieldsOf(n element.Node) (fields []Field, err error) {
	seen := map[string]bool{}
	for e := range n.ChildrenNamed(NS, "field") {
		f := Field{
			Var: e.Attr("var"), Type: FieldType(e.Attr("type")), Label: e.Attr("label"),
			Desc: e.Child(NS, "desc").Text(), Required: !e.Child(NS, "required").IsZero(),
		}
		if !slices.Contains(fieldTypes, f.Type) {
			f.Type = Text
		}
		if f.Var == "" && f.Type != Fixed {
			return nil, stanza.BadRequest.With("a field of the data form has no name")
		}
		if seen[f.Var] && f.Var != "" {
			return nil, stanza.BadRequest.With("the data form has two fields %.80q", f.Var)
		}
		seen[f.Var] = true
		for v := range e.ChildrenNamed(NS, "value") {
			f.Values = append(f.Values, v.Text())
		}
		for o := range e.ChildrenNamed(NS, "option") {
			f.Options = append(f.Options, Option{o.Child(NS, "value").Text(), o.Attr("label")})
		}
		fields = append(fields, f)
	}
	return fields, nil
}

var fieldTypes = []FieldType{Boolean, Fixed, Hidden, JIDs, JID, ListMany, List, Lines, Password, Text}

// Field returns the field of that name; ok is false if there is none.
func (f Form) Field(name string) (field Field, ok bool) {
	i := slices.IndexFunc(f.Fields, func(field Field) bool { return field.Var == name })
	if i < 0 {
		return Field{}, false
	}
	return f.Fields[i], true
}

// Value returns the first value of the field of that name, "" if there is none.
func (f Form) Value(name string) string {
	field, _ := f.Field(name)
	if len(field.Values) == 0 {
		return ""
	}
	return field.Values[0]
}

// Values returns the values of the field of that name.
func (f Form) Values(name string) []string {
	field, _ := f.Field(name)
	return field.Values
}

// Suggest returns the form f with the values of given in its fields of the same
// names, as suggestions.
func (f Form) Suggest(given Form) Form {
	f.Fields = slices.Clone(f.Fields)
	for i := range f.Fields {
		if field, ok := given.Field(f.Fields[i].Var); ok && f.Fields[i].Type != Fixed {
			f.Fields[i].Values = slices.Clone(field.Values)
		}
	}
	return f
}
