package framework_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
)

// TestLinksCommands: config shows the settings of further links, boot their steps, and
// the program is on all of them.
func TestLinksCommands(t *testing.T) {
	addr := answering(t, func(element.Node) string { return "" })
	t.Chdir(t.TempDir())
	file := "server: " + addr + "\nlinks:\n  talk:\n    server: " + addr + "\n    jid: talk.comp.localhost\n    secret: " + processSecret + "\n"
	if err := os.WriteFile("emp.yaml", []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	do := func(args ...string) string {
		t.Helper()
		app := &framework.App{Name: "hack", Routes: hack, Config: framework.Config{JID: domain, Secret: framework.NewSecret(processSecret)}}
		var out, errs bytes.Buffer
		if code := framework.ExecuteOn(app, strings.NewReader(""), &out, &errs, args...); code != 0 {
			t.Errorf("%q: code %d: %s", args, code, &errs)
		}
		if strings.Contains(out.String()+errs.String(), processSecret) {
			t.Errorf("%q shows the secret", args)
		}
		return out.String()
	}
	shown := strings.Join(strings.Fields(do("config")), " ")
	for _, want := range []string{
		"links.talk.jid talk.comp.localhost emp.yaml:5",
		"links.talk.secret [secret] emp.yaml:6",
		"links.talk.tls.mode off default",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("config lacks %q:\n%s", want, shown)
		}
	}
	for _, args := range [][]string{{"boot"}, {"boot", "--run"}} {
		if out := do(args...); strings.Count(out, "each link of comp.localhost\n") != 1 || strings.Count(out, "each link of talk.comp.localhost\n") != 1 {
			t.Errorf("%q shows\n%s", args, out)
		}
	}
}
