package sasl

import (
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

const plusSuffix = "-PLUS"

// A mechanism is a way to authenticate.
type mechanism struct {
	name string
	hash *mechanismHash // of SCRAM
	plus bool           // SCRAM bound to the channel
}

var (
	useSHA1   = &mechanismHash{sha1.New}
	useSHA256 = &mechanismHash{sha256.New}
)

// mechanisms is all that we know, the best first (requirement A05).
var mechanisms = []mechanism{
	{name: external},
	{name: "SCRAM-SHA-256-PLUS", hash: useSHA256, plus: true},
	{name: "SCRAM-SHA-1-PLUS", hash: useSHA1, plus: true},
	{name: "SCRAM-SHA-256", hash: useSHA256},
	{name: "SCRAM-SHA-1", hash: useSHA1},
	{name: plain},
	{name: anonymous},
}

const (
	external  = "EXTERNAL"
	plain     = "PLAIN"
	anonymous = "ANONYMOUS"
)

// find returns the mechanism of a name, or nil.
func find(name string) *mechanism {
	i := slices.IndexFunc(mechanisms, func(m mechanism) bool { return m.name == name })
	if i < 0 {
		return nil
	}
	return &mechanisms[i]
}

// Begin chooses the best mechanism of those that the server offers, the channel
// is good for, and the credentials allow. Nothing secret is touched. If there is
// none, the error is ErrNoMechanism, says for each that was offered why not, and
// is also ErrInsecure or ErrDowngrade if one would have done but for that.
func (a *Account) Begin(ch Channel, o Offer) (*Exchange, error) {
	p := ch.plan(o)
	m := a.choose(ch, p, o)
	if m == nil {
		return nil, a.noMechanism(ch, p, o)
	}
	return &Exchange{account: a, mechanism: m, plan: p, offer: o}, nil
}

// choose returns the best mechanism that nothing speaks against, or nil.
func (a *Account) choose(ch Channel, p plan, o Offer) *mechanism {
	for i := range mechanisms {
		m := &mechanisms[i]
		if slices.Contains(o.Mechanisms, m.name) && a.objection(m, ch, p) == nil {
			return m
		}
	}
	return nil
}

// An objection is what speaks against a mechanism, as it stands in brackets
// behind its name.
type objection struct {
	text string
	kind error // ErrInsecure, ErrDowngrade or nil
}

var (
	unknown      = &objection{"unknown", nil}
	notAnonymous = &objection{"not anonymous", nil}
	notAsked     = &objection{"not asked for", nil}
	noPassword   = &objection{"no password given", nil}
	noCert       = &objection{"no client certificate given", nil}
	notAllowed   = &objection{"not allowed", nil}
	unbound      = &objection{"not bound to the TLS channel", nil}
	noBinding    = &objection{"no channel binding in common", nil}
	plaintext    = &objection{"the connection is not encrypted", ErrInsecure}
	unverified   = &objection{"the certificate was not checked", ErrInsecure}
	pinned       = &objection{"a better mechanism has worked before", ErrDowngrade}
)

// objection says what speaks against m, or nil. It is the only place where that
// is decided.
func (a *Account) objection(m *mechanism, ch Channel, p plan) *objection {
	c := &a.c
	switch {
	case m == nil:
		return unknown
	case !ch.encrypted() && (!c.AllowInsecure || m.name == plain || m.name == external || m.plus):
		return plaintext
	case !ch.secure() && (!c.AllowInsecure || m.name == plain):
		return unverified

	case c.Anonymous && m.name != anonymous:
		return notAnonymous
	case m.name == anonymous && !c.Anonymous:
		return notAsked
	case m.name == external && !c.External:
		return noCert
	case (m.name == plain || m.hash != nil) && c.Password == nil:
		return noPassword
	case m.name == plain && !c.AllowPlain:
		return notAllowed
	case m.name == plain && a.Pinned():
		return pinned
	case c.RequireBinding && m.name != external && !m.plus:
		return unbound
	case m.plus && p.bound.kind == "":
		return noBinding
	}
	return nil
}

// maxNamed is how many of a server's mechanisms an error names.
const maxNamed = 20

// noMechanism says why none of o can be used.
func (a *Account) noMechanism(ch Channel, p plan, o Offer) error {
	e := &offerError{text: "sasl: the server offers no mechanism", kinds: []error{ErrNoMechanism}}
	var said []string
	for _, name := range o.Mechanisms {
		why := a.objection(find(name), ch, p)
		if why.kind != nil && !slices.Contains(e.kinds, why.kind) {
			e.kinds = append(e.kinds, why.kind)
		}
		said = append(said, fmt.Sprintf("%s (%s)", printable(name), why.text))
	}
	if n := len(said) - maxNamed; n > 0 {
		said = append(said[:maxNamed], fmt.Sprintf("%d more", n))
	}
	if len(said) > 0 {
		e.text = "sasl: none of the server's mechanisms can be used: " + strings.Join(said, ", ")
	}
	return e
}

// An offerError is about an offer with nothing to take.
type offerError struct {
	text  string
	kinds []error
}

func (e *offerError) Error() string   { return e.text }
func (e *offerError) Unwrap() []error { return e.kinds }
