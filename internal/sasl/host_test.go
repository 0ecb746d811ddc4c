package sasl

import (
	"crypto/tls"
	"errors"
	"strings"
	"testing"
)

// hostOf makes a host with the one account that accountOf has.
func hostOf(t testing.TB) *Host {
	t.Helper()
	v, err := NewVerifier(secret)
	if err != nil {
		t.Fatal(err)
	}
	return &Host{Find: func(name string) *Verifier {
		if name != "user" {
			return nil
		}
		return v
	}}
}

// meet has a client authenticate with a host, and returns what the host knows at the
// end. The error is the host's, or the client's.
func meet(t *testing.T, h *Host, x *Exchange, there Channel) (username, authzid string, err error) {
	t.Helper()
	a, err := h.Accept(there, x.Mechanism())
	if err != nil {
		return "", "", err
	}
	text, err := x.Start()
	for {
		if err != nil {
			return "", "", err
		}
		answer, done, err := a.Next(text)
		if err != nil {
			return "", "", err
		}
		if done {
			username, authzid = a.Username()
			return username, authzid, x.Done(answer)
		}
		if text, err = x.Next(t.Context(), answer); err != nil {
			return "", "", err
		}
	}
}

// TestHost: the client of this package authenticates with its server, by each
// mechanism and binding that there is.
func TestHost(t *testing.T) {
	for _, version := range []uint16{0, tls.VersionTLS12, tls.VersionTLS13} {
		h := hostOf(t)
		var here, there Channel
		if version > 0 {
			here.TLS, there.TLS = tlsState(t, version, nil)
			here.Verified = true
			h.Certificate = here.TLS.PeerCertificates[0]
		}
		offer := h.Offer(there)
		wantBindings := map[uint16]string{0: "", tls.VersionTLS12: "tls-exporter tls-server-end-point tls-unique", tls.VersionTLS13: "tls-exporter tls-server-end-point"}[version]
		if got := strings.Join(offer.Bindings, " "); got != wantBindings {
			t.Errorf("TLS %x: bindings %s, want %s", version, got, wantBindings)
		}
		for _, name := range offer.Mechanisms {
			kinds := []string{""}
			if strings.HasSuffix(name, plusSuffix) {
				kinds = offer.Bindings
			}
			for _, kind := range kinds {
				only := Offer{Mechanisms: []string{name}}
				if kind != "" {
					only.Bindings = []string{kind}
				}
				a := accountOf(t, func(c *Credentials) { c.AllowInsecure, c.AuthzID = true, "a,b=c@example.org" })
				x, err := a.Begin(here, only)
				if err != nil {
					t.Fatal(err)
				}
				if kind == "" && version > 0 {
					x.plan.flag = "n" // it was offered PLUS, and cannot bind
				}
				username, authzid, err := meet(t, h, x, there)
				if err != nil || username != "user" || authzid != "a,b=c@example.org" {
					t.Errorf("TLS %x, %s, %s: %q, %q, %v", version, name, kind, username, authzid, err)
				}
			}
		}
		if version > 0 {
			if len(offer.Mechanisms) != 4 {
				t.Errorf("TLS %x: %s", version, offer.Mechanisms)
			}
			x, err := accountOf(t, nil).Begin(here, Offer{Mechanisms: []string{"SCRAM-SHA-256"}}) // somebody took PLUS away
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := meet(t, h, x, there); !errors.Is(err, NotAuthorized) {
				t.Errorf("without what was offered: %v", err)
			}
		}
	}
}

// TestHostBinds: an authentication over one channel is worth nothing over another.
func TestHostBinds(t *testing.T) {
	h := hostOf(t)
	here, _ := tlsState(t, tls.VersionTLS13, nil)
	_, there := tlsState(t, tls.VersionTLS13, nil)
	x, err := accountOf(t, nil).Begin(Channel{TLS: here, Verified: true}, h.Offer(Channel{TLS: there}))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := meet(t, h, x, Channel{TLS: there}); x.Mechanism() != "SCRAM-SHA-256-PLUS" || !errors.Is(err, NotAuthorized) {
		t.Errorf("%s: %v", x.Mechanism(), err)
	}
}

// TestHostRefuses: whoever does not know the password does not learn whether there is
// such an account.
func TestHostRefuses(t *testing.T) {
	h := hostOf(t)
	salts := make(map[string]string)
	for range 2 {
		for _, name := range []string{"user", "nobody", "nemo"} {
			a := accountOf(t, func(c *Credentials) {
				c.AllowInsecure, c.Username, c.Password = true, name, func() string { return "another password" }
			})
			x, err := a.Begin(Channel{}, h.Offer(Channel{}))
			if err != nil {
				t.Fatal(err)
			}
			acceptance, err := h.Accept(Channel{}, x.Mechanism())
			if err != nil {
				t.Fatal(err)
			}
			text, _ := x.Start()
			challenge, _, err := acceptance.Next(text)
			if err != nil {
				t.Fatal(err)
			}
			_, salt, _ := strings.Cut(plainText(t, challenge), ",s=")
			if old, ok := salts[name]; ok && old != salt {
				t.Errorf("the salt of %s changes", name)
			}
			salts[name] = salt
			text, err = x.Next(t.Context(), challenge)
			if err != nil {
				t.Fatal(err)
			}
			if _, done, err := acceptance.Next(text); done || !errors.Is(err, NotAuthorized) || strings.Contains(err.Error(), name) {
				t.Errorf("%s: %t, %v", name, done, err)
			}
			if _, done, err := acceptance.Next(text); done || err == nil {
				t.Errorf("once more: %t, %v", done, err)
			}
		}
	}
	if len(salts["user"]) != len(salts["nobody"]) || salts["nobody"] == salts["nemo"] {
		t.Errorf("salts %q", salts)
	}
	for _, password := range []string{"", "\x00", "\xff"} {
		if _, err := NewVerifier(password); err == nil {
			t.Errorf("password %q", password)
		}
	}
	if _, err := h.Accept(Channel{}, "PLAIN"); !errors.Is(err, InvalidMechanism) {
		t.Error(err)
	}
}

// TestHostMalformed: what no client says.
func TestHostMalformed(t *testing.T) {
	h := hostOf(t)
	for _, tc := range []struct {
		messages string // one behind the other
		want     Condition
	}{
		{"", MalformedRequest},
		{"n", MalformedRequest},
		{"x,,n=user,r=abc", MalformedRequest},
		{"p=tls-exporter,,n=user,r=abc", MalformedRequest},
		{"n,b=c,n=user,r=abc", MalformedRequest},
		{"n,a=,n=user,r=abc", MalformedRequest},
		{"n,a==,n=user,r=abc", MalformedRequest},
		{"n,,n=,r=abc", MalformedRequest},
		{"n,,n=user", MalformedRequest},
		{"n,,r=abc,n=user", MalformedRequest},
		{"n,,m=x,n=user,r=abc", MalformedRequest},
		{"n,,n=a=b,r=abc", MalformedRequest},
		{"n,,n=us\xffer,r=abc", MalformedRequest},
		{"n,,n=user,r=" + strings.Repeat("x", maxMessage), MalformedRequest},
		{"n,,n=user,r=abc|c=biws,r=abc", MalformedRequest},
		{"n,,n=user,r=abc|c=biws,r=abc,p=!", MalformedRequest},
		{"n,,n=user,r=abc|r=abc,c=biws,p=QUFB", MalformedRequest},
		{"n,,n=user,r=abc|c=biws,r=abc,p=QUFB", MalformedRequest}, // the nonce
		{"n,,n=user,r=abc|c=biws,r=abcother,p=QUFBQUFBQUFBQUFBQUFBQUFBQUE=", MalformedRequest},
		{"n,,n=user,r=abc|c=eSws,r=NONCE,p=QUFB", NotAuthorized},
		{"n,,n=user,r=abc|c=biws,r=NONCE,p=QUFB", MalformedRequest}, // the proof
		{"n,,n=user,r=abc|c=biws,r=NONCE,p=QUFBQUFBQUFBQUFBQUFBQUFBQUE=", NotAuthorized},
	} {
		a, err := h.Accept(Channel{}, "SCRAM-SHA-1")
		if err != nil {
			t.Fatal(err)
		}
		for i, message := range strings.Split(tc.messages, "|") {
			text := base(strings.ReplaceAll(message, "NONCE", a.nonce))
			if message == "" {
				text = "="
			}
			_, done, next := a.Next(text)
			if err = next; done || i == 0 && strings.Contains(tc.messages, "|") && err != nil {
				t.Fatalf("%.60s: %t, %v", tc.messages, done, err)
			}
		}
		if !errors.Is(err, tc.want) {
			t.Errorf("%.60s: %v, want %s", tc.messages, err, tc.want)
		}
	}
	a, _ := h.Accept(Channel{}, "SCRAM-SHA-1")
	if answer, done, err := a.Next(""); answer != "" || done || err != nil { // an initial response may be missing
		t.Errorf("%q, %t, %v", answer, done, err)
	}
	if _, _, err := a.Next("no base64"); !errors.Is(err, IncorrectEncoding) {
		t.Error(err)
	}
}

// FuzzAccept plays any client: whatever it says, nothing panics, and nobody gets in.
func FuzzAccept(f *testing.F) {
	h := hostOf(f)
	f.Add("n,,n=user,r=abc", "c=biws,r=abc,p=QUFB")
	f.Add("y,a=x,n=user,r=abc", "c=eSxhPXgs,r=abc,p=QUFBQUFBQUFBQUFBQUFBQUFBQUE=")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, first, second string) {
		a, err := h.Accept(Channel{}, "SCRAM-SHA-1")
		if err != nil {
			t.Fatal(err)
		}
		for _, message := range []string{first, strings.ReplaceAll(second, "abc", a.nonce)} {
			answer, done, err := a.Next(base(message))
			var c Condition
			if done || err != nil && (!errors.As(err, &c) || answer != "") || len(answer) > 3*maxMessage {
				t.Fatalf("%q: %q, %t, %v", message, answer, done, err)
			}
		}
	})
}
