package stream

import (
	"crypto/tls"
	"errors"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
)

// TestS15Elsewhere: a server may send us elsewhere when it has shown whose it is, and not
// before; and what it names has to be a host.
func TestS15Elsewhere(t *testing.T) {
	const there = "<stream:error><see-other-host xmlns='" + NSErrors + "'>[2001:db8::1]:9222</see-other-host></stream:error></stream:stream>"
	direct := func(o *Options, _ *Credentials) { o.Encryption = EncryptDirect }
	for name, c := range map[string]struct {
		does   func(h *host)
		change func(*Options, *Credentials)
		want   bool
	}{
		"before TLS":      {does: func(h *host) { h.stream(there); h.rest() }},
		"in place of TLS": {does: func(h *host) { h.stream(featuresTLS); h.hear(); h.say(there); h.rest() }},
		"without TLS":     {does: func(h *host) { h.stream(there); h.rest() }, change: func(o *Options, c *Credentials) { o.Encryption, c.AllowInsecure = EncryptNone, true }},
		"behind TLS":      {does: func(h *host) { h.stream(featuresTLS); h.encrypt(nil); h.again(there); h.rest() }, want: true},
		"in place of success": {does: func(h *host) {
			h.stream(featuresTLS)
			h.encrypt(nil)
			h.again(featuresSASL)
			h.hear()
			h.say(there)
			h.rest()
		}, want: true},
		"in place of a binding": {does: func(h *host) { h.authenticate(featuresBind); h.hear(); h.say(there); h.rest() }, want: true},
		"with direct TLS":       {does: func(h *host) { h.secure(nil); h.stream(there); h.rest() }, change: direct, want: true},
		"unchecked": {does: func(h *host) { h.secure(nil); h.stream(there); h.rest() }, change: func(o *Options, _ *Credentials) {
			o.Encryption, o.TLS = EncryptDirect, &tls.Config{InsecureSkipVerify: true}
		}},
	} {
		change := c.change
		if change == nil {
			change = func(*Options, *Credentials) {}
		}
		_, err := DialClient(t.Context(), newHost(t, c.does, change))
		server, ok := Elsewhere(err)
		if ok != c.want || ok && server != "[2001:db8::1]:9222" || !errors.Is(err, SeeOtherHost) || Misconfigured(err) {
			t.Errorf("%s: sent to %q, %v, by %v", name, server, ok, err)
		}
	}

	t.Run("when it is ready", func(t *testing.T) {
		link, err := DialClient(t.Context(), newHost(t, func(h *host) { h.login(); h.say(there); h.rest() }))
		if err != nil {
			t.Fatal(err)
		}
		_, err = link.Read(nil)
		if server, ok := Elsewhere(err); !ok || server != "[2001:db8::1]:9222" {
			t.Errorf("sent to %q, %v, by %v", server, ok, err)
		}
	})
	for _, host := range []string{"", "a b", "a:b", "a:0", "x:5222:", "https://x/", "a\x00b", strings.Repeat("a", 400), "]"} {
		n := element.New(NSStreams, "error").Add(element.Text(NSErrors, "see-other-host", strings.ReplaceAll(host, "\x00", ""))).Node()
		e := (&conn{proven: true}).told(n)
		if strings.Contains(host, "\x00") {
			e.Host = host
		}
		if server, ok := Elsewhere(e); ok {
			t.Errorf("%q sends us to %q", host, server)
		}
	}
	if server, ok := Elsewhere(&Error{Condition: SeeOtherHost, Host: "x", proven: true}); ok {
		t.Errorf("we are sent to %q by ourselves", server)
	}
	if server, ok := Elsewhere(ErrCut); ok {
		t.Errorf("we are sent to %q by a cut", server)
	}
}
