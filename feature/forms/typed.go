package forms

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// For makes a form of the struct v, or of the one that v points to, a field for
// each of its fields with a tag:
//
//	Text   string    `form:"text,required" label:"What is happening?"`
//	Bio    string    `form:"bio,lines"`                                    Lines
//	Pin    string    `form:"pin,private"`                                  Password
//	Lang   string    `form:"lang" options:"en=English,de=German"`          List
//	Topics []string  `form:"topics" options:"go=Go,xmpp"`                  ListMany
//	Notes  []string  `form:"notes" desc:"One a line"`                      Lines
//	Public bool      `form:"public"`                                       Boolean
//	Max    int       `form:"max"`                                          Text
//	Boss   jid.JID   `form:"boss"`                                         JID
//	Staff  []jid.JID `form:"staff"`                                        JIDs
//
// Without a label the name is one. What is not the zero value in v is suggested.
// For panics if v is no such struct: it is a mistake in the program.
func For(title string, v any) Form {
	form := Form{Type: Ask, Title: title}
	val := reflect.Indirect(reflect.ValueOf(v))
	if val.Kind() != reflect.Struct {
		panic(fmt.Sprintf("forms: For(%q, %T): not a struct", title, v))
	}
	for i := range val.NumField() {
		if field, ok := fieldFor(val.Type().Field(i)); ok {
			if !val.Field(i).IsZero() {
				field.Values = valuesOf(val.Field(i), field.Type)
			}
			form.Fields = append(form.Fields, field)
		}
	}
	return form
}

// fieldFor reads the tags of a field; ok is false if it has none.
func fieldFor(sf reflect.StructField) (f Field, ok bool) {
	tag, ok := sf.Tag.Lookup("form")
	if !ok {
		return f, false
	}
	bad := func(why string) { panic(fmt.Sprintf("forms: field %s: %s", sf.Name, why)) }
	words := strings.Split(tag, ",")
	f = Field{Var: words[0], Label: sf.Tag.Get("label"), Desc: sf.Tag.Get("desc"), Type: typeFor(sf.Type)}
	if options := sf.Tag.Get("options"); options != "" {
		for option := range strings.SplitSeq(options, ",") {
			value, label, _ := strings.Cut(option, "=")
			f.Options = append(f.Options, Option{value, label})
		}
		switch f.Type {
		case Text:
			f.Type = List
		case Lines:
			f.Type = ListMany
		default:
			bad("options are for string and []string")
		}
	}
	switch {
	case f.Type == "":
		bad("of a type that no form has: " + sf.Type.String())
	case !sf.IsExported(), f.Var == "":
		bad("it has to be exported, and its tag to name it, as in form:\"text\"")
	}
	for _, word := range words[1:] {
		switch {
		case word == "required":
			f.Required = true
		case word == "lines" && sf.Type.Kind() == reflect.String:
			f.Type = Lines
		case word == "private" && sf.Type.Kind() == reflect.String:
			f.Type = Password
		default:
			bad("its tag says " + word)
		}
	}
	return f, true
}

var (
	jidType  = reflect.TypeFor[jid.JID]()
	jidsType = reflect.TypeFor[[]jid.JID]()
)

func typeFor(t reflect.Type) FieldType {
	switch {
	case t == jidType:
		return JID
	case t == jidsType:
		return JIDs
	case t.Kind() == reflect.Bool:
		return Boolean
	case t.Kind() == reflect.String, reflect.Zero(t).CanInt(), reflect.Zero(t).CanUint():
		return Text
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		return Lines
	}
	return ""
}

func valuesOf(v reflect.Value, t FieldType) (values []string) {
	switch {
	case v.Type() == jidsType:
		for _, j := range v.Interface().([]jid.JID) {
			values = append(values, j.String())
		}
		return values
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			values = append(values, v.Index(i).String())
		}
		return values
	case t == Lines:
		return strings.Split(v.String(), "\n")
	}
	return []string{fmt.Sprint(v.Interface())}
}

// Read checks what was submitted, as Check does, and stores it in the struct that
// v points to, which is of the type that f was made of by For. The error is a
// stanza.Fault; v is then as it was.
func (f Form) Read(submitted Form, v any) error {
	filled, err := f.Check(submitted)
	if err != nil {
		return err
	}
	return filled.Store(v)
}

// Store stores the values of a form that Check returned in the struct that v
// points to, as Read does.
func (f Form) Store(v any) error {
	to := reflect.ValueOf(v).Elem()
	read := reflect.New(to.Type()).Elem()
	read.Set(to)
	for i := range to.NumField() {
		name, ok := to.Type().Field(i).Tag.Lookup("form")
		if !ok {
			continue
		}
		name, _, _ = strings.Cut(name, ",")
		field, _ := f.Field(name)
		if err := store(read.Field(i), field); err != nil {
			return stanza.NotAcceptable.With("%s: %v", name, err)
		}
	}
	to.Set(read)
	return nil
}

// store sets v to the values of a field; none is the zero value.
func store(v reflect.Value, f Field) error {
	text := strings.Join(f.Values, "\n") // one value, but for Lines
	v.SetZero()
	switch {
	case v.Type() == jidsType:
		var all []jid.JID
		for _, value := range f.Values {
			j, err := jid.Parse(value)
			if err != nil {
				return err
			}
			all = append(all, j)
		}
		v.Set(reflect.ValueOf(all))
	case v.Kind() == reflect.Slice:
		for _, value := range f.Values {
			v.Set(reflect.Append(v, reflect.ValueOf(value).Convert(v.Type().Elem())))
		}
	case v.Kind() == reflect.String:
		v.SetString(text)
	case text == "":
	case v.Type() == jidType:
		j, err := jid.Parse(text)
		if err != nil {
			return err
		}
		v.Set(reflect.ValueOf(j))
	case v.Kind() == reflect.Bool:
		v.SetBool(text == "1" || text == "true")
	case v.CanInt():
		n, err := strconv.ParseInt(strings.TrimSpace(text), 10, v.Type().Bits())
		if err != nil {
			return fmt.Errorf("%.80q is no number that fits", text)
		}
		v.SetInt(n)
	case v.CanUint():
		n, err := strconv.ParseUint(strings.TrimSpace(text), 10, v.Type().Bits())
		if err != nil {
			return fmt.Errorf("%.80q is no number that fits", text)
		}
		v.SetUint(n)
	}
	return nil
}
