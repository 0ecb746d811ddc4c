package element

import (
	"encoding/xml"
	"errors"
	"strings"
	"testing"
	"time"
)

const nsShop = "urn:example:shop"

type shopItem struct {
	XMLName xml.Name  `xml:"urn:example:shop item"`
	ID      int       `xml:"id,attr"`
	Lang    string    `xml:"http://www.w3.org/XML/1998/namespace lang,attr,omitempty"`
	Title   string    `xml:"title"`
	Tags    []string  `xml:"tags>tag"`
	Added   time.Time `xml:"added"`
	Note    *shopNote `xml:"urn:example:note note"`
}

type shopNote struct {
	By   shopAddress `xml:"by,attr"`
	Text string      `xml:",chardata"`
}

// A shopAddress is text in XML and checked when read, as a JID is.
type shopAddress struct{ local, domain string }

func (a shopAddress) MarshalText() ([]byte, error) { return []byte(a.local + "@" + a.domain), nil }

func (a *shopAddress) UnmarshalText(b []byte) (err error) {
	var ok bool
	if a.local, a.domain, ok = strings.Cut(string(b), "@"); !ok {
		return errors.New("no address")
	}
	return nil
}

var (
	aShopItem = shopItem{
		XMLName: xml.Name{Space: nsShop, Local: "item"},
		ID:      7, Lang: "de", Title: "Tee & <Kanne>", Tags: []string{"a", "b"},
		Added: time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC),
		Note:  &shopNote{shopAddress{"juliet", "capulet.example"}, " two\nlines "},
	}
	aShopItemTree = New(nsShop, "item").Attr("id", "7").AttrNS(NSXML, "lang", "de").Add(
		Text(nsShop, "title", "Tee & <Kanne>"),
		New(nsShop, "tags").Add(Text(nsShop, "tag", "a"), Text(nsShop, "tag", "b")),
		Text(nsShop, "added", "2024-02-29T12:00:00Z"),
		New("urn:example:note", "note").Attr("by", "juliet@capulet.example").Text(" two\nlines "),
	).Node()
)

func TestMarshal(t *testing.T) {
	type body struct {
		XMLName xml.Name `xml:"jabber:client body"`
		Text    string   `xml:",chardata"`
	}
	type plain struct {
		XMLName xml.Name `xml:"a"`
		Inner   string   `xml:",innerxml"`
	}
	tests := []struct {
		name string
		v    any
		want Node
	}{
		{"struct", aShopItem, aShopItemTree},
		{"pointer", &aShopItem, aShopItemTree},
		{"stanza namespace", body{Text: "x"}, Text(NSClient, "body", "x")},
		{"innerxml", plain{Inner: "<b xmlns='u'/>t"}, New("", "a").Add(New("u", "b")).Text("t").Node()},
		{"long", body{Text: strings.Repeat("x", 2<<20)}, Text(NSClient, "body", strings.Repeat("x", 2<<20))},
		{"character unknown to XML", body{Text: "a\x01"}, Text(NSClient, "body", "a\uFFFD")},
		{"node", aShopItemTree, aShopItemTree},
		{"builder", New("u", "a"), New("u", "a").Node()},
	}
	for _, tt := range tests {
		n, err := Marshal(tt.v)
		if err != nil || dump(n) != dump(tt.want) {
			t.Errorf("%s: %v\n got %s\nwant %s", tt.name, err, dump(n), dump(tt.want))
		}
	}
}

func TestMarshalRefuses(t *testing.T) {
	type comment struct {
		XMLName xml.Name `xml:"a"`
		Comment string   `xml:",comment"`
	}
	type inner struct {
		XMLName xml.Name `xml:"a"`
		Inner   string   `xml:",innerxml"`
	}
	tests := []struct {
		name, err string
		v         any
	}{
		{"nil", "element: marshal <nil>: there is nothing to make an element of", nil},
		{"nil pointer", "element: marshal *element.Limits: there is nothing to make an element of", (*Limits)(nil)},
		{"channel", "element: marshal chan int: xml: unsupported type", make(chan int)},
		{"two elements", "a second element", []string{"a", "b"}},
		{"comment", "restricted-xml", comment{Comment: "c"}},
		{"broken innerxml", "not-well-formed", inner{Inner: "<b>"}},
		{"undeclared prefix in innerxml", `prefix "p"`, inner{Inner: "<p:b/>"}},
	}
	for _, tt := range tests {
		n, err := Marshal(tt.v)
		if err == nil || !strings.HasPrefix(err.Error(), "element: marshal") || !strings.Contains(err.Error(), tt.err) || !n.IsZero() {
			t.Errorf("%s: %v, %v", tt.name, n, err)
		}
		built := New("u", "a").Add(New("u", "b").Add(From(tt.v))).Node()
		var w Writer
		if w.Node(built); w.Err() == nil || w.Err().Error() != err.Error() {
			t.Errorf("%s: writing what was built with From: %v, want %v", tt.name, w.Err(), err)
		}
	}
	var unsupported *xml.UnsupportedTypeError
	if _, err := Marshal(make(chan int)); !errors.As(err, &unsupported) {
		t.Errorf("%v does not wrap the error of encoding/xml", err)
	}
}

func TestFrom(t *testing.T) {
	n := New(nsShop, "items").Add(From(aShopItem), From(New(nsShop, "end"))).Node()
	if want := dump(New(nsShop, "items").Add(aShopItemTree, New(nsShop, "end")).Node()); dump(n) != want {
		t.Errorf("\n got %s\nwant %s", dump(n), want)
	}
}
