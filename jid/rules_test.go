package jid

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/secure/precis"
)

// wellFormed checks that err is an *Error with an offset inside of in.
func wellFormed(t *testing.T, err error, in string) {
	t.Helper()
	e := (*Error)(nil)
	if !errors.As(err, &e) {
		t.Fatalf("%T is no *Error", err)
	}
	if e.Offset < 0 || e.Offset > len(in) || e.Part == "" || e.Reason == "" || !strings.HasPrefix(e.Error(), "jid: ") {
		t.Errorf("error %+v for a text of %d octets", e, len(in))
	}
}

func TestRFC7622Table1(t *testing.T) {
	for _, c := range []struct{ in, local, domain, resource string }{
		{"juliet@example.com", "juliet", "example.com", ""},
		{"juliet@example.com/foo", "juliet", "example.com", "foo"},
		{"juliet@example.com/foo bar", "juliet", "example.com", "foo bar"},
		{"juliet@example.com/foo@bar", "juliet", "example.com", "foo@bar"},
		{`foo\20bar@example.com`, `foo\20bar`, "example.com", ""},
		{"fu\u00dfball@example.com", "fu\u00dfball", "example.com", ""},
		{"\u03c0@example.com", "\u03c0", "example.com", ""},
		{"\u03a3@example.com/foo", "\u03c3", "example.com", "foo"},
		{"\u03c3@example.com/foo", "\u03c3", "example.com", "foo"},
		{"\u03c2@example.com/foo", "\u03c2", "example.com", "foo"},
		{"king@example.com/\u265a", "king", "example.com", "\u265a"},
		{"example.com", "", "example.com", ""},
		{"example.com/foobar", "", "example.com", "foobar"},
		{"a.example.com/b@example.net", "", "a.example.com", "b@example.net"},
		{"juliet@example.com/ foo", "juliet", "example.com", " foo"}, // table 2, but see erratum 4560
	} {
		j, err := Parse(c.in)
		if err != nil || j.Local() != c.local || j.Domain() != c.domain || j.Resource() != c.resource {
			t.Errorf("Parse(%q) = %q %q %q, %v", c.in, j.Local(), j.Domain(), j.Resource(), err)
		}
		if n, err := New(c.local, c.domain, c.resource); n != j {
			t.Errorf("New of the parts of %q = %q, %v", c.in, n, err)
		}
	}
}

func TestRFC7622Table2(t *testing.T) {
	for in, part := range map[string]Part{
		`"juliet"@example.com`:    PartLocal,
		"foo bar@example.com":     PartLocal,
		"@example.com/":           PartResource,
		"@example.com":            PartLocal,
		"henry\u2163@example.com": PartLocal,
		"\u265a@example.com":      PartLocal,
		"juliet@":                 PartDomain,
		"/foobar":                 PartDomain,
	} {
		_, err := Parse(in)
		if e := (*Error)(nil); !errors.As(err, &e) || e.Part != part {
			t.Errorf("Parse(%q): %v, want a fault of the %s", in, err, part)
		}
	}
}

func TestJ01SplitErrorsSayWhere(t *testing.T) {
	for _, c := range []struct {
		in     string
		part   Part
		offset int
	}{
		{"", PartAddress, 0},
		{"a@b/", PartResource, 4},
		{"/r", PartDomain, 0},
		{"a@/r", PartDomain, 2},
		{"a@b@c", PartDomain, 3},
		{"al ice@b/r", PartLocal, 2},
		{"alice@b..c", PartDomain, 8},
		{"alice@b_c", PartDomain, 7},
		{"alice@b/r\x01", PartResource, 9},
		{"alice@b/\xff", PartResource, 8},
		{"\u265a@b/r", PartLocal, 0},
		{"alice@\u265a", PartDomain, 6},
	} {
		_, err := Parse(c.in)
		if e := (*Error)(nil); !errors.As(err, &e) || e.Part != c.part || e.Offset != c.offset {
			t.Errorf("Parse(%q): %v, want %s at %d", c.in, err, c.part, c.offset)
		}
	}
	if _, err := Parse("\u265a@b"); errors.Unwrap(err) == nil {
		t.Error("the word of the tables is lost")
	}
}

func TestJ02LengthsCountAfterPreparation(t *testing.T) {
	rep := strings.Repeat
	for _, c := range []struct {
		name string
		in   string
		ok   bool
	}{
		{"full-width local part of 3069 octets", rep("\uff41", 1023) + "@b", true},
		{"full-width local part one too long", rep("\uff41", 1024) + "@b", false},
		{"local part that grows", rep("\u0130", 500) + "@b", false}, // 2 octets become 3
		{"resource in decomposed form", "a@b/" + rep("e\u0301", 511), true},
		{"all parts of full length", rep("a", 1023) + "@" + rep("b.", 511) + "c/" + rep("r", 1023), true},
		{"full length and a dot behind", "a@" + rep("b.", 511) + "c.", true},
		{"domain one too long", rep("b.", 512), true},
		{"domain two too long", rep("b.", 512) + "c", false},
		{"label of 63", rep("b", 63) + ".c", true},
		{"label of 64", rep("b", 64) + ".c", false},
		{"U-label, 63 octets as A-label", rep("\u00fc", 56) + ".c", true},
		{"U-label, too long as A-label", rep("\u00fc", 58) + ".c", false},
		{"label of soft hyphens that mapping drops", "a" + rep("\u00ad", 300), false},
		{"one megabyte", rep("a", 1<<20), false},
		{"one megabyte of labels", rep("\u3002", 1<<20), false},
	} {
		j, err := Parse(c.in)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
		if len(j.Local()) > MaxPart || len(j.Domain()) > MaxPart || len(j.Resource()) > MaxPart {
			t.Errorf("%s: a part is too long", c.name)
		}
	}
}

func TestJ03Domain(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"example.com.", "example.com"},
		{"EXAMPLE.com", "example.com"},
		{"example\u3002com\u3002", "example.com"},
		{"ex\uff0eample\uff61com", "ex.ample.com"},
		{"\uff45\uff58ample.com", "example.com"},
		{"xn--exmple-cua.com", "ex\u00e4mple.com"},
		{"XN--EXMPLE-CUA.com", "ex\u00e4mple.com"},
		{"\uff38\uff2e--exmple-cua.com", "ex\u00e4mple.com"},
		{"EX\u00c4MPLE.com", "ex\u00e4mple.com"},
		{"exa\u0308mple.com", "ex\u00e4mple.com"},
		{"fa\u00df.de", "fa\u00df.de"},
		{"\u00e9--a.fr", "\u00e9--a.fr"}, // hyphens in second and third place
		{"\u05d0\u05d1.example", "\u05d0\u05d1.example"},
		{"a-b.c--d.example", "a-b.c--d.example"},
		{"localhost", "localhost"},
		{"127.0.0.1", "127.0.0.1"},
		{"127.0.0.1.", "127.0.0.1"},
		{"[::1]", "[::1]"},
		{"[2001:DB8:0:0::1]", "[2001:db8::1]"},
		{"[::ffff:192.0.2.1]", "[::ffff:192.0.2.1]"},
		{".", ""},
		{"..", ""},
		{"\u3002", ""},
		{"a..b", ""},
		{"a.\u3002", ""},
		{".a", ""},
		{"-a", ""},
		{"a-.b", ""},
		{"\u00fc-.b", ""},
		{"ab--c.example", ""},
		{"\u00e9b--c.example", ""},
		{"xn--.example", ""},
		{"xn--a-.example", ""},
		{"xn--abc-.example", ""}, // an A-label of ASCII
		{"exa_mple.com", ""},
		{"exa mple.com", ""},
		{"ex\uff20mple.com", ""}, // full-width @
		{"ex\uff0fmple.com", ""}, // full-width /
		{"ex\u2100mple.com", ""}, // maps to a/c
		{"\u2665.example", ""},   // symbol: UTS 46 has it, IDNA2008 not
		{"xn--g6h.example", ""},  // the same as an A-label
		{"a\u00b7b.example", ""}, // middle dot needs an l on each side
		{"l\u00b7l.example", "l\u00b7l.example"},
		{"\u0301a.example", ""},  // begins with a combining mark
		{"\u05d0a.example", ""},  // breaks the bidi rule
		{"a\u200db.example", ""}, // joiner out of context
		{"[::1", ""},
		{"[]", ""},
		{"::1", ""},
		{"[127.0.0.1]", ""},
		{"[fe80::1%eth0]", ""},
		{"[v1.x]", ""},
		{"[::1]x", ""},
	} {
		j, err := Parse("a@" + c.in + "/r")
		if (err == nil) != (c.want != "") || j.Domain() != c.want {
			t.Errorf("domain %q is %q, %v; want %q", c.in, j.Domain(), err, c.want)
		}
	}
}

func TestJ04ExcludedCharacters(t *testing.T) {
	for _, c := range "\"&'/:<>@ " {
		wide := string(c + 0xFEE0) // the full-width form maps to it
		if c == ' ' {
			wide = "\u3000"
		}
		for _, local := range []string{"a" + string(c) + "b", "a" + wide + "b"} {
			if j, err := New(local, "example.org", ""); err == nil {
				t.Errorf("New took the local part %q: %q", local, j)
			}
		}
	}
}

// The table of the fast path says what the profiles say, for each ASCII character.
func TestJ04J05ClassesAgreeWithPRECIS(t *testing.T) {
	for c := range rune(128) {
		s := string(c)
		local, err := precis.UsernameCaseMapped.String(s)
		want := err == nil && local == s && !strings.Contains("\"&'/:<>@", s)
		if got := classes[c]&plainLocal != 0; got != want {
			t.Errorf("%q in a local part: %v, want %v", c, got, want)
		}
		resource, err := precis.OpaqueString.String(s)
		want = err == nil && resource == s
		if got := classes[c]&plainResource != 0; got != want {
			t.Errorf("%q in a resource: %v, want %v", c, got, want)
		}
	}
	for c := 128; c < 256; c++ {
		if classes[c] != 0 {
			t.Errorf("octet %#x has a class", c)
		}
	}
}

func TestJ05Resource(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{" a ", " a "},
		{"a/b@c", "a/b@c"},
		{"A", "A"},
		{"\u00a0x\u3000", " x "},
		{"e\u0301", "\u00e9"},
		{"\uff21", "\uff21"}, // no width mapping
		{"\u265a", "\u265a"},
		{"\u061c", ""},
		{"\t", ""},
		{"\u0085", ""},
		{"\U0001f468\u200d\U0001f469", ""},
		{"\ufffe", ""},
		{"\xc3", ""},
	} {
		j, err := Parse("a@b/" + c.in)
		if (err == nil) != (c.want != "") || j.Resource() != c.want {
			t.Errorf("resource %q is %q, %v; want %q", c.in, j.Resource(), err, c.want)
		}
	}
}

func TestJ06ComparisonIsOctetByOctet(t *testing.T) {
	a, b := MustParse("alice@xn--exmple-cua.com/\u00a0x"), MustParse("\uff21LICE@EXA\u0308MPLE.com./ x")
	if a != b {
		t.Errorf("%q != %q", a, b)
	}
	seen := map[JID]bool{a: true}
	if !seen[b] || seen[b.Bare()] || MustParse("alice@b/x") == MustParse("alice@b/X") {
		t.Error("map of addresses")
	}
}

// Every character, in either case, in each part: prepared twice is prepared once.
func TestJ06PreparationIsStableForEachCharacter(t *testing.T) {
	accepted := 0
	for r := rune(0x80); r <= 0x10FFFF; r++ {
		// Over the blocks in which all characters are alike, surrogates, and planes
		// that are empty or private.
		for _, gap := range [...][2]rune{{0x3500, 0x4D00}, {0x5000, 0x9F00}, {0xAD00, 0xD700}, {0xD800, 0xF8F0},
			{0x17100, 0x18700}, {0x20100, 0x2F800}, {0x2FA20, 0xE0000}, {0xE0200, 0x10FFFD}} {
			if r == gap[0] {
				r = gap[1]
			}
		}
		for _, f := range [...]func(string) (JID, error){
			func(s string) (JID, error) { return New("a"+s, "x", "") },
			func(s string) (JID, error) { return New("", "a"+s+"b", "") },
			func(s string) (JID, error) { return New("", "x", "a"+s) },
		} {
			j, err := f(string(r))
			if err != nil {
				continue
			}
			accepted++
			if again, err := Parse(j.String()); again != j {
				t.Fatalf("%U: %q, then %q, %v", r, j, again, err)
			}
		}
	}
	if accepted < 30000 {
		t.Errorf("only %d accepted", accepted)
	}
}
