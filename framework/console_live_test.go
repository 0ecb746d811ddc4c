package framework_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

// A dialogue types a line each time that the console has shown what it waits for.
type dialogue struct {
	lines []turn
	shown screen
}

// A turn is a line, and what is to be shown before it is typed.
type turn struct {
	await string
	do    func() // when that is shown; may be nil
	line  string
}

func (d *dialogue) Read(b []byte) (int, error) {
	if len(d.lines) == 0 {
		return 0, io.EOF
	}
	next := d.lines[0]
	d.lines = d.lines[1:]
	d.shown.await(next.await)
	if next.do != nil {
		next.do()
		return d.Read(b)
	}
	d.shown.Write([]byte("parrot> " + next.line + "\n"))
	return copy(b, next.line+"\n"), nil
}

// A screen is what a console shows.
type screen struct {
	mu   sync.Mutex
	more sync.Cond
	text bytes.Buffer
	seen int
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.more.L = &s.mu
	s.more.Broadcast()
	return s.text.Write(b)
}

// await waits until text is shown, behind what was awaited before.
func (s *screen) await(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.more.L = &s.mu
	for {
		if i := strings.Index(s.text.String()[s.seen:], text); i >= 0 {
			s.seen += i + len(text)
			return
		}
		s.more.Wait()
	}
}

// TestConsoleLive: what is typed goes to the server, and docs/console.md has what is
// shown of it: the answer, what comes and who takes it, and what the server would not
// stand.
func TestConsoleLive(t *testing.T) {
	srv := devserver.New(devserver.Options{Components: map[string]string{"parrot.localhost": processSecret}, AllowPlain: true, Log: slog.New(slog.DiscardHandler)})
	if err := srv.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	asked := make(chan struct{})
	alice := &framework.App{
		Config: framework.Config{Mode: framework.Client, JID: "alice@localhost/desk", Server: srv.ClientAddr(),
			Secret: framework.NewSecret(devserver.DefaultPassword), TLS: framework.TLS{Mode: framework.Off}},
		Routes: func(r *router.Router) {
			r.Message("[body='Are you there?']").To(func(ctx context.Context, req *component.Request) (component.Response, error) {
				<-asked
				return req.Reply("Yes."), nil
			})
		},
	}
	runApp(t, alice)
	<-alice.Ready()

	app := parrot()
	app.Config.Server, app.Config.Secret = srv.ComponentAddr(), framework.NewSecret(processSecret)
	d := &dialogue{lines: []turn{
		{line: "<iq type='get' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>"},
		{await: "answered after", line: "<iq type='set' to='localhost'>"},
		{line: "<bind xmlns='urn:example:none'/></iq>"},
		{await: "answered with", line: "<message to='alice@localhost/desk' type='chat'><body>Are you there?</body></message>"},
		{await: "taken by the server after", do: func() { close(asked) }},
		{await: "You said: Yes.</body>", line: "<message to='nobody@elsewhere.invalid'><body>hello</body></message>"},
		{await: "taken by the server after", line: "<message to='alice@localhost' from='bob@localhost'><body>hello</body></message>"},
		{await: "not sent: ", line: "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>"},
		{await: "not sent: ", line: "<iq type='get' to='a@@b'><ping xmlns='urn:xmpp:ping'/></iq>"},
		{await: "not sent: ", line: ".help"},
		{line: ".quit"},
	}}
	var errs bytes.Buffer
	if code := framework.ExecuteOn(app, d, &d.shown, &errs, "console", "--live"); code != 0 || errs.Len() > 0 {
		t.Fatalf("code %d: %s", code, &errs)
	}
	transcript(t, "live", strings.ReplaceAll(d.shown.text.String(), srv.ComponentAddr(), "127.0.0.1:5347"))
}
