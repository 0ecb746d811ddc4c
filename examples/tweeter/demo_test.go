package main

import (
	"bytes"
	"context"
	"regexp"
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

// TestDemoEnds: what stops the program stops the demo.
func TestDemoEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := runDemo(ctx, &framework.Call{Out: new(bytes.Buffer)}); err == nil {
		t.Error("it was not stopped")
	}
}
