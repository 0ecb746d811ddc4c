package sasl

import (
	"crypto/hmac"
	"encoding/base64"
	"strings"
	"testing"
)

// FuzzChallenge plays any server: whatever it says, nothing panics, the password
// is not said, no work beyond the bound is done, and success is believed only with
// the signature that the oracle of the tests computes.
func FuzzChallenge(f *testing.F) {
	const first = "r=Nserver,s=QUFBQQ==,i=4096"
	s := scramServer{mechanism: "SCRAM-SHA-256", password: secret, salt: "AAAA", iterations: 4096,
		authMessage: "n=user,r=N," + first + ",c=biws,r=Nserver"}
	good := "v=" + base64.StdEncoding.EncodeToString(s.signature())
	f.Add(first, good, "")
	f.Add(first, "", good)
	f.Add(first, "v=AAAA", "v=AAAA")
	f.Add(first, "e=invalid-proof", "e=")
	f.Add(first+",h=AAAA", good, good)
	f.Add("m=1,"+first, good, "=")
	f.Add("r=Nserver,s=QUFBQQ==,i=4000000000", good, "")
	f.Add("r=Nserver,s==,i=99999999999999999999999", good, "")
	f.Add(",,,", "=", "\x00")
	f.Add(first, good+",x=y", "")

	f.Fuzz(func(t *testing.T, one, two, three string) {
		a := accountOf(t, func(c *Credentials) { c.AllowInsecure, c.MaxIterations = true, 5000 })
		a.nonce = func() string { return "N" }
		x, _ := started(t, a, Channel{}, offer("SCRAM-SHA-256"))
		text, err := x.Next(t.Context(), base(one))
		if err != nil {
			if strings.Contains(err.Error(), secret) || len(err.Error()) > 1000 {
				t.Errorf("%q", err)
			}
			if x.Done(base(two)) == nil || a.Pinned() {
				t.Error("success after an error")
			}
			return
		}
		final := plainText(t, text)
		withoutProof, _, _ := strings.Cut(final, ",p=")
		if strings.Contains(final, secret) || !strings.HasPrefix(final, "c=biws,r=N") {
			t.Errorf("%q", final)
		}
		// What it must have taken the server's message for.
		parts := strings.Split(one, ",")
		salt, _ := base64.StdEncoding.DecodeString(parts[1][2:])
		s := scramServer{mechanism: "SCRAM-SHA-256", password: secret, salt: string(salt), authMessage: "n=user,r=N," + one + "," + withoutProof}
		for _, c := range parts[2][2:] {
			s.iterations = 10*s.iterations + int(c-'0')
		}
		if s.iterations < 4096 || s.iterations > 5000 {
			t.Fatalf("%d iterations", s.iterations)
		}
		proves := func(message string) bool {
			v, _, _ := strings.Cut(message, ",")
			got, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(v, "v="))
			return err == nil && strings.HasPrefix(v, "v=") && hmac.Equal(got, s.signature())
		}
		if _, err := x.Next(t.Context(), base(two)); err == nil && !proves(two) {
			t.Errorf("%q was believed", two)
		} else if err == nil && x.Done("") != nil {
			t.Error("success was not believed behind the signature")
		}

		y, _ := started(t, a, Channel{}, offer("SCRAM-SHA-256"))
		if _, err := y.Next(t.Context(), base(one)); err != nil {
			t.Fatalf("the same again: %v", err)
		}
		if err := y.Done(base(three)); err == nil && !proves(three) {
			t.Errorf("%q was believed", three)
		}
	})
}

// FuzzBase64: what is decoded is canonical, so it encodes to itself.
func FuzzBase64(f *testing.F) {
	for _, s := range []string{"", "=", "QUFB", "QUE=", "QQ==", "QR==", "Q Q=", "QUFB\n", "=AAA"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b, err := decode(text)
		if err == nil && text != "=" && encode(b) != text {
			t.Errorf("%q decodes to %x, which is %q", text, b, encode(b))
		}
	})
}
