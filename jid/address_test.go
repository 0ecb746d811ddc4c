package jid

import (
	"errors"
	"strings"
	"testing"
)

func TestJ08ReceivedKeepsTheSpelling(t *testing.T) {
	for _, c := range []struct {
		in, key string
		strict  bool
	}{
		{"Alice@Example.ORG./Phone", "alice@example.org/Phone", true},
		{"a@xn--exmple-cua.com", "a@ex\u00e4mple.com", true},
		// A family of emoji joined by U+200D.
		{"alice@EXAMPLE.com/\U0001f468\u200d\U0001f469\u200d\U0001f467", "alice@example.com/\U0001f468\u200d\U0001f469\u200d\U0001f467", false},
		{"Henry\u2163@Example.com/x", "henry\u2163@example.com/x", false},
		{"\u265a@example.com", "\u265a@example.com", false},
		{"x@muc.example/\u061cx", "x@muc.example/\u061cx", false},
		{"\U0003fffd@example.com", "\U0003fffd@example.com", false}, // not assigned yet, whatever the tables
		{"a@Exa_mple.com.", "a@exa_mple.com", false},
		{"a@-Bad-.example", "a@-bad-.example", false},
		{"a@\u2665.Example", "a@\u2665.example", false},
		{"a@xn--a", "a@xn--a", false},
		{"a@[fe80::1%eth0]", "a@[fe80::1%eth0]", false},
		{"a@" + strings.Repeat("b", 64), "a@" + strings.Repeat("b", 64), false},
		// A refused part does not spoil the others.
		{"\uff21@exa_mple.com/\u00a0", "a@exa_mple.com/ ", false},
	} {
		a, err := Received(c.in)
		if err != nil {
			t.Errorf("Received(%q): %v", c.in, err)
			continue
		}
		if a.JID.String() != c.key || a.Strict() != c.strict || a.String() != c.in || a.Spelling != c.in {
			t.Errorf("Received(%q) = %q beside %q, strict %v", c.in, a, a.JID, a.Strict())
		}
		if j, err := Parse(c.in); (err == nil) != c.strict || c.strict && j != a.JID {
			t.Errorf("Parse(%q) = %q, %v", c.in, j, err)
		}
		if again, err := Received(c.key); again.JID != a.JID {
			t.Errorf("%q received again: %q, %v", c.key, again.JID, err)
		}
	}
}

func TestJ07ReceivedRefusesWhatIsBroken(t *testing.T) {
	for _, in := range []string{
		"", "@", "@b", "a@", "a@b/", "/r", "a@/r", "a@b@c",
		"a b@comp.localhost", `"a"@b`, "a&b@c", "a:b@c", "a<b@c", "a'b@c", "\u2665 @b",
		"a@b c", "a@b:5222", "a@b<c", "a@b..c_", "a@.b_", "a@b_..", "a@.", "a@..", "a@[::1",
		"a@b/\x00", "a@b/\u2665\x7f", "\u2665\u0085@b", "a@b/\xff", "A\xff@b", "a@b\xff", "a@b/\uffff",
		strings.Repeat("\u2665", 400) + "@b", "a@b/" + strings.Repeat("\u200d", 400), strings.Repeat("_", 1024),
	} {
		a, err := Received(in)
		if in == "a@[::1" {
			if err != nil { // no brackets to close by any rule, and harmless
				t.Errorf("Received(%q): %v", in, err)
			}
			continue
		}
		if err == nil {
			t.Errorf("Received(%.40q) = %q", in, a.JID)
			continue
		}
		wellFormed(t, err, in)
	}
	_, err := Received("alice@b..c_")
	if e := (*Error)(nil); !errors.As(err, &e) || e.Part != PartDomain || e.Offset < 6 {
		t.Errorf("offset: %v", err)
	}
}

func TestJ08LaxityGoesWithItsPart(t *testing.T) {
	a, err := Received("\u265a@example.com/\U0001f468\u200d\U0001f469")
	if err != nil {
		t.Fatal(err)
	}
	j, err := a.JID.WithLocal("king")
	if err != nil || j.Strict() || !j.Bare().Strict() || j.Bare() != MustParse("king@example.com") {
		t.Errorf("%q, %v", j, err)
	}
	if j, err = j.WithResource("x"); err != nil || j != MustParse("king@example.com/x") {
		t.Errorf("%q, %v", j, err)
	}
	if b := a.Bare(); b.Strict() || b.Spelling != "\u265a@example.com" || b.JID.String() != b.Spelling {
		t.Errorf("bare: %+v", b)
	}
}

func TestJ08AddressWithoutSpelling(t *testing.T) {
	j := MustParse("a@b/c")
	if a := j.Address(); a.String() != "a@b/c" || a.Bare().String() != "a@b" || a.Spelling != "" {
		t.Errorf("%+v", a)
	}
	if a, err := Received("A@B/c"); err != nil || a.Bare().String() != "A@B" || a.Bare().JID != j.Bare() {
		t.Errorf("%+v, %v", a, err)
	}
}
