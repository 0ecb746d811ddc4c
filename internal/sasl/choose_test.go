package sasl

import (
	"crypto/tls"
	"errors"
	"strings"
	"testing"
)

// TestA05Order: the best that is offered, in our order and not the server's.
func TestA05Order(t *testing.T) {
	ch := secureChannel(t)
	all := words("ANONYMOUS PLAIN DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS EXTERNAL X-OAUTH2")
	a := accountOf(t, func(c *Credentials) { c.External, c.AllowPlain = true, true })
	for _, want := range words("EXTERNAL SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-1 PLAIN") {
		x, err := a.Begin(ch, Offer{all, words("tls-exporter")})
		if err != nil || x.Mechanism() != want {
			t.Fatalf("%v, %v from %v, want %s", x, err, all, want)
		}
		var rest []string
		for _, name := range all {
			if name != want {
				rest = append(rest, name)
			}
		}
		all = rest
	}
	if x, err := a.Begin(ch, offer(all...)); !errors.Is(err, ErrNoMechanism) {
		t.Errorf("%v, %v from %v", x, err, all)
	}
	guest, err := NewAccount(Credentials{Anonymous: true})
	if err != nil {
		t.Fatal(err)
	}
	if x, err := guest.Begin(ch, offer("PLAIN", "ANONYMOUS")); err != nil || x.Mechanism() != "ANONYMOUS" {
		t.Errorf("%v, %v for a guest", x, err)
	}
}

// TestA05Pin: PLAIN is never taken again once something better has worked.
func TestA05Pin(t *testing.T) {
	ch := secureChannel(t)
	a := accountOf(t, func(c *Credentials) { c.AllowPlain = true })
	takesPlain := func(when string, want bool) {
		t.Helper()
		_, err := a.Begin(ch, offer("PLAIN"))
		if (err == nil) != want || err != nil && !errors.Is(err, ErrDowngrade) {
			t.Errorf("%s: %v", when, err)
		}
	}
	takesPlain("at first", true)
	x, _ := started(t, a, ch, offer("PLAIN"))
	if err := x.Done(""); err != nil {
		t.Fatal(err)
	}
	takesPlain("after PLAIN", true)
	s := newServer()
	s.password = "another"
	if err := converse(t, a, ch, offer("SCRAM-SHA-1"), s); !errors.Is(err, NotAuthorized) {
		t.Fatal(err)
	}
	takesPlain("after SCRAM that failed", true)
	if err := converse(t, a, ch, offer("SCRAM-SHA-1"), newServer()); err != nil {
		t.Fatal(err)
	}
	takesPlain("after SCRAM", false)

	a = accountOf(t, func(c *Credentials) { c.AllowPlain, c.External = true, true })
	x, _ = started(t, a, ch, offer("EXTERNAL"))
	if err := x.Done(""); err != nil {
		t.Fatal(err)
	}
	takesPlain("after EXTERNAL", false)
}

// TestCredentials: what makes no sense is told before anything is tried.
func TestCredentials(t *testing.T) {
	pw := func() string { return secret }
	for _, tc := range []struct {
		c    Credentials
		want string // "" for none
	}{
		{Credentials{Username: "u", Password: pw}, ""},
		{Credentials{External: true}, ""},
		{Credentials{External: true, AuthzID: "u@example.org"}, ""},
		{Credentials{Anonymous: true}, ""},
		{Credentials{Username: "u", Password: pw, MaxIterations: 4096}, ""},
		{Credentials{}, "sasl: Credentials have neither a password nor a certificate, and are not Anonymous"},
		{Credentials{Username: "u"}, "sasl: Credentials have neither a password nor a certificate, and are not Anonymous"},
		{Credentials{Password: pw}, "sasl: Credentials.Username is missing"},
		{Credentials{Anonymous: true, Username: "u"}, "sasl: Credentials.Anonymous with a name, a password or a certificate"},
		{Credentials{Anonymous: true, RequireBinding: true}, "sasl: Credentials.Anonymous with RequireBinding: ANONYMOUS binds to nothing"},
		{Credentials{Username: "u", Password: pw, MaxIterations: 4095}, "sasl: Credentials.MaxIterations is below 4096, the least that is secure"},
		{Credentials{Username: "a\x00b", Password: pw}, "sasl: Credentials.Username or AuthzID is not UTF-8 without NUL"},
		{Credentials{Username: "u", AuthzID: "\xff", Password: pw}, "sasl: Credentials.Username or AuthzID is not UTF-8 without NUL"},
	} {
		_, err := NewAccount(tc.c)
		if got := errorText(err); got != tc.want {
			t.Errorf("%+v: %q, want %q", tc.c, got, tc.want)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestErrorLines: one line each, of which somebody can tell what to do.
func TestErrorLines(t *testing.T) {
	verified := secureChannel(t)
	unchecked := Channel{TLS: verified.TLS}
	plus := words("SCRAM-SHA-256-PLUS SCRAM-SHA-1 PLAIN DIGEST-MD5")
	for _, tc := range []struct {
		name   string
		change func(*Credentials)
		ch     Channel
		o      Offer
		want   string
		kinds  []error
	}{
		{"nothing offered", nil, verified, offer(), "sasl: the server offers no mechanism", nil},
		{"nothing in common", nil, verified, offer("DIGEST-MD5", "X-OAUTH2"),
			"sasl: none of the server's mechanisms can be used: DIGEST-MD5 (unknown), X-OAUTH2 (unknown)", nil},
		{"PLAIN not allowed", nil, verified, offer("PLAIN"),
			"sasl: none of the server's mechanisms can be used: PLAIN (not allowed)", nil},
		{"no TLS", nil, Channel{}, offer("PLAIN", "SCRAM-SHA-1"),
			"sasl: none of the server's mechanisms can be used: PLAIN (the connection is not encrypted), SCRAM-SHA-1 (the connection is not encrypted)", []error{ErrInsecure}},
		{"no TLS, called verified", nil, Channel{Verified: true}, offer("SCRAM-SHA-1"),
			"sasl: none of the server's mechanisms can be used: SCRAM-SHA-1 (the connection is not encrypted)", []error{ErrInsecure}},
		{"TLS not complete", nil, Channel{new(tls.ConnectionState), true}, offer("SCRAM-SHA-1"),
			"sasl: none of the server's mechanisms can be used: SCRAM-SHA-1 (the connection is not encrypted)", []error{ErrInsecure}},
		{"not checked", nil, unchecked, offer("SCRAM-SHA-1"),
			"sasl: none of the server's mechanisms can be used: SCRAM-SHA-1 (the certificate was not checked)", []error{ErrInsecure}},
		{"PLAIN where much is allowed", func(c *Credentials) { c.AllowPlain, c.AllowInsecure = true, true }, unchecked, offer("PLAIN"),
			"sasl: none of the server's mechanisms can be used: PLAIN (the certificate was not checked)", []error{ErrInsecure}},
		{"binding required", func(c *Credentials) { c.RequireBinding = true }, verified, Offer{plus, words("tls-future")},
			"sasl: none of the server's mechanisms can be used: SCRAM-SHA-256-PLUS (no channel binding in common), SCRAM-SHA-1 (not bound to the TLS channel), PLAIN (not allowed), DIGEST-MD5 (unknown)", nil},
		{"no certificate", nil, verified, offer("EXTERNAL", "ANONYMOUS"),
			"sasl: none of the server's mechanisms can be used: EXTERNAL (no client certificate given), ANONYMOUS (not asked for)", nil},
		{"no password", func(c *Credentials) { c.External, c.Password = true, nil }, verified, offer("SCRAM-SHA-1"),
			"sasl: none of the server's mechanisms can be used: SCRAM-SHA-1 (no password given)", nil},
		{"a guest", func(c *Credentials) { *c = Credentials{Anonymous: true} }, verified, offer("SCRAM-SHA-1"),
			"sasl: none of the server's mechanisms can be used: SCRAM-SHA-1 (not anonymous)", nil},
		{"strange names", nil, verified, offer("a\nb\x1b[1m", "\u202Eevil", ""),
			"sasl: none of the server's mechanisms can be used: a b [1m (unknown), evil (unknown),  (unknown)", nil},
	} {
		_, err := accountOf(t, tc.change).Begin(tc.ch, tc.o)
		if got := errorText(err); got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, got, tc.want)
		}
		for _, kind := range append(tc.kinds, ErrNoMechanism) {
			if !errors.Is(err, kind) {
				t.Errorf("%s: not %v", tc.name, kind)
			}
		}
		if len(tc.kinds) == 0 && (errors.Is(err, ErrInsecure) || errors.Is(err, ErrDowngrade)) {
			t.Errorf("%s: more than ErrNoMechanism", tc.name)
		}
	}

	many := strings.Fields(strings.Repeat(strings.Repeat("X", 1000)+" ", 1000))
	_, err := accountOf(t, nil).Begin(verified, offer(many...))
	if got := errorText(err); len(got) > 10_000 || !strings.HasSuffix(got, ", 980 more") {
		t.Errorf("an endless offer: %d bytes, …%s", len(got), got[max(0, len(got)-30):])
	}

	for _, tc := range []struct {
		name, message, success, want string
	}{
		{"wrong password", "r=Nserver,s=QUFB,i=4096", "e=invalid-proof", "sasl: the server refused SCRAM-SHA-256: not-authorized: invalid-proof"},
		{"stripped", "r=Nserver,s=QUFB,i=4096", "e=server-does-support-channel-binding", "sasl: downgrade: sasl: the server refused SCRAM-SHA-256: not-authorized: server-does-support-channel-binding"},
		{"not the server", "r=Nserver,s=QUFB,i=4096", "v=QUFB", "sasl: the server did not prove itself: its signature is wrong"},
		{"no signature", "r=Nserver,s=QUFB,i=4096", "", "sasl: the server did not prove itself: success without its signature"},
		{"weak", "r=Nserver,s=QUFB,i=100", "", "sasl: bad challenge: 100 iterations are less than the 4096 that are secure (RFC 7677)"},
		{"expensive", "r=Nserver,s=QUFB,i=4000000000", "", "sasl: bad challenge: 4000000000 iterations are more than the 10000000 allowed"},
		{"tampered", "r=Nserver,s=QUFB,i=4096,h=QUFB", "", "sasl: downgrade: the server's hash of its mechanisms is not that of those we received (XEP-0474)"},
	} {
		x := prover(t)
		_, err := x.Next(t.Context(), base(tc.message))
		if err == nil {
			err = x.Done(base(tc.success))
		}
		if got := errorText(err); got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, got, tc.want)
		}
	}
}
