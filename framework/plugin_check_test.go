package framework_test

import (
	"context"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

type misspelt struct{}

func (misspelt) Route(*router.Router) {}

type byPointer struct{}

func (*byPointer) Start(context.Context, component.Host) error { return nil }

type halfWatcher struct{}

func (halfWatcher) Routes(*router.Router)                          {}
func (halfWatcher) LinkUp(context.Context, component.Sender) error { return nil }

type wrongStart struct{}

func (wrongStart) Start(context.Context) error { return nil }

// An otherStart has what plugins have, and methods of another kind by their names.
type otherStart struct{}

func (otherStart) Routes(*router.Router)                  {}
func (otherStart) Start() bool                            { return true }
func (otherStart) Announce(context.Context, string) error { return nil }

// TestNoPlugin: what is given to Use, and would never be called, is told with what its
// author may have meant.
func TestNoPlugin(t *testing.T) {
	for _, c := range []struct {
		plugin any
		want   string // "" if it is one
	}{
		{nil, "none of the methods that a plugin can have; it is nil"},
		{42, "Use of int: it has none of the methods that a plugin can have; those are Routes, Start, Stop, LinkUp, "},
		{misspelt{}, "those are Routes, Start, "},
		{byPointer{}, "a *framework_test.byPointer has them: give a pointer"},
		{halfWatcher{}, "it has a method LinkUp, but is no component.LinkWatcher"},
		{wrongStart{}, "it has a method Start, but is no component.Starter"},
		{&byPointer{}, ""},
		{otherStart{}, ""},
	} {
		app := &framework.App{Config: framework.Config{JID: "a.localhost"}}
		app.Use(c.plugin)
		err := app.Run(t.Context()) // which at the latest the missing secret ends
		if c.want == "" && strings.Contains(err.Error(), "Use of") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T: %v, want %q", c.plugin, err, c.want)
		}
	}
}
