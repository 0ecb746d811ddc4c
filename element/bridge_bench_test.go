package element

import (
	"encoding/xml"
	"testing"

	"github.com/antchfx/xmlquery"
	"github.com/antchfx/xpath"
)

// benchMessage is message300 as a struct.
type benchMessage struct {
	XMLName xml.Name `xml:"jabber:client message"`
	From    string   `xml:"from,attr"`
	To      string   `xml:"to,attr"`
	ID      string   `xml:"id,attr"`
	Type    string   `xml:"type,attr"`
	Body    string   `xml:"body"`
}

func BenchmarkDecode(b *testing.B) {
	n, err := ParseIn(NSClient, []byte(message300))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("emp", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var m benchMessage
			if err := n.Decode(&m); err != nil {
				b.Fatal(err)
			}
		}
	})
	data := []byte(n.XML())
	b.Run("encoding-xml", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var m benchMessage
			if err := xml.Unmarshal(data, &m); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkMarshal(b *testing.B) {
	m := benchMessage{From: "juliet@capulet.example/balcony", To: "romeo@tweeter.localhost", ID: "c1a2b3", Type: "chat", Body: "Wherefore art thou, Romeo?"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Marshal(m); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQuery(b *testing.B) {
	n, err := ParseString(queryDoc)
	if err != nil {
		b.Fatal(err)
	}
	x := n.XMLQuery()
	for _, tt := range []struct{ name, expr string }{
		{"path", "/c:iq/t:query/t:tweet"},
		{"descendants", "//t:tweet[@id='2']"},
	} {
		b.Run("emp/"+tt.name, func(b *testing.B) {
			q := MustQuery(tt.expr, queryNS)
			b.ReportAllocs()
			for b.Loop() {
				if nodes, err := q.All(n); err != nil || len(nodes) == 0 {
					b.Fatal(err)
				}
			}
		})
		b.Run("xmlquery/"+tt.name, func(b *testing.B) {
			expr, err := xpath.CompileWithNS(tt.expr, queryNS)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if len(xmlquery.QuerySelectorAll(x, expr)) == 0 {
					b.Fatal("nothing found")
				}
			}
		})
	}
	b.Run("emp/value", func(b *testing.B) {
		q := MustQuery("count(//t:tweet)", queryNS)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := q.Number(n); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("emp/compile", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := CompileQuery("//t:tweet[@id='2']", queryNS); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkXMLQuery(b *testing.B) {
	n, err := ParseString(queryDoc)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("to", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n.XMLQuery()
		}
	})
	x := n.XMLQuery()
	b.Run("from", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := FromXMLQuery(x); err != nil {
				b.Fatal(err)
			}
		}
	})
}
