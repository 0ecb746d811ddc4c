package framework

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
)

// A way is one of the things that a plugin can be.
type way struct {
	name    string // as its author knows it
	is      func(p any) bool
	iface   reflect.Type
	methods []string // of iface
}

func wayOf[T any](name string, methods ...string) way {
	return way{name, func(p any) bool { _, ok := p.(T); return ok }, reflect.TypeFor[T](), methods}
}

// ways is all that a plugin can be, beside a boot.Service.
var ways = []way{
	wayOf[router.Mounter]("router.Mounter", "Routes"),
	wayOf[component.Starter]("component.Starter", "Start"),
	wayOf[component.Stopper]("component.Stopper", "Stop"),
	wayOf[component.LinkWatcher]("component.LinkWatcher", "LinkUp", "LinkDown"),
	wayOf[component.CatalogWatcher]("component.CatalogWatcher", "CatalogChanged"),
	wayOf[component.Announcer]("component.Announcer", "Announce"),
	wayOf[component.Offerer]("component.Offerer", "Offers"),
	wayOf[component.FateWatcher]("component.FateWatcher", "FateUnknown"),
	wayOf[stepper]("framework plugin with Steps() []boot.Step", "Steps"),
	wayOf[Commander]("framework.Commander", "Commands"),
	wayOf[TrafficWatcher]("framework.TrafficWatcher", "Traffic"),
	wayOf[Surrounder]("framework.Surrounder", "Middleware"),
}

// method looks up one of the methods of ways. Each name is a constant: with a variable,
// or a loop over the methods of a type, the linker keeps every method of every type, and
// an application is 4 MB larger, of which it has 2 MB in memory when idle.
func method(t reflect.Type, name string) (reflect.Method, bool) {
	switch name {
	case "Routes":
		return t.MethodByName("Routes")
	case "Start":
		return t.MethodByName("Start")
	case "Stop":
		return t.MethodByName("Stop")
	case "LinkUp":
		return t.MethodByName("LinkUp")
	case "LinkDown":
		return t.MethodByName("LinkDown")
	case "CatalogChanged":
		return t.MethodByName("CatalogChanged")
	case "Announce":
		return t.MethodByName("Announce")
	case "Offers":
		return t.MethodByName("Offers")
	case "FateUnknown":
		return t.MethodByName("FateUnknown")
	case "Steps":
		return t.MethodByName("Steps")
	case "Commands":
		return t.MethodByName("Commands")
	case "Traffic":
		return t.MethodByName("Traffic")
	case "Middleware":
		return t.MethodByName("Middleware")
	}
	return reflect.Method{}, false
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

// meant returns the method of p by which its author must have meant it to be w: one that
// has the name, and begins with the same parameter. Many things have a Start.
func meant(p any, w way) string {
	t := reflect.TypeOf(p)
	if t == nil {
		return ""
	}
	for _, name := range w.methods {
		m, ok := method(t, name)
		ours, _ := method(w.iface, name)
		if ok && first(m.Type, 1) == first(ours.Type, 0) {
			return name
		}
	}
	return ""
}

// first returns the type of a function's first parameter behind the receivers, nil if
// it has none.
func first(fn reflect.Type, receivers int) reflect.Type {
	if fn.NumIn() <= receivers {
		return nil
	}
	return fn.In(receivers)
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
	return "those are " + strings.Join(known, ", ") + "; see App.Use"
}
