package framework

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
)

// TestSecretIsNotShown prints a secret, and a struct around it, in all the ways
// there are.
func TestSecretIsNotShown(t *testing.T) {
	c := Config{JID: "echo.localhost", Secret: NewSecret("hush")}
	type hidden struct{ c Config } // fmt does not ask the types of unexported fields
	values := map[string]any{"Secret": c.Secret, "*Secret": &c.Secret, "Config": c, "*Config": &c, "unexported": hidden{c}, "slice": []Secret{c.Secret}, "Loaded": Loaded{Config: c}}
	check := func(name, out string) {
		t.Helper()
		if strings.Contains(out, "hush") || strings.Contains(out, "68757368") || strings.Contains(out, "104 117") {
			t.Errorf("%s shows it: %s", name, out)
		}
	}
	for name, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%p", "%t", "%T", "%10.2f"} {
			check(name+" "+verb, fmt.Sprintf(verb, v))
		}
		check(name+" Sprint", fmt.Sprint(v))
		for _, h := range []func(b *bytes.Buffer) slog.Handler{
			func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
			func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		} {
			var b bytes.Buffer
			slog.New(h(&b)).Info("x", "v", v)
			check(name+" slog", b.String())
		}
		out, err := json.Marshal(v)
		if err != nil {
			t.Error(err)
		}
		check(name+" JSON", string(out))
	}
	if got := fmt.Sprintf("%v %s %+v", c.Secret, &c.Secret, c); !strings.HasPrefix(got, "[secret] [secret] ") || !strings.Contains(got, "Secret:[secret] ") {
		t.Errorf("a secret is to be seen as one: %s", got)
	}
	if got := fmt.Sprintf("%v|%s", Secret{}, Secret{}); got != "|" || (Secret{}).Reveal() != "" {
		t.Errorf("no secret is %q", got)
	}
}

// TestSecretNotInErrors makes as many mistakes as there are with a secret at
// hand, in each layer.
func TestSecretNotInErrors(t *testing.T) {
	long := strings.Repeat("hush", 2000)
	for _, tc := range []struct {
		file string
		from Sources
	}{
		{"secret: \"hush\\n\"", Sources{}},
		{"secret: *hush", Sources{}},
		{"secret: &hush", Sources{}},
		{"secret: !hush", Sources{}},
		{"secret: [hush]", Sources{}},
		{"secret: {hush: hush}", Sources{}},
		{"secret: " + long, Sources{}},
		{"secret: hush: hush", Sources{}},
		{"secret: 'hush", Sources{}},
		{"secret: |\n  hush\n  hush", Sources{}},
		{"secret: hush\nsecret: hush", Sources{}},
		{"secret:hush", Sources{}},
		{"{secret=hush}", Sources{}},
		{"secert: hush", Sources{}},
		{"password: hush", Sources{}},
		{"secret: hush\nsecret_file: emp.yaml", Sources{}},
		{"secret_file: emp.yaml # hush\n", Sources{}},
		{"secret: hush", Sources{Environ: []string{"EMP_SECRET=hush\x00", "EMP_SECRT=hush", "EMP_SECRET_FILE=x"}}},
		{"", Sources{Environ: []string{"EMP_SECRET=\xffhush"}, Flags: map[string]string{"secret": "hush"}}},
	} {
		_, err := load(t, Config{}, tc.file, tc.from)
		if err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%.40q, %v: %v", tc.file, tc.from, err)
		}
	}
}

func TestSecretFile(t *testing.T) {
	for text, want := range map[string]string{
		"hush":                     "hush",
		"hush\n":                   "hush",
		"hush\r\n":                 "hush",
		" hush ":                   " hush ",
		"hüsh":                     "hüsh",
		strings.Repeat("h", 4096):  strings.Repeat("h", 4096),
		"hush\n\n":                 "",
		"hush\nhush":               "",
		"":                         "",
		"\n":                       "",
		"h\xff":                    "",
		"h\x00":                    "",
		strings.Repeat("h", 4097):  "",
		strings.Repeat("h", 1<<20): "",

		strings.Repeat("h", 4096) + "\r\n":  strings.Repeat("h", 4096),
		strings.Repeat("h", 4096) + "\r\nx": "",
	} {
		t.Chdir(t.TempDir())
		write(t, "s", text)
		l, err := Config{JID: "echo.localhost", SecretFile: "s"}.Load(Sources{})
		switch {
		case want == "":
			if err == nil || !strings.HasPrefix(err.Error(), "framework: secret_file (in code): s ") {
				t.Errorf("%.20q: %v", text, err)
			}
		case err != nil:
			t.Errorf("%.20q: %v", text, err)
		case l.Config.Secret.Reveal() != want || l.Config.SecretFile != "":
			t.Errorf("%.20q: %q, file %q", text, l.Config.Secret.Reveal(), l.Config.SecretFile)
		}
	}
}

// TestSecretLayers: the secret and the file with it are one setting in two
// forms, and the later layer wins.
func TestSecretLayers(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "a", "from a")
	code := Config{JID: "echo.localhost", Secret: NewSecret("from code")}
	for _, tc := range []struct {
		file         string
		environ      []string
		want, source string
	}{
		{"", nil, "from code", "code"},
		{"secret_file: a", nil, "from a", "emp.yaml:1"},
		{"secret_file: a", []string{"EMP_SECRET=from env"}, "from env", "EMP_SECRET"},
		{"secret: from file", []string{"EMP_SECRET_FILE=a"}, "from a", "EMP_SECRET_FILE"},
		{"secret: from file", []string{"EMP_SECRET_FILE=a", "EMP_SECRET=b"}, "", "framework: EMP_SECRET_FILE: given beside secret (EMP_SECRET): remove one"},
		{"secret_file: b", []string{"EMP_SECRET_FILE=b"}, "", "framework: EMP_SECRET_FILE: open b: "},
		{"secret_file: b", []string{"EMP_SECRET=from env"}, "from env", "EMP_SECRET"}, // b is not looked at
	} {
		write(t, DefaultFile, tc.file)
		l, err := code.Load(Sources{Environ: tc.environ})
		if tc.want == "" {
			if err == nil || !strings.HasPrefix(err.Error(), tc.source) {
				t.Errorf("%q, %q: %v", tc.file, tc.environ, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q, %q: %v", tc.file, tc.environ, err)
			continue
		}
		for _, s := range l.Settings() {
			if s.Key == "secret" && (s.Source != tc.source || s.Value != "[secret]") {
				t.Errorf("%q, %q: %v", tc.file, tc.environ, s)
			}
			if s.Key == "secret_file" && (s.Value != "") != (tc.want == "from a") {
				t.Errorf("%q, %q: %v", tc.file, tc.environ, s)
			}
		}
		if got := l.Config.Secret.Reveal(); got != tc.want {
			t.Errorf("%q, %q: %s", tc.file, tc.environ, got)
		}
		// What was loaded is complete: the file is not needed again.
		if err := os.Remove(DefaultFile); err != nil {
			t.Fatal(err)
		}
		again, err := l.Config.Load(Sources{})
		if err != nil || again.Config.Secret.Reveal() != tc.want {
			t.Errorf("%q, %q, again: %v, %v", tc.file, tc.environ, again, err)
		}
	}
}

// TestSecretFileOpen: a file that everybody can read is told of, once, with what to do.
func TestSecretFileOpen(t *testing.T) {
	for mode, want := range map[os.FileMode]bool{0o644: true, 0o604: true, 0o640: false, 0o600: false} {
		t.Run(mode.String(), func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, "secret", "hush")
			if err := os.Chmod("secret", mode); err != nil {
				t.Fatal(err)
			}
			loaded, err := Config{JID: "echo.localhost", SecretFile: "secret"}.Load(Sources{}) // as Main does
			if err != nil {
				t.Fatal(err)
			}
			var log bytes.Buffer
			app := &App{Config: loaded.Config, Log: slog.New(slog.NewTextHandler(&log, nil))}
			if err := app.readConfig(t.Context()); err != nil {
				t.Fatal(err)
			}
			app.log = app.Log
			app.warnOpenSecrets()
			if got := strings.Count(log.String(), "chmod 600 secret"); (got == 1) != want || got > 1 || strings.Contains(log.String(), "hush") {
				t.Errorf("told %d times:\n%s", got, &log)
			}
		})
	}
}
