package framework

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// TestPresenceKeys: what is remembered of presence shares no memory with what it was made
// of, not even where what was noted since is taken back.
func TestPresenceKeys(t *testing.T) {
	for _, client := range []bool{false, true} {
		p := presences{domain: jid.MustParse("comp.localhost"), client: client}
		var given []string
		presence := func(from, to string) stanza.Out {
			o := stanza.NewPresence(stanza.TypeAvailable, jid.MustParse(strings.Clone(to)))
			if from != "" {
				o.From = jid.MustParse(strings.Clone(from)).Address()
			}
			given = append(given, o.From.JID.String(), o.To.JID.String())
			return o
		}
		p.note([]stanza.Out{presence("", "a@x"), presence("bot@comp.localhost", "b@x/r")})
		p.restore(p.note([]stanza.Out{presence("", "a@x"), presence("bot@comp.localhost", "b@x/r"), presence("", "c@x")}))
		if len(p.sent) != 2 {
			t.Errorf("%d remembered", len(p.sent))
		}
		for key, o := range p.sent {
			if key != p.key(o.From.JID, o.To.JID) {
				t.Errorf("%v is remembered as %v", o, key)
			}
			for _, kept := range []string{key.from.String(), key.to.String(), o.From.JID.String(), o.To.JID.String()} {
				for _, s := range given {
					if kept != "" && unsafe.StringData(kept) == unsafe.StringData(s) {
						t.Errorf("%q is kept", s)
					}
				}
			}
		}
	}
}
