package sasl

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/emp-framework/emp/internal/adversarial"
)

var (
	mechanismTag = regexp.MustCompile(`<mechanism>(.*?)</mechanism>`)
	textOf       = regexp.MustCompile(`^<(challenge|success) xmlns='urn:ietf:params:xml:ns:xmpp-sasl'(?:/>|>(.*)</)`)
	failureOf    = regexp.MustCompile(`^<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><([a-z-]+)/></failure>$`)
)

// TestAdversarial: the lines of category c2s that are about SASL itself; the link
// has the others. Each gets what the file says, and at the least allowed channel
// and the most.
func TestAdversarial(t *testing.T) {
	reasons := map[string]error{
		"auth-fail:no-tls": ErrInsecure, "auth-fail:no-server-signature": ErrServer, "auth-fail:incorrect-encoding": ErrEncoding,
	}
	run := 0
	for _, c := range adversarial.Cases("c2s") {
		var err error
		data := string(c.Data)
		a := accountOf(t, func(c *Credentials) { c.AllowPlain, c.AllowInsecure = true, true })
		a.nonce = func() string { return "NONCE" }
		switch {
		case mechanismTag.MatchString(data):
			var o Offer
			for _, m := range mechanismTag.FindAllStringSubmatch(data, -1) {
				o.Mechanisms = append(o.Mechanisms, m[1])
			}
			var x *Exchange
			x, err = a.Begin(Channel{}, o)
			if want, ok := strings.CutPrefix(c.Expected, "ok:"); ok && err == nil && x.Mechanism() != want {
				t.Errorf("%s: %s, want %s", c.ID, x.Mechanism(), want)
			}
		case textOf.MatchString(data):
			m := textOf.FindStringSubmatch(data)
			x, _ := started(t, a, Channel{}, offer("SCRAM-SHA-256"))
			if m[1] == "challenge" {
				_, err = x.Next(t.Context(), m[2])
				break
			}
			if _, err := x.Next(t.Context(), base("r=NONCEserver,s=QUFBQQ==,i=4096")); err != nil {
				t.Fatal(err)
			}
			err = x.Done(m[2])
		case failureOf.MatchString(data):
			x, _ := started(t, a, Channel{}, offer("SCRAM-SHA-256"))
			err = x.Refused(failureOf.FindStringSubmatch(data)[1], "")
		default:
			continue
		}
		run++
		verb, _, _ := strings.Cut(c.Expected, ":")
		switch {
		case verb == "ok" && err != nil, verb != "ok" && err == nil,
			(verb == "retry") != Temporary(err),
			reasons[c.Expected] != nil && !errors.Is(err, reasons[c.Expected]):
			t.Errorf("%s: %v, want %s (%s)", c.ID, err, c.Expected, c.Why)
		}
	}
	if run != 9 { // c2s-002, -005, -006, -007, -008, -010, -011, -012, -014
		t.Errorf("%d lines were about SASL, want 9", run)
	}
}
