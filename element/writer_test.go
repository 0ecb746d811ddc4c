package element

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"testing"
)

func TestWriter(t *testing.T) {
	tests := []struct {
		name string
		n    Part
		want string
	}{
		{"empty", New("", "a"), "<a/>"},
		{"X07 attribute", New("", "a").Attr("b", "1\n2\t3\r4<>&'\""), `<a b='1&#10;2&#9;3&#13;4&lt;&gt;&amp;&apos;"'/>`},
		{"X07 text", New("", "a").Text("1\n2\t3\r4<]]>&'\"€"), "<a>1\n2\t3&#13;4&lt;]]&gt;&amp;'\"€</a>"},
		{"namespaces", New("u", "a").Add(New("u", "b"), New("", "c").Add(New("u", "d")), New("u'", "e")),
			"<a xmlns='u'><b/><c xmlns=''><d xmlns='u'/></c><e xmlns='u&apos;'/></a>"},
		{"attributes in namespaces", New("", "a").AttrNS(NSXML, "lang", "de").AttrNS("u", "b", "1").AttrNS("v", "b", "2").Attr("b", "3"),
			"<a xml:lang='de' xmlns:a1='u' a1:b='1' xmlns:a2='v' a2:b='2' b='3'/>"},
		{"xml namespace", New(NSXML, "a").Add(New("", "b")), "<xml:a><b/></xml:a>"},
		{"text only", New("", "a").Text("x").Add(New("", "b")).Text("y"), "<a>x<b/>y</a>"},
	}
	for _, tt := range tests {
		if got := tt.n.Node().XML(); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
	w := Writer{Space: NSClient}
	w.Node(New(NSClient, "message").Add(New("urn:x", "x").Add(New(NSClient, "message").Add(Text(NSClient, "body", "x")))).Node())
	if got, want := string(w.Bytes()), "<message><x xmlns='urn:x'><message xmlns='jabber:client'><body>x</body></message></x></message>"; got != want {
		t.Errorf("S09, S10:\n got %s\nwant %s", got, want)
	}
}

func TestWriterRefuses(t *testing.T) {
	tests := []struct {
		name, err string
		n         Part
	}{
		{"X06 control", `<a>: character U+0001 at byte 1`, New("", "a").Text("x\x01")},
		{"X06 noncharacter", `<a>: character U+FFFE at byte 0`, New("", "a").Attr("b", "\uFFFE")},
		{"X06 UTF-8", `<b>: byte 1 of a text or value, 0xff, is no UTF-8`, New("", "a").Add(New("", "b").Text("x\xff"))},
		{"X08 fifth edition", `name "Ͱ" has`, New("urn:x", "Ͱ")},
		{"X08 outside the plane", "name \"a\U00010000\" has", New("urn:x", "a\U00010000")},
		{"digit", `name "1a" has '1'`, New("urn:x", "1a")},
		{"injection", `name "a b='c'" has ' '`, New("urn:x", "a b='c'")},
		{"empty", `an empty name`, New("urn:x", "")},
		{"prefix", `name "p:a" has a colon`, New("urn:x", "p:a")},
		{"xmlns", `xmlns is no attribute`, New("urn:x", "a").Attr("xmlns", "urn:y")},
		{"xmlns attribute", `is reserved`, New("urn:x", "a").AttrNS("http://www.w3.org/2000/xmlns/", "p", "urn:y")},
		{"xmlns element", `is reserved`, New("http://www.w3.org/2000/xmlns/", "p")},
		{"long name", `name of 70000 bytes`, New("", strings.Repeat("n", 70000))},
		{"long namespace", `namespace name of 70000 bytes`, New("", "a").Add(New(strings.Repeat("n", 70000), "b"))},
	}
	for _, tt := range tests {
		var w Writer
		w.Node(New("", "ok").Node())
		w.Node(tt.n.Node())
		if w.Err() == nil || !strings.Contains(w.Err().Error(), tt.err) {
			t.Errorf("%s: error %v, want %q", tt.name, w.Err(), tt.err)
		}
		w.Truncate(len("<ok/>"))
		if w.Node(New("", "ok").Node()); w.Err() != nil || string(w.Bytes()) != "<ok/><ok/>" {
			t.Errorf("%s: afterwards %s, %v", tt.name, w.Bytes(), w.Err())
		}
	}
}

// TestX08Names compares the names that the writer lets through with those of
// encoding/xml (fourth edition) and of the parser (fifth).
func TestX08Names(t *testing.T) {
	for r := rune(0); r <= 0x10FFF; r++ {
		if r == ':' || 0xD800 <= r && r < 0xE000 {
			continue
		}
		for _, name := range []string{string(r), "a" + string(r)} {
			var w Writer
			ok := w.checkName(name)
			doc := "<" + name + " b='c'/>"
			d := xml.NewDecoder(strings.NewReader(doc))
			tok, err4 := d.Token()
			start, _ := tok.(xml.StartElement)
			n, err5 := ParseString(doc)
			if want := err4 == nil && start.Name.Local == name && err5 == nil && n.Local() == name; ok != want {
				t.Fatalf("U+%04X in %q: writer %v, fourth edition %v, fifth edition %v", r, name, ok, err4, err5)
			}
		}
	}
}

func TestWriterAllocations(t *testing.T) {
	n, err := ParseIn(NSClient, []byte(message300))
	if err != nil {
		t.Fatal(err)
	}
	w := Writer{Space: NSClient}
	w.Node(n)
	if got := testing.AllocsPerRun(100, func() { w.Reset(); w.Node(n) }); got != 0 {
		t.Errorf("writing allocates %v times", got)
	}
	if string(w.Bytes()) != message300 {
		t.Errorf("written as %s", w.Bytes())
	}
	p := Parser{Fragments: true, Space: NSClient}
	data := []byte(iq255)
	if got := testing.AllocsPerRun(100, func() { p.Feed(data); p.Next() }); got > 1 {
		t.Errorf("parsing allocates %v times", got)
	}
}

// TestX07Plain: what is written as it was read is only what needs no escape,
// however it was read.
func TestX07Plain(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`<a b='12345678901234567'/>`, ``},
		{`<a b='>'/>`, `<a b='&gt;'/>`},
		{`<a b='1234567890>234567'/>`, `<a b='1234567890&gt;234567'/>`},
		{`<a b="it's 34567890"/>`, `<a b='it&apos;s 34567890'/>`},
		{`<a b='"1234567890"'/>`, ``},
		{`<a b='&lt;1234567890'/>`, ``},
		{`<a b='1234567890&#9;234567'/>`, ``},
		{`<a b='1234567890&#x3c;234567'/>`, `<a b='1234567890&lt;234567'/>`},
		{`<a b='1234é6789€1234567'/>`, ``},
		{`<a xmlns='urn:a>1234567'/>`, `<a xmlns='urn:a&gt;1234567'/>`},
		{`<a xmlns="urn:a'1234567"/>`, `<a xmlns='urn:a&apos;1234567'/>`},
		{`<p:a xmlns:p='urn:>1234567890'/>`, `<a xmlns='urn:&gt;1234567890'/>`},
		{`<a>1234567890123'"</a>`, ``},
		{`<a>1234567>90123</a>`, `<a>1234567&gt;90123</a>`},
		{`<a>></a>`, `<a>&gt;</a>`},
		{`<a>12345678&amp;90123</a>`, ``},
		{`<a>12345678&#38;<b/>12345678&#60;</a>`, `<a>12345678&amp;<b/>12345678&lt;</a>`},
		{`<a>12345678]]&gt;123</a>`, ``},
		{`<a>12345678<![CDATA[<&>]]>12345678</a>`, `<a>12345678&lt;&amp;&gt;12345678</a>`},
		{`<a><![CDATA[<]]>12345678</a>`, `<a>&lt;12345678</a>`},
		{`<a>12345678&#13;12345678</a>`, ``},
		{"<a>1234\n678901234\t</a>", ``},
	} {
		if tt.want == "" {
			tt.want = tt.in
		}
		for size := 1; size <= len(tt.in); size++ {
			p := Parser{Fragments: true}
			var got Node
			for at := 0; at < len(tt.in); at += size {
				p.Feed([]byte(tt.in[at:min(at+size, len(tt.in))]))
				if ev, err := p.Next(); err == nil {
					got = ev.Node
				}
			}
			if got.XML() != tt.want {
				t.Fatalf("%s, %d bytes a time:\n got %s\nwant %s", tt.in, size, got.XML(), tt.want)
			}
			for i := range got.Document().End() {
				checkPlain(t, got.At(i))
			}
		}
	}
}

// TestX12WriterLimit: a small stanza that is large in writing is refused
// before it is.
func TestX12WriterLimit(t *testing.T) {
	in := "<a xmlns:p='" + strings.Repeat("u", 1000) + "'>" + strings.Repeat("<p:b/>", 9000) + "</a>"
	n, err := ParseString(in)
	if err != nil {
		t.Fatal(err)
	}
	w := Writer{Limits: Limits{Bytes: 100_000}}
	w.Node(n)
	if w.Err() == nil || !strings.Contains(w.Err().Error(), "more than 100000 bytes") || w.Len() > w.Limits.Bytes+2000 {
		t.Errorf("%d bytes written, %v", w.Len(), w.Err())
	}
	w.Reset()
	for range 10 { // each counts by itself
		w.Node(New("", "a").Text(strings.Repeat("x", 90_000)).Node())
	}
	if w.Err() != nil {
		t.Error(w.Err())
	}
}

// TestWriterLimits: a stanza at each limit is written, one beyond it is
// refused, and the Writer goes on behind it.
func TestWriterLimits(t *testing.T) {
	attrs := func(n int) *Builder {
		b := New("", "a")
		for i := range n {
			b.Attr("n"+strconv.Itoa(i), "")
		}
		return b
	}
	deep := func(n int) *Builder {
		b := New("", "a")
		for range n - 1 {
			b = New("", "a").Add(b)
		}
		return b
	}
	wide := func(n int) *Builder {
		b := New("", "a")
		for range n - 1 {
			b.Add(New("", "b"))
		}
		return b
	}
	for _, tc := range []struct {
		limits Limits
		make   func(int) *Builder
		at     int
		want   string
	}{
		{Limits{Attrs: 3}, attrs, 3, "more than 3 attributes"},
		{Limits{Depth: 4}, deep, 4, "more than 4 elements deep"},
		{Limits{Elements: 5}, wide, 5, "more than 5 elements"},
		{Limits{Bytes: 40}, func(n int) *Builder { return New("", "a").Text(strings.Repeat("x", n)) }, 40 - len("<a></a>"), "more than 40 bytes"},
	} {
		w := Writer{Limits: tc.limits}
		for range 2 { // each element has its own count
			w.Node(tc.make(tc.at).Node())
		}
		if err := w.Err(); err != nil {
			t.Errorf("%+v: at the limit: %v", tc.limits, err)
		}
		mark := w.Len()
		w.Node(tc.make(tc.at + 1).Node())
		if err := w.Err(); err == nil || !strings.HasSuffix(err.Error(), tc.want) {
			t.Errorf("%+v: beyond the limit: %v, want %s", tc.limits, err, tc.want)
		}
		w.Truncate(mark)
		w.Node(tc.make(tc.at).Node())
		if err := w.Err(); err != nil {
			t.Errorf("%+v: after the limit: %v", tc.limits, err)
		}
	}
}

// TestWriterLimitAtEnd: a bound that is passed where several elements end
// together is an error like elsewhere.
func TestWriterLimitAtEnd(t *testing.T) {
	n, err := ParseString("<m><a><b>" + strings.Repeat("x", 100) + "</b></a><c/></m>")
	if err != nil {
		t.Fatal(err)
	}
	w := Writer{Limits: Limits{Bytes: 50}}
	if w.Node(n); w.Err() == nil || !strings.Contains(w.Err().Error(), "more than 50 bytes") {
		t.Error(w.Err())
	}
}

// TestWriterAsWritten: attributes are copied from the source only where that is
// what a Writer writes.
func TestWriterAsWritten(t *testing.T) {
	for in, want := range map[string]string{
		"<a b='1' c='2'/>":                          "<a b='1' c='2'/>",
		"<a b='1'  c='2'\nd='3'/>":                  "<a b='1' c='2' d='3'/>",
		"<a b='1' c=\"2\" d='3' e = '4'/>":          "<a b='1' c='2' d='3' e='4'/>",
		"<a b='1' c='&lt;' d='&gt;' e='>'/>":        "<a b='1' c='&lt;' d='&gt;' e='&gt;'/>",
		"<a b='1' xml:lang='de' c='2'/>":            "<a b='1' xml:lang='de' c='2'/>",
		"<a b='1' xmlns:p='u' p:c='2' d='3'/>":      "<a b='1' xmlns:a1='u' a1:c='2' d='3'/>",
		"<a xmlns='u' b='1'><c xmlns='' d=''/></a>": "<a xmlns='u' b='1'><c xmlns='' d=''/></a>",
		"<a b='1' xmlns='u' c='2'/>":                "<a xmlns='u' b='1' c='2'/>",
		"<a b=''>b='x'</a>":                         "<a b=''>b='x'</a>",
	} {
		n, err := ParseString(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := n.XML(); got != want {
			t.Errorf("%s is written as %s, want %s", in, got, want)
		}
		if got := New("", "w").Add(n).Node().Child(n.Space(), "a").XML(); got != want {
			t.Errorf("%s, built in, is written as %s, want %s", in, got, want)
		}
	}
	n, _ := ParseString("<a b='1' c='2' d='3'/>")
	w := Writer{Limits: Limits{Attrs: 2}}
	if w.Node(n); w.Err() == nil {
		t.Error("three attributes where two may be")
	}
}

// TestString: what is printed of what is no XML.
func TestString(t *testing.T) {
	var none *Builder
	for _, tt := range []struct {
		v    fmt.Stringer
		want string
	}{
		{Node{}, ""},
		{none, ""},
		{New("urn:a", "b").Attr("k", "v"), "<b xmlns='urn:a' k='v'/>"},
		{New("urn:a", "b").Text("x").Node().First(), "x"},
		{New("urn:a", "b").Attr("k", "\x00").Node().FirstAttr(), "element: cannot write <a>: character U+0000 at byte 0 of a text or value is not allowed in XML"},
		{From(make(chan int)), "element: marshal chan int: xml: unsupported type: chan int"},
	} {
		if got := tt.v.String(); got != tt.want {
			t.Errorf("%s, want %s", got, tt.want)
		}
	}
}

// TestWriterAttributeOutside: an attribute belongs into a start tag, and nowhere else.
func TestWriterAttributeOutside(t *testing.T) {
	for in, printed := range map[string]string{
		"<a id='4&lt;'/>":               "id='4&lt;'",
		"<a xml:lang='de'/>":            "xml:lang='de'",
		"<a xmlns:p='urn:p' p:id='4'/>": "xmlns:a1='urn:p' a1:id='4'",
		"<a p\u00e4='4'/>":              "p\u00e4='4'",
	} {
		n, err := ParseString(in)
		if err != nil {
			t.Fatal(err)
		}
		attr := n.At(n.Index() + 1)
		if attr.Kind() != KindAttribute || attr.XML() != "" || attr.String() != printed {
			t.Errorf("%s: %v as XML: %q, printed %s", in, attr.Kind(), attr.XML(), attr)
		}
		var w Writer
		w.Start("urn:x", "x")
		w.Node(attr)
		if w.Err() != nil {
			t.Errorf("%s: in a start tag: %v", in, w.Err())
		}
		w.Text("t")
		w.Node(attr)
		if w.Err() == nil {
			t.Errorf("%s: written behind a text: %s", in, w.Bytes())
		}
	}
}
