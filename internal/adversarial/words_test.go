package adversarial_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/adversarial"
	"github.com/emp-framework/emp/internal/xpath"
	"github.com/emp-framework/emp/jid"
)

// TestAddresses: every line about an address gets what it expects from Parse;
// and what Parse refuses but a server may have accepted loses no stanza (J08).
func TestAddresses(t *testing.T) {
	for _, c := range adversarial.Cases("jid") {
		verb, detail, _ := strings.Cut(c.Expected, ":")
		j, err := jid.Parse(string(c.Data))
		switch {
		case verb == "ok" && (err != nil || detail != "" && j.String() != detail):
			t.Errorf("%s %q: %q, %v; want %s", c.ID, c.Data, j, err, c.Expected)
		case verb == "reject" && err == nil:
			t.Errorf("%s %q: %q; want %s", c.ID, c.Data, j, c.Expected)
		}
		if err == nil {
			if again, err := jid.Parse(j.String()); again != j || err != nil {
				t.Errorf("J06 %s: prepared again, %q is %q, %v", c.ID, j, again, err)
			}
		}
		if c.ID == "jid-060" {
			if a, err := jid.Received(string(c.Data)); err != nil || a.String() != string(c.Data) || a.Strict() {
				t.Errorf("J08 %s: %v, %v", c.ID, a, err)
			}
		}
	}
}

// TestExpressions: every line about XPath is compiled or refused as it
// expects, with a place inside the expression, and what compiles can be asked
// of a stanza.
func TestExpressions(t *testing.T) {
	msg, err := element.ParseString("<message xmlns='jabber:client' type='chat'><body>abc</body></message>")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range adversarial.Cases("xpath") {
		x, err := xpath.Compile(string(c.Data), xpath.Options{Default: element.NSClient, Holes: true})
		switch {
		case strings.HasPrefix(c.Expected, "ok"):
			if err != nil {
				t.Errorf("%s: %v", c.ID, err)
				continue
			}
			if _, err := x.Match(msg.Document(), nil); err != nil {
				t.Errorf("%s: %v", c.ID, err)
			}
		default:
			var xe *xpath.Error
			if !errors.As(err, &xe) || xe.Offset < 0 || xe.Offset > len(c.Data) || xe.Msg == "" {
				t.Errorf("%s: %+v", c.ID, err)
			}
			if c.Expected == "reject:depth" && !strings.Contains(xe.Msg, "deep") && !strings.Contains(xe.Msg, "bytes") {
				t.Errorf("%s: %v", c.ID, xe)
			}
		}
	}
}
