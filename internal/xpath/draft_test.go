package xpath

import (
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
)

// drafts compiles an expression and writes the drafts it gives at the document.
func drafts(t *testing.T, expression string, args map[string]string) (all []string) {
	t.Helper()
	e, err := Compile(expression, Options{Default: element.NSClient, Namespaces: map[string]string{"t": "urn:t"}, Holes: true})
	if err != nil {
		t.Fatal(err)
	}
	begin := func() *Draft { return &Draft{} }
	for d, err := range Drafts(begin, []Goal{{e, true}}, args) {
		if err != nil {
			all = append(all, err.Error())
		} else {
			all = append(all, sketch(d))
		}
	}
	return all
}

// sketch writes a draft: name, @attributes, =text, children in brackets.
func sketch(d *Draft) string {
	s := d.Name.Local
	for _, a := range d.Attrs {
		s += "@" + a.Name.Local + "=" + a.Value
	}
	if d.HasText {
		s += "=" + d.Text
	}
	for _, c := range d.Children {
		s += "[" + sketch(c) + "]"
	}
	return s
}

func TestDrafts(t *testing.T) {
	for expression, want := range map[string]string{
		"message":                       "message",
		"message | iq":                  "message, iq",
		"message[@id={x}]":              "message@id=1",
		"message[@id={y}]":              `the argument "y" is missing`,
		`message[@id={x:[a-z]}]`:        `the argument "x" is "1", and has to match [a-z]`,
		"message[not(@id={x})]":         "message",
		"message[@id={x} and @id='2']":  `@id is to be "1" and "2"`,
		"message[body='a' and body]":    "message[body=a], message[body=a][body]",
		"message[body='a' or @id='b']":  "message[body=a], message@id=b",
		"message[(a | b)/@x='1']":       "message[a@x=1], message[b@x=1]",
		"message/body[1]/text()='x'":    "message[body=x]",
		"//body[../@id='1']":            "@id=1[body]", // of any stanza
		"//message/self::iq":            "<message> is to be <iq> as well",
		"message[t:a//t:b/../@x='1']":   "message[a@x=1[b]]",
		"message[following::x]":         "message",
		"message[@*='x' or t:*='x']":    "message, message",
		"message[t:a[t:b and t:*='x']]": "message[a[b=x]]",
		"(message)[@id='1']":            "",
		"1 = 1":                         "",
	} {
		if got := strings.Join(drafts(t, expression, map[string]string{"x": "1"}), ", "); got != want {
			t.Errorf("%s\n got %s\nwant %s", expression, got, want)
		}
	}
}

// TestDraftsAreBounded: alternatives multiply, drafts do not.
func TestDraftsAreBounded(t *testing.T) {
	expression := "message[" + strings.Repeat("(a or b) and ", 30) + "c]"
	if n := len(drafts(t, expression, nil)); n != maxDrafts {
		t.Errorf("%d drafts, want %d", n, maxDrafts)
	}
}
