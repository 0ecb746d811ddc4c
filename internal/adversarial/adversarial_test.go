package adversarial

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// answered says which package answers for each category. The tests beside this
// one run all their lines.
var answered = map[string]string{
	"parser-wellformed": "element",
	"parser-restricted": "element",
	"encoding":          "element",
	"resources":         "element",
	"split-reads":       "element",
	"truncation":        "element",
	"jid":               "jid",
	"xpath":             "internal/xpath",
	"config":            "framework",
	"stream-header":     "stream",
	"handshake":         "stream",
	"stream-level":      "stream",
	"outgoing":          "stream",
	"stanza-semantics":  "framework",
	"c2s":               "stream",
}

// waiting says with which piece of work the other categories come. Their lines
// stand by id in testdata/waiting.txt.
var waiting = map[string]string{
	"websocket": "the WebSocket link",
}

// TestWaiting: the lines that nobody answers for yet are known by id, so that
// whoever builds their part can see the list shrink.
func TestWaiting(t *testing.T) {
	var want strings.Builder
	for _, c := range Cases() {
		if work, ok := waiting[c.Category]; ok {
			fmt.Fprintf(&want, "%s %s: %s\n", c.ID, c.Category, work)
		}
	}
	got, err := os.ReadFile("testdata/waiting.txt")
	if err != nil || string(got) != want.String() {
		t.Errorf("testdata/waiting.txt is not the list of lines that wait (%v); it should be:\n%s", err, want.String())
	}
}

// TestOwners: no line may lie in the file without anybody to answer for it.
func TestOwners(t *testing.T) {
	seen := make(map[string]bool)
	for _, c := range Cases() {
		seen[c.Category] = true
	}
	for c := range seen {
		_, now := answered[c]
		_, later := waiting[c]
		switch {
		case now && later:
			t.Errorf("category %s is both answered and waiting", c)
		case !now && !later:
			t.Errorf("category %s has no owner: add it to answered or to waiting", c)
		}
	}
	for _, owners := range []map[string]string{answered, waiting} {
		for c := range owners {
			if !seen[c] {
				t.Errorf("no case has the category %s", c)
			}
		}
	}
}

// TestFile pins the extent of the file: a lost line is a rule nobody checks.
func TestFile(t *testing.T) {
	want := map[string]int{
		"parser-wellformed": 33,
		"parser-restricted": 14,
		"encoding":          40,
		"resources":         14,
		"split-reads":       5,
		"truncation":        2,
		"jid":               45,
		"xpath":             21,
		"stream-header":     23,
		"handshake":         13,
		"stream-level":      14,
		"stanza-semantics":  35,
		"outgoing":          15,
		"c2s":               21,
		"websocket":         7,
		"config":            20,
	}
	got := make(map[string]int)
	ids := make(map[string]bool)
	all := Cases()
	for _, c := range all {
		got[c.Category]++
		if ids[c.ID] {
			t.Errorf("two cases are called %s", c.ID)
		}
		ids[c.ID] = true
	}
	if len(all) != 322 {
		t.Errorf("%d cases, want 322", len(all))
	}
	if !maps.Equal(got, want) {
		t.Errorf("cases per category:\n got %v\nwant %v", got, want)
	}
	for category, n := range want {
		if cases := Cases(category); len(cases) != n || cases[0].Category != category {
			t.Errorf("Cases(%q) has %d cases, want %d", category, len(cases), n)
		}
	}

	t.Run("original", func(t *testing.T) {
		original, err := os.ReadFile(filepath.FromSlash("../../../shared/adversarial.jsonl"))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			t.Log("no ../shared beside the checkout: not compared with the original")
		case err != nil:
			t.Error(err)
		case !bytes.Equal(file, original):
			t.Error("testdata/adversarial.jsonl differs from the original in ../shared beside the checkout")
		}
	})
}

func TestSpellOut(t *testing.T) {
	const head = `"id":"x-1","category":"c","expected":"ok","why":"w",`
	for _, tc := range []struct {
		name, line string
		want       Case
	}{
		{"text", `{` + head + `"context":"jid","bytes":"a\u20ac%d"}`, Case{Data: []byte("a€%d")}},
		{"base64", `{` + head + `"context":"jid","enc":"base64","bytes":"/wA="}`, Case{Data: []byte{0xff, 0}}},
		{"rep", `{` + head + `"context":"jid","enc":"rep","bytes":[["<",1],[" a%d='%d'",3],["x",0],["/>",2]]}`, Case{Data: []byte("< a0='0' a1='1' a2='2'/>/>")}},
		{"every cut", `{` + head + `"context":"jid","enc":"every-cut","bytes":"ab"}`, Case{Data: []byte("ab"), EveryCut: true}},
		{"every prefix", `{` + head + `"context":"jid","enc":"every-prefix","bytes":"ab"}`, Case{Data: []byte("ab"), EveryPrefix: true}},
		{"config text", `{` + head + `"context":"config","bytes":"{\"a\":1}"}`, Case{Data: []byte(`{"a":1}`)}},
		{"config object", `{` + head + `"context":"config","bytes":{"a": [1]}}`, Case{Data: []byte(`{"a": [1]}`)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, err := parse([]byte(tc.line))
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.spellOut()
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Data, tc.want.Data) || got.EveryCut != tc.want.EveryCut || got.EveryPrefix != tc.want.EveryPrefix {
				t.Errorf("got %q, cut %t, prefix %t", got.Data, got.EveryCut, got.EveryPrefix)
			}
			if got.ID != "x-1" || got.Category != "c" || got.Expected != "ok" || got.Why != "w" || got.Context == "" {
				t.Errorf("got %+v", got)
			}
		})
	}

	for name, line := range map[string]string{
		"not JSON":        `{`,
		"unknown key":     `{` + head + `"context":"jid","bytes":"","more":1}`,
		"no bytes":        `{` + head + `"context":"jid"}`,
		"unknown enc":     `{` + head + `"context":"jid","enc":"rot13","bytes":"a"}`,
		"object as text":  `{` + head + `"context":"jid","bytes":{}}`,
		"bad base64":      `{` + head + `"context":"jid","enc":"base64","bytes":"%"}`,
		"bad repetition":  `{` + head + `"context":"jid","enc":"rep","bytes":[["a","b"]]}`,
		"text repetition": `{` + head + `"context":"jid","enc":"rep","bytes":"a"}`,
	} {
		r, err := parse([]byte(line))
		if err == nil {
			_, err = r.spellOut()
		}
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestUnknownCategory(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a misspelt category gives no panic")
		}
	}()
	Cases("jid", "jdi")
}
