package element

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/antchfx/xmlquery"
)

// iq255 is the iq of 255 bytes that the targets are stated for.
const iq255 = `<iq from='juliet@capulet.example/balcony' to='tweeter.localhost' type='get' id='a6f2c9e1d04'>` +
	`<query xmlns='http://jabber.org/protocol/disco#items' node='urn:example:tweets'><x xmlns='jabber:x:data' type='submit'><field var='n'/></x></query><a b='c'/></iq>`

// message300 is a chat message of 300 bytes.
const message300 = `<message from='juliet@capulet.example/balcony' to='romeo@tweeter.localhost' type='chat' id='c1a2b3'>` +
	`<body>Wherefore art thou, Romeo? Deny thy father &amp; refuse thy name!</body>` +
	`<active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:cm:0'/></message>`

func BenchmarkParse(b *testing.B) {
	for _, in := range []struct{ name, xml string }{{"iq255", iq255}, {"message300", message300}} {
		b.Run("emp/"+in.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(in.xml)))
			p := Parser{Fragments: true, Space: NSClient}
			data := []byte(in.xml)
			for b.Loop() {
				p.Feed(data)
				if _, err := p.Next(); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("encoding-xml/"+in.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(in.xml)))
			for b.Loop() {
				d := xml.NewDecoder(strings.NewReader(in.xml))
				for {
					if _, err := d.Token(); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
		b.Run("xmlquery/"+in.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(in.xml)))
			for b.Loop() {
				if _, err := xmlquery.Parse(strings.NewReader(in.xml)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkWrite(b *testing.B) {
	n, err := ParseIn(NSClient, []byte(message300))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(message300)))
	w := Writer{Space: NSClient}
	for b.Loop() {
		w.Reset()
		w.Node(n)
	}
}

func BenchmarkBuild(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		New("http://jabber.org/protocol/disco#items", "query").Attr("node", "n").Add(
			New("http://jabber.org/protocol/disco#items", "item").Attr("jid", "a@example.org"),
			New("http://jabber.org/protocol/disco#items", "item").Attr("jid", "b@example.org"),
		).Node()
	}
}
