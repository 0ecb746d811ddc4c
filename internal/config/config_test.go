package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/config"
)

// vars is where the keys of these tests put their values.
type vars struct {
	name, pass, ca, level string
	count                 int
	wait                  time.Duration
	loud                  bool
}

func (v *vars) keys() []config.Key {
	return []config.Key{
		{Name: "name", Value: config.Text(&v.name, nil)},
		{Name: "pass", Secret: true, Value: config.Text(&v.pass, nil)},
		{Name: "count", Default: "7", Value: config.Int(&v.count, 1, 100)},
		{Name: "wait", Default: "5s", Value: config.Duration(&v.wait, time.Second, time.Hour)},
		{Name: "loud", Default: "off", Value: config.Bool(&v.loud)},
		{Name: "tls.ca", Value: config.Text(&v.ca, nil)},
		{Name: "tls.ca_level", Default: "low", Value: config.Choice(&v.level, "low", "high")},
	}
}

func lines[T error](problems []T) string {
	var all []string
	for _, p := range problems {
		all = append(all, p.Error())
	}
	return strings.Join(all, "\n")
}

func TestFromFile(t *testing.T) {
	for _, tc := range []struct {
		name, file string
		given      string // key=text, by spaces
		problems   string
	}{
		{"empty", "", "", ""},
		{"comments", "# a\n\n# b\n", "", ""},
		{"null document", "~", "", ""},
		{"all", "# c\nname: a b # c\ncount: 3\ntls:\n  ca: x\n  ca_level: 'high'\nloud: on\n", "name=a b count=3 loud=on tls.ca=x tls.ca_level=high", ""},
		{"text stays text", "name: 0x10\npass: 1_000\nwait: 1e3\ncount: 010\nloud: yes\ntls: {ca: 2001-01-01}", "name=0x10 pass=1_000 wait=1e3 count=010 loud=yes tls.ca=2001-01-01", ""},
		{"JSON", `{"name": "a\u0000", "tls": {"ca": "x"}}`, "name=a\x00 tls.ca=x", ""},
		{"quoted empty", `name: ""`, "name=", ""}, // Resolve refuses it, as it does in the other layers
		{"section without lines", "name: a\ntls:\n  # ca: x\n", "name=a", ""},

		{"unknown", "nmae: a\nname: b\ntls:\n  cb: x\n", "name=b", "f:1: unknown key \"nmae\": did you mean \"name\"?\nf:4: unknown key \"tls.cb\": did you mean \"tls.ca\"?"},
		{"unknown section", "ltsx:\n  ca: x\n", "", `f:1: unknown key "ltsx"`},
		{"key with its section", "tls.ca: x", "", "f:1: tls.ca: write ca below a line \"tls:\", further in"},
		{"key as section", "name:\n  ca: x\n", "", "f:1: name: is one value, not a list or a section"},
		{"section as key", "tls: on\n", "", "f:1: tls: is a section: write its keys below it, further in: ca, ca_level"},
		{"list", "name: [a]\n", "", "f:1: name: is one value, not a list or a section"},
		{"no value", "name:\ncount: ~\n", "", "f:1: name: is empty: give a value, or leave it out\nf:2: count: is empty: give a value, or leave it out"},
		{"duplicate", "name: a\ntls:\n  ca: x\n  ca: y\nname: b\n", "name=a tls.ca=x", "f:4: duplicate key \"tls.ca\", given on line 3 before: remove one\nf:5: duplicate key \"name\", given on line 1 before: remove one"},
		{"duplicate section", "tls: {ca: x}\ntls: {ca: y}\n", "tls.ca=x", "f:2: duplicate key \"tls\", given on line 1 before: remove one"},
		{"no mapping", "- a\n", "", "f:1: not a list of keys: write lines such as \"jid: echo.example.org\""},
		{"complex key", "? [a]\n: b\n", "", "f:1: a key that is no word"},
		{"two documents", "name: a\n---\nname: b\n", "name=a", "f: more than one YAML document: remove the line --- and what follows it"},
		{"tag", "name: !!binary aGV5\n", "", "f:1: name: a tag (!) or an anchor (&) is not read here: remove it, or put quotes around a value that begins so"},
		{"anchor", "name: &hush x\n", "", "f:1: name: a tag (!) or an anchor (&) is not read here: remove it, or put quotes around a value that begins so"},
		{"tagged section", "tls: !hush\n  ca: x\n", "tls.ca=x", "f:1: tls: a tag (!) or an anchor (&) is not read here: remove it, or put quotes around a value that begins so"},
		{"alias", "name: &a x\npass: *a\n", "", "f:1: name: a tag (!) or an anchor (&) is not read here: remove it, or put quotes around a value that begins so\n" +
			"f:2: pass: a value that begins with * needs quotes around it: YAML reads an alias there, which is not for here"},
		{"merge", "<<: {name: a}\n", "", `f:1: unknown key "..."`},

		{"no YAML", "name: a\n  b: c\n", "nil", "f:2: not YAML: mapping values are not allowed in this context"},
		{"control character", "name: a\x01\n", "nil", "f: not YAML: control characters are not allowed"},
		{"secret as alias", "pass: *hush\n", "nil", "f: a value that begins with * needs quotes around it: YAML reads an alias there"},
		{"secret behind =", "{pass=hush}\n", "", `f:1: unknown key "pass..."`},
		{"secret without space", "{name: a, pass:hush}\n", "name=a", `f:1: unknown key "pass..."`},
		{"long key", strings.Repeat("k", 1000) + ": a\n", "", `f:1: unknown key "` + strings.Repeat("k", 64) + `..."`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			given, problems := config.FromFile(new(vars).keys(), "f", []byte(tc.file))
			var got []string
			for _, g := range given {
				got = append(got, g.Key+"="+g.Text)
			}
			if given == nil {
				got = []string{"nil"}
			}
			if s := strings.Join(got, " "); s != tc.given {
				t.Errorf("given %q, want %q", s, tc.given)
			}
			if s := lines(problems); s != tc.problems {
				t.Errorf("problems:\n%s\nwant:\n%s", s, tc.problems)
			}
			if strings.Contains(lines(problems), "hush") {
				t.Error("a secret is in a message")
			}
		})
	}
}

func TestFromFileDeep(t *testing.T) {
	for _, file := range []string{strings.Repeat("[", 1<<20), strings.Repeat("{a: ", 1<<18), strings.Repeat("- ", 1<<19), strings.Repeat("? ", 1<<19)} {
		if _, problems := config.FromFile(new(vars).keys(), "f", []byte(file)); len(problems) == 0 {
			t.Errorf("%.10q...: no problem", file)
		}
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	flag := config.Source{Layer: config.Flag, Name: "config"}
	keys := new(vars).keys()
	if given, problems := config.ReadFile(keys, write("a", "name: x"), flag); len(given) != 1 || given[0].Text != "x" || problems != nil {
		t.Errorf("given %v, problems %v", given, problems)
	}
	missing := filepath.Join(dir, "missing")
	if given, problems := config.ReadFile(keys, missing, config.Source{}); given != nil || problems != nil {
		t.Errorf("a file that may be missing: given %v, problems %v", given, problems)
	}
	for name, want := range map[string]string{
		missing: "--config: open " + missing + ": ",
		dir:     "--config: read " + dir + ": ",
		"":      "--config: is empty: ",

		write("large", strings.Repeat("#", config.MaxFile+1)): "is larger than 1048576 bytes",
	} {
		given, problems := config.ReadFile(keys, name, flag)
		if given != nil || len(problems) != 1 || !strings.Contains(problems[0].Error(), want) {
			t.Errorf("%s: given %v, problems %v; want %q", name, given, problems, want)
		}
	}
	if _, problems := config.ReadFile(keys, write("full", strings.Repeat("#", config.MaxFile)), flag); problems != nil {
		t.Errorf("a file as large as may be: %v", problems)
	}
}

func TestFromEnviron(t *testing.T) {
	given, problems := config.FromEnviron(new(vars).keys(), "APP_",
		[]string{"PATH=/", "APP_NAME=a=b", "APP_TLS_CA=", "APP_NMAE=hush", "APP_ENVX=1", "APP_WORLDWIDE", "app_name=c", "APP_TEST_ALL=1", "APP_ENV=x", "APP_COUNT=1", "APP_COUNT=2", "APP_PASS=hush"},
		"APP_ENV", "APP_TEST_*")
	want := []config.Given{
		{Key: "name", Text: "a=b", Source: config.Source{Layer: config.Environment, Name: "APP_NAME"}},
		{Key: "tls.ca", Text: "", Source: config.Source{Layer: config.Environment, Name: "APP_TLS_CA"}},
		{Key: "count", Text: "2", Source: config.Source{Layer: config.Environment, Name: "APP_COUNT"}},
		{Key: "pass", Text: "hush", Source: config.Source{Layer: config.Environment, Name: "APP_PASS"}},
	}
	if !slices.Equal(given, want) {
		t.Errorf("given:\n%v\nwant:\n%v", given, want)
	}
	const wantProblems = "unknown variable \"APP_NMAE\": did you mean \"APP_NAME\"?\nunknown variable \"APP_ENVX\": did you mean \"APP_ENV\"?\nunknown variable \"APP_WORLDWIDE\""
	if got := lines(problems); got != wantProblems {
		t.Errorf("problems:\n%s\nwant:\n%s", got, wantProblems)
	}
}

func TestFromFlags(t *testing.T) {
	got := config.FromFlags(new(vars).keys(), map[string]string{"tls-ca-level": "high", "pass": "hush", "other": "x"})
	want := []config.Given{{Key: "tls.ca_level", Text: "high", Source: config.Source{Layer: config.Flag, Name: "tls-ca-level"}}}
	if !slices.Equal(got, want) {
		t.Errorf("given %v, want %v", got, want)
	}
}

func TestResolve(t *testing.T) {
	v := vars{name: "code", pass: "hush", wait: time.Minute}
	keys := v.keys()
	file, problems := config.FromFile(keys, "f", []byte("name: file\ncount: 8\nloud: true\n"))
	environ, more := config.FromEnviron(keys, "APP_", []string{"APP_COUNT=9", "APP_LOUD=off"})
	if len(problems)+len(more) > 0 {
		t.Fatal(problems, more)
	}
	settings, problems := config.Resolve(keys, config.FromCode(keys), file, environ, config.FromFlags(keys, map[string]string{"tls-ca": "flag"}))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if want := (vars{name: "file", pass: "hush", count: 9, wait: time.Minute, ca: "flag", level: "low"}); v != want {
		t.Errorf("set %+v, want %+v", v, want)
	}
	var got []string
	for _, s := range settings {
		got = append(got, fmt.Sprintf("%s=%s (%s)", s.Key, s.Text, s.Source))
	}
	want := []string{"name=file (f:1)", "pass=[secret] (code)", "count=9 (APP_COUNT)", "wait=1m0s (code)", "loud=off (APP_LOUD)", "tls.ca=flag (--tls-ca)", "tls.ca_level=low (default)"}
	if !slices.Equal(got, want) {
		t.Errorf("settings:\n%q\nwant:\n%q", got, want)
	}
}

// TestResolveProblems: all layers are checked, also where they are overruled.
func TestResolveProblems(t *testing.T) {
	v := vars{count: 1000, level: "middle"}
	keys := v.keys()
	file, _ := config.FromFile(keys, "f", []byte("name: ''\ncount: many\nwait: 5\n"))
	environ, _ := config.FromEnviron(keys, "APP_", []string{"APP_WAIT=1ms", "APP_PASS="})
	_, problems := config.Resolve(keys, config.FromCode(keys), file, environ, config.FromFlags(keys, map[string]string{"loud": "very", "count": "101"}))
	const want = `count (in code): 1000 is not between 1 and 100
tls.ca_level (in code): "middle" is none of: low, high
f:1: name: is empty: give a value, or leave it out
f:2: count: "many" is no number: write one from 1 to 100, in digits
f:3: wait: "5" is no duration: write one such as 500ms, 30s or 5m
APP_WAIT: 1ms is not between 1s and 1h0m0s
APP_PASS: is empty: give a value, or leave it out
--count: 101 is not between 1 and 100
--loud: "very" is neither on nor off`
	if got := lines(problems); got != want {
		t.Errorf("problems:\n%s\nwant:\n%s", got, want)
	}
}
