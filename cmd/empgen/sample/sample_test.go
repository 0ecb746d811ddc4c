package sample

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestMistakes: what is wrong with a sample is told with its line and column.
func TestMistakes(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"", "s.xml:1:1: there is no element"},
		{"\n<!-- only this -->\n", "s.xml:3:1: there is no element"},
		{"hello", "s.xml:1:1: text outside of the element"},
		{"<a xmlns='u'/>\n x", "s.xml:1:15: text outside of the element"},
		{"<a xmlns='u'>", "s.xml:1:14: <a> (line 1) is not closed"},
		{"<a xmlns='u'>\n  <b>\n</a>", "s.xml:3:1: </a> closes <b> (line 2)"},
		{"<x:a xmlns:x='u'></y:a>", "s.xml:1:18: </y:a> closes <x:a> (line 1)"},
		{"</a>", "s.xml:1:1: </a> closes what is not open"},
		{"<a xmlns='u'/><b/>", "s.xml:1:15: <b> is a second element: a sample is one payload or one stanza"},
		{"<a xmlns='u'>\n  <x:b/></a>", "s.xml:2:3: the prefix of x:b is not declared: xmlns:x='…' is missing"},
		{"<a xmlns='u'>\n  <b x:c=''/></a>", "s.xml:2:3: the prefix of x:c is not declared: xmlns:x='…' is missing"},
		{"<a xmlns='u' b='1' b='2'/>", "s.xml:1:1: <a> has the attribute b twice"},
		{"<a xmlns='u' xmlns:x='v' xmlns:y='v' x:b='' y:b=''/>", "s.xml:1:1: <a> has the attribute y:b twice"},
		{"<a xmlns='u' xmlns:x=''/>", "s.xml:1:1: the prefix x: is declared for no namespace"},
		{"<a xmlns='u'>&nbsp;</a>", "s.xml:1:20: invalid character entity &nbsp;"},
		{"<a xmlns='u'>\n<b c=d/></a>", "s.xml:2:7: unquoted or missing attribute value in element"},
		{"<a xmlns='u'>\n<b c</a>", "s.xml:2:6: attribute name without = in element"},
		{"<a xmlns='u'>\n\x01</a>", "s.xml:2:2: illegal character code U+0001"},
		{"<a xmlns='u'>\xff</a>", "s.xml:1:15: invalid UTF-8"},
		{"<a xmlns='u'><", "s.xml:1:15: unexpected EOF"},
		{"<!DOCTYPE a><a xmlns='u'/>", "s.xml:1:1: a document type declaration, <!…>: XMPP has none"},
		{"<?xml version='1.0'?><a xmlns='u'><?php ?></a>", "s.xml:1:35: a processing instruction, <?php …?>: XMPP has none"},
		{"<a xmlns='u v'/>", `s.xml:1:1: the namespace "u v" has a ' ' in it, which the tag of a struct's field cannot have`},
		{"<a xmlns='tag:x,2026:y'/>", `s.xml:1:1: the namespace "tag:x,2026:y" has a ',' in it, which the tag of a struct's field cannot have`},
		{"<a xmlns='u'>" + strings.Repeat("<b>", maxDepth), fmt.Sprintf("s.xml:1:%d: elements lie in each other more than 64 deep", 14+3*63)},
		{"\n <a/>", "s.xml:2:2: the payload <a> has no namespace (xmlns), by which XMPP tells payloads apart"},
		{"<iq xmlns='jabber:client' type='get'>\n<a/></iq>", "s.xml:1:1: the iq has no payload: no child of it has a namespace of its own (xmlns)"},
	} {
		root, err := Parse("s.xml", []byte(tc.text))
		if err == nil {
			_, err = root.Payload("s.xml")
		}
		if err == nil || err.Error() != tc.want {
			t.Errorf("%q:\n     %v\nwant %s", tc.text, err, tc.want)
		}
		if is := (*Error)(nil); !errors.As(err, &is) {
			t.Errorf("%q: %T", tc.text, err)
		}
	}
}

func TestString(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"<?xml version='1.0' encoding='UTF-8'?>\n<!-- a --><a xmlns='u'/>\n", "<a xmlns='u'/>"},
		{"<a xmlns='u'><b>x<!-- y -->z</b> <![CDATA[<&>]]><![CDATA[]]></a>", "<a xmlns='u'><b>xz</b> &lt;&amp;&gt;</a>"},
		{"<x:a xmlns:x='u' xmlns='v'><b/><x:c><b xmlns=''/></x:c></x:a>", "<a xmlns='u'><b xmlns='v'/><c><b xmlns=''/></c></a>"},
		{"<a xmlns='u' xml:lang='de' c=\"'&quot;&#10;\"/>", "<a xmlns='u' xml:lang='de' c='&apos;\"&#10;'/>"},
		{"<a xmlns='u' xmlns:x='v' x:c='1'/>", "<a xmlns='u' xmlns:a0='v' a0:c='1'/>"},
		{"<iq type='set'><x:a xmlns:x='u'>1</x:a><b xmlns='w'/></iq>", "<a xmlns='u'>1</a>"},
		{"<message xmlns='jabber:client'><body>hi</body><error/><a xmlns='u'/></message>", "<a xmlns='u'/>"},
		{"<message xmlns='urn:x'/>", "<message xmlns='urn:x'/>"}, // a payload of that name
	} {
		root, err := Parse("s.xml", []byte(tc.text))
		if err != nil {
			t.Errorf("%s: %v", tc.text, err)
			continue
		}
		payload, err := root.Payload("s.xml")
		if err != nil || payload.String() != tc.want {
			t.Errorf("%s\nis   %v, %v\nwant %s", tc.text, payload, err, tc.want)
		}
	}
}

// outline writes a shape down in short.
func outline(s *Shape) string {
	kinds := map[Kind]string{Empty: "empty", Text: "text", Struct: "", Strings: "strings", Mixed: "mixed", Raw: "raw"}
	var parts []string
	for _, a := range s.Attrs {
		parts = append(parts, fmt.Sprintf("@%s×%d", a.Name.Local, len(a.Values)))
	}
	if kinds[s.Kind] != "" {
		parts = append(parts, kinds[s.Kind])
	}
	for _, c := range s.Children {
		parts = append(parts, outline(c))
	}
	name := s.Name.Local
	if s.Many {
		name += "*"
	}
	return name + "(" + strings.Join(parts, " ") + ")"
}

func TestShape(t *testing.T) {
	deep := strings.Repeat("<b>", 20) + strings.Repeat("</b>", 20)
	for _, tc := range []struct{ text, want string }{
		{"", "a()"},
		{"  ", "a(strings)"},
		{"x", "a(strings)"},
		{"<b/>", "a(b(empty))"},
		{"<b/><b/>", "a(b*(empty))"},
		{"<b> </b>", "a(b(text))"},
		{"<b>x</b><b/>", "a(b*(text))"},
		{"<b c='1'/><b d='2' c=''>x</b>", "a(b*(@c×2 @d×1 strings))"},
		{"<b/><c/><b/>", "a(mixed)"},
		{"<b><c/></b><b><d/><c/></b>", "a(b*(d(empty) c(empty)))"},
		{"<b><c/><d/></b><b><d/><c/></b>", "a(b*(mixed))"},
		{"<b><c/></b><b>x</b>", "a(b*(raw))"},
		{"<b>x<c/></b>", "a(b(raw))"},
		{"<many/>", "a(many*(empty))"},
		{"<raw><c/></raw>", "a(raw(raw))"},
		{"<b xmlns=''/>", "a(b(raw))"},
		{"<message xmlns='jabber:client'/>", "a(message(raw))"},
		{"<b xmlns='v'/><b/>", "a(b(empty) b(empty))"},
		{deep, strings.Repeat("b(", 7) + "b(raw"},
	} {
		root, err := Parse("s.xml", []byte("<a xmlns='u'>"+tc.text+"</a>"))
		if err != nil {
			t.Fatal(err)
		}
		is := func(name string) func(string) bool { return func(s string) bool { return s == name } }
		if got := outline(root.Shape(Options{Many: is("many"), Raw: is("raw")})); got != tc.want && !(tc.text == deep && strings.Contains(got, tc.want)) {
			t.Errorf("%s: %s, want %s", tc.text, got, tc.want)
		}
	}
}

// FuzzParse: what was read is written so that it is read as the same, and has a shape.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"<a xmlns='u'><b c='1'>x</b><b/></a>", "<x:a xmlns:x='u' x:y='1' xml:lang='de'><b xmlns=''/></x:a>",
		"<iq><a xmlns='u'><!-- x -->&lt;<![CDATA[]]]]><![CDATA[>]]>&#13;</a></iq>", "<a xmlns='u' b='1'", "<?xml version='1.0'?>\n<a xmlns:b='u' b:c=''/>",
	} {
		f.Add(text)
	}
	never := func(string) bool { return false }
	f.Fuzz(func(t *testing.T, text string) {
		root, err := Parse("s.xml", []byte(text))
		if err != nil {
			return
		}
		root.Shape(Options{Many: never, Raw: never})
		once := root.String()
		again, err := Parse("s.xml", []byte(once))
		if err != nil {
			t.Fatalf("%q is written as %q: %v", text, once, err)
		}
		if twice := again.String(); twice != once {
			t.Errorf("%q is written as %q, and then as %q", text, once, twice)
		}
	})
}
