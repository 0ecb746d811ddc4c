package sasl

import (
	"crypto/tls"
	"errors"
	"strings"
	"testing"
)

// TestA07Vectors: the conversations of RFC 5802 section 5 and RFC 7677 section 3.
func TestA07Vectors(t *testing.T) {
	for _, tc := range []struct{ mechanism, nonce, first, server, final, signature string }{
		{
			"SCRAM-SHA-1", "fyko+d2lbbFgONRv9qkxdawL",
			"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
			"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
			"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
			"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
		},
		{
			"SCRAM-SHA-256", "rOprNGfwEbeRWgbNEkqO",
			"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
			"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
			"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
			"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
		},
	} {
		for _, split := range []bool{false, true} { // the signature with <success/>, or in a challenge before it
			a := accountOf(t, func(c *Credentials) {
				c.AllowInsecure = true
				c.Password = func() string { return "pencil" }
			})
			a.nonce = func() string { return tc.nonce }
			x, first := started(t, a, Channel{}, offer(tc.mechanism))
			if first != tc.first {
				t.Errorf("%s: first %q, want %q", tc.mechanism, first, tc.first)
			}
			final, err := x.Next(t.Context(), base(tc.server))
			if err != nil || plainText(t, final) != tc.final {
				t.Errorf("%s: final %q, %v; want %q", tc.mechanism, final, err, base(tc.final))
			}
			success := base(tc.signature)
			if split {
				if empty, err := x.Next(t.Context(), success); empty != "" || err != nil {
					t.Errorf("%s: %q, %v to the signature", tc.mechanism, empty, err)
				}
				success = "="
			}
			if err := x.Done(success); err != nil || !a.Pinned() {
				t.Errorf("%s: %v, pinned %t", tc.mechanism, err, a.Pinned())
			}
		}
	}
}

// converse holds a whole conversation with s.
func converse(t *testing.T, a *Account, ch Channel, o Offer, s *scramServer) error {
	t.Helper()
	x, err := a.Begin(ch, o)
	if err != nil {
		return err
	}
	s.mechanism = x.Mechanism()
	text, err := x.Start()
	if err != nil {
		return err
	}
	if text, err = x.Next(t.Context(), base(s.answer(plainText(t, text)))); err != nil {
		return err
	}
	return x.Done(base(s.judge(plainText(t, text))))
}

func newServer() *scramServer {
	return &scramServer{password: secret, salt: "salt", iterations: 4096}
}

// TestA08Bindings: both sides agree on what their connection is bound by, for
// each type, and a man between them is found.
func TestA08Bindings(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		client, server := tlsState(t, version, nil)
		middle, _ := tlsState(t, version, nil) // another connection, with another certificate
		theirs := map[string]string{tlsEndPoint: string(endPoint(client.PeerCertificates[0]))}
		if ekm, err := server.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32); err == nil {
			theirs[tlsExporter] = string(ekm)
		}
		types := []string{tlsExporter, tlsEndPoint}
		if version == tls.VersionTLS12 {
			types = append(types, tlsUnique)
			theirs[tlsUnique] = string(server.TLSUnique)
		}
		for _, kind := range types {
			for _, mechanism := range words("SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS") {
				o := Offer{Mechanisms: []string{mechanism, "SCRAM-SHA-256", "SCRAM-SHA-1"}, Bindings: []string{"unheard-of", kind}}
				s := newServer()
				s.bound = theirs
				if err := converse(t, accountOf(t, nil), Channel{client, true}, o, s); err != nil || s.mechanism != mechanism {
					t.Errorf("TLS %x, %s by %s: %v", version, s.mechanism, kind, err)
				}
				if !strings.HasPrefix(s.gs2, "p="+kind+",") {
					t.Errorf("TLS %x: header %q for %s", version, s.gs2, kind)
				}
				if err := converse(t, accountOf(t, nil), Channel{middle, true}, o, s); !errors.Is(err, ErrDowngrade) {
					t.Errorf("TLS %x, %s by %s through a man in the middle: %v", version, s.mechanism, kind, err)
				}
			}
		}
	}
}

// TestA08Flags: what the header says about channel binding, and what is bound by
// which type.
func TestA08Flags(t *testing.T) {
	tls13, _ := tlsState(t, tls.VersionTLS13, nil)
	tls12, _ := tlsState(t, tls.VersionTLS12, nil)
	// A connection that allows renegotiation exports nothing, as one without
	// extended master secret does.
	noEMS, _ := tlsState(t, tls.VersionTLS12, func(c *tls.Config) { c.Renegotiation = tls.RenegotiateOnceAsClient })
	both := words("SCRAM-SHA-1-PLUS SCRAM-SHA-1 PLAIN")
	for _, tc := range []struct {
		name       string
		tls        *tls.ConnectionState
		mechanisms []string
		bindings   []string
		want       string // mechanism and flag
		mustHash   bool
	}{
		{"no TLS", nil, words("SCRAM-SHA-1"), nil, "SCRAM-SHA-1 n", false},
		{"no TLS, PLUS", nil, both, words("tls-exporter"), "SCRAM-SHA-1 n", true},
		{"we could, it cannot", tls13, words("SCRAM-SHA-1"), nil, "SCRAM-SHA-1 y", false},
		{"only PLUS that nobody knows", tls13, words("SCRAM-X-PLUS SCRAM-SHA-1"), nil, "SCRAM-SHA-1 y", false},
		{"types without PLUS", tls13, words("SCRAM-SHA-1"), words("tls-exporter"), "SCRAM-SHA-1 y", false},
		{"exporter before all", tls13, both, words("tls-server-end-point tls-unique tls-exporter"), "SCRAM-SHA-1-PLUS p=tls-exporter", false},
		{"exporter in TLS 1.2", tls12, both, words("tls-unique tls-server-end-point tls-exporter"), "SCRAM-SHA-1-PLUS p=tls-exporter", false},
		{"end point before unique", tls12, both, words("tls-unique tls-server-end-point"), "SCRAM-SHA-1-PLUS p=tls-server-end-point", false},
		{"unique", tls12, both, words("tls-unique"), "SCRAM-SHA-1-PLUS p=tls-unique", false},
		{"unique in TLS 1.3", tls13, both, words("tls-unique"), "SCRAM-SHA-1 n", true},
		{"no exporter without EMS", noEMS, both, words("tls-exporter tls-unique tls-server-end-point"), "SCRAM-SHA-1-PLUS p=tls-server-end-point", false},
		{"no unique without EMS", noEMS, both, words("tls-exporter tls-unique"), "SCRAM-SHA-1 n", true},
		{"nothing in common", tls13, both, words("tls-future"), "SCRAM-SHA-1 n", true},
		{"an empty list", tls13, both, []string{}, "SCRAM-SHA-1 n", true},
		{"old server, TLS 1.2", tls12, both, nil, "SCRAM-SHA-1-PLUS p=tls-unique", false},
		{"old server, TLS 1.3", tls13, both, nil, "SCRAM-SHA-1 n", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := accountOf(t, func(c *Credentials) { c.AllowInsecure = true })
			x, first := started(t, a, Channel{tc.tls, true}, Offer{tc.mechanisms, tc.bindings})
			flag, _, _ := strings.Cut(first, ",")
			if got := x.Mechanism() + " " + flag; got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
			if strings.HasSuffix(x.Mechanism(), "-PLUS") {
				return
			}
			s := newServer()
			s.mechanism = x.Mechanism()
			_, err := x.Next(t.Context(), base(s.answer(first)))
			if errors.Is(err, ErrDowngrade) != tc.mustHash {
				t.Errorf("%v to a server that proves nothing", err)
			}
		})
	}
}

// TestA08Stripped: somebody who takes PLUS away from the offer is found by the
// server, and by what it says, by us.
func TestA08Stripped(t *testing.T) {
	s := newServer()
	s.bound = map[string]string{tlsExporter: "x"}
	err := converse(t, accountOf(t, nil), secureChannel(t), offer("SCRAM-SHA-1"), s)
	if !errors.Is(err, ErrDowngrade) || !errors.Is(err, NotAuthorized) {
		t.Errorf("%v with PLUS taken away", err)
	}
}

// TestNames: what stands for the names in the messages.
func TestNames(t *testing.T) {
	for _, tc := range []struct{ name, authzID, want string }{
		{"user", "", "n,,n=user,r=N"},
		{"a=b,c", "", "n,,n=a=3Db=2Cc,r=N"},
		{"=2C", "", "n,,n==3D2C,r=N"},
		{"I\u00ADX", "", "n,,n=IX,r=N"}, // RFC 4013 section 3
		{"\u2168", "", "n,,n=IX,r=N"},
		{"user", "boss@example.org", "n,a=boss@example.org,n=user,r=N"},
		{"user", "a=b@c,d", "n,a=a=3Db@c=2Cd,n=user,r=N"},
	} {
		a := accountOf(t, func(c *Credentials) { c.Username, c.AuthzID, c.AllowInsecure = tc.name, tc.authzID, true })
		a.nonce = func() string { return "N" }
		if _, first := started(t, a, Channel{}, offer("SCRAM-SHA-1")); first != tc.want {
			t.Errorf("%q for %q: %q, want %q", tc.authzID, tc.name, first, tc.want)
		}
		s := newServer()
		if err := converse(t, a, Channel{}, offer("SCRAM-SHA-1"), s); err != nil {
			t.Errorf("%q for %q: %v", tc.authzID, tc.name, err)
		}
	}
}

// TestA07NonceIsFresh: no two exchanges have the same, and it is long enough.
func TestA07NonceIsFresh(t *testing.T) {
	a := accountOf(t, func(c *Credentials) { c.AllowInsecure = true })
	seen := make(map[string]bool)
	for range 100 {
		_, first := started(t, a, Channel{}, offer("SCRAM-SHA-1"))
		_, nonce, _ := strings.Cut(first, ",r=")
		if seen[nonce] || len(nonce) < 32 || strings.Contains(nonce, ",") {
			t.Fatalf("nonce %q", nonce)
		}
		seen[nonce] = true
	}
}
