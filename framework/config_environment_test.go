package framework

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestEnvironment: each has a file of its own and defaults of its own, and anything
// that is said in so many words wins over these.
func TestEnvironment(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "emp.yaml", "workers: 1\nqueue: 1\n")
	write(t, "emp.production.yaml", "queue: 2\ntimeout: 2s\n")
	write(t, "other.test.yaml", "queue: 3\n")
	write(t, "other.yaml", "")
	write(t, "info.yaml", "log:\n  level: info\n  format: console\n")
	inCode := given
	inCode.Environment = Production
	for _, tc := range []struct {
		code  Config
		from  Sources
		want  string // key=value (source), by "; "
		files string
	}{
		{given, Sources{}, "environment=development (default); queue=1 (emp.yaml:2); log.level=debug (default of development); log.format=console (default)", "emp.yaml"},
		{given, Sources{Environ: []string{"EMP_ENV=test"}}, "environment=test (EMP_ENV); queue=1 (emp.yaml:2); log.level=warn (default of test); log.format=console (default)", "emp.yaml"},
		{given, Sources{Environ: []string{"EMP_ENV=production"}}, "environment=production (EMP_ENV); workers=1 (emp.yaml:1); queue=2 (emp.production.yaml:1); timeout=2s (emp.production.yaml:2); log.level=info (default); log.format=json (default of production)", "emp.yaml emp.production.yaml"},
		{given, Sources{Environ: []string{"EMP_ENV=test", "EMP_ENV=production", "EMP_QUEUE=7"}}, "environment=production (EMP_ENV); queue=7 (EMP_QUEUE)", "emp.yaml emp.production.yaml"},
		{given, Sources{Environ: []string{"EMP_ENV=production"}, Flags: map[string]string{"environment": "development", "queue": "9"}}, "environment=development (--environment); queue=9 (--queue); log.level=debug (default of development)", "emp.yaml"},
		{inCode, Sources{}, "environment=production (code); queue=2 (emp.production.yaml:1)", "emp.yaml emp.production.yaml"},
		{inCode, Sources{Environ: []string{"EMP_ENV=test"}}, "environment=test (EMP_ENV); queue=1 (emp.yaml:2)", "emp.yaml"},
		{given, Sources{Flags: map[string]string{"config": "other.yaml", "environment": "test"}}, "queue=3 (other.test.yaml:1)", "other.yaml other.test.yaml"},
		{given, Sources{Flags: map[string]string{"config": "info.yaml", "environment": "production"}}, "log.level=info (info.yaml:2); log.format=console (info.yaml:3)", "info.yaml"},
		{given, Sources{Flags: map[string]string{"config": "info.yaml"}}, "log.level=info (info.yaml:2)", "info.yaml"},
	} {
		l, err := tc.code.Load(tc.from)
		if err != nil {
			t.Fatalf("%v: %v", tc.from, err)
		}
		var got []string
		for _, s := range l.Settings() {
			got = append(got, fmt.Sprintf("%s=%s (%s)", s.Key, s.Value, s.Source))
		}
		for want := range strings.SplitSeq(tc.want, "; ") {
			if !slices.Contains(got, want) {
				t.Errorf("%v: %q, want %s", tc.from, got, want)
			}
		}
		if files := strings.Join(l.Files, " "); files != tc.files {
			t.Errorf("%v: files %s, want %s", tc.from, files, tc.files)
		}
		again, err := l.Config.complete(nil)
		if err != nil {
			t.Fatalf("%v: again: %v", tc.from, err)
		}
		again.Config.Secret = l.Config.Secret
		if again.Config != l.Config {
			t.Errorf("%v: again %+v; was %+v", tc.from, again.Config, l.Config)
		}
	}
}

func TestEnvironmentMistakes(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "emp.yaml", "environment: production\nworkers: 0\n")
	write(t, "emp.test.yaml", "queeu: 1\n")
	write(t, "bad.yaml", "")
	write(t, "bad.production.yaml", "a: b: c")
	for _, tc := range []struct {
		from Sources
		want string
	}{
		{Sources{}, "emp.yaml:1: environment: no file can say this, for it says which files there are: set EMP_ENV or --environment\nemp.yaml:2: workers: 0 is not between 1 and 65536"},
		{Sources{Environ: []string{"EMP_ENV=prodution"}}, "emp.yaml:1: *\nemp.yaml:2: *\nEMP_ENV: \"prodution\" is none of: development, test, production"},
		{Sources{Environ: []string{"EMP_ENVIRONMENT=production"}}, "emp.yaml:1: *\nunknown variable \"EMP_ENVIRONMENT\": did you mean \"EMP_ENV\"?\nemp.yaml:2: *"},
		{Sources{Environ: []string{"EMP_ENV="}}, "emp.yaml:1: *\nemp.yaml:2: *\nEMP_ENV: is empty*"},
		{Sources{Flags: map[string]string{"environment": "test"}}, "emp.yaml:1: *\nemp.test.yaml:1: unknown key \"queeu\": did you mean \"queue\"?\nemp.yaml:2: *"},
		{Sources{Flags: map[string]string{"environment": "production", "config": "bad.yaml"}}, "bad.production.yaml: not YAML: *"},
	} {
		l, err := given.Load(tc.from)
		if err == nil || l != nil {
			t.Errorf("%v: taken", tc.from)
			continue
		}
		got, want := strings.Split(err.Error(), "\n"), strings.Split(tc.want, "\n")
		same := slices.EqualFunc(got, want, func(got, want string) bool {
			start, open := strings.CutSuffix(want, "*")
			got = strings.TrimPrefix(got, "framework: ")
			return got == want || open && strings.HasPrefix(got, start)
		})
		if !same {
			t.Errorf("%v:\n%s\nwant\n%s", tc.from, err, tc.want)
		}
	}
}

// TestLogLevel: a LogLevel is a slog.Leveler.
func TestLogLevel(t *testing.T) {
	for l, want := range map[LogLevel]string{"debug": "DEBUG", "": "INFO", "info": "INFO", "warn": "WARN", "error": "ERROR", "x": "INFO"} {
		if got := l.Level().String(); got != want {
			t.Errorf("%q is %s, want %s", l, got, want)
		}
	}
}
