//go:build linux

package xmpptest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"time"
)

// The files makeCert makes.
const (
	certFile = "cert.pem" // certificate and key
	caFile   = "ca.pem"
)

// makeCert makes an authority and a certificate of its for the server, and sets
// CAs and CAFile.
func makeCert(s *Server) {
	s.t.Helper()
	ca := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "authority of one test"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: Domain},
		NotBefore:    ca.NotBefore,
		NotAfter:     ca.NotAfter,
		DNSNames:     append([]string{Domain}, s.Options.Components...),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	check := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatalf("xmpptest: certificate: %v", err)
		}
	}
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	leafKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	check(err)
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, ca, leafKey.Public(), caKey)
	check(err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(leafKey)
	check(err)

	var server bytes.Buffer
	check(pem.Encode(&server, &pem.Block{Type: "CERTIFICATE", Bytes: leafDER}))
	check(pem.Encode(&server, &pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}))
	s.write(server.String(), certFile)
	caPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	s.write(string(caPEM), caFile)
	s.CAFile = s.path(caFile)
	s.CAs = x509.NewCertPool()
	s.CAs.AppendCertsFromPEM(caPEM)
}
