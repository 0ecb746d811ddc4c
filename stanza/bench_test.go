package stanza

import (
	"fmt"
	"testing"

	"github.com/emp-framework/emp/element"
)

// BenchmarkPath is all that this package and those below do for a stanza that
// is answered: bytes, tree, view, answer, bytes. They come 32 at a time.
func BenchmarkPath(b *testing.B) {
	const header = "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='1'>"
	for _, c := range []struct {
		name, in string
		answer   func(s *Stanza, o []Out) []Out
	}{
		{"ping", "<iq from='user%d@example.org/r' to='comp.localhost' type='get' id='%d'><ping xmlns='urn:xmpp:ping'/></iq>",
			func(s *Stanza, o []Out) []Out { return s.AppendResult(o) }},
		{"message", "<message from='user%d@example.org/desktop' to='echo@comp.localhost' type='chat' id='m%d'><body>Wherefore art thou, Romeo? Deny thy father and refuse thy name!</body>" +
			"<active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:cm:0'/></message>",
			func(s *Stanza, o []Out) []Out { return s.AppendReply(o, s.Body()) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var p element.Parser
			p.Feed([]byte(header))
			if _, err := p.Next(); err != nil {
				b.Fatal(err)
			}
			var in []byte
			for i := range 32 {
				in = fmt.Appendf(in, c.in, i, 100_000+i)
			}
			var views Viewer
			w := element.Writer{Space: element.NSClient}
			var s Stanza
			outs := make([]Out, 0, 1)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if i%32 == 0 {
					p.Feed(in)
					w.Reset()
				}
				ev, err := p.Next()
				if err != nil {
					b.Fatal(err)
				}
				if err := views.View(ev.Node, &s); err != nil {
					b.Fatal(err)
				}
				o := &c.answer(&s, outs)[0]
				if err := o.Err(); err != nil {
					b.Fatal(err)
				}
				if err := o.Write(&w); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
