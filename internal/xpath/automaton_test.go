package xpath

import (
	"regexp"
	"strings"
	"testing"
)

// TestAutomata: the table of a regexp takes what the regexp takes. Which have one is
// part of what a route costs.
func TestAutomata(t *testing.T) {
	values := []string{"", "a", "1", "12", "1a", "a1", "\n", "a\nb", "ß", "☃☃", "K", "\u212a", "k", "!echo", "!echo ", "!echo hi", "!echo hi\n", "!ECHO hi", "x!echo hi", "\xff", "a-1", "a-", "é", "e\u0301",
		"yes", "no", "yesno", "YES", "abc12", "abc123", "abc1234", "ab12c", "de305d54-75b4-431b-adb2-eb6b9e546013", "de305d54-75b4-431b-adb2-eb6b9e54601", "\u007f", "\u0080", "\U0010ffff", "bé", "12c", strings.Repeat("ab", 100)}
	for _, tc := range []struct {
		source string
		table  bool
	}{
		{`\d+`, true}, {`\d*`, true}, {`[a-z]+`, true}, {`(?i)[a-z]+`, true}, {`[^/]+`, true}, {`.*`, true}, {`.+`, true}, {`(?s).*`, true}, {`\w+?`, true},
		{`[^a]*`, true}, {`\p{L}+`, true}, {`!echo .*`, true}, {`a-\d+`, true}, {`a`, true}, {`a+`, true}, {`(?i)!echo .*`, true}, {`\d+a`, true}, {`a|b`, true}, {`(\d+)`, true},
		{`\d{2}`, true}, {`\d?`, true}, {``, true}, {`yes|no`, true}, {`(?i)yes|k`, true}, {`[a-z]+\d{2,3}`, true}, {`(a|b)*b`, true}, {`(.)*`, true}, {`[^\x00-\x{10FFFF}]`, true}, {`☃+`, true}, {`.*ß.*`, true},
		{`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`, true}, {`\P{Greek}*`, true}, {`(?:[^\n]|\n)*`, true}, {`[\x{80}-\x{10FFFF}]*`, true}, {`(?s)a.*|.b`, true}, {`[^a\n]*\n?`, true}, {`[^aé]*`, true}, {`[^ac]*`, true},
		{`^\d+$`, false}, {`\ba`, false}, {`(a|b)*a(a|b){12}`, false}, {`x{1000}`, false}, {`\p{L}{900}`, false},
	} {
		h := &hole{source: tc.source}
		if err := h.compile(); err != nil {
			t.Fatal(tc.source, err)
		}
		if (h.table != nil) != tc.table || (h.re == nil) != tc.table {
			t.Errorf("%s: has a table: %v", tc.source, h.table != nil)
		}
		whole := regexp.MustCompile(`\A(?:` + tc.source + `)\z`)
		for _, v := range values {
			if got := h.takes(v); got != whole.MatchString(v) {
				t.Errorf("%s takes %q: %v", tc.source, v, got)
			}
		}
	}
}

// FuzzHole: what a hole takes is what package regexp matches from end to end.
func FuzzHole(f *testing.F) {
	for _, source := range []string{`\d+`, `[a-z]+\d{2,3}`, `!echo .*`, `(?i)yes|no`, `\p{L}+`, `[^a]*b`, `(a|b)*c?`, `(?s).*x`, `\x{212a}`, `(?U)a+b*`, `[[:word:]]{0,5}`, `\Qa.b\E+`, `^a|b$`, `(|a)+`} {
		f.Add(source, "abc12")
		f.Add(source, "!echo \n☃")
		f.Add(source, "Kk\u212aßx\xff")
	}
	f.Fuzz(func(t *testing.T, source, value string) {
		h := &hole{source: source}
		if len(source) > 200 || len(value) > 2000 || h.compile() != nil {
			return
		}
		whole, err := regexp.Compile(`\A(?:` + source + `)\z`)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []string{value, value + value, strings.ToUpper(value)} {
			if want := whole.MatchString(v); h.takes(v) != want {
				t.Errorf("%q takes %q: %v", source, v, !want)
			}
		}
	})
}

// BenchmarkHole is a hole with a table beside package regexp.
func BenchmarkHole(b *testing.B) {
	for _, tc := range []struct{ source, value string }{
		{`\d+`, "1234567"}, {`[a-z]+\d{2,3}`, "purple783"}, {`!echo .*`, "!echo the quick brown fox jumps over the lazy dog"}, {`yes|no|maybe`, "maybe"}, {`\p{L}+`, "Überschußwärme"},
	} {
		h := &hole{source: tc.source}
		if err := h.compile(); err != nil {
			b.Fatal(err)
		}
		whole := regexp.MustCompile(`\A(?:` + tc.source + `)\z`)
		b.Run("emp/"+tc.source, func(b *testing.B) {
			for b.Loop() {
				h.takes(tc.value)
			}
		})
		b.Run("regexp/"+tc.source, func(b *testing.B) {
			for b.Loop() {
				whole.MatchString(tc.value)
			}
		})
	}
}
