package main

import (
	"bytes"
	"context"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/emp-framework/emp/framework"
)

// TestDemo: the demo shows what it is to show, in order, and plain where there is no
// terminal.
func TestDemo(t *testing.T) {
	var out bytes.Buffer
	if err := runDemo(t.Context(), &framework.Call{Out: &out}); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	rest := out.String()
	for _, want := range []string{
		"alice joins", "alice@localhost/demo → tweeter.localhost\n", "“join”", "route chat, action commands.Feature.Chat", "“Welcome, alice!",
		"bob adds her", "bob@localhost → alice@tweeter.localhost", "action subscription.Feature.subscribe", "presence subscribed",
		"alice tweets in a chat", "“tweet Hello, world!”", "bob@localhost ← alice@tweeter.localhost\n", "“Hello, world!”",
		"by the menu", "node='tweet'", "action commands.Feature.execute", "“By menu, too.”",
		"A program lists", "route tweets.index, action components.Tweets.Index",
		"which fails", "route tweets.create, action components.Tweets.Create", "iq error: item-not-found: you have not joined",
		"That was all.",
	} {
		_, after, ok := strings.Cut(rest, want)
		if !ok {
			t.Fatalf("no %q, where it should be, in:\n%s", want, &out)
		}
		rest = after
	}
	if strings.Contains(out.String(), "\x1b") {
		t.Error("it is coloured")
	}
	if times := regexp.MustCompile(`(?m)^\d\d:\d\d:\d\d\.\d{3}  `).FindAllString(out.String(), -1); len(times) < 15 {
		t.Errorf("only %d stanzas have a time", len(times))
	}
}

// TestReadme: the transcript in the README is what the demo prints, scene by scene, but for
// the times.
func TestReadme(t *testing.T) {
	var out bytes.Buffer
	if err := runDemo(t.Context(), &framework.Call{Out: &out}); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(readme), "go run ./examples/tweeter demo")
	_, after, _ = strings.Cut(after, "```text\n")
	shown, _, _ := strings.Cut(after, "```")
	times := regexp.MustCompile(`\d\d:\d\d:\d\d\.\d{3}|found in \S+`)
	printed := strings.Split(times.ReplaceAllString(out.String(), "…"), "\n")
	lines := strings.Split(strings.TrimSpace(times.ReplaceAllString(shown, "…")), "\n")
	if len(lines) < 10 {
		t.Fatalf("the README shows %q", shown)
	}
	for _, line := range lines {
		i := slices.Index(printed, line)
		if i < 0 {
			t.Fatalf("the README shows %q, and the demo prints in its place\n%s", line, strings.Join(printed, "\n"))
		}
		printed = printed[i+1:]
	}
}

// TestDemoEnds: what stops the program stops the demo.
func TestDemoEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := runDemo(ctx, &framework.Call{Out: new(bytes.Buffer)}); err == nil {
		t.Error("it was not stopped")
	}
}
