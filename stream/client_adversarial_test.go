package stream

import (
	"errors"
	"strings"
	"testing"

	"github.com/emp-framework/emp/internal/adversarial"
	"github.com/emp-framework/emp/internal/sasl"
)

// TestClientAdversarial: each line of category c2s, said at its place by a server,
// gets from a link what it expects.
func TestClientAdversarial(t *testing.T) {
	const scram = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-256</mechanism></mechanisms></stream:features>"
	for _, c := range adversarial.Cases("c2s") {
		data := string(c.Data)
		t.Run(c.ID, func(t *testing.T) {
			var heard []string
			done := make(chan struct{})
			opts := newHost(t, func(h *host) {
				defer close(done)
				defer func() { heard = h.heard; h.conn.Close() }()
				inTLS := func(features string) {
					h.stream(featuresTLS)
					h.encrypt(nil)
					h.again(features)
					h.hear()
				}
				switch {
				case strings.Contains(data, "<mechanism>") && c.Expected != "auth-fail:no-tls":
					inTLS(data)
				case strings.HasPrefix(data, "<stream:features>"):
					h.stream(data)
					h.hear()
				case strings.Contains(data, "xmpp-tls"):
					h.stream(featuresTLS)
					h.hear()
					h.say(data)
				case strings.Contains(data, "xmpp-sasl"), strings.Contains(data, "urn:xmpp:sasl:2"): // which we never speak
					inTLS(scram)
					h.say(data)
				case strings.Contains(data, "xmpp-bind"):
					inTLS(featuresSASL)
					h.say(success)
					h.again(featuresBind)
					h.hear()
					h.say(strings.Replace(data, "'bind'", "'"+lastID(h)+"'", 1))
				case strings.Contains(data, "urn:xmpp:sm:3"):
					h.managed(enabled)
					h.say(data)
					h.hear()
				default:
					h.login()
					h.say(data)
					h.rest()
					return
				}
				h.say("</stream:stream>")
				h.rest()
			})
			opts.Session = new(Session)
			link, err := DialClient(t.Context(), opts)
			switch {
			case err != nil:
			case strings.Contains(data, "urn:xmpp:sm:3"):
				reading := reader(link)
				if err := link.Enable(t.Context()); err != nil {
					t.Error(err)
				}
				<-reading.done
				err = link.Err()
				link.Abort()
			default:
				got, err := link.Read(nil)
				if err != nil || len(got) != 1 || got[0].Stanza.From.String() != "mallory@evil" {
					t.Errorf("read %v, %v", got, err)
				}
				link.Abort()
			}
			<-done
			last := heard[len(heard)-1]
			switch verb, detail, _ := strings.Cut(c.Expected, ":"); {
			case c.ID == "c2s-019": // the carbon is a message of mallory's
				if err != nil {
					t.Error(err)
				}
			case verb == "stream-error":
				if !errors.Is(err, Condition(detail)) || !strings.Contains(last, "<"+detail+" ") {
					t.Errorf("it ended with %v, and said %s", err, last)
				}
			case c.ID == "c2s-025":
				if !errors.Is(err, ErrEnded) || last != "<a xmlns='urn:xmpp:sm:3' h='0'/>" {
					t.Errorf("it ended with %v, and said %s", err, last)
				}
			case verb == "ok" && detail == "SCRAM-SHA-1":
				if !strings.Contains(last, "mechanism='SCRAM-SHA-1'") {
					t.Errorf("it said %s", last)
				}
			case verb == "ok" || c.ID == "c2s-002": // TLS, and nothing else
				if !strings.HasPrefix(last, "<starttls ") {
					t.Errorf("it said %s", last)
				}
			case verb == "ignore":
				if !errors.Is(err, ErrEnded) {
					t.Error(err)
				}
			case verb == "retry":
				if !errors.Is(err, ErrAuthentication) || Misconfigured(err) {
					t.Error(err)
				}
			case verb == "auth-fail":
				want := map[string]error{
					"injected": PolicyViolation, "incorrect-encoding": sasl.ErrEncoding, "no-server-signature": sasl.ErrServer,
				}[detail]
				if err == nil || want != nil && !errors.Is(err, want) || errors.Is(err, ErrEnded) {
					t.Error(err)
				}
				if !strings.Contains(data, "xmpp-bind") && strings.Contains(strings.Join(heard, ""), "AGp1bGlldABzZWNyZXQ=") {
					t.Errorf("it said the password: %v", heard)
				}
			default:
				t.Errorf("no way to judge %s", c.Expected)
			}
		})
	}
}
