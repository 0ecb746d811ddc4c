package sasl

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"slices"
	"testing"
)

// TestA08EndPoint: which hash of the certificate it is (RFC 5929 section 4.1).
func TestA08EndPoint(t *testing.T) {
	raw := []byte("a certificate")
	s256, s384, s512 := sha256.Sum256(raw), sha512.Sum384(raw), sha512.Sum512(raw)
	for alg, want := range map[x509.SignatureAlgorithm][]byte{
		x509.MD5WithRSA: s256[:], x509.SHA1WithRSA: s256[:], x509.ECDSAWithSHA1: s256[:],
		x509.SHA256WithRSA: s256[:], x509.ECDSAWithSHA256: s256[:], x509.SHA256WithRSAPSS: s256[:],
		x509.SHA384WithRSA: s384[:], x509.ECDSAWithSHA384: s384[:], x509.SHA384WithRSAPSS: s384[:],
		x509.SHA512WithRSA: s512[:], x509.ECDSAWithSHA512: s512[:], x509.SHA512WithRSAPSS: s512[:],
		x509.PureEd25519: nil, x509.UnknownSignatureAlgorithm: nil, x509.MD2WithRSA: nil,
	} {
		if got := endPoint(&x509.Certificate{Raw: raw, SignatureAlgorithm: alg}); !bytes.Equal(got, want) {
			t.Errorf("%v: %x, want %x", alg, got, want)
		}
	}

	// And as crypto/x509 reads it from real ones.
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		key  crypto.Signer
		alg  x509.SignatureAlgorithm
		size int
	}{{rsaKey, x509.SHA384WithRSA, 48}, {rsaKey, x509.SHA512WithRSAPSS, 64}, {edKey, x509.PureEd25519, 0}} {
		c := &x509.Certificate{SerialNumber: big.NewInt(1), SignatureAlgorithm: tc.alg}
		der, err := x509.CreateCertificate(rand.Reader, c, c, tc.key.Public(), tc.key)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil || len(endPoint(cert)) != tc.size {
			t.Errorf("%v: %x, %v", tc.alg, endPoint(cert), err)
		}
	}
}

// TestA08Exporter: both ends of a connection agree, and two connections of the
// same certificate differ.
func TestA08Exporter(t *testing.T) {
	for version, want := range map[uint16][]string{
		tls.VersionTLS12: {tlsExporter, tlsEndPoint, tlsUnique}, tls.VersionTLS13: {tlsExporter, tlsEndPoint},
	} {
		client, server := tlsState(t, version, nil)
		var kinds []string
		for _, b := range (Channel{TLS: client}).bindings() {
			kinds = append(kinds, b.kind)
		}
		if !slices.Equal(kinds, want) {
			t.Errorf("TLS %x: %v, want %v", version, kinds, want)
		}
		here, there := (Channel{TLS: client}).bindings()[0], (Channel{TLS: server}).bindings()[0]
		if !bytes.Equal(here.data, there.data) || len(here.data) != 32 {
			t.Errorf("TLS %x: %x here, %x there", version, here.data, there.data)
		}
	}
	if b := (Channel{TLS: new(tls.ConnectionState), Verified: true}).bindings(); b != nil {
		t.Errorf("%v before the handshake is complete", b)
	}
}
