package sasl

import (
	"crypto/tls"
	"errors"
	"strings"
	"unicode/utf8"
)

// Credentials say who authenticates, and how it may be done.
type Credentials struct {
	Username string        // the local part of the account's address
	AuthzID  string        // a bare JID: act for another account; mostly empty (RFC 6120 section 6.3.8)
	Password func() string // asked each time it is needed; nil: there is none

	// External: a client certificate was given to TLS, so EXTERNAL comes first.
	External bool
	// Anonymous: ANONYMOUS and nothing else, without Username and Password.
	Anonymous bool
	// AllowPlain allows PLAIN, which hands the password to the server: over
	// verified TLS, and never again once something better worked.
	AllowPlain bool
	// AllowInsecure allows what is not PLAIN also over a channel that is not
	// encrypted, or whose certificate was not checked. Who listens there may try
	// passwords against what SCRAM shows.
	AllowInsecure bool
	// RequireBinding refuses what does not bind to the TLS channel: all but
	// EXTERNAL and the SCRAM mechanisms with PLUS. It is for servers known to
	// have these, against somebody with a certificate for the server's name.
	RequireBinding bool
	// MaxIterations is the highest count of iterations that a server may have us
	// compute; default 10,000,000, some seconds. At least 4096.
	MaxIterations int
}

const (
	leastIterations      = 4096 // RFC 7677 section 4, and RFC 5802 section 5.1 for SHA-1
	defaultMaxIterations = 10_000_000
)

// check returns c filled in, or what is wrong with it.
func (c Credentials) check() (Credentials, error) {
	if c.MaxIterations == 0 {
		c.MaxIterations = defaultMaxIterations
	}
	switch {
	case c.Anonymous && (c.Username != "" || c.AuthzID != "" || c.Password != nil || c.External):
		return c, errors.New("sasl: Credentials.Anonymous with a name, a password or a certificate")
	case c.Anonymous && c.RequireBinding:
		return c, errors.New("sasl: Credentials.Anonymous with RequireBinding: ANONYMOUS binds to nothing")
	case !c.Anonymous && !c.External && c.Password == nil:
		return c, errors.New("sasl: Credentials have neither a password nor a certificate, and are not Anonymous")
	case c.Password != nil && c.Username == "":
		return c, errors.New("sasl: Credentials.Username is missing")
	case c.MaxIterations < leastIterations:
		return c, errors.New("sasl: Credentials.MaxIterations is below 4096, the least that is secure")
	}
	for _, name := range []string{c.Username, c.AuthzID} {
		if !utf8.ValidString(name) || strings.Contains(name, "\x00") {
			return c, errors.New("sasl: Credentials.Username or AuthzID is not UTF-8 without NUL")
		}
	}
	return c, nil
}

// A Channel is what lies below the stream when it authenticates.
type Channel struct {
	TLS *tls.ConnectionState // after the handshake; nil: not encrypted
	// Verified: the certificate was checked against the account's domain, by
	// crypto/tls or by the link (RFC 6120 section 13.7.2). Without TLS it counts
	// for nothing.
	Verified bool
}

// encrypted reports whether there is TLS, its handshake done.
func (ch Channel) encrypted() bool { return ch.TLS != nil && ch.TLS.HandshakeComplete }

// secure reports whether only the server can read what is sent.
func (ch Channel) secure() bool { return ch.encrypted() && ch.Verified }

// An Offer is what the server's stream features say, as they say it.
type Offer struct {
	Mechanisms []string // the texts of <mechanism/> (RFC 6120 section 6.3.3)
	Bindings   []string // the types in <sasl-channel-binding/> (XEP-0440); nil: there is no such feature
}
