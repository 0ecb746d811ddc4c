package emptest

import (
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// DefaultDomain is what an app serves under test whose Config has no JID.
const DefaultDomain = "app.localhost"

// DefaultAccount is who an app is under test whose Config has no JID and the mode Client.
const DefaultAccount = "app@localhost"

// Start runs the app on a stage in memory until the test ends, and returns when
// it is ready. The test fails if the app does not start, or does not stop as it
// should.
//
// An app that stops itself ([framework.App.Stop]) is tested by Send and Expect: Do,
// Nothing and plays ask the app whether it has done, and so need it connected.
//
// An App runs once, so each test makes one. Start sets its Dial, and of its
// Config what leads to a server: Server, Secret, TLS, and JID if it is empty; and
// Environment, which is Test if it is empty.
// Where Log is nil, the app logs into the test's output. Nothing is read from
// files, environment or flags.
//
// An app whose Config has the mode Client logs in at a server in memory that keeps its
// account, with roster, subscriptions and presence as package devserver does it, and
// everybody else is played by the test all the same.
func Start(t testing.TB, app *framework.App) *Session {
	t.Helper()
	own := prepareApp(t, app)
	app.Config.Server = "in-memory.localhost" // nobody looks it up
	app.Config.Secret = framework.NewSecret(anySecret)
	if isClient(app) {
		return startClient(t, app, own)
	}
	s := newServer(own, anySecret, app.Idle)
	app.Dial = s.host.Dial
	return start(t, app, s)
}

const anySecret = "of no account in memory"

func isClient(app *framework.App) bool { return app.Config.Mode == framework.Client }

// prepareApp sets what is the same on all stages, and returns the app's domain, or the
// bare JID of a client.
func prepareApp(t testing.TB, app *framework.App) jid.JID {
	t.Helper()
	if app.Config.JID == "" {
		app.Config.JID = DefaultDomain
		if isClient(app) {
			app.Config.JID = DefaultAccount
		}
	}
	own, err := jid.Parse(app.Config.JID)
	if err != nil {
		t.Fatalf("emptest: the app's Config.JID: %v", err)
	}
	if app.Config.Anonymous {
		t.Fatal("emptest: the app's Config.Anonymous is set: test it with an account")
	}
	if app.Config.Environment == "" {
		app.Config.Environment = framework.Test
	}
	app.Config.TLS, app.Config.SecretFile = framework.TLS{}, ""
	if app.Log == nil {
		app.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: app.Config.Log.Level}))
	}
	return own.Bare()
}

// started has the session of each app that Do has started.
var started sync.Map // *framework.App to *Session

// Do sends stanzas, written as XML, to the app, waits until it has done with
// them and returns what it sent, to anybody. Each stanza says in its from which
// peer sends it. The first call starts the app as Start does, further ones in
// the same test talk to the same.
//
//	got := emptest.Do(t, app, `<message from='alice@localhost/desk' to='hackity.localhost/hack'><body>hi</body></message>`)
func Do(t testing.TB, app *framework.App, xml string) []stanza.Stanza {
	t.Helper()
	s, ok := started.Load(app)
	if !ok {
		s = Start(t, app)
		started.Store(app, s)
		t.Cleanup(func() { started.Delete(app) })
	}
	return s.(*Session).Do(xml)
}

// Run performs each play whose file fits the pattern (filepath.Glob), as a subtest
// with the file's name and with an app of its own.
//
//	func TestPlays(t *testing.T) { emptest.Run(t, "testdata/*.txtar", newApp) }
//
// It does so in memory, unless the flag -emp.stage names one of the servers, or says
// all: then each, and the memory, is a subtest around the plays.
//
//	go test -run TestPlays -emp.stage=devserver .
//
// The flag -emp.update has it write what is received into the plays, where that is another
// thing than they say; a play with nothing but "sends" is completed. Read what it wrote.
//
// A play in which time passes is performed in a bubble of testing/synctest.
func Run(t *testing.T, pattern string, newApp func() *framework.App, servers ...Elsewhere) {
	t.Helper()
	inMemory := func(t *testing.T) {
		t.Helper()
		each(t, pattern, func(t *testing.T, p *Play) {
			t.Helper()
			perform := func(t *testing.T) {
				t.Helper()
				s := Start(t, newApp())
				if *updateFlag {
					s.update(p)
				} else {
					s.Play(p)
				}
			}
			if p.needsClock() {
				synctest.Test(t, perform)
			} else {
				perform(t)
			}
		})
	}
	known := []string{memory}
	for _, e := range servers {
		known = append(known, e.Name)
	}
	switch {
	case *stageFlag == memory:
		inMemory(t)
		return
	case *stageFlag == "all":
		t.Run(memory, inMemory)
	case !slices.Contains(known, *stageFlag):
		t.Fatalf("emptest: -emp.stage=%s: this test has only %s, or all", *stageFlag, strings.Join(known, ", "))
	}
	for _, e := range servers {
		if e.Name != *stageFlag && *stageFlag != "all" {
			continue
		}
		t.Run(e.Name, func(t *testing.T) {
			srv := e.Start(t)
			srv.Name = e.Name
			RunOn(t, pattern, func(t *testing.T, p *Play) Stage { return srv.Stage(t, newApp(), p) })
		})
	}
}

// Elsewhere is where Run may perform plays beside the memory.
type Elsewhere struct {
	Name string // what -emp.stage calls it, as in "devserver"
	// Start has a server of that kind run until the test ends.
	Start func(t *testing.T) Server
}
