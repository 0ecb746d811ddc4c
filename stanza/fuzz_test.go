package stanza

import (
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/adversarial"
	"github.com/emp-framework/emp/jid"
)

// FuzzView: whatever parses, the view and its methods hold what checkView
// says, and none of them panics.
func FuzzView(f *testing.F) {
	for _, c := range adversarial.Cases("stanza-semantics") {
		f.Add(c.Data)
	}
	f.Add([]byte(benchMessage))
	f.Add([]byte(benchPing))
	f.Add([]byte(from("iq", "type='error' id='1'") + "<q xmlns='urn:x'/>" + errorChild + "</iq>"))
	f.Add([]byte(from("message", "type='error'") + "<error type='modify' by='@'><gone xmlns='" + NSErrors + "'>xmpp:a@b</gone></error></message>"))
	f.Add([]byte(from("message", "xml:lang='en'") + "<body>a</body><body xml:lang='de'>b</body><stanza-id xmlns='urn:xmpp:sid:0' by='a' id='b'/></message>"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Parse(b)
		if s.Node.IsZero() {
			return // no XML
		}
		checkView(t, s, err)
		var v Viewer
		view := Stanza{Kind: Presence, Type: "left", ID: "over", Lang: "en", Payload: s.Node, Node: s.Node}
		for range 2 {
			if again := v.View(s.Node, &view); view != s || again != err {
				t.Errorf("a Viewer sees %+v, %v, not %+v, %v", view, again, s, err)
			}
		}
		s.Body("de", "en-GB")
		s.Subject()
		s.Status()
		s.Thread()
		s.OriginID()
		s.StanzaID(jid.MustParse("a"))
		if v := s.Show(); v != "" && !v.valid() {
			t.Errorf("show %q", v)
		}
		s.Priority()
		if d, ok := s.Delay(); ok && Stamp(d.Stamp) == "" {
			t.Errorf("delay %v", d.Stamp)
		}
		if s.Lang != "" && !isLang(s.Lang) {
			t.Errorf("language %q", s.Lang)
		}
		if fault, ok := s.Fault(); ok && (fault.Condition.Type() == "" || !fault.Type.valid()) {
			t.Errorf("fault %+v", fault)
		} else if ok {
			fault.Node()
		}
		if s.Kind != 0 && s.Reply("x").Check() == nil {
			s.Reply("x").Node()
		}
	})
}

// FuzzDelay: what ParseStamp accepts, package time reads as the same instant,
// and it can be written again.
func FuzzDelay(f *testing.F) {
	for _, s := range []string{
		"2002-09-10T23:08:25Z", "2002-09-10T23:08:25.123Z", "2002-09-11T04:38:25.5+05:30", "0001-01-01T00:00:00+00:01",
		"9999-12-31T23:59:59-00:01", "99999999-99-99T99:99:99Z", "2023-02-29T00:00:00Z", "2000-02-29T23:59:59.999999999-23:59",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := ParseStamp(s)
		want, err := time.Parse(time.RFC3339, s)
		if !ok {
			// What we refuse and package time takes: a comma before the fraction,
			// an hour of one digit, a zone of 24 hours or 60 minutes, the years 0 and
			// beyond 9999, over 64 bytes.
			if err == nil && inYears(want.UTC()) && len(s) <= 64 && s[11+2] == ':' && s[len("2002-09-10T23:08:25")] != ',' &&
				!strings.HasSuffix(s, ":60") && s[len(s)-len("24:00"):len(s)-len(":00")] != "24" {
				t.Fatalf("%q is refused, and is %v", s, want)
			}
			return
		}
		if err != nil || !got.Equal(want) {
			t.Fatalf("%q is %v, package time says %v %v", s, got, want, err)
		}
		if _, err := got.MarshalJSON(); err != nil {
			t.Fatal(err)
		}
		again, ok := ParseStamp(Stamp(got))
		if !ok || !again.Equal(got.Truncate(time.Millisecond)) {
			t.Fatalf("%q written: %q", s, Stamp(got))
		}
	})
}
