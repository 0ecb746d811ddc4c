package framework_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// An authority makes certificates for accounts.
type authority struct {
	t    *testing.T
	dir  string
	file string // its own certificate
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t, dir: t.TempDir()}
	a.cert = &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority of accounts"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.file, a.key = a.write("authority", a.cert, nil)
	return a
}

// write makes a certificate and its key, in one file, signed by signer or by itself.
func (a *authority) write(name string, cert *x509.Certificate, signer *ecdsa.PrivateKey) (file string, key *ecdsa.PrivateKey) {
	a.t.Helper()
	check := func(err error) {
		a.t.Helper()
		if err != nil {
			a.t.Fatal(err)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	if signer == nil {
		signer = key
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, a.cert, &key.PublicKey, signer)
	check(err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	check(err)
	file = filepath.Join(a.dir, name)
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})...)
	check(os.WriteFile(file, text, 0o600))
	return file, key
}

// account makes a certificate with the address of an account in it (RFC 6120 section
// 13.7.1.4).
func (a *authority) account(address string) (file string) {
	a.t.Helper()
	der := func(v any, params string) []byte {
		b, err := asn1.MarshalWithParams(v, params)
		if err != nil {
			a.t.Fatal(err)
		}
		return b
	}
	wrap := func(class, tag int, b []byte) []byte {
		return der(asn1.RawValue{Class: class, Tag: tag, IsCompound: true, Bytes: b}, "")
	}
	onXMPPAddr := der(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 8, 5}, "")
	other := append(onXMPPAddr, wrap(asn1.ClassContextSpecific, 0, der(address, "utf8"))...)
	file, _ = a.write(address, &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: address}, NotBefore: a.cert.NotBefore, NotAfter: a.cert.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature,
		ExtraExtensions: []pkix.Extension{{
			Id:    asn1.ObjectIdentifier{2, 5, 29, 17},
			Value: wrap(asn1.ClassUniversal, asn1.TagSequence, wrap(asn1.ClassContextSpecific, 0, other)),
		}},
	}, a.key)
	return file
}

// TestClientExternal: a certificate logs in whom it names, without a password; one for
// another account, or from an authority that the server does not know, nobody. Prosody
// itself knows certificates of servers alone.
func TestClientExternal(t *testing.T) {
	t.Parallel()
	known, stranger := newAuthority(t), newAuthority(t)
	srv := xmpptest.Ejabberd(t, xmpptest.Options{
		ClientTLS: true, Accounts: []string{"bot", "eve"}, Secret: secret,
		Config: []string{"c2s_cafile: " + known.file}, ClientConfig: []string{"tls_verify: true"},
	})
	start := func(cert string) *subject {
		conf := clientConfig(srv)
		conf.Secret, conf.TLS.Cert, conf.TLS.Key = framework.Secret{}, cert, cert
		return runApp(t, &framework.App{Routes: hack, Config: conf})
	}
	app := start(known.account("bot@localhost"))
	select {
	case <-app.Ready():
	case err := <-app.done:
		app.done <- err
		t.Fatal(err)
	case <-time.After(time.Minute):
		t.Fatal("not ready")
	}
	if err := app.end(); err != nil {
		t.Error(err)
	}
	for cert, says := range map[string]string{
		stranger.account("bot@localhost"): "the server does not take our certificate for bot@localhost",
		known.account("eve@localhost"):    "we are bot@localhost, and it says that we are eve@localhost",
	} {
		if err := start(cert).ended(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("want %q, it ended with %v", says, err)
		}
	}
}
