package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emp-framework/emp/cmd/empgen/sample"
)

// A goType is a struct for elements of one name.
type goType struct {
	Name   string
	Doc    string // "is the payload", "is the <track> inside"
	Fields []goField
}

// A goField is one of its fields.
type goField struct{ Name, Type, Tag, Comment string }

// typing makes the Go types for a shape.
type typing struct {
	file    string // of the sample, for errors
	numbers []string
	bools   []string
	used    []string // of numbers and bools
	types   []goType
}

// What a payload's type has beside its fields.
var payloadMethods = []string{"Encode"}

// goTypes returns the types for the payload of that shape, its own first. numbers and
// bools are the names of attributes and elements that are more than texts.
func goTypes(file, name string, s *sample.Shape, numbers, bools []string) ([]goType, error) {
	t := &typing{file: file, numbers: numbers, bools: bools}
	if err := t.structFor(name, "is the payload", s, true); err != nil {
		return nil, err
	}
	for _, given := range slices.Concat(numbers, bools) {
		if !slices.Contains(t.used, given) {
			return nil, fmt.Errorf("%s: --int or --bool %s: no attribute has that name, and no element with nothing but text", file, given)
		}
	}
	return t.types, nil
}

// structFor adds the type for a shape, and those for what lies inside. It calls itself
// as deep as shapes lie in each other, which is bounded.
func (t *typing) structFor(name, doc string, s *sample.Shape, payload bool) error {
	at := len(t.types)
	t.types = append(t.types, goType{Name: name, Doc: doc})
	taken := slices.Clone(payloadMethods)
	var fields []goField
	add := func(f goField, otherwise string) {
		f.Name = unique(f.Name, otherwise, &taken)
		fields = append(fields, f)
	}
	// Names that are always the same come first, so that what a sample calls its
	// own gives way.
	fixed := []string{"XMLName", "Text", "Children", "Other"}
	taken = append(taken, fixed...)
	if payload {
		fields = append(fields, goField{"XMLName", "xml.Name", tag(s.Name.Space, s.Name.Local), ""})
	}
	for _, a := range s.Attrs {
		kind, err := t.valueType(a.Name.Local, a.Values)
		if err != nil {
			return err
		}
		f := goField{Name: exportedXML(a.Name.Local), Type: kind, Tag: tag(a.Name.Space, a.Name.Local, "attr", "omitempty")}
		if a.Name.Space == "http://www.w3.org/XML/1998/namespace" {
			f.Comment = "xml:" + a.Name.Local
		}
		add(f, "Attr")
	}
	switch s.Kind {
	case sample.Strings:
		fields = append(fields, goField{"Text", "string", tag("", "", "chardata"), ""})
	case sample.Mixed:
		fields = append(fields, goField{"Children", "[]element.Node", tag("", "", "any"), "in order, which the sample makes use of"})
	case sample.Struct:
		for _, c := range s.Children {
			f, err := t.child(name, c)
			if err != nil {
				return err
			}
			add(f, "Element")
		}
		if payload || len(s.Children) > 0 {
			fields = append(fields, goField{"Other", "[]element.Node", tag("", "", "any"), "what the sample does not have"})
		}
	}
	t.types[at].Fields = fields
	return nil
}

// child is the field for a child element of the type in.
func (t *typing) child(in string, c *sample.Shape) (f goField, err error) {
	f = goField{Name: exportedXML(c.Name.Local), Tag: tag(c.Name.Space, c.Name.Local)}
	single := "*"
	switch c.Kind {
	case sample.Raw:
		f.Type, single, f.Comment = "element.Node", "", "as it is"
	case sample.Empty:
		f.Type = "struct{}"
		if !c.Many {
			f.Comment = "not nil: it is there"
		}
	case sample.Text:
		f.Type, err = t.valueType(c.Name.Local, c.Texts)
		if err != nil {
			return f, err
		}
		if c.Many {
			f.Type = strings.TrimPrefix(f.Type, "*") // there is no telling none from an empty one, and no need to
		} else {
			f.Tag = tag(c.Name.Space, c.Name.Local, "omitempty")
		}
		single = ""
	default:
		f.Type = t.typeName(in + f.Name)
		if err := t.structFor(f.Type, "is the <"+c.Name.Local+"> inside", c, false); err != nil {
			return f, err
		}
	}
	if c.Many {
		single = "[]"
	}
	f.Type = single + f.Type
	return f, nil
}

// typeName is a name for a type that no other has.
func (t *typing) typeName(name string) string {
	var taken []string
	for _, other := range t.types {
		taken = append(taken, other.Name)
	}
	return unique(name, "", &taken)
}

// valueType is the type of attributes or texts of these values. A sample does not show
// that a value is always a number: what looks like one may be a name. So it is a string
// unless the author says otherwise, and even then only if the sample's own values come
// back as they were. What may be missing is told from what is empty or zero by a
// pointer.
func (t *typing) valueType(local string, values []sample.Value) (string, error) {
	number, truth := slices.Contains(t.numbers, local), slices.Contains(t.bools, local)
	kind, empty := "string", false
	for _, v := range values {
		switch {
		case number:
			kind = "*int"
			if n, err := strconv.Atoi(v.Text); err != nil || strconv.Itoa(n) != v.Text {
				return "", &sample.Error{File: t.file, Place: v.At, Msg: fmt.Sprintf("--int %s: %.40q would not come back as it is", local, v.Text)}
			}
		case truth:
			kind = "*bool"
			if v.Text != "true" && v.Text != "false" {
				return "", &sample.Error{File: t.file, Place: v.At, Msg: fmt.Sprintf("--bool %s: %.40q would not come back as it is", local, v.Text)}
			}
		}
		empty = empty || v.Text == ""
	}
	if number || truth {
		t.used = append(t.used, local)
	}
	if kind == "string" && empty {
		kind = "*string"
	}
	return kind, nil
}

// tag is the tag of a field, as package xml reads it.
func tag(space, local string, options ...string) string {
	name := strings.TrimSpace(space + " " + local)
	return "`xml:\"" + strings.Join(append([]string{name}, options...), ",") + "\"`"
}

// unique is name, or else name with a suffix that makes it one that is not taken.
func unique(name, suffix string, taken *[]string) string {
	found := name
	if suffix != "" && slices.Contains(*taken, found) {
		name += suffix
		found = name
	}
	for i := 2; slices.Contains(*taken, found); i++ {
		found = name + strconv.Itoa(i)
	}
	*taken = append(*taken, found)
	return found
}

// exportedXML is the Go name for a name in XML, which may have any letters.
func exportedXML(local string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(local, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if isASCII(word) {
			b.WriteString(name(humps(word)).exported())
			continue
		}
		r, size := utf8.DecodeRuneInString(word)
		b.WriteString(string(unicode.ToUpper(r)) + word[size:])
	}
	if r, _ := utf8.DecodeRuneInString(b.String()); !unicode.IsUpper(r) { // a digit, a letter without capitals, nothing
		return "X" + b.String()
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
