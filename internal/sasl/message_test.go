package sasl

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// prover returns an exchange by SCRAM-SHA-256 with the nonce N that waits for the
// server's first message.
func prover(t testing.TB) *Exchange {
	a := accountOf(t, func(c *Credentials) { c.AllowInsecure = true })
	a.nonce = func() string { return "N" }
	x, _ := started(t, a, Channel{}, offer("SCRAM-SHA-256"))
	return x
}

// TestA07Challenges: what the server's first message must be.
func TestA07Challenges(t *testing.T) {
	for _, tc := range []struct {
		name, message string
		want          error
	}{
		{"good", "r=Nserver,s=QUFBQQ==,i=4096", nil},
		{"good, most iterations", "r=Nserver,s=QUFBQQ==,i=20000", nil},
		{"unknown extensions", "r=Nserver,s=QUFBQQ==,i=4096,x=1,Z=a=b", nil},
		{"empty", "", ErrChallenge},
		{"no attributes", "hello", ErrChallenge},
		{"another's nonce", "r=Mserver,s=QUFBQQ==,i=4096", ErrChallenge},
		{"our nonce alone", "r=N,s=QUFBQQ==,i=4096", ErrChallenge},
		{"our nonce at the end", "r=serverN,s=QUFBQQ==,i=4096", ErrChallenge},
		{"no nonce", "s=QUFBQQ==,i=4096", ErrChallenge},
		{"empty nonce", "r=,s=QUFBQQ==,i=4096", ErrChallenge},
		{"nonce with a space", "r=N server,s=QUFBQQ==,i=4096", ErrChallenge},
		{"nonce beyond ASCII", "r=Nsérver,s=QUFBQQ==,i=4096", ErrChallenge},
		{"order", "s=QUFBQQ==,r=Nserver,i=4096", ErrChallenge},
		{"twice", "r=Nserver,r=Nserver,s=QUFBQQ==,i=4096", ErrChallenge},
		{"capitals", "R=Nserver,s=QUFBQQ==,i=4096", ErrChallenge},
		{"no salt", "r=Nserver,i=4096", ErrChallenge},
		{"empty salt", "r=Nserver,s=,i=4096", ErrChallenge},
		{"salt not padded", "r=Nserver,s=QUFBQQ,i=4096", ErrChallenge},
		{"salt with pad bits", "r=Nserver,s=QUFBQR==,i=4096", ErrChallenge},
		{"salt with a line end", "r=Nserver,s=QUFB\nQQ==,i=4096", ErrChallenge},
		{"no iterations", "r=Nserver,s=QUFBQQ==", ErrChallenge},
		{"few iterations", "r=Nserver,s=QUFBQQ==,i=4095", ErrChallenge},
		{"one iteration", "r=Nserver,s=QUFBQQ==,i=1", ErrChallenge},
		{"no iterations at all", "r=Nserver,s=QUFBQQ==,i=0", ErrChallenge},
		{"fewer", "r=Nserver,s=QUFBQQ==,i=-4096", ErrChallenge},
		{"signed", "r=Nserver,s=QUFBQQ==,i=+4096", ErrChallenge},
		{"led by 0", "r=Nserver,s=QUFBQQ==,i=04096", ErrChallenge},
		{"hexadecimal", "r=Nserver,s=QUFBQQ==,i=0x1000", ErrChallenge},
		{"more than allowed", "r=Nserver,s=QUFBQQ==,i=10000001", ErrChallenge},
		{"more than a number holds", "r=Nserver,s=QUFBQQ==,i=99999999999999999999", ErrChallenge},
		{"reserved in front", "m=ext,r=Nserver,s=QUFBQQ==,i=4096", ErrChallenge},
		{"reserved behind", "r=Nserver,s=QUFBQQ==,i=4096,m=ext", ErrChallenge},
		{"extension without value", "r=Nserver,s=QUFBQQ==,i=4096,x=", ErrChallenge},
		{"extension without letter", "r=Nserver,s=QUFBQQ==,i=4096,1=a", ErrChallenge},
		{"comma at the end", "r=Nserver,s=QUFBQQ==,i=4096,", ErrChallenge},
		{"NUL", "r=Nserver,s=QUFBQQ==,i=4096,x=a\x00b", ErrChallenge},
		{"not UTF-8", "r=Nserver,s=QUFBQQ==,i=4096,x=\xff", ErrChallenge},
		{"too long", "r=N" + strings.Repeat("s", maxMessage) + ",s=QUFBQQ==,i=4096", ErrChallenge},
		{"an error", "e=unknown-user", ErrChallenge},
		{"the signature at once", "v=AAAA", ErrChallenge},
		{"a hash of XEP-0474 that is none", "r=Nserver,s=QUFBQQ==,i=4096,h=?", ErrChallenge},
		{"two hashes of XEP-0474", "r=Nserver,s=QUFBQQ==,i=4096,h=QUFB,h=QUFB", ErrChallenge},
		{"a wrong hash of XEP-0474", "r=Nserver,s=QUFBQQ==,i=4096,h=QUFB", ErrDowngrade},
	} {
		x := prover(t)
		final, err := x.Next(t.Context(), base(tc.message))
		if !errors.Is(err, tc.want) || (final == "") != (tc.want != nil) {
			t.Errorf("%s: %q, %v; want %v", tc.name, final, err, tc.want)
		}
		if tc.want != nil { // and that is the end
			if _, err := x.Next(t.Context(), base("r=Nserver,s=QUFBQQ==,i=4096")); !errors.Is(err, ErrOrder) {
				t.Errorf("%s: %v to a challenge after the end", tc.name, err)
			}
			if err := x.Done(""); !errors.Is(err, ErrOrder) {
				t.Errorf("%s: %v to success after the end", tc.name, err)
			}
		}
	}
}

// TestA07Success: SCRAM ends well only with the server's signature, with success
// or in a challenge before it.
func TestA07Success(t *testing.T) {
	const first = "r=Nserver,s=QUFBQQ==,i=4096"
	signature := func(x *Exchange) string { return "v=" + strict.EncodeToString(x.scram.signature) }
	for _, tc := range []struct {
		name    string
		success func(x *Exchange) string
		want    error
	}{
		{"good", signature, nil},
		{"with an extension", func(x *Exchange) string { return signature(x) + ",x=y" }, nil},
		{"none", func(*Exchange) string { return "" }, ErrServer},
		{"wrong", func(*Exchange) string { return "v=AAAA" }, ErrServer},
		{"longer", func(x *Exchange) string {
			return "v=" + strict.EncodeToString(append(slices.Clone(x.scram.signature), 0))
		}, ErrServer},
		{"shorter", func(x *Exchange) string { return "v=" + strict.EncodeToString(x.scram.signature[:31]) }, ErrServer},
		{"a bit off", func(x *Exchange) string {
			off := slices.Clone(x.scram.signature)
			off[31] ^= 1
			return "v=" + strict.EncodeToString(off)
		}, ErrServer},
		{"our own proof", func(x *Exchange) string { return "p=" + strict.EncodeToString(x.scram.signature) }, ErrServer},
		{"not base64", func(*Exchange) string { return "v=?" }, ErrServer},
		{"reserved", func(x *Exchange) string { return signature(x) + ",m=1" }, ErrChallenge},
		{"another attribute in front", func(x *Exchange) string { return "x=1," + signature(x) }, ErrServer},
		{"an error", func(*Exchange) string { return "e=invalid-proof" }, NotAuthorized},
		{"an error nobody knows", func(*Exchange) string { return "e=moon" }, NotAuthorized},
		{"no resources", func(*Exchange) string { return "e=no-resources" }, TemporaryAuthFailure},
		{"a complaint", func(*Exchange) string { return "e=invalid-encoding" }, MalformedRequest},
		{"the channel", func(*Exchange) string { return "e=channel-bindings-dont-match" }, ErrDowngrade},
	} {
		for _, split := range []bool{false, true} {
			x := prover(t)
			if _, err := x.Next(t.Context(), base(first)); err != nil {
				t.Fatal(err)
			}
			var err error
			if message := base(tc.success(x)); split {
				if _, err = x.Next(t.Context(), message); err == nil {
					err = x.Done("")
				}
			} else {
				err = x.Done(message)
			}
			if split && tc.name == "none" { // an empty challenge is a bad one, not a missing signature
				tc.want = ErrChallenge
			}
			if !errors.Is(err, tc.want) || tc.want != nil && err == nil {
				t.Errorf("%s, split %t: %v, want %v", tc.name, split, err, tc.want)
			}
			if x.account.Pinned() != (tc.want == nil) {
				t.Errorf("%s, split %t: pinned %t", tc.name, split, x.account.Pinned())
			}
		}
	}

	t.Run("order", func(t *testing.T) {
		x := prover(t)
		if text, err := x.Start(); text != "" || !errors.Is(err, ErrOrder) {
			t.Errorf("%q, %v to a second Start", text, err)
		}
		x, err := accountOf(t, nil).Begin(secureChannel(t), offer("SCRAM-SHA-1"))
		if err != nil {
			t.Fatal(err)
		}
		if text, err := x.Next(t.Context(), base(first)); text != "" || !errors.Is(err, ErrOrder) {
			t.Errorf("%q, %v before Start", text, err)
		}
	})
	t.Run("no challenge due", func(t *testing.T) {
		a := accountOf(t, func(c *Credentials) { c.External = true })
		x, said := started(t, a, secureChannel(t), offer("EXTERNAL"))
		if _, err := x.Next(t.Context(), ""); said != "" || !errors.Is(err, ErrChallenge) {
			t.Errorf("%v to a challenge of EXTERNAL, which said %q", err, said)
		}
		a = accountOf(t, func(c *Credentials) { c.External, c.AuthzID = true, "boss@example.org" })
		x, said = started(t, a, secureChannel(t), offer("EXTERNAL"))
		if err := x.Done(base("data")); said != "boss@example.org" || !errors.Is(err, ErrChallenge) {
			t.Errorf("%v to data of EXTERNAL, which said %q", err, said)
		}
		a = accountOf(t, func(c *Credentials) { c.AllowPlain, c.AuthzID = true, "boss@example.org" })
		if _, said := started(t, a, secureChannel(t), offer("PLAIN")); said != "boss@example.org\x00user\x00"+secret {
			t.Errorf("PLAIN said %q", said)
		}
	})
	t.Run("too early", func(t *testing.T) {
		if err := prover(t).Done(base("v=AAAA")); !errors.Is(err, ErrServer) {
			t.Errorf("%v before our proof", err)
		}
	})
	t.Run("twice", func(t *testing.T) {
		x := prover(t)
		x.Next(t.Context(), base(first))
		sig := base(signature(x))
		if _, err := x.Next(t.Context(), sig); err != nil {
			t.Fatal(err)
		}
		if err := x.Done(sig); !errors.Is(err, ErrChallenge) {
			t.Errorf("%v to the signature again", err)
		}
	})
}

// TestA06Base64: nothing else is in the texts of the elements.
func TestA06Base64(t *testing.T) {
	for text, good := range map[string]bool{
		"": true, "=": true, "QUFB": true, "QUE=": true, "QQ==": true,
		"=AAA": false, "AA A=": false, "QQ=": false, "QQ": false, "Q": false, "QR==": false, "QQ==\n": false, "\nQQ==": false,
		"QU\r\nFB": false, "QUFB=": false, "==": false, "QQ==QQ==": false, "-_-_": false, "QUF\x00": false, " ": false,
	} {
		if _, err := decode(text); (err == nil) != good || err != nil && !errors.Is(err, ErrEncoding) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := prover(t).Next(t.Context(), "AA A="); !errors.Is(err, ErrEncoding) {
		t.Errorf("challenge: %v", err)
	}
	if err := prover(t).Done("=AAA"); !errors.Is(err, ErrEncoding) {
		t.Errorf("success: %v", err)
	}
}
