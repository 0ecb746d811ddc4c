package faulttest

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/leak"
)

// TestF13Spans: time limit, silence and back-off last as long as they say.
func TestF13Spans(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := make(memory)
		run(t, net.app(func(a *framework.App) {
			a.Config.Timeout = 10 * time.Second
			a.Config.PingInterval, a.Config.PingTimeout = time.Minute, 20*time.Second
			a.Config.ReconnectMin, a.Config.ReconnectMax = time.Second, time.Second
			a.Routes = to(func(ctx context.Context, _ *request) (response, error) {
				<-ctx.Done()
				return nil, ctx.Err()
			})
		}))
		c := net.accept(t)
		began := time.Now()
		c.say("%s", iq("u", "1", "q"))
		c.expect("iq")
		if took := time.Since(began); took != 10*time.Second {
			t.Errorf("the time limit came after %v", took)
		}
		c.expect("iq")                  // the ping
		const handOn = time.Millisecond // until another goroutine listens in place of the one that runs the action
		if took := time.Since(began); took != time.Minute+handOn {
			t.Errorf("it was asked for a sign of life after %v", took)
		}
		c.expect("error")
		if took := time.Since(began); took != 80*time.Second+handOn {
			t.Errorf("the link was given up after %v", took)
		}
		c.Close()
		net.accept(t)
		if took := time.Since(began); took >= 81*time.Second {
			t.Errorf("a new link came after %v", took)
		}
	})
}

// TestF13Deadline: the deadline that an action sees is one of the monotonic clock.
func TestF13Deadline(t *testing.T) {
	leak.Check(t)
	net := make(memory)
	run(t, net.app(func(a *framework.App) {
		a.Routes = to(func(ctx context.Context, req *request) (response, error) {
			deadline, _ := ctx.Deadline()
			return req.Reply(deadline.String()), nil
		})
	}))
	c := net.accept(t)
	c.say("%s", message("u", "1", "when?"))
	if deadline := body(c.expect("message")); !strings.Contains(deadline, " m=") {
		t.Errorf("the deadline %v is one of the wall clock", deadline)
	}
}

// TestF13NoWallClock: code that waits, or bounds a wait, never asks what time of
// day it is: none of the calls that lose the monotonic reading of a time is in it.
func TestF13NoWallClock(t *testing.T) {
	loses := []string{"Unix", "UnixMilli", "UnixMicro", "UnixNano", "UTC", "AddDate"}
	for _, dir := range []string{"stream", "internal/dispatch", "internal/supervise", "boot", "framework"} {
		files, err := filepath.Glob(filepath.Join("../..", dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(dir, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				sel, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || !slices.Contains(loses, sel.Sel.Name) {
					return true
				}
				if len(call.Args) > 0 { // time.Unix of a constant, which only has to be long past
					if _, ok := call.Args[0].(*ast.BasicLit); ok {
						return true
					}
				}
				t.Errorf("%v: %s loses the monotonic reading", set.Position(call.Pos()), sel.Sel.Name)
				return true
			})
		}
	}
}
