package xpath

import (
	"strings"
	"testing"
)

// TestUsages: each function says how it is called.
func TestUsages(t *testing.T) {
	for i := range library {
		f := &library[i]
		got := f.usage()
		if f.max == 0 && got == "leave the parentheses empty" {
			continue
		}
		args, ok := strings.CutPrefix(got, "write "+f.name+"(")
		args, _, closed := strings.Cut(args, ")")
		if n := len(strings.Split(args, ",")); !ok || !closed || args == "" || n < f.min || f.max >= 0 && n > f.max {
			t.Errorf("%s: %s", f.name, got)
		}
	}
}

// TestRegexpCures: what is told for the mistakes that regexps have.
func TestRegexpCures(t *testing.T) {
	for re, want := range map[string]string{
		`[a-z`:      `write \[`,
		`(a`:        `write \(`,
		`a)`:        `write \)`,
		`*a`:        `as in .*`,
		`a**`:       `as in .*`,
		`[z-a]`:     `the smaller character first`,
		`(?=a)`:     `neither ahead nor behind`,
		`(?<!a)b`:   `neither ahead nor behind`,
		`(a)\1`:     `no back references`,
		`a{1,9999}`: `go doc regexp/syntax`,
	} {
		_, err := Compile("message[body={x:"+re+"}]", testOptions)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", re, err, want)
		}
	}
}
