package main

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestQuickStart does what docs/quickstart.md says, with the code and the settings that
// stand there.
func TestQuickStart(t *testing.T) {
	page, err := os.ReadFile("../../docs/quickstart.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := make(map[string]string) // by how each begins, up to its end
	for _, m := range regexp.MustCompile("(?s)```(?:go|yaml)\n(.*?)```").FindAllStringSubmatch(string(page), -1) {
		blocks[strings.TrimSpace(m[1])] = m[1]
	}
	// block returns the one that has text.
	block := func(text string) string {
		t.Helper()
		for _, b := range blocks {
			if strings.Contains(b, text) {
				return b
			}
		}
		t.Fatalf("no block has %q", text)
		return ""
	}
	t.Chdir(t.TempDir())
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOWORK", "off")
	do := func(args ...string) {
		t.Helper()
		if code, _, log := run(args...); code != 0 {
			t.Fatalf("empgen %q: %s", args, log)
		}
	}
	do("new", "dice")
	t.Chdir("dice")
	do("component", "dice", "roll")
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// edit puts new in the place of old, which has to be there.
	edit := func(name, old, new string) {
		t.Helper()
		text, err := os.ReadFile(name)
		if err != nil || strings.Count(string(text), old) != 1 {
			t.Fatalf("%s: %v, or not one %q in\n%s", name, err, old, text)
		}
		write(name, strings.Replace(string(text), old, new, 1))
	}
	space := "\tr.Namespace(\"g\", models.NS)\n"
	edit("config/router.go", space, space+"\n"+block("components.Dice{")+"\tr.Mount(&components.Tea{})\n")
	edit("config/router.go", "import (\n", "import (\n\t\"math/rand/v2\"\n\n")
	write("app/components/dice.go", block("type Dice struct"))
	write("app/components/tea.go", block("type Tea struct"))
	out, err := exec.Command("go", "test", "./app/components").CombinedOutput()
	if err == nil || !strings.Contains(string(out), "FAIL: TestDice") {
		t.Errorf("the test of the dice that were is to fail: %s", out)
	}
	edit("app/components/dice_test.go", "\tc := &Dice{}\n", block("c := &Dice{Number"))
	edit("app/components/dice_test.go", "\t\t\"roll\": \"dice: roll\",\n", block("You rolled a 4"))
	settings, err := os.ReadFile("emp.development.yaml")
	if err != nil {
		t.Fatal(err)
	}
	write("emp.development.yaml", strings.Replace(string(settings), "# server:", "server:", 1)+block("traffic: on"))
	if out, err := exec.Command("go", "test", "./...").CombinedOutput(); err != nil {
		t.Errorf("go test: %v\n%s", err, out)
	}
	for command, want := range map[string]string{"config": "127.0.0.1:5347", "routes": "tea.brew"} {
		if out, err := exec.Command("go", "run", ".", command).CombinedOutput(); err != nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
	}
}
