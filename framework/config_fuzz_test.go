package framework

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/emp-framework/emp/internal/config"
)

// FuzzConfigFile reads bytes as a configuration file. What is taken is complete,
// within its bounds, and the same when it is written down and read again.
func FuzzConfigFile(f *testing.F) {
	for _, s := range []string{
		"", "jid: comp.localhost\nsecret: s\n", "{\"jid\":\"COMP.localhost.\",\"secret\":\"s\",\"queue\":0}",
		"jid: a\nsecret: b\nserver: '[::1]:1'\nlog: {level: warn, format: json}\nself_test: off\n",
		"jid: a\nsecret: b\nserver: 192.0.2.1\nallow_plain: on\nreconnect_min: 1s\nreconnect_max: 1000ms\n",
		"tls:\n  mode: on\n  name: x\n", "sever: 1\njid: *a\n", "a: &a [*a]", "!!binary x: y", "---\n---\n", "jid: x\njid: y\n", "? x\n: y", "\xff\xfej\x00", "[[[[", "{a: {b: {c: {}}}}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var c Config
		given, problems := config.FromFile(c.keys(), DefaultFile, data)
		for _, g := range given {
			if g.Key == "secret_file" || g.Key == "tls.ca" || g.Key == "tls.cert" || g.Key == "tls.key" {
				return // they name files
			}
		}
		loaded, err := c.complete(problems, given)
		if err != nil {
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !strings.HasPrefix(line, "framework: ") {
					t.Errorf("line %q of the error", line)
				}
			}
			return
		}
		if len(problems) > 0 {
			t.Fatalf("problems %v, but no error", problems)
		}
		l := loaded.Config
		if l.JID == "" || l.Secret.Reveal() == "" || l.Workers < 1 || l.MaxStanzaBytes < 10_000 || l.PingInterval < 1e9 || l.ReconnectMin > l.ReconnectMax || l.Queue == 0 || l.TLS.Mode == "" || l.SelfTest == "" {
			t.Errorf("not complete: %+v", l)
		}
		if l.TLS.Mode == Off && !l.AllowPlain && !isLoopback(l.Server) {
			t.Errorf("plain to %s", l.Server)
		}

		// Written down: JSON strings are YAML, each section on a line.
		sections := make(map[string]map[string]string)
		for _, k := range l.keys() {
			text := k.Value.Text()
			if text == "" || k.NoFile != "" {
				continue
			}
			section, name, nested := strings.Cut(k.Name, ".")
			if !nested {
				section, name = "", section
			}
			if sections[section] == nil {
				sections[section] = make(map[string]string)
			}
			sections[section][name] = text
		}
		var doc strings.Builder
		for section, texts := range sections {
			for name, text := range texts {
				if section != "" {
					continue
				}
				quoted, err := json.Marshal(text)
				if err != nil {
					t.Fatal(err)
				}
				doc.WriteString(name + ": " + string(quoted) + "\n")
			}
			if section != "" {
				quoted, err := json.Marshal(texts)
				if err != nil {
					t.Fatal(err)
				}
				doc.WriteString(section + ": " + string(quoted) + "\n")
			}
		}
		given, problems = config.FromFile(c.keys(), DefaultFile, []byte(doc.String()))
		again, err := Config{}.complete(problems, given)
		if err != nil {
			t.Fatalf("%v\n%s", err, doc.String())
		}
		a, b := l, again.Config
		if a.Secret.Reveal() != b.Secret.Reveal() {
			t.Error("another secret")
		}
		if a.Secret, b.Secret = (Secret{}), (Secret{}); a != b {
			t.Errorf("read   %+v\nagain  %+v", a, b)
		}
	})
}
