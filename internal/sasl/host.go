package sasl

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base32"
	"errors"
	"slices"
	"sync"
)

// A Host is the server's side of authentications: it says what it offers, and finds
// out whether somebody knows the password of an account, by SCRAM alone. Set before
// the first use; its methods may be called by any number of goroutines.
type Host struct {
	// Find returns what is kept of an account's password; nil: there is no such
	// account, which who asks does not learn.
	Find func(username string) *Verifier
	// Certificate is the one that TLS shows to clients, for the binding
	// tls-server-end-point; nil: that is not offered.
	Certificate *x509.Certificate

	once   sync.Once
	nobody *Verifier // of accounts that there are not
	pepper []byte    // makes their salts, always the same for a name
}

// A Verifier is what a server keeps of a password (RFC 5802 section 3): enough to
// recognize who knows it, too little to be taken for them elsewhere.
type Verifier struct {
	salt       string
	iterations int
	keys       map[*mechanismHash]keys // without the client's
}

// NewVerifier makes what is kept of a password. The error is that SASLprep
// refuses the password, or that it is empty.
func NewVerifier(password string) (*Verifier, error) {
	prepared, err := prepare(password)
	switch {
	case err != nil:
		return nil, errors.New("sasl: the password " + err.Error())
	case prepared == "":
		return nil, errors.New("sasl: the password is empty")
	}
	v := &Verifier{salt: rand.Text(), iterations: leastIterations, keys: make(map[*mechanismHash]keys)}
	for _, hash := range []*mechanismHash{useSHA1, useSHA256} {
		k, err := derive(context.Background(), factors{hash, prepared, v.salt, v.iterations})
		if err != nil {
			return nil, err
		}
		v.keys[hash] = keys{stored: k.stored, server: k.server}
		clear(k.client)
	}
	return v, nil
}

// Offer returns what the stream features say over this channel.
func (h *Host) Offer(ch Channel) Offer {
	var o Offer
	for _, b := range h.bindings(ch) {
		o.Bindings = append(o.Bindings, b.kind)
	}
	for _, m := range mechanisms {
		if m.hash != nil && (!m.plus || len(o.Bindings) > 0) {
			o.Mechanisms = append(o.Mechanisms, m.name)
		}
	}
	return o
}

// bindings are those of the channel seen from this side, where the certificate is
// our own.
func (h *Host) bindings(ch Channel) []binding {
	if !ch.encrypted() {
		return nil
	}
	state := *ch.TLS
	state.PeerCertificates = nil
	if h.Certificate != nil {
		state.PeerCertificates = []*x509.Certificate{h.Certificate}
	}
	return Channel{TLS: &state}.bindings()
}

// Accept begins an authentication by the mechanism that <auth/> names. The error is
// the condition InvalidMechanism.
func (h *Host) Accept(ch Channel, mechanism string) (*Acceptance, error) {
	if !slices.Contains(h.Offer(ch).Mechanisms, mechanism) {
		return nil, InvalidMechanism
	}
	return &Acceptance{host: h, mechanism: find(mechanism), bindings: h.bindings(ch), nonce: newNonce()}, nil
}

// verifier returns that of the account, or one that no password fits: whoever
// tries names gets the same answers for all.
func (h *Host) verifier(username string) *Verifier {
	if v := h.Find(username); v != nil {
		return v
	}
	h.once.Do(func() {
		h.nobody, _ = NewVerifier(rand.Text()) // which SASLprep takes
		h.pepper = []byte(rand.Text())
	})
	m := hmac.New(sha256.New, h.pepper)
	m.Write([]byte(username))
	return &Verifier{salt: base32.StdEncoding.EncodeToString(m.Sum(nil))[:len(h.nobody.salt)], iterations: h.nobody.iterations, keys: h.nobody.keys}
}
