package framework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
)

// errNoRoutes: there is nothing to replace yet.
var errNoRoutes = errors.New("framework: Replace before the routes are compiled: App.Routes says which the application starts with")

// Replace puts other routes in the place of App.Routes while the application
// runs. They are compiled first: if they have mistakes the error says which, as
// that of [router.Compile], and nothing changes. A client keeps the resources that it
// started with: routes for others are such a mistake. Routes of plugins stay: they
// are mounted anew behind those given, so their Routes method is called again,
// as all middleware is.
//
// From then on each stanza read is routed by the new table. What was read before
// keeps the table that matched it, also while it waits for its turn, so every
// stanza is answered by one of the two. Every [component.CatalogWatcher] is told,
// once for each Replace that succeeds; while one is slow only of the last 64.
//
// Replace may be called by any number of goroutines at once, also by actions;
// what is called last is what remains. It does not change App.Routes. The error
// of an application that has stopped is [ErrStopped].
func (a *App) Replace(routes ...func(*router.Router)) error {
	a.init()
	table, err := a.compile(routes)
	if err != nil {
		return err
	}
	if err := a.install(table); err != nil {
		return err
	}
	a.tell()
	return nil
}

// compile makes the table of routes and, behind them, those of the plugins.
func (a *App) compile(routes []func(*router.Router)) (*router.Table, error) {
	routes = slices.Clip(routes) // a slice of Replace's caller, who may use what lies behind it
	for _, p := range a.plugins {
		m, ok := p.(router.Mounter)
		if o, offers := p.(component.Offerer); !ok && offers {
			m = offersOnly{o}
		} else if !ok {
			continue
		}
		routes = append(routes, func(r *router.Router) { r.Mount(m) })
	}
	return router.Compile(a.surrounded(routes)...)
}

// A Surrounder is a plugin with middleware for all actions, those of other plugins too:
// around all that routers Use. Middleware is called for each route, when a table is
// made.
type Surrounder interface{ Middleware() component.Middleware }

// A TransientSurrounder is one whose middleware keeps nothing of a request, as that of
// package admin; see [router.Filter.Transient].
type TransientSurrounder interface {
	Surrounder
	Transient()
}

// surrounded puts the middleware of plugins around all routes.
func (a *App) surrounded(routes []func(*router.Router)) []func(*router.Router) {
	around := pluginsAs[Surrounder](a)
	if len(around) == 0 {
		return routes
	}
	all := make([]func(*router.Router), len(routes))
	for i, fn := range routes {
		if fn == nil {
			continue // which Compile tells of
		}
		all[i] = func(r *router.Router) {
			for _, s := range around {
				f := r.Use(s.Middleware())
				if _, ok := s.(TransientSurrounder); ok {
					f.Transient()
				}
			}
			fn(r)
		}
	}
	return all
}

// offersOnly is a plugin without routes that has something to offer.
type offersOnly struct{ component.Offerer }

func (offersOnly) Routes(*router.Router) {}

// compileRoutes is the step of the start.
func (a *App) compileRoutes(context.Context) error {
	var routes []func(*router.Router)
	if a.Routes != nil {
		routes = append(routes, a.Routes)
	}
	table, err := a.compile(routes)
	if err != nil {
		return &startError{err}
	}
	a.swap.Lock()
	defer a.swap.Unlock()
	if a.mounted, err = a.adopt(table); err != nil {
		return &startError{err}
	}
	a.table, a.catalog = table, table.Catalog()
	return nil
}

// install puts a table in the place of the one there is.
func (a *App) install(table *router.Table) error {
	a.swap.Lock()
	defer a.swap.Unlock()
	switch {
	case closed(a.over):
		return ErrStopped
	case a.table == nil:
		return errNoRoutes
	}
	if err := a.checkReach(table); err != nil {
		return err
	}
	further, err := a.adopt(table)
	if err != nil {
		return err
	}
	for _, p := range further {
		if !isAmong(p, a.mounted) {
			return fmt.Errorf("framework: Replace mounts a %T, which is to be told of the start: mount it in App.Routes, or give it to App.Use", p)
		}
	}
	a.table, a.catalog = table, table.Catalog()
	if a.news = append(a.news, a.catalog); len(a.news) > maxNews {
		a.news = a.news[1:]
	}
	if a.work != nil {
		a.work.Replace(table)
	}
	return nil
}

// maxNews is how many catalogs wait for watchers at most: of those before nobody hears.
const maxNews = 64

// tell tells the watchers the news, unless somebody does: who is at it goes on
// until there are none. So they are told in the order of the tables, one at a
// time, and one that itself calls Replace does not wait for itself.
func (a *App) tell() {
	a.swap.Lock()
	if !a.telling {
		a.telling = true
		for len(a.news) > 0 {
			now := a.news[0]
			a.news = a.news[1:]
			a.swap.Unlock()
			a.tellOf(now)
			a.announceAgain()
			a.swap.Lock()
		}
		a.telling = false
	}
	a.swap.Unlock()
}

// patience is how long a watcher of the catalog may take: Replace waits for it.
const patience = 30 * time.Second

func (a *App) tellOf(now component.Catalog) {
	for _, w := range pluginsAs[component.CatalogWatcher](a) {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		err := guarded(func() error { return w.CatalogChanged(ctx, now) })
		cancel()
		if err != nil {
			args := []any{"plugin", fmt.Sprintf("%T", w), "error", err}
			a.log.Error("a plugin failed when the routes were replaced", append(args, stackOf(err)...)...)
		}
	}
}

// Catalog returns what the application serves by its routes of now; nil before
// the start has compiled them.
func (a *App) Catalog() component.Catalog {
	a.swap.Lock()
	defer a.swap.Unlock()
	return a.catalog
}
