package xpath

import (
	"testing"

	"github.com/emp-framework/emp/element"
)

func TestNaming(t *testing.T) {
	options := Options{Default: element.NSClient, Namespaces: map[string]string{"x": "urn:x"}, Vars: map[string]any{"t": "error"}, Holes: true}
	tests := []struct {
		expr                 string
		atDocument, atStanza bool
	}{
		{"message[@type='error']", true, false},
		{"*[body or not('error' = @type)]", true, false},
		{"self::node()[@type='error']", false, true},
		{"@type='error'", false, true},
		{"@type=$t", false, true},
		{"string(@type)='error' and body", false, true},
		{"@type[.='error']", false, true},
		{"@*[.='error']", false, true},
		{"body/../@type='error'", false, true},
		{"body[parent::message/@type='error']", false, true},
		{"/message/@type='error'", true, true},
		{"message[../message/@type='error']", true, false},
		{"(//*[@type='error'])[1] | presence", true, true},
		{"(message | presence)[@type='error']", true, false},
		{"message[body[ancestor::*[@type='error']]]", true, true},
		{"message[@type!='error']", false, false},
		{"message[@type='chat']", false, false},
		{"message[type='error']", false, false},
		{"message[@xml:type='error'][contains(.,'type')]", false, false},
		// The types of others say nothing of the stanza's own.
		{"message[x:log[@type='error']]", false, false},
		{"message/x:log/@type='error'", false, false},
		{"message[.//x:log/@type='error']", false, false},
		{"//x:log[@type='error']", false, false},
		{"message[error/@type='error']", false, false},
		{"self::node()[x:log[@type='error']]", false, false},
		{"x:log/following::*/@type='error'", false, false},
	}
	for _, tt := range tests {
		x, err := Compile(tt.expr, options)
		if err != nil {
			t.Fatal(err)
		}
		if d, s := x.Naming("error", true) != nil, x.Naming("error", false) != nil; d != tt.atDocument || s != tt.atStanza {
			t.Errorf("%s: names error %v at the document, %v at the stanza", tt.expr, d, s)
		}
	}
}

// TestNamingAlternatives: what remains are the alternatives that name it.
func TestNamingAlternatives(t *testing.T) {
	x, err := Compile("message[body={a}] | presence[@type='error'][status={b}]", Options{Default: element.NSClient, Holes: true})
	if err != nil {
		t.Fatal(err)
	}
	message := element.New(element.NSClient, "message").Attr("type", "error").Add(element.Text(element.NSClient, "body", "1")).Node().Parent()
	presence := element.New(element.NSClient, "presence").Attr("type", "error").Add(element.Text(element.NSClient, "status", "2")).Node().Parent()
	var m Match
	named := x.Naming("error", true)
	if ok, _ := named.Match(message, &m); ok {
		t.Error("it takes the message")
	}
	ok, _ := named.Match(presence, &m)
	if b, _ := m.Get("b"); !ok || b != "2" {
		t.Errorf("presence %v, b=%q", ok, b)
	}
	if ok, _ := x.Match(message, &m); !ok {
		t.Error("the expression itself has changed")
	}
}
