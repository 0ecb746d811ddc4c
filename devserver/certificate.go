package devserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// A certificate is that of a server, and the authority made for it, whose key is
// forgotten at once: it vouches for nothing else.
type certificate struct {
	tls  *tls.Config
	leaf *x509.Certificate
	pool *x509.CertPool
	pem  []byte // of the authority
}

// certificateLife is longer than anybody develops without a restart.
const certificateLife = 30 * 24 * time.Hour

func makeCertificate(domain string) (certificate, error) {
	c, err := newCertificate(domain)
	if err != nil {
		return c, fmt.Errorf("devserver: certificate: %w", err)
	}
	return c, nil
}

func newCertificate(domain string) (c certificate, err error) {
	now := time.Now()
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "EMP development server, of no account elsewhere"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(certificateLife),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano() + 1), Subject: pkix.Name{CommonName: domain},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
		DNSNames: []string{domain, "localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return c, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return c, err
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return c, err
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), caKey)
	if err != nil {
		return c, err
	}
	if c.leaf, err = x509.ParseCertificate(der); err != nil {
		return c, err
	}
	c.pem = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	c.pool = x509.NewCertPool()
	c.pool.AppendCertsFromPEM(c.pem)
	c.tls = &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key, Leaf: c.leaf}},
		MinVersion:   tls.VersionTLS12,
		NextProtos:   []string{"xmpp-client"}, // XEP-0368
	}
	return c, nil
}
