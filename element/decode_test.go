package element

import (
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
)

func TestDecode(t *testing.T) {
	var got shopItem
	if err := aShopItemTree.Decode(&got); err != nil || !reflect.DeepEqual(got, aShopItem) {
		t.Errorf("built: %v\n got %+v\nwant %+v", err, got, aShopItem)
	}
	parsed := mustParse(t, `<s:order xmlns:s='urn:example:shop' xmlns:n='urn:example:note'><s:item xml:lang='de' id='7'>`+
		`<s:title>Tee <![CDATA[& <Kanne]]>&gt;</s:title><s:tags><s:tag>a</s:tag><s:tag>b</s:tag></s:tags>`+
		`<s:added>2024-02-29T12:00:00Z</s:added><n:note by='juliet@capulet.example'> two`+"\r\n"+`lines </n:note></s:item><s:next/></s:order>`)
	got = shopItem{}
	if err := parsed.First().Decode(&got); err != nil || !reflect.DeepEqual(got, aShopItem) {
		t.Errorf("parsed: %v\n got %+v\nwant %+v", err, got, aShopItem)
	}
	got = shopItem{}
	if err := aShopItemTree.Document().Decode(&got); err != nil || !reflect.DeepEqual(got, aShopItem) {
		t.Errorf("document: %v\n got %+v\nwant %+v", err, got, aShopItem)
	}
}

// Everything is decoded from tokens, everythingBytes from bytes: they differ
// only in a field that wants bytes.
type Everything struct {
	XMLName xml.Name
	Attrs   []xml.Attr `xml:",any,attr"`
	Text    string     `xml:",chardata"`
	First   *struct {
		Text string `xml:",chardata"`
	} `xml:"urn:b b"`
	Rest []Everything `xml:",any"`
}

type everythingBytes struct {
	XMLName xml.Name
	Everything
	Inner string `xml:",innerxml"`
}

func TestDecodeTokensAndBytesAgree(t *testing.T) {
	docs := []string{
		"<a/>",
		"<a xmlns='u'>x<b xmlns='urn:b'>1</b>y<b xmlns='urn:b'>2</b>z</a>",
		"<a b='1' xml:lang='de'><c xmlns='urn:c' d='2'/></a>",
		"<a><b/><c xmlns='v'><d xmlns=''>t</d></c></a>",
		"<message xmlns='jabber:component:accept' to='a'><body>x</body></message>",
	}
	strip := func(attrs []xml.Attr) (kept []xml.Attr) {
		for _, a := range attrs {
			if a.Name.Local != "xmlns" {
				kept = append(kept, a)
			}
		}
		return kept
	}
	for _, doc := range docs {
		var tokens Everything
		var bytes everythingBytes
		n := mustParse(t, doc)
		if err := n.Decode(&tokens); err != nil {
			t.Errorf("%s: %v", doc, err)
		}
		if err := n.Decode(&bytes); err != nil {
			t.Errorf("%s: %v", doc, err)
		}
		bytes.Everything.XMLName = bytes.XMLName
		todo := []*Everything{&bytes.Everything}
		for len(todo) > 0 {
			e := todo[0]
			todo = todo[1:]
			e.Attrs = strip(e.Attrs)
			for i := range e.Rest {
				todo = append(todo, &e.Rest[i])
			}
		}
		if !reflect.DeepEqual(tokens, bytes.Everything) {
			t.Errorf("%s:\ntokens %+v\n bytes %+v", doc, tokens, bytes.Everything)
		}
	}
}

// wantsXML decodes itself, and asks for bytes on the way.
type wantsXML struct{ inner string }

func (w *wantsXML) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var v struct {
		Inner string `xml:",innerxml"`
	}
	err := d.DecodeElement(&v, &start)
	w.inner = v.Inner
	return err
}

func TestDecodeInnerXML(t *testing.T) {
	n := mustParse(t, "<a xmlns='u'>x<b>&amp;</b></a>")
	const want = "x<b>&amp;</b>"
	type inner struct {
		Inner string `xml:",innerxml"`
	}
	var direct inner
	var deep struct {
		List []struct {
			B *inner
		} `xml:"b"`
		inner
	}
	var own wantsXML
	var dynamic inner
	var box any = &dynamic
	for _, v := range []any{&direct, &deep, &own, &box} {
		if err := n.Decode(v); err != nil {
			t.Errorf("%T: %v", v, err)
		}
	}
	if direct.Inner != want || own.inner != want || dynamic.Inner != want {
		t.Errorf("direct %q, by UnmarshalXML %q, in an interface %q", direct.Inner, own.inner, dynamic.Inner)
	}
	if len(deep.List) != 1 || deep.Inner != want {
		t.Errorf("%+v", deep)
	}
}

// TestDecodeNamespaces has namespaces and attributes that encoding/xml would
// take for prefixes and declarations if it saw them as names of tokens.
func TestDecodeNamespaces(t *testing.T) {
	for _, doc := range []string{
		"<a xmlns='xml' b='1'/>",
		"<a xmlns='xmlns' b='1'/>",
		"<a xmlns='urn:a' xmlns:p='xmlns' p:urn='urn:evil' b='1'/>",
		"<a xmlns='urn' xmlns:p='xmlns' p:urn='urn:evil' b='1'/>",
		"<a xmlns='urn:a' xmlns:p='xml' p:c='2' b='1'/>",
	} {
		n := mustParse(t, doc)
		var v struct {
			XMLName xml.Name
			B       string `xml:"b,attr"`
		}
		if err := n.Decode(&v); err != nil || Name(v.XMLName) != n.Name() || v.B != "1" {
			t.Errorf("%s: %+v, %v", doc, v, err)
		}
	}
	if err := New("", "a").Attr("xmlns", "urn:evil").Node().Decode(new(Everything)); err == nil {
		t.Error("an attribute xmlns is decoded as a declaration")
	}
}

func TestDecodeErrors(t *testing.T) {
	item := mustParse(t, "<item xmlns='urn:other'/>")
	tests := []struct {
		name, err string
		n         Node
		v         any
	}{
		{"none", "there is no element", Node{}, new(shopItem)},
		{"text", "there is no element", Text("u", "a", "x").First(), new(shopItem)},
		{"attribute", "there is no element", New("u", "a").Attr("b", "c").Node().FirstAttr(), new(shopItem)},
		{"no pointer", "non-pointer", item, shopItem{}},
		{"nil", "non-pointer", item, nil},
		{"nil pointer", "nil pointer", item, (*shopItem)(nil)},
		{"another namespace", "expected element <item> in name space urn:example:shop", item, new(shopItem)},
		{"number", "invalid syntax", New(nsShop, "item").Attr("id", "x").Node(), new(shopItem)},
		{"text type", "no address", New(nsShop, "item").Add(New("urn:example:note", "note").Attr("by", "x")).Node(), new(shopItem)},
		{"failed", "unsupported type", From(make(chan int)), new(shopItem)},
		{"bytes that cannot be written", "cannot write", New("u", "a b").Node(), new(wantsXML)},
	}
	for _, tt := range tests {
		err := tt.n.Decode(tt.v)
		if err == nil || !strings.HasPrefix(err.Error(), "element: decode") || !strings.Contains(err.Error(), tt.err) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	var mismatch xml.UnmarshalError
	if err := item.Decode(new(shopItem)); !errors.As(err, &mismatch) {
		t.Errorf("%v does not wrap the error of encoding/xml", err)
	}
}

// TestDecodeDeep decodes a tree deeper than any that is parsed: what is
// ours does not recurse, and encoding/xml has a bound.
func TestDecodeDeep(t *testing.T) {
	b := New("u", "a")
	for range 30_000 {
		b = &Builder{name: b.name, parts: []part{{child: b}}}
	}
	n := b.Node()
	var skipped struct {
		XMLName xml.Name
	}
	if err := n.Decode(&skipped); err != nil {
		t.Error(err)
	}
	if err := n.Decode(new(Everything)); err == nil || !strings.Contains(err.Error(), "depth") {
		t.Errorf("a type as deep as the tree: %v", err)
	}
}

func TestTokens(t *testing.T) {
	n := mustParse(t, "<o><a x='1'>t<b/>u</a><c/></o>")
	r := &tokens{n: n.First(), next: n.First().i}
	var got []string
	for {
		tok, err := r.Token()
		if err == io.EOF {
			break
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			got = append(got, "<"+tok.Name.Local)
			for _, a := range tok.Attr {
				got = append(got, a.Name.Local+"="+a.Value)
			}
		case xml.EndElement:
			got = append(got, tok.Name.Local+">")
		case xml.CharData:
			got = append(got, string(tok))
		}
	}
	if s := strings.Join(got, " "); s != "<a x=1 t <b b> u a>" {
		t.Error(s)
	}
}

// TestNodeInStruct has trees as fields of structs.
func TestNodeInStruct(t *testing.T) {
	type envelope struct {
		XMLName xml.Name `xml:"urn:example:envelope envelope"`
		To      string   `xml:"to,attr"`
		Payload []Node   `xml:",any"`
	}
	if wantsBytes(reflect.TypeFor[*envelope]()) {
		t.Error("a Node wants bytes")
	}
	for _, doc := range append(treeDocs, "<a><![CDATA[x]]>y<b xmlns='urn:b' xmlns:p='urn:p' p:c='1' p:d='2'><c xmlns=''/></b></a>") {
		payload := mustParse(t, doc)
		want := New("urn:example:envelope", "envelope").Attr("to", "a").Add(payload, aShopItemTree).Node()
		var e envelope
		if err := want.Decode(&e); err != nil || len(e.Payload) != 2 || dump(e.Payload[0]) != dump(payload) {
			t.Errorf("%s: %+v, %v", doc, e, err)
			continue
		}
		if got, err := Marshal(e); strings.HasPrefix(doc, "<xml:a") {
			if err == nil { // xml.Encoder cannot write it
				t.Errorf("%s: %s", doc, got)
			}
		} else if err != nil || dump(got) != dump(want) {
			t.Errorf("%s: %v\n got %s\nwant %s", doc, err, dump(got), dump(want))
		}
		var byBytes Node
		if err := xml.Unmarshal([]byte(payload.XML()), &byBytes); err != nil || dump(byBytes) != dump(payload) {
			t.Errorf("%s: %v, %s", doc, err, dump(byBytes))
		}
	}
	for _, n := range []Node{From(make(chan int)), New("", "a").Attr("b", "c").Node().FirstAttr()} {
		if got, err := Marshal(envelope{Payload: []Node{n}}); err == nil {
			t.Errorf("%v", got)
		}
	}
	if n, err := Marshal(envelope{Payload: []Node{{}}}); err != nil || !n.First().IsZero() {
		t.Errorf("%v %v", n, err)
	}
}
