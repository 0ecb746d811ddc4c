package adversarial_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/adversarial"
)

// configKeys is what the keys of the cases stand for.
var configKeys = map[string]string{
	"domain": "jid",
	"addr":   "server",
	"tls":    "tls.mode",

	"password":   "secret",
	"mechanisms": "allow_plain_password",
}

// configValues is what some of their values stand for.
var configValues = map[string]string{`"c2s"`: "client", `["PLAIN"]`: "true"}

var capital = regexp.MustCompile(`[A-Z]`)

// configFile spells a case out as a configuration file. It goes by tokens, for a
// case may hold a key twice, which no map can.
func configFile(t *testing.T, data []byte) string {
	var b strings.Builder
	d := json.NewDecoder(strings.NewReader(string(data)))
	next := func() json.Token {
		tok, err := d.Token()
		if err != nil {
			t.Fatal(err)
		}
		return tok
	}
	for next(); d.More(); {
		key := next().(string)
		name, ok := configKeys[key]
		if !ok { // maxStanzaBytes
			name = capital.ReplaceAllStringFunc(key, func(c string) string { return "_" + strings.ToLower(c) })
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatal(err)
		}
		if word, ok := configValues[string(value)]; ok {
			value = json.RawMessage(word)
		}
		if section, sub, ok := strings.Cut(name, "."); ok {
			b.WriteString(section + ":\n  ")
			name = sub
		}
		b.WriteString(name + ": " + string(value) + "\n") // JSON is YAML
	}
	return b.String()
}

// TestConfig runs the configuration cases through the loader, as files.
func TestConfig(t *testing.T) {
	// A part of what the error says: it has to be the case's own mistake that
	// is refused.
	why := map[string]string{
		"cfg-001": `:1: jid: is empty`,
		"cfg-002": `:1: jid: "bot@comp.localhost" has a local part`,
		"cfg-003": `:2: secret: is empty`,
		"cfg-004": `:2: secret: holds a line end or another control character`,
		"cfg-005": `:3: max_stanza_bytes: 9999 is not between 10000 and`,
		"cfg-006": `:3: workers: 0 is not between 1 and`,
		"cfg-007": `:3: workers: -1 is not between 1 and`,
		"cfg-008": `:3: workers: 100000000 is not between 1 and`,
		"cfg-011": `:3: server: "localhost:99999": the port`,
		"cfg-013": `:3: server: 192.0.2.1:5347 is another machine and TLS is off`,
		"cfg-014": `:3: ping_interval: 1ns is not between 1s and`,
		"cfg-015": `:3: unknown key "unknown"`,
		"cfg-016": `:2: duplicate key "jid", given on line 1`,
		"cfg-017": `:3: reconnect_min: 10s is more than reconnect_max, 1s`,
		"cfg-018": `:4: allow_plain_password: given, but TLS is off`,
		"cfg-019": `:1: jid: "xn--a" is no address`,
	}
	for _, c := range adversarial.Cases("config") {
		t.Run(c.ID, func(t *testing.T) {
			name := filepath.Join(t.TempDir(), "emp.yaml")
			text := configFile(t, c.Data)
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			loaded, err := framework.Config{}.Load(framework.Sources{Flags: map[string]string{"config": name}})
			switch want, refused := why[c.ID]; {
			case refused != (c.Expected == "reject"):
				t.Fatalf("expected %q, and this test knows better", c.Expected)
			case !refused && err != nil:
				t.Errorf("refused: %v\n%s", err, text)
			case !refused && loaded.Config.JID != "comp.localhost":
				t.Errorf("jid is %q", loaded.Config.JID)
			case refused && err == nil:
				t.Errorf("taken:\n%s", text)
			case refused && !strings.Contains(err.Error(), want):
				t.Errorf("refused, but not with %q:\n%v\n%s", want, err, text)
			}
		})
	}
}
