package stanza

import (
	"strings"
	"testing"

	"github.com/emp-framework/emp/internal/adversarial"
)

// beyond lists the cases of stanza-semantics that are in order as stanzas:
// what is expected of them is the business of routes and links, and here they
// must get through.
var beyond = map[string]bool{
	"sem-003": true, // to another domain: the link knows ours
	"sem-014": true, // no route
	"sem-043": true, // unknown disco node
}

func TestAdversarialStanzas(t *testing.T) {
	for _, c := range adversarial.Cases("stanza-semantics") {
		if strings.Contains(string(c.Data), "/><iq") || strings.Contains(string(c.Data), "</iq><iq") || c.Context != "component-stream" {
			continue // two stanzas: about matching answers
		}
		s, err := Parse(c.Data)
		got := outcome(s, err)
		want, detail, _ := strings.Cut(c.Expected, ":")
		switch {
		case beyond[c.ID] || want == "ok" || want == "ignore":
			want = "ok"
		case want == "stanza-error":
			want = detail
		case want == "stanza-dropped":
			got, _, _ = strings.Cut(got, ":")
			want = "drop"
		}
		if got != want {
			t.Errorf("%s: %s, want %s (%s)", c.ID, got, want, c.Why)
		}
		if _, answered := s.ErrorReply(BadRequest.Fault()); answered && (detail == "no-reply" || c.Expected == "ignore" && s.Kind == IQ) {
			t.Errorf("%s: may be answered with an error", c.ID)
		}
	}
}
