package emp_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	testNamed   = regexp.MustCompile("`((?:Test|Example)[A-Za-z0-9_]+)`")
	testWritten = regexp.MustCompile(`(?m)^func ((?:Test|Example)[A-Za-z0-9_]*)\(`)
)

// TestMerb: docs/merb.md names tests that exist, and has for each rule a test,
// the compiler, or a sentence why not.
func TestMerb(t *testing.T) {
	written := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range testWritten.FindAllSubmatch(text, -1) {
			written[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join("docs", "merb.md"))
	if err != nil {
		t.Fatal(err)
	}
	rules := 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.ReplaceAll(line, `\|`, ""), "|")
		if len(cells) != 5 || strings.Contains(line, "---") || strings.TrimSpace(cells[3]) == "Shown by" {
			continue
		}
		rules++
		shown := testNamed.FindAllStringSubmatch(cells[3], -1)
		for _, name := range shown {
			if !written[name[1]] {
				t.Errorf("there is no %s: %s", name[1], line)
			}
		}
		if why := strings.TrimSpace(cells[2]); len(shown) == 0 && strings.TrimSpace(cells[3]) != "the compiler" && !strings.HasPrefix(why, "None") {
			t.Errorf("neither test nor reason: %s", line)
		}
	}
	if rules < 50 {
		t.Errorf("only %d rules read", rules)
	}
}
