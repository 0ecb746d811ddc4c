package framework

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestOperations: docs/operations.md has every setting, as the code has it, and what
// differs between the environments.
func TestOperations(t *testing.T) {
	const name = "../docs/operations.md"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	const head, end = "| Key | Variable | Flag | Default | What it is |\n|---|---|---|---|---|\n", "<!-- end -->"
	before, rest, ok := strings.Cut(string(text), head)
	table, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no table of settings", name)
	}
	var want strings.Builder
	code := func(s string) string {
		if s == "" {
			return ""
		}
		return "`" + s + "`"
	}
	for _, k := range new(Config).keys() {
		flag := ""
		if !k.Secret {
			flag = "--" + k.Flag()
		}
		if k.Letter != "" {
			flag += ", -" + k.Letter
		}
		fmt.Fprintf(&want, "| %s | %s | %s | %s | %s |\n", code(k.Name), code(k.Variable(variablePrefix)), code(flag), code(k.Default), k.Help)
	}
	if flag.Lookup("update").Value.(flag.Getter).Get().(bool) {
		if err := os.WriteFile(name, []byte(before+head+want.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != want.String() {
		t.Errorf("the table of settings in %s is not that of the code; go test ./framework -run TestOperations -update\ngot\n%swant\n%s", name, table, &want)
	}

	// The table of environments, a line a setting.
	for _, key := range []string{"log.level", "log.format"} {
		line := "| `" + key + "` |"
		for _, e := range environments {
			conf := Config{JID: "a.localhost", Secret: NewSecret("s"), Environment: e.name}
			loaded, err := conf.complete(nil)
			if err != nil {
				t.Fatal(err)
			}
			line += " " + loaded.settings.Get(key).Text + " |"
		}
		if !strings.Contains(string(text), line+"\n") {
			t.Errorf("%s lacks\n%s", name, line)
		}
	}
	for _, e := range environments {
		for _, g := range e.defaults {
			if !strings.Contains(string(text), "| `"+g.Key+"` | ") {
				t.Errorf("%s does not say that %s differs in %s", name, g.Key, e.name)
			}
		}
	}
}
