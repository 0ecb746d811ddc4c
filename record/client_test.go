package record_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/feature/roster"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/record"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// newClient is the application of newApp as a client with two links and a roster, which
// it asks its server for whenever a link comes up.
func newClient(bug string) *framework.App {
	app := newApp(bug)
	routes, contacts := app.Routes, &roster.Feature{}
	app.Config = framework.Config{Mode: framework.Client, JID: "bot@localhost"}
	app.Routes = func(r *router.Router) {
		r.Resource("notes", routes)
		r.Resource("contacts", func(r *router.Router) {
			r.Presence("[@type='subscribe']").To(func(_ context.Context, req *component.Request) (component.Response, error) {
				return req.ReplyPresence(stanza.TypeSubscribed), nil
			})
			r.Message("[body]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
				return req.Reply(fmt.Sprintf("I know %d: %t", len(contacts.Items()), contacts.MaySee(req.From.JID))), nil
			})
		})
	}
	app.Use(contacts)
	return app
}

// clientSession records a conversation with it.
func clientSession(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	t.Run("session", func(t *testing.T) {
		app := newClient("")
		r, err := record.NewRecorder(&out, "notes", record.Rules{Bodies: true})
		if err != nil {
			t.Fatal(err)
		}
		app.Use(r)
		s := emptest.Start(t, app)
		for i := range 10 {
			from := fmt.Sprintf("from='user%d@localhost/desk'", i%5)
			s.Do("<message " + from + " to='{app}' type='chat'><body>hällo</body></message>")
			s.Do("<presence " + from + " to='{app}' type='subscribe'/>")
			s.Do("<message " + from + " to='{app}/contacts'><body>who?</body></message>")
			s.Do(fmt.Sprintf("<iq %s to='{app}/notes' type='set' id='%d'><note xmlns='%s'>x</note></iq>", from, i, ns))
			s.Send("<message " + from + " to='{app}/notes'><body>ask</body></message>")
			s.Expect(fmt.Sprintf("<iq type='get' id='{id%d}' from='{app}/notes' to='oracle@localhost/cave'><q xmlns='%s'/></iq>", i, ns))
			s.Do(fmt.Sprintf("<iq type='result' id='{id%d}' from='oracle@localhost/cave' to='{app}/notes'><a xmlns='%s'>42</a></iq>", i, ns))
		}
	})
	return out.Bytes()
}

// TestReplayClient: what a client was recorded to do it does again, on each of its links,
// and what it asks its server for when it comes up gets the answers of then.
func TestReplayClient(t *testing.T) {
	file := clientSession(t)
	for range 5 {
		result := replayed(t, newClient(""), bytes.NewReader(file))
		if result.Different > 0 || result.Damage != nil || result.Lost > 0 || result.Same < 80 {
			t.Fatalf("%d the same, %d differ, %v, %d lost: %s", result.Same, result.Different, result.Damage, result.Lost, strings.Join(result.Differences, "\n"))
		}
	}
	result := replayed(t, newClient("silent"), bytes.NewReader(file))
	if text := strings.Join(result.Differences, "\n"); result.Different == 0 || !strings.Contains(text, "you said: h") {
		t.Errorf("with a bug: %d differ: %s", result.Different, text)
	}
	// An application that does not ask for its roster any more is not waited for, but once.
	defer record.SetLateQuestion(time.Millisecond)()
	app := newClient("")
	plain := newApp("")
	plain.Config, plain.Routes = app.Config, app.Routes
	if result := replayed(t, plain, bytes.NewReader(file)); result.Different == 0 || result.Same < 60 {
		t.Errorf("without a roster: %d same, %d differ", result.Same, result.Different)
	}
}

// TestReplayClientOutage: links that were lost are lost again, and come back with the
// presence and the questions of then.
func TestReplayClientOutage(t *testing.T) {
	var out bytes.Buffer
	app := newClient("")
	r, err := record.NewRecorder(&out, "notes", record.Rules{Bodies: true})
	if err != nil {
		t.Fatal(err)
	}
	ups := make(watcher, 100)
	app.Use(r, ups)
	heard := make(chan string, 100)
	srv := devserver.New(devserver.Options{
		InMemory: true, AllowPlain: true, Accounts: map[string]string{"bot": "pw"}, Log: slog.New(slog.DiscardHandler),
		Remote: func(st stanza.Stanza) { heard <- st.Body() },
	})
	if err := srv.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	app.Dial = srv.DialClient
	app.Config.Server, app.Config.TLS.Mode, app.Config.Secret = "127.0.0.1", framework.Off, framework.NewSecret("pw")
	app.Config.ReconnectMin, app.Config.ReconnectMax = 10*time.Millisecond, 50*time.Millisecond
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	<-ups
	<-ups
	for range 3 {
		for _, link := range []string{"bot@localhost/notes", "bot@localhost/contacts"} {
			say, _ := stanza.ParseString("<message from='alice@localhost/desk' to='" + link + "'><body>hi</body></message>")
			srv.Deliver(say)
			<-heard
			srv.Cut(jid.MustParse(link))
			<-ups
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	for range 3 {
		result := replayed(t, newClient(""), bytes.NewReader(out.Bytes()))
		if result.Different > 0 || result.Same < 10 {
			t.Fatalf("%d the same, %d differ: %s\n%s", result.Same, result.Different, strings.Join(result.Differences, "\n"), out.String())
		}
	}
}

// A watcher learns when all that is done for a new link has been.
type watcher chan bool

func (w watcher) LinkUp(context.Context, component.Sender) error { w <- true; return nil }
func (w watcher) LinkDown()                                      {}

// TestPlayClient: a recording of a client is a play without what is between it and its
// server.
func TestPlayClient(t *testing.T) {
	var out bytes.Buffer
	t.Run("session", func(t *testing.T) {
		app := newClient("")
		r, err := record.NewRecorder(&out, "notes", record.Rules{Bodies: true})
		if err != nil {
			t.Fatal(err)
		}
		app.Use(r)
		s := emptest.Start(t, app)
		s.Do("<message from='carol@localhost/desk' to='{app}' type='chat'><body>hi</body></message>")
		s.Send("<message from='carol@localhost/desk' to='{app}/notes'><body>ask</body></message>")
		s.Expect("<iq type='get' id='{id}' from='{app}/notes' to='oracle@localhost/cave'><q xmlns='" + ns + "'/></iq>")
		s.Do("<iq type='result' id='{id}' from='oracle@localhost/cave' to='{app}/notes'><a xmlns='" + ns + "'>42</a></iq>")
	})
	text, damage, err := record.Play(&out)
	if err != nil || damage != nil {
		t.Fatal(err, damage)
	}
	play, err := emptest.ParsePlay("play", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, "-- oracle@localhost/cave receives --") || strings.Contains(text, "jabber:iq:roster") {
		t.Errorf("it is\n%s", text)
	}
	emptest.Start(t, newClient("")).Play(play)
}
