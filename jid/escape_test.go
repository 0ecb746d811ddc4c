package jid

import (
	"strings"
	"testing"
)

func TestXEP0106(t *testing.T) {
	for _, c := range []struct{ plain, escaped string }{
		{"alice", "alice"},
		{"o'hara", `o\27hara`},
		{"bob@example.net", `bob\40example.net`},
		{`lo ok`, `lo\20ok`},
		{`q"q`, `q\22q`},
		{"salt&pepper", `salt\26pepper`},
		{"and/or", `and\2for`},
		{"im:carol", `im\3acarol`},
		{"<tag>", `\3ctag\3e`},
		{`dom\user`, `dom\user`}, // a backslash by itself
		{`tail\`, `tail\`},       // nothing behind it
		{`x\27y`, `x\5c27y`},     // reads as an escape
		{`x\5cy`, `x\5c5cy`},     // as does the backslash's own
		{`x\2Fy`, `x\5c2Fy`},     // will read as one when prepared
		{`c:\net`, `c\3a\net`},
		{`\\27`, `\\5c27`},
		{" both ", " both "}, // New refuses it
		{"é @é", `é\20\40é`},
	} {
		if got := Escape(c.plain); got != c.escaped {
			t.Errorf("Escape(%q) = %q, want %q", c.plain, got, c.escaped)
		}
		if got := Unescape(c.escaped); got != c.plain {
			t.Errorf("Unescape(%q) = %q, want %q", c.escaped, got, c.plain)
		}
	}
	for escaped, plain := range map[string]string{
		`\20a`:     `\20a`, // no space at either end
		`a\20`:     `a\20`,
		`\20\20a`:  `\20 a`,
		`a\2Fb`:    `a\2Fb`, // the case matters
		`a\41b`:    `a\41b`, // not one of the ten
		`a\5c5c27`: `a\5c27`,
		`a\2`:      `a\2`,
	} {
		if got := Unescape(escaped); got != plain {
			t.Errorf("Unescape(%q) = %q, want %q", escaped, got, plain)
		}
	}
	if _, err := New(Escape(" both "), "example.org", ""); err == nil {
		t.Error("a space at the edge went through")
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", `o'hara`, `\5c\27\2F\`, ` \20 `, "a@b", "\xff\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e := Escape(s)
		if got := Unescape(e); got != s {
			t.Fatalf("Unescape(Escape(%q)) = %q", s, got)
		}
		if trimmed := strings.Trim(e, " "); strings.ContainsAny(trimmed, ` "&'/:<>@`) {
			t.Fatalf("Escape(%q) = %q", s, e)
		}
		// In ASCII, escaping makes a local part of anything without spaces at its
		// ends and without control characters; only the case is lost.
		if _, reason := unfit(s); isASCII(s) && reason == "" && s != "" && strings.Trim(s, " ") == s && len(e) <= MaxPart {
			j, err := New(e, "example.org", "")
			if err != nil || Unescape(j.Local()) != strings.ToLower(s) {
				t.Fatalf("%q as a local part: %q, %v", s, j, err)
			}
		}
	})
}
