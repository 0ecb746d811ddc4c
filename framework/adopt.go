package framework

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
)

// adopt returns what the routes mount that is more than routes, and was not given
// to Use: to be started, stopped and told as if it had been. Each is there once,
// wherever it is mounted.
func (a *App) adopt(table *router.Table) (found []any, err error) {
	for _, m := range table.Mounted() {
		switch p := m.(type) {
		case stepper, Commander:
			if !isAmong(m, a.plugins) {
				return nil, fmt.Errorf("framework: Mount of a %T: its steps and commands come before the routes, so give it to App.Use", p)
			}
		case Surrounder:
			if !isAmong(m, a.plugins) {
				return nil, fmt.Errorf("framework: Mount of a %T: its middleware is around all actions, so give it to App.Use", p)
			}
		case component.Starter, component.Stopper, component.LinkWatcher, component.CatalogWatcher, component.Announcer, component.FateWatcher, TrafficWatcher:
			if !isAmong(m, a.plugins) && !isAmong(m, found) {
				found = append(found, m)
			}
		}
	}
	return found, nil
}

// isAmong reports whether p is among all. A value that cannot be compared is not: it
// is a copy wherever it stands.
func isAmong(p any, all []any) bool {
	return reflect.ValueOf(p).Comparable() && slices.ContainsFunc(all, func(q any) bool {
		return reflect.ValueOf(q).Comparable() && p == q
	})
}
