package framework

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/nearest"
	"github.com/emp-framework/emp/router"
)

// A way is one of the things that a plugin can be.
type way struct {
	name    string // as its author knows it
	is      func(p any) bool
	methods []string
}

// wayOf is the way of an interface.
func wayOf[T any](name string) way {
	w := way{name: name, is: func(p any) bool { _, ok := p.(T); return ok }}
	for m := range reflect.TypeFor[T]().Methods() {
		w.methods = append(w.methods, m.Name)
	}
	return w
}

// ways is all that a plugin can be, beside a boot.Service.
var ways = []way{
	wayOf[router.Mounter]("router.Mounter"),
	wayOf[component.Starter]("component.Starter"),
	wayOf[component.Stopper]("component.Stopper"),
	wayOf[component.LinkWatcher]("component.LinkWatcher"),
	wayOf[component.CatalogWatcher]("component.CatalogWatcher"),
	wayOf[component.Announcer]("component.Announcer"),
	wayOf[component.Offerer]("component.Offerer"),
	wayOf[component.FateWatcher]("component.FateWatcher"),
	wayOf[stepper]("framework plugin with Steps() []boot.Step"),
	wayOf[Commander]("framework.Commander"),
	wayOf[TrafficWatcher]("framework.TrafficWatcher"),
	wayOf[Surrounder]("framework.Surrounder"),
}

// checkPlugins refuses what is no plugin, and what nobody would ever call.
func (a *App) checkPlugins() error {
	var errs []error
	for _, p := range a.plugins {
		switch p := p.(type) {
		case boot.Service:
			if p.Run == nil {
				errs = append(errs, fmt.Errorf("framework: the service %q has no Run", p.Name))
			}
		case *boot.Service:
			if p == nil || p.Run == nil {
				errs = append(errs, errors.New("framework: a service has no Run"))
			}
		default:
			errs = append(errs, checkPlugin(p)...)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return &startError{err}
	}
	return nil
}

func checkPlugin(p any) (errs []error) {
	known := false
	for _, w := range ways {
		if w.is(p) {
			known = true
			continue
		}
		if m := meant(p, w); m != "" {
			errs = append(errs, fmt.Errorf("framework: Use of %T: it has a method %s, but is no %s: compare their methods", p, m, w.name))
		}
	}
	if !known && errs == nil {
		errs = append(errs, fmt.Errorf("framework: Use of %T: it has none of the methods that a plugin can have; %s", p, hint(p)))
	}
	return errs
}

// meant returns the method of p by which its author must have meant it to be w. Start
// and Stop are names that other things have too; with a context they are ours.
func meant(p any, w way) string {
	t := reflect.TypeOf(p)
	if t == nil {
		return ""
	}
	for _, name := range w.methods {
		m, ok := t.MethodByName(name)
		if !ok || (name == "Start" || name == "Stop") && (m.Type.NumIn() < 2 || m.Type.In(1) != reflect.TypeFor[context.Context]()) {
			continue
		}
		return name
	}
	return ""
}

// hint says what the author of p may have meant.
func hint(p any) string {
	t := reflect.TypeOf(p)
	if t == nil {
		return "it is nil"
	}
	var known []string
	for _, w := range ways {
		if t.Kind() != reflect.Pointer && w.is(reflect.New(t).Interface()) {
			return fmt.Sprintf("a *%s has them: give a pointer", t)
		}
		known = append(known, w.methods...)
	}
	for m := range t.Methods() {
		if near := nearest.To(m.Name, known); near != "" {
			return fmt.Sprintf("did you mean %s by its method %s?", near, m.Name)
		}
	}
	return "see App.Use"
}
