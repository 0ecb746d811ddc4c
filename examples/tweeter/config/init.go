// Package config puts the application together: what it consists of (init.go), and
// which stanzas go where (router.go). What differs from place to place, as the
// server and the secret, is not here but in emp.yaml.
package config

import (
	"context"
	"os"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/feature/caps"
	"github.com/emp-framework/emp/feature/disco"
	"github.com/emp-framework/emp/feature/entitytime"
	"github.com/emp-framework/emp/feature/last"
	"github.com/emp-framework/emp/feature/ping"
	"github.com/emp-framework/emp/feature/subscription"
	"github.com/emp-framework/emp/feature/version"
	"github.com/emp-framework/emp/framework"

	"github.com/emp-framework/emp/examples/tweeter/app/components"
	"github.com/emp-framework/emp/examples/tweeter/app/models"
)

// App returns the application, with the database that TWEETER_DB names, or else
// tweeter.db in the working directory.
func App() *framework.App {
	path := os.Getenv("TWEETER_DB")
	if path == "" {
		path = "tweeter.db"
	}
	return New(path)
}

// New returns the application with another database: a file, or ":memory:". Each call
// makes a new one, as tests need it.
func New(path string) *framework.App {
	store := &models.Store{Path: path}
	app := &framework.App{
		Name:   "tweeter",
		Short:  "is a small place for small texts",
		Routes: Routes(store),
		Embed:  embedded,
		// As emp.development.yaml says, for who runs it elsewhere than beside that.
		Config: framework.Config{JID: "tweeter.localhost", Secret: framework.NewSecret("tweeter-development")},
	}
	app.Use(Features(store)...)
	return app
}

// Features returns what the application has beside its own routes.
func Features(store *models.Store) []any {
	tweeters := &components.Tweeters{Store: store}
	found := &disco.Feature{Name: "Tweeter"}
	return []any{
		ping.Feature{},                    // answers pings (XEP-0199)
		found,                             // tells what is here (XEP-0030)
		&caps.Feature{Disco: found},       // …and in each presence (XEP-0115)
		&version.Feature{Name: "Tweeter"}, // tells what software this is (XEP-0092)
		entitytime.Feature{},              // tells the time (XEP-0202)
		&last.Feature{},                   // tells since when it runs (XEP-0012)
		&subscription.Feature{ // has people followed (RFC 6121)
			Store:  models.Followers{Store: store},
			Decide: tweeters.Follow,
		},
		database{store}, // is opened at the start
		// admin.New(app), // metrics and health for operators, at admin.listen (package admin)
	}
}

// A database is a step of the start.
type database struct{ *models.Store }

// Steps is for App.Use.
func (d database) Steps() []boot.Step {
	return []boot.Step{{Name: "database", Run: d.Open, Undo: func(context.Context) error { return d.Close() }}}
}
