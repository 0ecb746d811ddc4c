package framework

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// TestLedgerBounds: what is remembered of presence is bounded in number and in
// bytes, and what is forgotten makes room.
func TestLedgerBounds(t *testing.T) {
	big := element.New("urn:x", "x").Text(strings.Repeat("x", 1<<20)).Node()
	for _, tc := range []struct {
		name     string
		payload  []element.Node
		sent     int
		from, to int // how many may be remembered
	}{
		{"many", nil, maxPresences + 100, 30_000, maxPresences},
		{"large", []element.Node{big}, 50, 10, 16}, // few: each is copied
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := &presences{domain: jid.MustParse("comp.localhost")}
			out := func(i int, typ stanza.Type) []stanza.Out {
				o := stanza.NewPresence(typ, jid.MustParse(fmt.Sprintf("u%d@localhost", i)))
				o.Payload = tc.payload
				return []stanza.Out{o}
			}
			for i := range tc.sent {
				p.note(out(i, stanza.TypeAvailable))
			}
			n := len(p.keys())
			if n < tc.from || n > tc.to || p.bytes > maxPresenceBytes {
				t.Errorf("%d remembered, with %d bytes", n, p.bytes)
			}
			p.note(out(0, stanza.TypeAvailable)) // in the place of the one before
			if len(p.keys()) != n {
				t.Errorf("%d remembered", len(p.keys()))
			}
			bytes := p.bytes
			p.restore(p.note(append(out(0, stanza.TypeUnavailable), out(1, stanza.TypeAvailable)...)))
			if len(p.keys()) != n || p.bytes != bytes {
				t.Errorf("%d with %d bytes are remembered after what was not sent", len(p.keys()), p.bytes)
			}
			for i := range tc.sent {
				p.note(out(i, stanza.TypeUnavailable))
			}
			if len(p.keys()) != 0 || p.bytes != 0 {
				t.Errorf("at the end: %d, with %d bytes", len(p.keys()), p.bytes)
			}
		})
	}
}
