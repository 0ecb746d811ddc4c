package sasl

import (
	"crypto/tls"
	"slices"
	"strings"
	"testing"
)

// TestA05Model goes through every state in which an authentication can begin:
// every channel, every set of mechanisms that a server can offer, every list of
// bindings, all credentials and what was learned before. In none may anything
// leave that this channel must not carry, nor anything be used that is weaker than
// what could be.
//
// What must hold is written here as sentences about the outcome, so that a slip
// in the order of the conditions in objection cannot be in both.
func TestA05Model(t *testing.T) {
	tls13, _ := tlsState(t, tls.VersionTLS13, nil)
	tls12, _ := tlsState(t, tls.VersionTLS12, nil)
	channels := []Channel{
		{}, {Verified: true}, {TLS: new(tls.ConnectionState), Verified: true},
		{TLS: tls13}, {TLS: tls13, Verified: true}, {TLS: tls12, Verified: true},
	}
	names := words("EXTERNAL SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-1 PLAIN ANONYMOUS DIGEST-MD5")
	lists := [][]string{nil, {}, {"tls-exporter"}, {"tls-future"}}

	offers := make([][]string, 1<<len(names))
	for set := range offers {
		for i, name := range names {
			if set>>i&1 == 1 {
				offers[set] = append(offers[set], name)
			}
		}
	}

	var states, begun, proven int
	for _, c := range allCredentials() {
		for _, pinned := range []bool{false, true} {
			a, err := NewAccount(c)
			if err != nil {
				t.Fatal(err)
			}
			a.pinned.Store(pinned)
			for _, ch := range channels {
				for _, list := range lists {
					p := ch.plan(Offer{names, list}) // of use to those with PLUS only, whatever else is offered
					for set, offered := range offers {
						o := Offer{offered, list}
						states++
						if checkChoice(t, a, ch, p, o) {
							begun++
						}
						// What is said then depends on the mechanism and the plan:
						// each alone, and all together, is all there is.
						if set&(set-1) == 0 || set == len(offers)-1 {
							proven += checkWords(t, a, ch, o)
						}
						if t.Failed() {
							t.Fatalf("credentials %+v, pinned %t, channel %+v, offer %+v", c, pinned, ch, o)
						}
					}
				}
			}
		}
	}
	t.Logf("%d states, %d authentications begun, %d proofs", states, begun, proven)
	if states < 100_000 || begun == 0 || proven == 0 {
		t.Error("most of it was not checked")
	}
}

// allCredentials are all combinations that make an Account.
func allCredentials() []Credentials {
	var all []Credentials
	for bits := range 1 << 6 {
		is := func(i int) bool { return bits>>i&1 == 1 }
		c := Credentials{External: is(0), Anonymous: is(1), AllowPlain: is(2), AllowInsecure: is(3), RequireBinding: is(4)}
		if is(5) {
			c.Username, c.Password = "user", func() string { return secret }
		}
		if _, err := c.check(); err == nil {
			all = append(all, c)
		}
	}
	return all
}

// weakestFirst are the mechanisms of requirement A05.
var weakestFirst = words("ANONYMOUS PLAIN SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS EXTERNAL")

// checkChoice says what must hold of a choice, in its own order, and reports
// whether there is one.
func checkChoice(t *testing.T, a *Account, ch Channel, p plan, o Offer) bool {
	encrypted := ch.TLS != nil && ch.TLS.HandshakeComplete
	verified := encrypted && ch.Verified
	var best string
	for _, name := range weakestFirst {
		scram := strings.HasPrefix(name, "SCRAM-")
		plus := strings.HasSuffix(name, "-PLUS")
		ok := slices.Contains(o.Mechanisms, name)
		ok = ok && (verified || a.c.AllowInsecure)
		ok = ok && (a.c.Password != nil || !scram && name != "PLAIN")
		ok = ok && a.c.Anonymous == (name == "ANONYMOUS")
		if name == "PLAIN" {
			ok = ok && verified && a.c.AllowPlain && !a.Pinned()
		}
		if name == "EXTERNAL" {
			ok = ok && encrypted && a.c.External
		} else if !plus {
			ok = ok && !a.c.RequireBinding
		}
		if plus {
			ok = ok && encrypted && p.bound.kind != ""
		}
		if ok {
			best = name
		}
	}
	var got string
	if m := a.choose(ch, p, o); m != nil {
		got = m.name
	}
	if got != best {
		t.Errorf("%q was chosen, not %q", got, best)
	}
	return best != ""
}

// checkWords has an exchange say all it would say, to a server that is not after
// anything but the password, and looks for that in it. It returns how many proofs
// were made.
func checkWords(t *testing.T, a *Account, ch Channel, o Offer) (proofs int) {
	verified := ch.TLS != nil && ch.TLS.HandshakeComplete && ch.Verified
	x, err := a.Begin(ch, o)
	if err != nil {
		if x != nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%v with %v", x, err)
		}
		return 0
	}
	text, err := x.Start()
	if err != nil {
		t.Error(err)
		return 0
	}
	said := plainText(t, text)
	plain := x.Mechanism() == "PLAIN"
	if strings.Contains(said, secret) != plain || plain && !verified {
		t.Errorf("%s said %q", x.Mechanism(), said)
	}
	s := newServer()
	s.mechanism = x.Mechanism()
	challenge := "r=,s=c2FsdA==,i=4096"
	if x.mechanism.hash != nil {
		challenge = s.answer(said)
	}
	text, err = x.Next(t.Context(), base(challenge))
	if err != nil {
		return 0
	}
	if said = plainText(t, text); strings.Contains(said, secret) {
		t.Errorf("%s said %q", x.Mechanism(), said)
	}
	if !verified && !a.c.AllowInsecure {
		t.Errorf("%s proved itself on %+v", x.Mechanism(), ch)
	}
	return 1
}
