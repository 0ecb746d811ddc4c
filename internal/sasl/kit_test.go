package sasl

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"
)

const secret = "pencil, the password"

// accountOf makes an account with that password, changed by change.
func accountOf(t testing.TB, change func(*Credentials)) *Account {
	t.Helper()
	c := Credentials{Username: "user", Password: func() string { return secret }}
	if change != nil {
		change(&c)
	}
	a, err := NewAccount(c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// started makes an exchange that has started, and returns what it said, decoded.
func started(t testing.TB, a *Account, ch Channel, o Offer) (*Exchange, string) {
	t.Helper()
	x, err := a.Begin(ch, o)
	if err != nil {
		t.Fatal(err)
	}
	text, err := x.Start()
	if err != nil {
		t.Fatal(err)
	}
	return x, plainText(t, text)
}

// plainText decodes what we send, which is never the server's way of saying
// nothing, but for "=".
func plainText(t testing.TB, text string) string {
	t.Helper()
	if text == "=" {
		return ""
	}
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		t.Fatalf("%q is not base64: %v", text, err)
	}
	return string(b)
}

func base(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// tlsState returns what a client knows of a TLS connection of a version, and the
// server.
func tlsState(t testing.TB, version uint16, change func(client *tls.Config)) (client, server *tls.ConnectionState) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	cfg := &tls.Config{RootCAs: roots, ServerName: "localhost", MinVersion: version, MaxVersion: version}
	if change != nil {
		change(cfg)
	}
	here, there := net.Pipe()
	defer here.Close()
	defer there.Close()
	s := tls.Server(there, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	c := tls.Client(here, cfg)
	done := make(chan error, 1)
	go func() { done <- s.Handshake() }()
	if err := c.Handshake(); err != nil {
		t.Fatal(err)
	}
	go c.Read(make([]byte, 1)) // what TLS 1.3 sends behind the handshake
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	cs, ss := c.ConnectionState(), s.ConnectionState()
	return &cs, &ss
}

// secureChannel is TLS 1.3, its certificate checked.
func secureChannel(t testing.TB) Channel {
	t.Helper()
	cs, _ := tlsState(t, tls.VersionTLS13, nil)
	return Channel{TLS: cs, Verified: true}
}

func offer(names ...string) Offer { return Offer{Mechanisms: names} }

func words(s string) []string { return strings.Fields(s) }
