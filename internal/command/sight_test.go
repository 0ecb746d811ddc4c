package command_test

import (
	"errors"
	"strings"
	"testing"
)

// TestSightCommands: what the program says is printed, for people and programs.
func TestSightCommands(t *testing.T) {
	for args, want := range map[string]string{
		"routes":                 "to any address\n   1  Get\n      -  main.Ping  routes.go:7  scan\n",
		"routes --jid x --json":  "[\n  {\n    \"order\": 1,\n    \"method\": \"Get\",\n    \"xpath\": \"\",\n    \"key\": \"scan\",\n    \"name\": \"Get\",\n    \"action\": \"main.Ping\",\n    \"file\": \"/x/routes.go\",\n    \"line\": 7\n  }\n]\n",
		"config":                 "read: a.yaml\njid  x  a.yaml:1\nca   -  default\n",
		"config --check":         "the configuration is right (a.yaml)\n",
		"config --check --json":  "the configuration is right (a.yaml)\n",
		"start":                  "started, waited 30s\n",
		"start --wait 2s":        "started, waited 2s\n",
		"stop":                   "stopped, waited 0s, forced: false\n",
		"stop --wait 1m --force": "stopped, waited 1m0s, forced: true\n",
		"boot":                   "it\n   1  one    no limit\n   2  three  no limit       done 1.2ms\n",
		"boot --run --wait 9s":   "it\n   1  one    at most 9s\n   2  three  no limit       done 1.2ms\n",
		"boot --run":             "it\n   1  one    at most 30s\n   2  three  no limit       done 1.2ms\n",
		"console":                "stdin",
		"call -":                 "stdin of standard input, waits 30s\n",
		"call --wait 1s -":       "stdin of standard input, waits 1s\n",
		"match -":                "line 5: standard input\n   2  takes it      1.2ms  ping, routes.go:9\n                     id = \"1\"\n",
		"match --json -":         `{"line":5,"stanza":"standard input","routes":[{"order":2,"method":"","xpath":"","key":"","name":"ping","action":"","file":"c:\\x\\routes.go","line":9,"outcome":"takes it","captures":{"id":"1"},"took_ns":1234567}]}` + "\n",
	} {
		p := newProgram(nil)
		if code := p.execute(strings.Fields(args)...); code != 0 || p.out.String() != want || p.err.Len() > 0 || (p.ran["jid"] == "x") != strings.Contains(args, "--jid") {
			t.Errorf("%s: code %d, flags %v, %s\n got %s\nwant %s", args, code, p.ran, &p.err, &p.out, want)
		}
	}
	for _, tc := range []struct {
		args, out string
		code      int
	}{
		{"status", "hack does not run\n", 3},
		{"status --json", `{"running":false,"ready":false,"state":"does not run"}` + "\n", 3},
		{"status --server x", "hack is not ready: x (pid 7, since 2026-01-02 03:04:05)\n", 75},
		{"status --server x --json", `{"running":true,"ready":false,"pid":7,"since":"2026-01-02T03:04:05Z","state":"not ready: x"}` + "\n", 75},
	} {
		p := newProgram(nil)
		if code := p.execute(strings.Fields(tc.args)...); code != tc.code || p.out.String() != tc.out || p.err.Len() > 0 {
			t.Errorf("%s: code %d, says %q, got %s", tc.args, code, &p.err, &p.out)
		}
	}
	for args, want := range map[string]string{
		"start":          "broken\n",
		"stop":           "broken\n",
		"status":         "broken\n",
		"routes":         "broken\n",
		"routes --json":  "broken\n",
		"match -":        "broken\n",
		"config --check": "broken\n",
		"match no.xml":   "hack: match: open no.xml: no such file or directory\n",
	} {
		p := newProgram(errors.New("broken"))
		if code := p.execute(strings.Fields(args)...); code != 1 || p.err.String() != want || p.out.Len() > 0 {
			t.Errorf("%s: code %d, %s%s", args, code, &p.err, &p.out)
		}
	}
	for args, want := range map[string]string{
		"routes x":  `routes takes no arguments, and "x" is one`,
		"match":     "match takes one argument, a file or - for standard input, and 0 were given",
		"call":      "call takes one argument, a file or - for standard input, and 0 were given",
		"boot x":    `boot takes no arguments, and "x" is one`,
		"match a b": "match takes one argument, a file or - for standard input, and 2 were given",
	} {
		p := newProgram(nil)
		if code := p.execute(strings.Fields(args)...); code != 64 || p.err.String() != "hack: "+want+" (hack --help lists what there is)\n" {
			t.Errorf("%s: code %d, %s", args, code, &p.err)
		}
	}
}
