package sasl

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// A scram is the state of a conversation by SCRAM (RFC 5802 section 5).
type scram struct {
	gs2       string // the gs2-header: about channel binding and the authzid
	bound     []byte // what the channel is bound by, for PLUS
	bare      string // our first message without the header
	nonce     string // our part of it
	signature []byte // what the server has to send
}

// newNonce returns 192 random bits.
func newNonce() string {
	var b [24]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// first returns our first message.
func (s *scram) first(c *Credentials, p plan, plus bool, nonce string) (string, error) {
	name, err := prepare(c.Username)
	if err != nil {
		return "", fmt.Errorf("sasl: the user name %w", err)
	}
	flag := p.flag
	if plus {
		flag = "p=" + p.bound.kind
		s.bound = p.bound.data
	}
	s.gs2 = flag + ","
	if c.AuthzID != "" {
		s.gs2 += "a=" + escape(c.AuthzID)
	}
	s.gs2 += ","
	s.nonce = nonce
	s.bare = "n=" + escape(name) + ",r=" + nonce
	return s.gs2 + s.bare, nil
}

// escape writes a name so that it holds no comma, and "=" only in front of what
// stands for one of the two (RFC 5802 section 5.1).
func escape(name string) string {
	return strings.NewReplacer("=", "=3D", ",", "=2C").Replace(name)
}

// prove returns our answer to the server's first message.
func (x *Exchange) prove(ctx context.Context, message string) (string, error) {
	s, c := &x.scram, &x.account.c
	m, err := parseServerFirst(message)
	if err != nil {
		return "", err
	}
	switch {
	case !strings.HasPrefix(m.nonce, s.nonce) || len(m.nonce) == len(s.nonce):
		return "", fmt.Errorf("%w: the nonce does not continue ours", ErrChallenge)
	case m.iterations < leastIterations:
		return "", fmt.Errorf("%w: %d iterations are less than the %d that are secure (RFC 7677)", ErrChallenge, m.iterations, leastIterations)
	case m.iterations > c.MaxIterations:
		return "", fmt.Errorf("%w: %d iterations are more than the %d allowed", ErrChallenge, m.iterations, c.MaxIterations)
	case m.hash != "" && !x.offer.hasHash(x.mechanism.hash, m.hash):
		return "", fmt.Errorf("%w: the server's hash of its mechanisms is not that of those we received (XEP-0474)", ErrDowngrade)
	case m.hash == "" && x.plan.mustHash:
		return "", fmt.Errorf("%w: the server binds to the channel, by no type that we can use, and does not prove that these are all (XEP-0474)", ErrDowngrade)
	}
	password, err := prepare(c.Password())
	switch {
	case err != nil:
		return "", fmt.Errorf("sasl: the password %w", err)
	case password == "":
		return "", errors.New("sasl: the password is empty")
	}
	final := "c=" + strict.EncodeToString(append([]byte(s.gs2), s.bound...)) + ",r=" + m.nonce
	proof, signature, err := x.account.keys.sign(ctx,
		factors{x.mechanism.hash, password, m.salt, m.iterations},
		s.bare+","+message+","+final)
	if err != nil {
		return "", fmt.Errorf("sasl: %d iterations of %s: %w", m.iterations, x.mechanism.name, err)
	}
	s.signature = signature
	return final + ",p=" + strict.EncodeToString(proof), nil
}

// verify checks the server's last message.
func (x *Exchange) verify(message string) error {
	signature, reason, err := parseServerFinal(message)
	switch {
	case err != nil:
		return err
	case reason != "":
		return x.scramRefusal(reason)
	case subtle.ConstantTimeCompare(signature, x.scram.signature) != 1:
		return fmt.Errorf("%w: its signature is wrong", ErrServer)
	}
	return nil
}

// scramRefusal is the error for an attribute e (RFC 5802 section 7).
func (x *Exchange) scramRefusal(reason string) error {
	switch reason {
	case "server-does-support-channel-binding", "channel-bindings-dont-match":
		return fmt.Errorf("%w: %w", ErrDowngrade, x.refusal(NotAuthorized, reason))
	case "no-resources":
		return x.refusal(TemporaryAuthFailure, reason)
	case "invalid-encoding", "extensions-not-supported", "unsupported-channel-binding-type", "channel-binding-not-supported", "invalid-username-encoding":
		return x.refusal(MalformedRequest, reason)
	}
	return x.refusal(NotAuthorized, reason)
}
