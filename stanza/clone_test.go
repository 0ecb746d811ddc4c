package stanza_test

import (
	"maps"
	"reflect"
	"testing"
	"unsafe"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// TestOutClone: a copy is as the original, and shares no string with it, whatever the field.
func TestOutClone(t *testing.T) {
	in, err := element.ParseIn(element.NSClient, []byte(`<message to='Me@Here/r' from='you@there/r' id='17' type='error' xml:lang='de'>`+
		`<subject>s</subject><body>b</body><thread>t</thread><show>away</show><status>st</status><x xmlns='urn:x'><y/></x></message>`))
	if err != nil {
		t.Fatal(err)
	}
	text := func(local string) string { return in.Child(element.NSClient, local).Text() }
	to, err := jid.Received(in.Attr("to"))
	if err != nil {
		t.Fatal(err)
	}
	from := jid.Address{JID: jid.MustParse(in.Attr("from")), Spelling: in.Attr("from")}
	o := stanza.Out{
		Kind: stanza.Message, Type: stanza.Type(in.Attr("type")), To: to, From: from, ID: in.Attr("id"),
		Lang: in.AttrNode(element.NSXML, "lang").Value(), Subject: text("subject"), Body: text("body"), Thread: text("thread"),
		Show: stanza.Show(text("show")), Status: text("status"), Priority: 3, Once: true, Payload: []element.Node{in.Child("urn:x", "x")},
		Fault: &stanza.Fault{
			Condition: stanza.Condition(in.Attr("type")), Type: stanza.ErrorType(in.Attr("type")), Text: text("body"), Lang: in.Attr("id"),
			By: from, App: in.Child("urn:x", "x"), Address: in.Attr("to"),
		},
	}
	c := o.Clone()
	original, copied := map[string]string{}, map[string]string{}
	theirs := map[*byte]bool{}
	texts(reflect.ValueOf(&o).Elem(), "Out", func(path, s string) {
		original[path] = s
		theirs[unsafe.StringData(s)] = true
	})
	texts(reflect.ValueOf(&c).Elem(), "Out", func(path, s string) {
		copied[path] = s
		if theirs[unsafe.StringData(s)] {
			t.Errorf("%s shares its memory with the original", path)
		}
	})
	if !maps.Equal(copied, original) || len(copied) < 20 || c.Priority != o.Priority || c.Once != o.Once || c.Kind != o.Kind || c.To.JID != o.To.JID {
		t.Errorf("%q\nof %q", copied, original)
	}
	if got, want := c.Payload[0].XML(), o.Payload[0].XML(); got != want || (stanza.Out{}).Clone().Fault != nil {
		t.Errorf("the payload is %s, want %s", got, want)
	}
}

// texts gives f each string in v that is not empty, of a Node its name.
func texts(v reflect.Value, path string, f func(path, s string)) {
	switch v.Kind() {
	case reflect.String:
		if v.Len() > 0 {
			f(path, v.String())
		}
	case reflect.Pointer:
		if !v.IsNil() {
			texts(v.Elem(), path, f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), path, f)
		}
	case reflect.Struct:
		switch x := v.Interface().(type) {
		case element.Node:
			f(path, x.Local())
		case jid.JID:
			f(path, x.String())
		default:
			for i := range v.NumField() {
				if field := v.Type().Field(i); field.IsExported() {
					texts(v.Field(i), path+"."+field.Name, f)
				}
			}
		}
	}
}
