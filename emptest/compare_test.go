package emptest

import (
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
)

func node(t testing.TB, xml string) element.Node {
	t.Helper()
	n, err := element.ParseIn(element.NSClient, []byte(xml))
	if err != nil {
		t.Fatalf("%s: %v", xml, err)
	}
	return n
}

func TestSame(t *testing.T) {
	for _, tc := range []struct{ name, want, got string }{
		{"order of attributes", `<message a='1' b='2'/>`, `<message b="2" a="1"/>`},
		{"prefixes", `<iq><q xmlns='urn:x' xmlns:y='urn:y' y:a='1'><y:r/></q></iq>`, `<iq><z:q xmlns:z='urn:x' w:a='1' xmlns:w='urn:y'><r xmlns='urn:y'/></z:q></iq>`},
		{"content namespace", `<message><body>x</body></message>`, `<message xmlns='jabber:client'><body>x</body></message>`},
		{"indentation", "<iq>\n\t<q xmlns='urn:x'>\n  <r/>  <r/>\r\n</q>\n</iq>\n", `<iq><q xmlns='urn:x'><r/><r/></q></iq>`},
		{"escapes", `<message><body>a&amp;b&#x20;c<![CDATA[<d>]]></body></message>`, `<message><body>a&#38;b c&lt;d&gt;</body></message>`},
		{"any value", `<message id='{any}' to='{any}@x/{any}'/>`, `<message to='a@x/' id=''/>`},
		{"any text", `<message><body>{any}</body></message>`, `<message><body>x
			y</body></message>`},
		{"any text, none", `<message><body>{any}</body></message>`, `<message><body/></message>`},
		{"hole twice", `<message id='{i}'><body>{i} {j} {i}</body></message>`, `<message id='7'><body>7 8 7</body></message>`},
		{"braces", `<message><body>{"a":{"b":[1]}} {Any} {} {{any} {{{x}}}</body></message>`, `<message><body>{"a":{"b":[1]}} {Any} {} {any} {{x}}}</body></message>`},
		{"regexp", `<message><body>.* {any}$</body></message>`, `<message><body>.* 1$</body></message>`},
		{"type of a message", `<message type='normal'/>`, `<message/>`},
		{"no type of a message", `<message/>`, `<message type='normal'/>`},
		{"language of a server's", `<message/>`, `<message xml:lang='en'/>`},
		{"origin-id", `<message><body>x</body></message>`, `<message id='1'><body>x</body><origin-id xmlns='urn:xmpp:sid:0' id='1'/></message>`},
		{"origin-id alone", `<message/>`, `<message id='1'><origin-id xmlns='urn:xmpp:sid:0' id='1'/></message>`},
		{"origin-id and id", `<message id='{a}'/>`, `<message id='1'><origin-id xmlns='urn:xmpp:sid:0' id='1'/></message>`},
		{"origin-id asked for", `<message id='{a}'><origin-id xmlns='urn:xmpp:sid:0' id='{a}'/></message>`, `<message id='1'><origin-id xmlns='urn:xmpp:sid:0' id='1'/></message>`},
		{"language", `<message xml:lang='{any}'/>`, `<message xml:lang='en'/>`},
		{"place of the body", `<message><subject>s</subject><body>x</body><a xmlns='urn:x'><b/></a><c xmlns='urn:x'/></message>`, `<message><a xmlns='urn:x'><b/></a><body>x</body><c xmlns='urn:x'/><subject>s</subject></message>`},
		{"place of the status", `<presence><show>away</show><status>s</status><c xmlns='urn:x'/></presence>`, `<presence><status>s</status><c xmlns='urn:x'/><show>away</show></presence>`},
		{"empty", `<iq><q xmlns='urn:x'></q></iq>`, `<iq><q xmlns='urn:x'/></iq>`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if d := Diff(node(t, tc.want), node(t, tc.got)); d != "" {
				t.Errorf("different %s", d)
			}
		})
	}
}

// TestDifferent sees the comparison fail in each way, and say so.
func TestDifferent(t *testing.T) {
	for _, tc := range []struct{ name, want, got, said string }{
		{"another id", `<message/>`, `<message id='2'><origin-id xmlns='urn:xmpp:sid:0' id='1'/></message>`, `
at message: attribute id="2" is not wanted
- <message/>
+ <message id='2'/>
`},
		{"kind", `<message/>`, `<presence/>`, `
at the stanza: element <presence>, want element <message>
- <message/>
+ <presence/>
`},
		{"order of others", `<message><body/><a xmlns='urn:x'/><b xmlns='urn:x'/></message>`, `<message><b xmlns='urn:x'/><a xmlns='urn:x'/><body/></message>`, `
at message: element <b> of "urn:x", want element <a> of "urn:x"
  <message>
    <body/>
-   <a xmlns='urn:x'/>
    <b xmlns='urn:x'/>
+   <a xmlns='urn:x'/>
  </message>
`},
		{"order of the same name", `<message><body>1</body><body>2</body></message>`, `<message><body>2</body><body>1</body></message>`, `
at message/body: the text is "2", want "1"
  <message>
-   <body>1</body>
    <body>2</body>
+   <body>1</body>
  </message>
`},
		{"order in an iq", `<iq><error/><a xmlns='urn:x'/></iq>`, `<iq><a xmlns='urn:x'/><error/></iq>`, `
at iq: element <a> of "urn:x", want element <error>
  <iq>
-   <error/>
    <a xmlns='urn:x'/>
+   <error/>
  </iq>
`},
		{"value", `<message from='a' to='x' type='chat'><body>y</body></message>`, `<message from='a' to='X' type='chat'><body>y</body></message>`, `
at message: attribute to is "X", want "x"
  <message
      from='a'
-     to='x'
+     to='X'
      type='chat'>
    <body>y</body>
  </message>
`},
		{"attribute missing", `<message id='1' to='x'/>`, `<message to='x'/>`, `
at message: attribute id is missing, want "1"
- <message
-     id='1'
-     to='x'>
- (no text)
- </message>
+ <message to='x'/>
`},
		{"last attribute missing", `<message id='1' to='x' type='{any}'/>`, `<message id='1' to='x'/>`, `
at message: attribute type is missing, want "{any}"
  <message
      id='1'
      to='x'>
-     type='{any}'>
  </message>
`},
		{"attribute too many", `<message id='1' to='x'/>`, `<message id='1' p:a='2' xmlns:p='urn:p' to='x'/>`, `
at message: attribute {urn:p}a="2" is not wanted
  <message
      id='1'
      to='x'
+     {urn:p}a='2'>
  </message>
`},
		{"attribute of another namespace", `<message a='1'/>`, `<message p:a='1' xmlns:p='urn:p'/>`, `
at message: attribute a is missing, want "1"
- <message a='1'/>
+ <message {urn:p}a='1'/>
`},
		{"text", `<message><body>Hackity Hack!</body></message>`, `<message><body>Hackity hack! </body></message>`, `
at message/body: the text is "Hackity hack! ", want "Hackity Hack!"
  <message>
-   <body>Hackity Hack!</body>
+   <body>Hackity hack! </body>
  </message>
`},
		{"white space is text", `<message><body> </body></message>`, "<message><body>\n</body></message>", `
at message/body: the text is "\n", want " "
  <message>
-   <body> </body>
+   <body>&#xA;</body>
  </message>
`},
		{"white space where nothing is", "<message><body>\n</body></message>", "<message><body/></message>", `
at message/body: the text is "", want "\n"
  <message>
-   <body>&#xA;</body>
+   <body/>
  </message>
`},
		{"namespace", `<iq><q xmlns='urn:x'/></iq>`, `<iq><q xmlns='urn:y'/></iq>`, `
at iq: element <q> of "urn:y", want element <q> of "urn:x"
  <iq>
-   <q xmlns='urn:x'/>
+   <q xmlns='urn:y'/>
  </iq>
`},
		{"child missing", `<iq><q xmlns='urn:x'><i/><i/></q></iq>`, `<iq><q xmlns='urn:x'><i/></q></iq>`, `
at iq/q: element <i> of "urn:x" is missing
  <iq>
    <q xmlns='urn:x'>
      <i/>
-     <i/>
    </q>
  </iq>
`},
		{"only child missing", `<message><body>x</body></message>`, `<message/>`, `
at message: element <body> is missing
- <message>
-   <body>x</body>
- </message>
+ <message/>
`},
		{"child too many", `<message><body>x</body></message>`, `<message><body>x</body><thread>t</thread></message>`, `
at message: element <thread> is not wanted
  <message>
    <body>x</body>
+   <thread>t</thread>
  </message>
`},
		{"child in an empty one", `<iq/>`, `<iq><q xmlns='urn:x'/></iq>`, `
at iq: element <q> of "urn:x" is not wanted
- <iq/>
+ <iq>
+   <q xmlns='urn:x'/>
+ </iq>
`},
		{"third of its name", `<iq><q xmlns='urn:x'><i a='1'/><i a='2'/><i a='3'/></q></iq>`, `<iq><q xmlns='urn:x'><i a='1'/><i a='2'/><i a='4'/></q></iq>`, `
at iq/q/i[3]: attribute a is "4", want "3"
  <iq>
    <q xmlns='urn:x'>
      <i a='1'/>
      <i a='2'/>
-     <i a='3'/>
+     <i a='4'/>
    </q>
  </iq>
`},
		{"mixed content", `<message><h xmlns='urn:h'>a <b>c</b></h></message>`, `<message><h xmlns='urn:h'>a<b>c</b></h></message>`, `
at message/h: the text is "a", want "a "
  <message>
    <h xmlns='urn:h'>
-     a 
+     a
      <b>c</b>
    </h>
  </message>
`},
		{"any is not absent", `<message id='{any}'/>`, `<message/>`, `
at message: attribute id is missing, want "{any}"
- <message id='{any}'/>
+ <message/>
`},
		{"any is no element", `<message><body>{any}</body></message>`, `<message><body><b/></body></message>`, `
at message/body: element <b>, want text "{any}"
  <message>
-   <body>{any}</body>
+   <body>
+     <b/>
+   </body>
  </message>
`},
		{"text around a hole", `<message><body>no. {any}!</body></message>`, `<message><body>no 1!</body></message>`, `
at message/body: the text is "no 1!", want "no. {any}!"
  <message>
-   <body>no. {any}!</body>
+   <body>no 1!</body>
  </message>
`},
		{"language", `<message xml:lang='de'/>`, `<message/>`, `
at message: attribute xml:lang is missing, want "de"
- <message xml:lang='de'/>
+ <message/>
`},
		{"language of a child", `<message><body>x</body></message>`, `<message xml:lang='en'><body xml:lang='en'>x</body></message>`, `
at message/body: attribute xml:lang="en" is not wanted
  <message>
-   <body>x</body>
+   <body xml:lang='en'>x</body>
  </message>
`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := "\n" + Diff(node(t, tc.want), node(t, tc.got)); got != tc.said {
				t.Errorf("said:%s\nwant:%s", got, tc.said)
			}
		})
	}
}

func TestHoles(t *testing.T) {
	known := map[string]string{"id": "7"}
	if d := difference(node(t, `<iq id='{id}' to='{who}@x'/>`), node(t, `<iq id='7' to='alice@x'/>`), known); d != "" || known["who"] != "alice" {
		t.Errorf("known %v, %s", known, d)
	}
	d := difference(node(t, `<iq id='{new}' to='{who}'/>`), node(t, `<iq id='1' to='bob'/>`), known)
	if !strings.HasPrefix(d, `at iq: attribute to is "bob", want "{who}", where {who} is "alice"`) {
		t.Error(d)
	}
	if _, ok := known["new"]; ok {
		t.Error("a stanza that is not the wanted one taught something")
	}
	if fits("{a}{a}", "xy", known) {
		t.Error("one hole took two values")
	}
	got, err := fill(`{who} {{who} {id}{id} {"x"}`, known)
	if want := `alice {who} 77 {"x"}`; got != want || err != nil {
		t.Errorf("filled: %q, %v; want %q", got, err, want)
	}
	if _, err := fill("{whom}", known); err == nil {
		t.Error("a hole was filled with nothing")
	}
}

// TestDiffBounds has stanzas compared whose trees are as deep and as wide as the
// parser lets them be.
func TestDiffBounds(t *testing.T) {
	nested := func(s string) element.Node {
		return node(t, "<message>"+strings.Repeat("<a xmlns='urn:a'>", 255)+s+strings.Repeat("</a>", 255)+"</message>")
	}
	if d := Diff(nested("x"), nested("x")); d != "" {
		t.Error(d)
	}
	if d := Diff(nested("x"), nested("y")); !strings.Contains(d, `the text is "y", want "x"`) {
		t.Error(d)
	}
	wide := func(s string) element.Node {
		return node(t, "<message>"+strings.Repeat("<a xmlns='urn:"+s+"'/>", 9000)+"</message>")
	}
	if d := Diff(wide("x"), wide("y")); strings.Count(d, "\n") != 18_003 {
		t.Errorf("%d lines", strings.Count(d, "\n"))
	}
}
