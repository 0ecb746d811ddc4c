package framework

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"sync/atomic"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/daemon"
	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/internal/supervise"
	"github.com/emp-framework/emp/router"
)

// An App is an application. Its fields are set before it runs; it runs once.
type App struct {
	Name    string // of the program, for logs and help; default "emp"
	Short   string // what it is, in one line; may be ""
	Version string // default what the build knows

	// Routes says which stanzas go to which actions.
	Routes func(r *router.Router)

	// Config is what the program itself says of its configuration; a file, the
	// environment and flags may say otherwise. See [Config].
	Config Config

	// Links are further links beside those of Config, each with a configuration of
	// its own, as far as that is about a link: who it is, where its server is, how
	// it is protected, its sizes, pings and pauses. All else is for Config alone. The
	// section links of the file and variables such as EMP_LINKS_BOT_JID have more of
	// them, behind these (docs/operations.md). External components and clients may stand side by
	// side; all of them lead to the one table of routes. What the application sends
	// goes over the link whose address is in its From, and else over that of Config.
	Links []Config

	// Commands is what the binary can do beside run, routes and the others, for
	// Main.
	Commands []Command

	// Log is where the application logs to; default one to standard error, as
	// Config.Log says.
	Log *slog.Logger

	// Dial makes the connection to the server; default TCP. Tests and proxies
	// set it.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	// Embed, if set, is for an application in Development of which neither code nor
	// file, environment or flags say where its server is (Config.Server): the step it
	// returns runs behind config and log, and is to have a server running and say in c
	// where, before it is done; boot.Log is the application's log for it. c is
	// App.Config, with all that is known by then.
	Embed func(c *Config) boot.Step

	// Boot and BootLink may change the lists of steps before they run: that of
	// the application (config, log, routes, services, dispatch, links, ready),
	// and that of a link (connect, stream, authenticate, receive, resend,
	// presence, self-test; of a client also encrypt behind stream, resume and bind
	// behind authenticate, manage behind receive), which runs again on every
	// reconnect. Steps may be put around those there are; config, dispatch and links
	// cannot be removed. The link is not up before its last step, and what resend does
	// is done in any case: what is to be sent on each new link is for a
	// [component.LinkWatcher].
	Boot, BootLink func(*boot.Sequence)

	plugins []any                   // of Use
	loaded  Loaded                  // what Config and the last of Links are from; see load
	daemon  bool                    // it runs in the background
	pid     *daemon.PidFile         // of the process; nil: it has none
	screen  io.Writer               // in place of standard error for the log; nil: that
	timings *timings                // of the start; nil: nobody wants to know
	notify  daemon.Notifier         // likewise
	hup     chan os.Signal          // SIGHUP
	again   func() (*Loaded, error) // loads the configuration again; nil: it came from code alone

	setup   sync.Once
	up      chan struct{} // closed when each link has been up
	over    chan struct{} // closed when no link will be up any more
	quit    chan struct{} // closed by Stop
	hurry   chan struct{} // closed by StopNow
	ending  sync.Once
	told    sync.Once
	hurried sync.Once
	leave   sync.Once
	leaveBy context.Context // of leaving
	done    context.CancelFunc

	mu      sync.Mutex
	started bool
	serving bool          // the start is done
	running               // what Run made, as far as it got
	changed chan struct{} // closed and replaced when a link has come or gone
}

// running is what the steps of the start make.
type running struct {
	conf     Config
	further  []Config // of Links
	log      *slog.Logger
	level    slog.LevelVar   // of log, if it is ours
	logFile  *daemon.LogFile // that log writes to; nil: standard error, or not ours
	settled  Config          // conf, but for what has changed since; see reload
	hups     sync.WaitGroup  // the goroutine that waits for SIGHUP
	unhup    context.CancelFunc
	swap     sync.Mutex // guards table, catalog, work until they are there, news and telling
	table    *router.Table
	mounted  []any // by the table of the start, and not given to Use
	catalog  component.Catalog
	news     []component.Catalog // that the watchers have not been told of
	telling  bool                // somebody tells them
	work     *dispatch.Dispatcher
	links    *supervise.Group
	services *supervise.Group
	ends     []*endpoint    // at least one, the first the main one
	fatal    chan error     // gets what ends the supervision of a link
	hopeless atomic.Bool    // something did
	reading  sync.WaitGroup // the goroutines that read from links
	feeds    []*feed        // of those who watch the traffic; unchanged while there are links
}

// Errors of App's methods.
var (
	// ErrStopped: the application has stopped, so nothing can be sent.
	ErrStopped = errors.New("framework: the application has stopped")

	errQuit  = errors.New("App.Stop")
	errTwice = errors.New("framework: an App runs once")
)

func (a *App) init() {
	a.setup.Do(func() {
		a.up = make(chan struct{})
		a.quit = make(chan struct{})
		a.hurry = make(chan struct{})
		a.over = make(chan struct{})
		a.changed = make(chan struct{})
	})
}

// Use adds plugins, before the application runs. A plugin is any value; what it
// is shows in its methods:
//
//   - Routes(*router.Router): its routes stand behind those of the application,
//     but for those that it puts elsewhere; see [router.Router.First]
//   - [component.Starter], [component.Stopper], [component.LinkWatcher],
//     [component.CatalogWatcher], [component.Announcer]
//   - [component.FateWatcher]: learns what may not have been sent
//   - [component.Offerer]: what it offers to all, or, of one with routes, where
//     they are
//   - Steps() []boot.Step: steps of the start, between services and dispatch
//   - [Commander]: commands for the binary
//   - [TrafficWatcher]: sees what goes over the links
//   - [Surrounder]: middleware for all actions
//   - [boot.Service] or a pointer to one: work that goes on for as long as the
//     application does, and is started again when it fails
//
// What is none of these ends the start: its author meant a method that is
// missing, or is spelt in another way.
//
// What has routes may be given to [router.Router.Mount] instead, where its routes
// are to stand, and has the other methods called all the same, with the exception
// of Steps, Commands and Middleware, which are for Use: they come before the routes.
func (a *App) Use(plugins ...any) { a.plugins = append(a.plugins, plugins...) }

// Ready returns a channel that is closed when the application is ready for the
// first time: all its links are up. If the start fails it stays open.
func (a *App) Ready() <-chan struct{} {
	a.init()
	return a.up
}

// Stop has the application stop in order, as SIGTERM and the end of the ctx of Run
// do, and returns at once; so an action may call it, and what it answers still goes
// out. Before Run, that ends without having started anything.
func (a *App) Stop() {
	a.init()
	a.told.Do(func() { close(a.quit) })
}

// untilStop returns ctx, which Stop ends as well, with whoever asked for it as its
// cause.
func (a *App) untilStop(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	if closed(a.quit) {
		cancel(errQuit)
	}
	go func() {
		select {
		case <-a.quit:
			cancel(errQuit)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

// StopNow has an application that stops do it at once, without waiting for
// actions and the server any longer. It does not begin the stop: that is for Stop.
func (a *App) StopNow() {
	a.init()
	a.hurried.Do(func() { close(a.hurry) })
}

// Idle waits until every stanza read has been handled and its answer is on its
// way, for tests. The error is [ErrStopped] if the application ends without
// having been ready.
func (a *App) Idle(ctx context.Context) error {
	select {
	case <-a.Ready():
		return a.work.Idle(ctx)
	case <-a.over:
		return ErrStopped
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
