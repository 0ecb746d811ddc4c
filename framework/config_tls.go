package framework

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"

	"github.com/emp-framework/emp/internal/config"
)

// tlsMode is a Switch with two positions more.
func tlsMode(s string) (string, error) {
	if s == string(StartTLS) || s == string(DirectTLS) {
		return s, nil
	}
	var word string
	if config.Switch(&word).Set(s) != nil {
		return "", fmt.Errorf("%.80q is none of: on, off, starttls, direct", s)
	}
	return word, nil
}

// tlsConfig returns the configuration for the link, or nil if TLS is off. If
// there is an error, key is the one to blame. c has to be complete.
func (c *Config) tlsConfig() (conf *tls.Config, key string, err error) {
	if c.TLS.Mode == Off {
		return nil, "", nil
	}
	conf = &tls.Config{MinVersion: tls.VersionTLS12, ServerName: c.TLS.Name}
	if conf.ServerName == "" && !c.isClient() { // a client's is its domain
		if conf.ServerName, _, err = net.SplitHostPort(c.Server); err != nil {
			return nil, "server", err
		}
	}
	if c.TLS.CA != "" {
		pem, err := os.ReadFile(c.TLS.CA)
		if err != nil {
			return nil, "tls.ca", err
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return nil, "tls.ca", fmt.Errorf("%s holds no certificate in PEM form", c.TLS.CA)
		}
	}
	if c.TLS.Cert != "" {
		pair, err := tls.LoadX509KeyPair(c.TLS.Cert, c.TLS.Key)
		if err != nil {
			return nil, "tls.cert", fmt.Errorf("%s with the key %s: %w", c.TLS.Cert, c.TLS.Key, err)
		}
		conf.Certificates = []tls.Certificate{pair}
	}
	return conf, "", nil
}
