package forms

import (
	"fmt"
	"slices"
	"strings"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// Check compares what was submitted with the form f that was to be filled in. It
// returns f as it was filled in: its fields, with their types, and the values that
// were submitted, none where none were. What f does not ask for is left out
// (XEP-0004 section 3.2), texts to read have the values of f, hidden fields too
// where they were left out.
//
// The error is a stanza.Fault, not-acceptable, which says of each wrong field
// what is wrong: a required one is missing, a value is no boolean or address or is
// not among the options, there are several where one is asked for, or one twice.
func (f Form) Check(submitted Form) (Form, error) {
	if submitted.Type != Submit {
		return Form{}, stanza.BadRequest.With("the data form is not of the type submit")
	}
	filled := Form{Type: Submit, Title: f.Title, Fields: slices.Clone(f.Fields)}
	var wrong []string
	for i := range filled.Fields {
		field := &filled.Fields[i]
		given, ok := submitted.Field(field.Var)
		switch {
		case field.Type == Fixed, field.Type == Hidden && !ok:
			continue
		case field.Type == Hidden && !slices.Equal(field.Values, given.Values):
			wrong = append(wrong, fmt.Sprintf("%s: was changed, but is not to be", field.Var))
			continue
		}
		field.Values = slices.Clone(given.Values)
		if why := field.wrong(); why != "" {
			wrong = append(wrong, field.Var+": "+why)
		}
	}
	if len(wrong) > 0 {
		return Form{}, stanza.NotAcceptable.With("%s", strings.Join(wrong, "; "))
	}
	return filled, nil
}

// wrong says what is wrong with the values of a field, "" if nothing is.
func (f *Field) wrong() string {
	if f.Required && strings.Join(f.Values, "") == "" {
		return "is required"
	}
	if !f.many() && len(f.Values) > 1 {
		return "takes one value"
	}
	if f.Type != Lines && len(f.Values) == 1 && f.Values[0] == "" {
		f.Values = nil // a client's way to leave the field out
	}
	for i := range f.Values {
		if why := f.wrongValue(i); why != "" {
			return why
		}
	}
	if f.Type != Lines && f.many() { // addresses are prepared by now
		if v, twice := repeated(f.Values); twice {
			return fmt.Sprintf("has %.80q twice", v)
		}
	}
	return ""
}

// wrongValue looks at one value. It prepares an address.
func (f *Field) wrongValue(i int) string {
	v := f.Values[i]
	switch f.Type {
	case Boolean:
		if v != "0" && v != "1" && v != "true" && v != "false" {
			return "is neither true nor false"
		}
	case JID, JIDs:
		j, err := jid.Parse(v)
		if err != nil {
			return fmt.Sprintf("%.80q is no address", v)
		}
		f.Values[i] = j.String()
	case List, ListMany:
		if !slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == v }) {
			return fmt.Sprintf("%.80q is not among the options", v)
		}
	}
	return ""
}

func (f *Field) many() bool { return f.Type == Lines || f.Type == JIDs || f.Type == ListMany }

// repeated returns a value that is there twice.
func repeated(values []string) (string, bool) {
	seen := make(map[string]bool, len(values))
	for _, v := range values {
		if seen[v] {
			return v, true
		}
		seen[v] = true
	}
	return "", false
}
