package sasl

import (
	"errors"
	"testing"
)

// TestSASLprep: the examples of RFC 4013 section 3, and one for each table.
func TestSASLprep(t *testing.T) {
	for _, tc := range []struct {
		in, want string
		err      error
	}{
		{"I\u00ADX", "IX", nil},
		{"user", "user", nil},
		{"USER", "USER", nil},
		{"\u00AA", "a", nil},
		{"\u2168", "IX", nil},
		{"\u0007", "", errProhibited},
		{"\u0627\u0031", "", errBidi},

		{"", "", nil},
		{"a b", "a b", nil},
		{"a\u00A0b\u3000c\u200Bd", "a b c d", nil},      // C.1.2
		{"a\uFEFFb\u2060c\u180Bd\uFE0Fe", "abcde", nil}, // B.1
		{"e\u0301", "é", nil},                           // NFKC
		{"\uFB01", "fi", nil},                           // NFKC
		{"\u0627\u0628", "\u0627\u0628", nil},           // all from the right
		{"\u0627 1 \u0628", "\u0627 1 \u0628", nil},     // and between
		{"\u0627a\u0628", "", errBidi},                  // both
		{"1\u0627", "", errBidi},                        // does not begin from the right
		{"пароль", "пароль", nil},
		{"パスワード", "パスワード", nil},
		{"\U0001F511 key", "\U0001F511 key", nil}, // not in Unicode 3.2
		{"a\x00", "", errProhibited},
		{"a\x7f", "", errProhibited},       // C.2.1
		{"a\u0085", "", errProhibited},     // C.2.2
		{"a\uE000", "", errProhibited},     // C.3
		{"a\uFFFE", "", errProhibited},     // C.4
		{"a\uFFFD", "", errProhibited},     // C.6
		{"a\u2FF0", "", errProhibited},     // C.7
		{"a\u202E", "", errProhibited},     // C.8
		{"a\U000E0001", "", errProhibited}, // C.9
		{"a\xff", "", errNotUTF8},
		{"\xed\xa0\x80", "", errNotUTF8}, // C.5, a surrogate
	} {
		got, err := prepare(tc.in)
		if got != tc.want || !errors.Is(err, tc.err) || tc.err == nil && err != nil {
			t.Errorf("%q: %q, %v; want %q, %v", tc.in, got, err, tc.want, tc.err)
		}
	}
}

// TestUnpreparable: names and passwords that a mechanism cannot send end before
// anything is sent, and are not quoted.
func TestUnpreparable(t *testing.T) {
	ch := secureChannel(t)
	for _, tc := range []struct {
		name, password, mechanism, want string
	}{
		{"us\u0007er", secret, "SCRAM-SHA-1", "sasl: the user name holds a character that SASLprep prohibits (RFC 4013 section 2.3)"},
		{"user", "pass\u0007", "SCRAM-SHA-1", "sasl: the password holds a character that SASLprep prohibits (RFC 4013 section 2.3)"},
		{"user", "\u0627pass", "SCRAM-SHA-1", "sasl: the password mixes writing from the right and from the left (RFC 3454 section 6)"},
		{"user", "pass\xff", "SCRAM-SHA-1", "sasl: the password is not UTF-8"},
		{"user", "", "SCRAM-SHA-1", "sasl: the password is empty"},
		{"user", "\u00AD", "SCRAM-SHA-1", "sasl: the password is empty"},
		{"user", "", "PLAIN", "sasl: the password is empty, or not UTF-8 without NUL, which PLAIN cannot send"},
		{"user", "pass\x00word", "PLAIN", "sasl: the password is empty, or not UTF-8 without NUL, which PLAIN cannot send"},
		{"user", "pass\xff", "PLAIN", "sasl: the password is empty, or not UTF-8 without NUL, which PLAIN cannot send"},
	} {
		a := accountOf(t, func(c *Credentials) {
			c.Username, c.Password, c.AllowPlain = tc.name, func() string { return tc.password }, true
		})
		if err := converse(t, a, ch, offer(tc.mechanism), newServer()); errorText(err) != tc.want {
			t.Errorf("%s as %q by %q:\n got %v\nwant %s", tc.mechanism, tc.name, tc.password, err, tc.want)
		}
	}
}

func FuzzSASLprep(f *testing.F) {
	for _, s := range []string{"user", "I\u00ADX", "\u2168", "\u0627 1 \u0628", "a\u00A0b\u200B", "\u1E9B\u0323", "\xff", "\uFDFA", "\U0001F511"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, err := prepare(s)
		if err != nil {
			return
		}
		if twice, err := prepare(once); twice != once || err != nil {
			t.Errorf("%q becomes %q, and that %q, %v", s, once, twice, err)
		}
	})
}
