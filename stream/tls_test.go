package stream

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/pipe"
)

// certificate makes one for name, signed by itself.
func certificate(t testing.TB, name string, until time.Time) (tls.Certificate, *x509.CertPool) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: until.Add(-48 * time.Hour), NotAfter: until, IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// TestA03: TLS is with whom it should be, or not at all; and the errors say that
// trying again is of no use.
func TestA03TLS(t *testing.T) {
	tomorrow := time.Now().Add(24 * time.Hour)
	good, trusted := certificate(t, "xmpp.example", tomorrow)
	old, trustedOld := certificate(t, "xmpp.example", time.Now().Add(-time.Hour))
	own, _ := certificate(t, "comp.localhost", tomorrow)
	for name, tc := range map[string]struct {
		server, client *tls.Config
		plain, ok      bool
	}{
		"right":                 {&tls.Config{Certificates: []tls.Certificate{good}}, &tls.Config{RootCAs: trusted}, false, true},
		"right, TLS 1.2":        {&tls.Config{Certificates: []tls.Certificate{good}, MaxVersion: tls.VersionTLS12}, &tls.Config{RootCAs: trusted}, false, true},
		"another name":          {&tls.Config{Certificates: []tls.Certificate{good}}, &tls.Config{RootCAs: trusted, ServerName: "other.example"}, false, false},
		"unknown authority":     {&tls.Config{Certificates: []tls.Certificate{good}}, &tls.Config{RootCAs: trustedOld}, false, false},
		"expired":               {&tls.Config{Certificates: []tls.Certificate{old}}, &tls.Config{RootCAs: trustedOld}, false, false},
		"TLS 1.1 only":          {&tls.Config{Certificates: []tls.Certificate{good}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS10}, false, false},
		"no TLS there":          {plain: true, client: &tls.Config{RootCAs: trusted}},
		"ours is demanded":      {&tls.Config{Certificates: []tls.Certificate{good}, ClientAuth: tls.RequireAnyClientCert}, &tls.Config{RootCAs: trusted}, false, false},
		"ours is demanded, 1.2": {&tls.Config{Certificates: []tls.Certificate{good}, ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12}, &tls.Config{RootCAs: trusted}, false, false},
		"ours is given":         {&tls.Config{Certificates: []tls.Certificate{good}, ClientAuth: tls.RequireAnyClientCert}, &tls.Config{RootCAs: trusted, Certificates: []tls.Certificate{own}}, false, true},
		"no common application": {&tls.Config{Certificates: []tls.Certificate{good}, NextProtos: []string{"h2"}}, &tls.Config{RootCAs: trusted, NextProtos: []string{"xmpp-server"}}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			ours, its := pipe.New()
			done := make(chan struct{})
			go func() {
				defer close(done)
				defer its.Close()
				var conn net.Conn = its
				if !tc.plain {
					conn = tls.Server(its, tc.server)
				}
				if tc.plain {
					its.Read(make([]byte, 1<<10))
				}
				io.WriteString(conn, header+"<handshake/>")
				if tc.plain {
					return
				}
				io.Copy(io.Discard, conn)
			}()
			before := tc.client.Clone()
			link, err := DialComponent(t.Context(), Options{
				Server: "xmpp.example", TLS: tc.client,
			}.with("comp.localhost", ours))
			if tc.ok {
				if err != nil {
					t.Fatal(err)
				}
				link.Abort()
			} else if err == nil || !Misconfigured(err) {
				t.Errorf("got %v, and trying again would help: %t", err, !Misconfigured(err))
			}
			if tc.client.ServerName != before.ServerName || tc.client.MinVersion != before.MinVersion {
				t.Error("the caller's configuration is changed")
			}
			<-done
		})
	}
}

// TestTLSPasses: a TLS handshake that is cut off or slow is no mistake of anybody.
func TestTLSPasses(t *testing.T) {
	_, trusted := certificate(t, "xmpp.example", time.Now().Add(time.Hour))
	bubble("cut", t, func(t *testing.T) {
		srv, opts := newServer(t)
		opts.TLS = &tls.Config{RootCAs: trusted}
		srv.Close()
		if _, err := DialComponent(t.Context(), opts); err == nil || Misconfigured(err) {
			t.Error(err)
		}
	})
	bubble("silent", t, func(t *testing.T) {
		srv, opts := newServer(t)
		opts.TLS = &tls.Config{RootCAs: trusted}
		began := time.Now()
		if _, err := DialComponent(context.Background(), opts); !errors.Is(err, context.DeadlineExceeded) || Misconfigured(err) || time.Since(began) != stepTime {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		srv.rest()
	})
}

// remote is a connection to another machine.
type remote struct {
	net.Conn
	addr string
}

func (r remote) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.ParseIP(r.addr), Port: 5347} }

// TestK08: without TLS nothing goes to another machine unless that is allowed.
func TestK08Plain(t *testing.T) {
	for addr, local := range map[string]bool{
		"127.0.0.1": true, "127.8.9.1": true, "::1": true, "::ffff:127.0.0.1": true,
		"192.0.2.1": false, "10.0.0.1": false, "2001:db8::1": false, "fe80::1": false, "0.0.0.0": false,
	} {
		for _, allowed := range []bool{false, true} {
			srv, opts := newServer(t)
			ours, _ := opts.Dial(t.Context(), "", "")
			opts = opts.with("comp.localhost", remote{ours, addr})
			opts.AllowPlain = allowed
			srv.say(header + "<handshake/>")
			link, err := DialComponent(t.Context(), opts)
			if local || allowed {
				if err != nil {
					t.Errorf("%s: %v", addr, err)
					continue
				}
				link.Abort()
				continue
			}
			if !errors.Is(err, ErrPlain) || !Misconfigured(err) {
				t.Errorf("%s: %v", addr, err)
			}
			srv.ends("") // nothing was sent
		}
	}
}
