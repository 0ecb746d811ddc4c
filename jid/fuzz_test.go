package jid

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "alice@example.org/phone", "A@B.C./r", "@", "a@", "a@b/", "a@b@c/d@e/f", "127.0.0.1", "a@[::1]/x", "[2001:DB8::1].",
		"\u0130@example.\u0130", "\u1e9e@\u1e9e.de", "\u03a3\u03c2@\u03a3\u03c2.gr", "\uff21\uff20\uff0f@x", "a@ex\u3002ample\uff61com\u3002",
		"a@xn--exmple-cua.com", "a@xn--a", "a@-b-.c", "a@b--c", "a@exa_mple.com.", "a@b/\u00a0 \u3000", "a@b/\u1100\u1161\u11a8",
		"a@b/\U0001f468\u200d\U0001f469", "\u05d0\u05d1@\u05d0.il", "l\u00b7l@l\u00b7l.cat", "\u0390\u03b0@x", "\u1e9b\u0323@x", "\u212b\u212a@\u212b",
		"\xff@b/\xc3", "a@b/\x00", "\u01c4@x", "a\u0345\u0301@x", "\u0958@x", "\u2f868@x", "\u1fb3\u0345@x", "\u0345\u03b1@x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { laws(t, s) })
}

// Mutated octets seldom make words that the tables take. Here the pieces of the
// texts are chosen: whatever changes in mapping, combines, or has a context rule.
func TestJ06RandomText(t *testing.T) {
	pieces := strings.Split("a b A I . . . - @ / xn-- xn--exmple-cua xn--zca [::1] 1 l _ \\ & "+
		"\u3002 \uff0e \uff61 \u2024 \uff20 \uff0f \u2100 \uff41 \uff21 \uff0d \uff9e \uff76 \u00ad \u200b \u200c \u200d \u034f \ufe0f "+
		"\u0130 \u0131 \u00df \u1e9e \u017f \u1e9b \u212a \u212b \u2126 \u03a3 \u03c2 \u03c3 \u0390 \u0345 \u1fb3 \u1fbc \u0399 \u1f88 \u01c4 \u01c5 \u0149 \ufb01 "+
		"\u0300 \u0301 \u0307 \u0308 \u0323 \u0327 \u0338 \u093c \u0915 \u0958 \u094d \u0929 \u0dca \u1100 \u1161 \u11a8 \uac00 \u13a0 \uab70 \u10a0 \u2d00 \u1c90 "+
		"\u05d0 \u05d1 \u05f3 \u0627 \u0644 \u0640 \u0660 \u06f0 \u066b \u0723 \u00b7 \u0375 \u30fb \u30a2 \u4e00 \u2163 \u265a \u2665 \u00a0 \u3000 \u061c \u2068 "+
		"\U0001f468 \U0001e900 \U0001d400 \U0002f868 \U0003fffd \U000e0001 \ufffd \x80 \xff \u0085 \ufffe", " ")
	random := rand.New(rand.NewPCG(7622, 8265))
	accepted, kept := 0, 0
	for range 40_000 {
		var b strings.Builder
		word := func() {
			for range 1 + random.IntN(4) {
				b.WriteString(pieces[random.IntN(len(pieces))])
			}
		}
		if random.IntN(3) > 0 {
			word()
			b.WriteByte('@')
		}
		if random.IntN(3) > 0 {
			word()
		} else {
			b.WriteString("b.c")
		}
		if random.IntN(3) == 0 {
			b.WriteByte('/')
			word()
		}
		laws(t, b.String())
		if a, err := Received(b.String()); err == nil && a.Strict() {
			accepted++
		} else if err == nil {
			kept++
		}
	}
	if accepted < 2000 || kept < 2000 {
		t.Errorf("only %d accepted and %d kept: the texts prove little", accepted, kept)
	}
}

// laws checks what holds of Parse, Received and New for each text.
func laws(t *testing.T, s string) {
	t.Helper()
	j, err := Parse(s)
	a, aerr := Received(s)
	if err != nil {
		wellFormed(t, err, s)
		if j != (JID{}) {
			t.Fatalf("Parse(%q) = %q beside %v", s, j, err)
		}
	} else {
		check(t, j)
		if again, err := Parse(j.String()); again != j {
			t.Fatalf("Parse(%q) = %q, then %q, %v", s, j, again, err)
		}
		if aerr != nil || a.JID != j || !a.Strict() {
			t.Fatalf("Parse(%q) = %q, Received %q, %v", s, j, a.JID, aerr)
		}
		if n, err := New(j.Local(), j.Domain(), j.Resource()); n != j {
			t.Fatalf("New of the parts of %q = %q, %v", j, n, err)
		}
		raw, _ := split(s)
		if n, err := New(raw.local, raw.domain, raw.resource); n != j {
			t.Fatalf("New of the raw parts of %q = %q, %v", s, n, err)
		}
		if !j.Strict() {
			t.Fatalf("%q is not strict", j)
		}
	}
	if aerr != nil {
		wellFormed(t, aerr, s)
		return
	}
	check(t, a.JID)
	if a.String() != s {
		t.Fatalf("Received(%q) writes %q", s, a)
	}
	// What Received makes is stable, and marked lax exactly when Parse refuses it:
	// laxity never tells equal texts apart.
	if again, err := Received(a.JID.String()); again.JID != a.JID {
		t.Fatalf("Received(%q) = %q, then %q, %v", s, a.JID, again.JID, err)
	}
	if strictly, err := Parse(a.JID.String()); (err == nil) != a.Strict() || err == nil && strictly != a.JID {
		t.Fatalf("Received(%q) = %q, strict %v, but Parse %q, %v", s, a.JID, a.Strict(), strictly, err)
	}
	if b := a.Bare(); b.JID != a.JID.Bare() || !strings.HasPrefix(s, b.Spelling) {
		t.Fatalf("bare of %q: %+v", s, b)
	} else if again, err := Received(b.String()); again != b {
		t.Fatalf("bare of %q received: %+v, %v", s, again, err)
	}
}

func FuzzNew(f *testing.F) {
	f.Add("alice", "example.org", "phone")
	f.Add("a@b", "c/d", "e/f@g")
	f.Add("\uff20", "\uff0f\uff20", "")
	f.Add("", "[::1]", "\u00a0")
	f.Add("\u212a\u0130", "a\u2100b", "\u0958")
	f.Fuzz(func(t *testing.T, local, domain, resource string) {
		j, err := New(local, domain, resource)
		if err != nil {
			wellFormed(t, err, local+domain+resource)
			return
		}
		check(t, j)
		joined := domain
		if local != "" {
			joined = local + "@" + domain
		}
		if resource != "" {
			joined += "/" + resource
		}
		if p, err := Parse(joined); p != j {
			t.Fatalf("New(%q, %q, %q) = %q, Parse %q, %v", local, domain, resource, j, p, err)
		}
	})
}

// check looks for what holds of each address, lax or not.
func check(t *testing.T, j JID) {
	t.Helper()
	text := j.Domain()
	if j.Local() != "" {
		text = j.Local() + "@" + text
	}
	if j.Resource() != "" {
		text += "/" + j.Resource()
	}
	switch {
	case text != j.String():
		t.Fatalf("%q is not its parts: %q", j, text)
	case !utf8.ValidString(text):
		t.Fatalf("%q is not UTF-8", j)
	case strings.ContainsAny(j.Local(), "\"&'/:<>@ "), strings.ContainsAny(j.Domain(), "@/ <&"):
		t.Fatalf("excluded characters in %q", j)
	case j.Domain() == "", len(j.Local()) > MaxPart, len(j.Domain()) > MaxPart, len(j.Resource()) > MaxPart:
		t.Fatalf("length of %q", j)
	case strings.Contains("."+j.Domain()+".", ".."):
		t.Fatalf("empty label in %q", j)
	}
}
