package framework

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"testing"
)

// certificate returns a self-signed certificate and its key, as PEM.
func certificate(t *testing.T) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"xmpp.example.org"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

func TestK08TLSConfig(t *testing.T) {
	t.Chdir(t.TempDir())
	cert, key := certificate(t)
	write(t, "cert", string(cert))
	write(t, "key", string(key))
	for _, tc := range []struct {
		name, server string
		tls          TLS
		want         string // ServerName
		ca, client   bool
	}{
		{"off", "localhost", TLS{}, "", false, false},
		{"on", "xmpp.example.org:5347", TLS{Mode: On}, "xmpp.example.org", false, false},
		{"IPv6", "2001:db8::1", TLS{Mode: On}, "2001:db8::1", false, false},
		{"name", "192.0.2.1", TLS{Mode: On, Name: "xmpp.example.org"}, "xmpp.example.org", false, false},
		{"all", "192.0.2.1", TLS{Mode: On, CA: "cert", Cert: "cert", Key: "key"}, "192.0.2.1", true, true},
	} {
		c := given
		c.Server, c.TLS = tc.server, tc.tls
		l, err := c.Load(Sources{})
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		conf, _, err := l.Config.tlsConfig()
		switch {
		case err != nil:
			t.Errorf("%s: %v", tc.name, err)
		case conf == nil:
			if tc.want != "" {
				t.Errorf("%s: no TLS", tc.name)
			}
		case conf.ServerName != tc.want || (conf.RootCAs != nil) != tc.ca || (len(conf.Certificates) > 0) != tc.client || conf.MinVersion != tls.VersionTLS12 || conf.InsecureSkipVerify:
			t.Errorf("%s: %+v", tc.name, conf)
		}
	}
}
