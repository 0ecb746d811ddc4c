package framework

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// load runs Load in an empty directory with text in emp.yaml, unless it is "".
func load(t *testing.T, c Config, text string, from Sources) (*Loaded, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if text != "" {
		write(t, DefaultFile, text)
	}
	return c.Load(from)
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// given is what a complete configuration needs.
var given = Config{JID: "echo.localhost", Secret: NewSecret("hush")}

func TestConfigDefaults(t *testing.T) {
	l, err := load(t, given, "", Sources{})
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Environment: Development, Mode: Component, JID: "echo.localhost", Server: "127.0.0.1:5347", Secret: l.Config.Secret,
		TLS:            TLS{Mode: Off},
		MaxStanzaBytes: 1 << 20, MaxSendBytes: 512 << 10, Workers: 256, Queue: 128,
		Limits:  Limits{Held: 16384, HeldBytes: 32 << 20, PairBytes: 4 << 20, Asks: 10000},
		Timeout: 30 * time.Second, PingInterval: 5 * time.Minute, PingTimeout: 30 * time.Second,
		ReconnectMin: time.Second, ReconnectMax: time.Minute, DrainTimeout: 25 * time.Second,
		SelfTest: On, StreamManagement: On, Unconfirmed: Resend, Log: Log{Level: "debug", Format: "console", Traffic: Off},
	}
	if l.Config != want {
		t.Errorf("got  %+v\nwant %+v", l.Config, want)
	}
	if l.Config.Secret.Reveal() != "hush" || len(l.Files) > 0 {
		t.Errorf("secret %q, files %q", l.Config.Secret.Reveal(), l.Files)
	}
}

// TestConfigLayers gives every key in every layer, to see that each is read and
// that the later layer wins.
func TestConfigLayers(t *testing.T) {
	values := map[string][4]string{ // in code, file, environment, flags
		"mode":        {"component", "component", "component", "component"},
		"jid":         {"a.localhost", "b.localhost", "c.localhost", "d.localhost"},
		"server":      {"127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:4"},
		"tls.mode":    {"on", "off", "on", "off"},
		"tls.ca":      {"a", "b", "c", "d"},
		"tls.cert":    {"a", "b", "c", "d"},
		"tls.key":     {"a", "b", "c", "d"},
		"tls.name":    {"a", "b", "c", "d"},
		"allow_plain": {"on", "off", "on", "off"},

		"allow_plain_password": {"on", "off", "on", "off"},
		"anonymous":            {"on", "off", "on", "off"},
		"priority":             {"-1", "2", "3", "-4"},

		"max_stanza_bytes":  {"10001", "10002", "10003", "10004"},
		"max_send_bytes":    {"10001", "10002", "10003", "10004"},
		"workers":           {"1", "2", "3", "4"},
		"queue":             {"0", "2", "3", "0"},
		"limits.held":       {"1", "2", "3", "4"},
		"limits.held_bytes": {"1048577", "1048578", "1048579", "1048580"},
		"limits.pair_bytes": {"65537", "65538", "65539", "65540"},
		"limits.asks":       {"1", "2", "3", "4"},
		"limits.stuck":      {"1", "2", "3", "4"},
		"limits.rate":       {"1", "2", "3", "4"},
		"limits.burst":      {"1", "2", "3", "4"},
		"timeout":           {"1s", "2s", "3s", "4s"},
		"ping_interval":     {"1s", "2s", "3s", "4s"},
		"ping_timeout":      {"1s", "2s", "3s", "4s"},
		"reconnect_min":     {"1s", "2s", "3s", "4s"},
		"reconnect_max":     {"1m0s", "2m0s", "3m0s", "4m0s"},
		"drain_timeout":     {"1s", "2s", "3s", "4s"},
		"self_test":         {"off", "on", "off", "on"},
		"stream_management": {"off", "on", "off", "on"},
		"unconfirmed":       {"report", "resend", "report", "resend"},
		"pid_file":          {"a", "b", "c", "d"},
		"user":              {"a", "b", "c", "d"},
		"group":             {"a", "b", "c", "d"},
		"log.file":          {"a", "b", "c", "d"},
		"log.level":         {"debug", "warn", "error", "debug"},
		"log.format":        {"json", "console", "json", "console"},
		"log.traffic":       {"on", "off", "bodies", "on"},
		"admin.listen":      {"127.0.0.1:1", "127.0.0.2:2", "localhost:3", ":4"},
		"admin.public":      {"on", "on", "on", "on"},
	}
	code := Config{
		JID: "a.localhost", Server: "127.0.0.1:1", Secret: NewSecret("hush"),
		TLS: TLS{Mode: On, CA: "a", Cert: "a", Key: "a", Name: "a"}, AllowPlain: true, AllowPlainPassword: true, Anonymous: true, Priority: -1,
		Mode: Component, MaxStanzaBytes: 10001, MaxSendBytes: 10001, Workers: 1, Queue: NoQueue,
		Limits:  Limits{Held: 1, HeldBytes: 1048577, PairBytes: 65537, Asks: 1, Stuck: 1, Rate: 1, Burst: 1},
		Timeout: time.Second, PingInterval: time.Second, PingTimeout: time.Second,
		ReconnectMin: time.Second, ReconnectMax: time.Minute, DrainTimeout: time.Second,
		SelfTest: Off, StreamManagement: Off, Unconfirmed: Report, PidFile: "a", User: "a", Group: "a", Log: Log{Level: "debug", File: "a", Format: "json", Traffic: On}, Admin: Admin{"127.0.0.1:1", true},
	}
	var file string
	from := Sources{Flags: make(map[string]string)}
	sources := map[string][4]string{}
	for _, k := range code.keys() {
		v, ok := values[k.Name]
		if !ok {
			if k.Name != "secret" && k.Name != "secret_file" && k.Name != "environment" {
				t.Errorf("the test lacks the key %s", k.Name)
			}
			continue
		}
		if got := k.Value.Text(); got != v[0] {
			t.Errorf("%s in code is %q, want %q", k.Name, got, v[0])
		}
		if section, name, nested := strings.Cut(k.Name, "."); !nested {
			file += k.Name + ": " + v[1] + "\n"
		} else {
			if !strings.Contains(file, section+":\n") {
				file += section + ":\n"
			}
			file += "  " + name + ": " + v[1] + "\n"
		}
		line := "emp.yaml:" + strconv.Itoa(strings.Count(file, "\n"))
		from.Environ = append(from.Environ, k.Variable(variablePrefix)+"="+v[2])
		from.Flags[k.Flag()] = v[3]
		sources[k.Name] = [4]string{"code", line, k.Variable(variablePrefix), "--" + k.Flag()}
	}

	t.Chdir(t.TempDir())
	write(t, DefaultFile, file)
	for n, from := range []Sources{{}, {Environ: from.Environ}, from} {
		if n == 1 {
			// TLS is on in this one, and its files have to be there.
			ca, key := certificate(t)
			write(t, "c", string(ca)+string(key))
		}
		l, err := code.Load(from)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range l.Settings() {
			v, ok := values[s.Key]
			if ok && (s.Value != v[n+1] || s.Source != sources[s.Key][n+1]) {
				t.Errorf("%d layers: %s is %q from %s, want %q from %s", n+2, s.Key, s.Value, s.Source, v[n+1], sources[s.Key][n+1])
			}
		}
		if !slices.Equal(l.Files, []string{DefaultFile}) {
			t.Errorf("files %q", l.Files)
		}
	}
	if code.Workers != 1 {
		t.Error("Load changed its receiver")
	}
}

// TestConfigCases has the configuration lines of the adversarial inputs as one
// would write them, and more of their kinds.
func TestConfigCases(t *testing.T) {
	const id = "jid: comp.localhost\n"
	for _, tc := range []struct {
		name, file string
		want       string // the error; "": none
	}{
		{"cfg-001", "jid: ''\nsecret: s", `emp.yaml:1: jid: is empty: give a value, or leave it out`},
		{"cfg-002", "jid: bot@comp.localhost\nsecret: s", `emp.yaml:1: jid: "bot@comp.localhost" has a local part: a component is a whole domain, so write "comp.localhost" alone; to log in as a user set mode to client`},
		{"cfg-002 resource", "jid: comp.localhost/x\nsecret: s", `emp.yaml:1: jid: "comp.localhost/x" has a resource: a component is a whole domain, so write "comp.localhost" alone`},
		{"cfg-003", id + "secret: ''", `emp.yaml:2: secret: is empty: give a value, or leave it out`},
		{"cfg-004", id + `secret: "hush\0"`, `emp.yaml:2: secret: holds a line end or another control character`},
		{"cfg-005", id + "secret: s\nmax_stanza_bytes: 9999", `emp.yaml:3: max_stanza_bytes: 9999 is not between 10000 and 67108864`},
		{"cfg-006", id + "secret: s\nworkers: 0", `emp.yaml:3: workers: 0 is not between 1 and 65536`},
		{"cfg-006 duration", id + "secret: s\ntimeout: 0", `emp.yaml:3: timeout: 0s is not between 10ms and 24h0m0s`},
		{"cfg-007", id + "secret: s\nworkers: -1", `emp.yaml:3: workers: -1 is not between 1 and 65536`},
		{"cfg-007 queue", id + "secret: s\nqueue: -1", `emp.yaml:3: queue: -1 is not between 0 and 65536`},
		{"cfg-008", id + "secret: s\nworkers: 100000000", `emp.yaml:3: workers: 100000000 is not between 1 and 65536`},
		{"cfg-009", id + "secret: s\nqueue: 0", ``},
		{"cfg-010", id + "secret: s\nserver: localhost", ``},
		{"cfg-011", id + "secret: s\nserver: localhost:99999", `emp.yaml:3: server: "localhost:99999": the port is no number from 1 to 65535`},
		{"cfg-012", id + "secret: s\nserver: '[::1]:5347'", ``},
		{"cfg-013", id + "secret: s\nserver: 192.0.2.1:5347\ntls:\n  mode: off", `emp.yaml:3: server: 192.0.2.1:5347 is another machine and TLS is off, so all traffic would be open to the network: set tls.mode to on, or allow_plain to on if that network is yours alone`},
		{"cfg-013 allowed", id + "secret: s\nserver: 192.0.2.1:5347\nallow_plain: true", ``},
		{"cfg-013 TLS", id + "secret: s\nserver: 192.0.2.1:5347\ntls:\n  mode: on", ``},
		{"cfg-014", id + "secret: s\nping_interval: 1ns", `emp.yaml:3: ping_interval: 1ns is not between 1s and 24h0m0s`},
		{"cfg-015", id + "secret: s\nunknown: 1", `emp.yaml:3: unknown key "unknown"`},
		{"cfg-015 slip", id + "secret: s\nsever: localhost", `emp.yaml:3: unknown key "sever": did you mean "server"?`},
		{"cfg-016", id + "jid: x\nsecret: s", `emp.yaml:2: duplicate key "jid", given on line 1 before: remove one`},
		{"cfg-017", id + "secret: s\nreconnect_min: 10s\nreconnect_max: 1s", `emp.yaml:3: reconnect_min: 10s is more than reconnect_max, 1s (emp.yaml:4)`},
		{"burst", id + "secret: s\nlimits:\n  burst: 3", `emp.yaml:4: limits.burst: given without limits.rate, which it goes with: set that, or remove this`},
		{"cfg-017 default", id + "secret: s\nreconnect_min: 10m", `emp.yaml:3: reconnect_min: 10m0s is more than reconnect_max, 1m0s (default)`},
		{"cfg-018", "mode: client\njid: a@localhost\nserver: localhost\nsecret: p\nallow_plain_password: on\ntls:\n  mode: off", `emp.yaml:5: allow_plain_password: given, but TLS is off, and the password would be open to the network: set tls.mode to on`},
		{"client", "mode: client\njid: a@localhost/x\nsecret: p", ``},
		{"client TLS", "mode: client\njid: a@localhost\nsecret: p\ntls:\n  mode: direct", ``},
		{"client plain", "mode: client\njid: a@localhost\nsecret: p\ntls:\n  mode: off", `emp.yaml:5: tls.mode: off, so all traffic with the server of localhost would be open to the network: leave it out, or set allow_plain to on if that network is yours alone`},
		{"client plain elsewhere", "mode: client\njid: a@localhost\nserver: 192.0.2.1\nsecret: p\ntls:\n  mode: off", `emp.yaml:3: server: 192.0.2.1:5222 is another machine and TLS is off, *`},
		{"client domain", "mode: client\njid: localhost\nsecret: p", `emp.yaml:2: jid: "localhost" has no local part: a client logs in as a user, as in bot@localhost`},
		{"anonymous", "mode: client\njid: localhost/x\nanonymous: on", ``},
		{"anonymous account", "mode: client\njid: a@localhost\nanonymous: on", `emp.yaml:2: jid: "a@localhost" has a local part, and anonymous is on: write "localhost" alone, or set anonymous to off`},
		{"anonymous secret", "mode: client\njid: localhost\nsecret: p\nanonymous: on", `emp.yaml:3: secret: given beside anonymous, which needs none: remove one`},
		{"anonymous secret file", "mode: client\njid: localhost\nsecret_file: p\nanonymous: on", `emp.yaml:3: secret_file: given beside anonymous, which needs none: remove one`},
		{"anonymous certificate", "mode: client\njid: localhost\nanonymous: on\ntls:\n  cert: p", `emp.yaml:5: tls.cert: given beside anonymous: a certificate says who we are; remove one`},
		{"priority", "mode: client\njid: a@localhost\nsecret: p\npriority: 128", `emp.yaml:4: priority: 128 is not between -128 and 127`},
		{"client TLS word", "mode: client\njid: a@localhost\nsecret: p\ntls:\n  mode: ssl", `emp.yaml:5: tls.mode: "ssl" is none of: on, off, starttls, direct`},
		{"client's TLS in a component", id + "secret: p\ntls:\n  mode: starttls", `emp.yaml:4: tls.mode: starttls is for clients: for a component it is on or off`},
		{"cfg-019", "jid: xn--a\nsecret: s", `emp.yaml:1: jid: "xn--a" is no address: *`},
		{"cfg-020", "jid: COMP.localhost.\nsecret: s", ``},

		{"nothing", "", `jid: not given: write the component's domain into emp.yaml (jid: echo.example.org), EMP_JID or --jid
secret: not given: *`},
		{"no YAML", "jid: a\n  b: c", "emp.yaml:2: not YAML: mapping values are not allowed in this context"}, // and not: jid is missing
		{"self_test", id + "secret: s\nself_test: maybe", `emp.yaml:3: self_test: "maybe" is neither on nor off`},
		{"log", id + "secret: s\nlog:\n  level: INFO\n  format: xml", "emp.yaml:4: log.level: \"INFO\" is none of: debug, info, warn, error\nemp.yaml:5: log.format: \"xml\" is none of: console, json"},
		{"traffic", id + "secret: s\nlog:\n  traffic: yes", "emp.yaml:4: log.traffic: \"yes\" is neither on nor off, nor bodies"},
		{"admin", id + "secret: s\nadmin:\n  listen: 127.0.0.1:9090", ``},
		{"admin on all addresses", id + "secret: s\nadmin:\n  listen: :9090", `emp.yaml:4: admin.listen: :9090 can be reached from other machines, and tells all who ask what the application does: listen at 127.0.0.1, or set admin.public to on if only those reach it who may`},
		{"admin elsewhere", id + "secret: s\nadmin:\n  listen: 192.0.2.1:9090", `emp.yaml:4: admin.listen: 192.0.2.1:9090 can be reached*`},
		{"admin for all, said so", id + "secret: s\nadmin:\n  listen: 0.0.0.0:9090\n  public: on", ``},
		{"admin without a port", id + "secret: s\nadmin:\n  listen: localhost", `emp.yaml:4: admin.listen: "localhost" is no host:port, such as 127.0.0.1:9090`},
		{"admin port", id + "secret: s\nadmin:\n  listen: localhost:99999", `emp.yaml:4: admin.listen: "localhost:99999" is no host:port, such as 127.0.0.1:9090`},
		{"public without admin", id + "secret: s\nadmin:\n  public: on", `emp.yaml:4: admin.public: given without admin.listen, which it goes with: set that, or remove this`},
		{"both secrets", id + "secret: s\nsecret_file: f", `emp.yaml:3: secret_file: given beside secret (emp.yaml:2): remove one`},
		{"certificate without key", id + "secret: s\ntls:\n  mode: on\n  cert: c", `emp.yaml:5: tls.cert: given without tls.key: a certificate needs its key`},
		{"key without certificate", id + "secret: s\ntls:\n  mode: on\n  key: c", `emp.yaml:5: tls.key: given without tls.cert: a certificate needs its key`},
		{"CA without TLS", id + "secret: s\ntls:\n  ca: c", `emp.yaml:4: tls.ca: given, but TLS is off: set tls.mode to on`},
		{"CA, TLS said to be off", id + "secret: s\ntls:\n  ca: c\n  mode: off", ``},
		{"CA missing", id + "secret: s\ntls:\n  ca: c\n  mode: on", `emp.yaml:4: tls.ca: open c: *`},
		{"CA no PEM", id + "secret: s\ntls:\n  ca: emp.yaml\n  mode: on", `emp.yaml:4: tls.ca: emp.yaml holds no certificate in PEM form`},
		{"certificate no PEM", id + "secret: s\ntls:\n  cert: emp.yaml\n  key: emp.yaml\n  mode: on", `emp.yaml:4: tls.cert: emp.yaml with the key emp.yaml: tls: failed to find any PEM data in certificate input`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l, err := load(t, Config{}, tc.file, Sources{})
			if tc.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				if l.Config.JID != "comp.localhost" && l.Config.Mode != Client {
					t.Errorf("jid %q", l.Config.JID)
				}
				return
			}
			var ce *ConfigError
			if !errors.As(err, &ce) || ce.ExitCode() != 78 || l != nil {
				t.Fatalf("got %v and %v, want a ConfigError", l, err)
			}
			got, want := strings.Split(err.Error(), "\n"), strings.Split(tc.want, "\n")
			same := slices.EqualFunc(got, want, func(got, want string) bool {
				if start, open := strings.CutSuffix(want, "*"); open {
					return strings.HasPrefix(got, "framework: "+start)
				}
				return got == "framework: "+want
			})
			if !same {
				t.Errorf("got:\n%s\nwant:\n%s", err, tc.want)
			}
		})
	}
}

func TestConfigQueue(t *testing.T) {
	for text, want := range map[string]int{"0": NoQueue, "1": 1, "65536": 65536} {
		l, err := load(t, given, "queue: "+text, Sources{})
		if err != nil || l.Config.Queue != want {
			t.Errorf("queue %s: %v, %v", text, l, err)
		}
	}
	c := given
	c.Queue = -2
	if _, err := load(t, c, "", Sources{}); err == nil || err.Error() != "framework: queue (in code): -2 is not between 0 and 65536" {
		t.Error(err)
	}
}

// TestConfigFileNames: which file is read, and whether it has to exist.
func TestConfigFileNames(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "f.yaml", "workers: 1")
	write(t, "e.yaml", "workers: 2")
	for _, tc := range []struct {
		from Sources
		file string
		want int
		err  string
	}{
		{Sources{}, "", 256, ""},
		{Sources{Environ: []string{"EMP_CONFIG=e.yaml"}}, "e.yaml", 2, ""},
		{Sources{Environ: []string{"EMP_CONFIG=e.yaml"}, Flags: map[string]string{"config": "f.yaml"}}, "f.yaml", 1, ""},
		{Sources{Environ: []string{"EMP_CONFIG=x"}}, "", 0, "framework: EMP_CONFIG: open x: "},
		{Sources{Environ: []string{"EMP_CONFIG="}}, "", 0, "framework: EMP_CONFIG: is empty"},
		{Sources{Flags: map[string]string{"config": "x"}}, "", 0, "framework: --config: open x: "},
		{Sources{Environ: []string{"EMP_SEVER=x", "EMP_TEST_ALL=1"}}, "", 0, `framework: unknown variable "EMP_SEVER": did you mean "EMP_SERVER"?`},
	} {
		l, err := given.Load(tc.from)
		switch {
		case tc.err != "":
			if err == nil || !strings.HasPrefix(err.Error(), tc.err) {
				t.Errorf("%v: %v, want %s", tc.from, err, tc.err)
			}
		case err != nil:
			t.Errorf("%v: %v", tc.from, err)
		case strings.Join(l.Files, " ") != tc.file || l.Config.Workers != tc.want:
			t.Errorf("%v: files %q, workers %d", tc.from, l.Files, l.Config.Workers)
		}
	}
	write(t, DefaultFile, "# nothing\n")
	if l, err := given.Load(Sources{}); err != nil || len(l.Files) != 1 || l.Files[0] != DefaultFile {
		t.Errorf("%v, %v", l, err)
	}
}

func TestConfigFlags(t *testing.T) {
	var names []string
	for _, f := range configFlags() {
		names = append(names, f.Name)
		if f.Help == "" || f.Arg == "" {
			t.Errorf("--%s has no help", f.Name)
		}
	}
	for _, name := range []string{"config", "jid", "server", "secret-file", "tls-ca", "log-level"} {
		if !slices.Contains(names, name) {
			t.Errorf("no flag --%s", name)
		}
	}
	if slices.Contains(names, "secret") {
		t.Error("a flag --secret would show the secret to all users of the machine")
	}
}

// TestConfigKeyNames: no two keys share a name, a variable or a flag, and none
// takes a name that means something else.
func TestConfigKeyNames(t *testing.T) {
	seen := map[string]bool{"config": true, "help": true, "version": true, "EMP_CONFIG": true}
	for _, k := range new(Config).keys() {
		for _, name := range []string{k.Name, k.Variable(variablePrefix), k.Flag()} {
			if seen[name] && name != k.Name || strings.Contains(name, "TEST_") {
				t.Errorf("%s: the name %s is taken", k.Name, name)
			}
		}
		seen[k.Name], seen[k.Variable(variablePrefix)], seen[k.Flag()] = true, true, true
	}
}

func TestConfigServer(t *testing.T) {
	for in, want := range map[string]string{
		"localhost":               "localhost:5347",
		"localhost:1":             "localhost:1",
		"localhost:05347":         "localhost:5347",
		"xmpp.example.org.":       "xmpp.example.org.:5347",
		"127.0.0.1":               "127.0.0.1:5347",
		"::1":                     "[::1]:5347",
		"[::1]":                   "[::1]:5347",
		"[::1]:1":                 "[::1]:1",
		"fe80::1%eth0":            "[fe80::1%eth0]:5347",
		"xn--bcher-kva.example:1": "xn--bcher-kva.example:1",
		"my_server":               "my_server:5347",
		"":                        "",
		":5347":                   "",
		"localhost:":              "",
		"localhost:0":             "",
		"localhost:-1":            "",
		"localhost:65536":         "",
		"localhost:xmpp":          "",
		"localhost:1:2":           "",
		"[localhost":              "",
		"local host":              "",
		"xmpp://localhost":        "",
		"user@localhost":          "",
		"bücher.example":          "",
		".localhost":              "",
		"a..b":                    "",
		"a\x00b":                  "",
		strings.Repeat("a", 254):  "",
	} {
		got, err := hostPort(in, "5347")
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q gives %q, %v; want %q", in, got, err, want)
		}
		if again, err := hostPort(got, "5347"); want != "" && (again != got || err != nil) {
			t.Errorf("%q becomes %q, %v", got, again, err)
		}
	}
}

func TestK08Loopback(t *testing.T) {
	for server, want := range map[string]bool{
		"localhost:1":               true,
		"LOCALHOST.:1":              true,
		"prosody.localhost:1":       true,
		"127.0.0.1:1":               true,
		"127.255.0.9:1":             true,
		"[::1]:1":                   true,
		"[::ffff:127.0.0.1]:1":      true,
		"0.0.0.0:1":                 false,
		"192.0.2.1:1":               false,
		"[2001:db8::1]:1":           false,
		"localhost.example.org:1":   false,
		"notlocalhost:1":            false,
		"127.0.0.1.example.org:1":   false,
		"no port":                   false,
		"example.org:1":             false,
		"localhost.localdomain.:80": false,
	} {
		if got := isLoopback(server); got != want {
			t.Errorf("%s: %t", server, got)
		}
	}
}
