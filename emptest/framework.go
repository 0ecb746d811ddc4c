package emptest

import (
	"log/slog"
	"sync"
	"testing"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// DefaultDomain is what an app serves under test whose Config has no JID.
const DefaultDomain = "app.localhost"

// Start runs the app on a stage in memory until the test ends, and returns when
// it is ready. The test fails if the app does not start, or does not stop as it
// should.
//
// An App runs once, so each test makes one. Start sets its Dial, and of its
// Config what leads to a server: Server, Secret, TLS, and JID if it is empty; and
// Environment, which is Test if it is empty.
// Where Log is nil, the app logs into the test's output. Nothing is read from
// files, environment or flags.
func Start(t testing.TB, app *framework.App) *Session {
	t.Helper()
	const secret = "of no account in memory"
	if app.Config.JID == "" {
		app.Config.JID = DefaultDomain
	}
	domain, err := jid.Parse(app.Config.JID)
	if err != nil {
		t.Fatalf("emptest: the app's Config.JID: %v", err)
	}
	app.Config.Server, app.Config.TLS = "in-memory.localhost", framework.TLS{} // nobody looks it up
	if app.Config.Environment == "" {
		app.Config.Environment = framework.Test
	}
	app.Config.Secret, app.Config.SecretFile = framework.NewSecret(secret), ""
	if app.Log == nil {
		app.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: app.Config.Log.Level}))
	}
	s := newServer(domain, secret, app.Idle)
	app.Dial = s.Dial
	return start(t, app, s)
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

// Run performs each play whose file fits the pattern (filepath.Glob) in memory,
// as a subtest with the file's name and with an app of its own.
//
//	func TestPlays(t *testing.T) { emptest.Run(t, "testdata/*.txtar", newApp) }
func Run(t *testing.T, pattern string, newApp func() *framework.App) {
	t.Helper()
	each(t, pattern, func(t *testing.T, p *Play) {
		t.Helper()
		Start(t, newApp()).Play(p)
	})
}
