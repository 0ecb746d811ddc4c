package framework_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// An onlooker notes the traffic it sees.
type onlooker struct {
	seen []framework.Traffic // for the test, once the application has stopped
	do   func(n int)         // with each, if not nil
}

func (w *onlooker) Traffic(t framework.Traffic) {
	w.seen = append(w.seen, t)
	if w.do != nil {
		w.do(len(w.seen))
	}
}

// watched runs an application in memory, has the test talk to it, and stops it.
func watched(t *testing.T, app *framework.App, talk func(*testing.T, *emptest.Session)) {
	t.Helper()
	t.Run("app", func(t *testing.T) { talk(t, emptest.Start(t, app)) })
}

const hello = "<message from='alice@localhost/desk' to='app.localhost/hack' type='chat'><body>hi</body></message>"

// TestTraffic: a watcher sees the whole life of a link, in order: what came as it was
// read, and what was sent as it was written.
func TestTraffic(t *testing.T) {
	w := &onlooker{}
	app := &framework.App{Routes: hack}
	app.Use(w)
	watched(t, app, func(t *testing.T, s *emptest.Session) { s.Do(hello) })
	var story []string
	for _, got := range w.seen {
		if got.Time.IsZero() || got.Link != "app.localhost" || got.Lost != 0 {
			t.Errorf("%+v", got)
		}
		n := got.Node()
		words := got.Kind.String()
		switch {
		case got.Early:
			words += " early"
		case !n.IsZero() && n.Attr("from") == n.Attr("to"), strings.HasPrefix(n.Attr("from"), "barrier@"), strings.HasPrefix(n.Attr("to"), "barrier@"):
			continue // pings to ourselves, and those of emptest
		}
		if !n.IsZero() {
			words += " " + n.Local()
		}
		story = append(story, words)
		switch {
		case words == "read message" && n.Child(element.NSClient, "body").Text() != "hi":
			t.Errorf("read: %v", n)
		case words == "sent message" && (n.Attr("from") != "app.localhost/hack" || n.Child(element.NSClient, "body").Text() != "Hackity Hack!" || n.Child(stanza.NSStanzaID, "origin-id").IsZero()):
			t.Errorf("sent: %v", n)
		case got.Kind == framework.LinkLost && got.Err != nil:
			t.Errorf("lost: %v", got.Err)
		}
	}
	want := "sent early|read early stream|sent early handshake|read early handshake|up|read message|sent message|lost"
	if got := strings.Join(story, "|"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestTrafficRefused: what the link does not send is not shown.
func TestTrafficRefused(t *testing.T) {
	w := &onlooker{}
	app := &framework.App{Routes: hack}
	app.Use(w)
	watched(t, app, func(t *testing.T, s *emptest.Session) {
		peer := s.Do(hello)[0].To.JID
		good, bad := stanza.NewMessage(peer, "good"), stanza.NewMessage(peer, "bad\x00")
		if err := app.Send(t.Context(), good, bad); err == nil {
			t.Error("a NUL was sent")
		}
		if err := app.Send(t.Context(), stanza.NewMessage(peer, "last")); err != nil {
			t.Error(err)
		}
		s.Expect("<message from='app.localhost' to='alice@localhost/desk'><body>last</body></message>")
	})
	var bodies []string
	for _, got := range w.seen {
		if got.Kind == framework.TrafficSent && got.Node().Local() == "message" {
			bodies = append(bodies, got.Node().Child(element.NSClient, "body").Text())
		}
	}
	if got := strings.Join(bodies, "|"); got != "Hackity Hack!|last" {
		t.Errorf("sent: %s", got)
	}
}

// TestTrafficPanic: a watcher that panics is told of once, and goes on.
func TestTrafficPanic(t *testing.T) {
	var log lockedBuffer
	w := &onlooker{do: func(int) { panic("watcher") }}
	app := &framework.App{Routes: hack, Log: slog.New(slog.NewTextHandler(&log, nil))}
	app.Use(w)
	watched(t, app, func(t *testing.T, s *emptest.Session) { s.Do(hello) })
	if n := strings.Count(log.String(), "a plugin failed when it was shown traffic"); n != 1 || len(w.seen) < 8 {
		t.Errorf("told %d times, %d seen", n, len(w.seen))
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// TestTrafficLog: what is written at which level, with which switch.
func TestTrafficLog(t *testing.T) {
	talk := "<message from='alice@localhost/desk' to='app.localhost/hack' type='chat'><body>private words</body></message>" +
		"<iq type='set' id='1' from='alice@localhost/desk' to='app.localhost'><query xmlns='jabber:iq:register'><username>alice</username><password>s3cr3t</password></query></iq>" +
		"<iq type='set' id='2' from='alice@localhost/desk' to='app.localhost'><x xmlns='jabber:x:data' type='submit'><field type='text-private' var='a'><value>s3cr3t</value></field></x></iq>" +
		"<presence from='alice@localhost/desk' to='app.localhost'><c xmlns='urn:long' v='" + strings.Repeat("é", 9000) + "'/></presence>"
	for _, tc := range []struct {
		which     framework.Switch
		level     slog.Level
		has, lack []string
	}{
		{"", slog.LevelDebug, nil, []string{"msg=read ", "private words"}},
		{framework.Off, slog.LevelDebug, nil, []string{"msg=read ", "private words"}},
		{framework.On, slog.LevelInfo, nil, []string{"msg=read ", "msg=sent ", "private words", "alice"}},
		{framework.On, slog.LevelDebug,
			[]string{"level=DEBUG msg=read link=app.localhost", "level=DEBUG msg=sent link=app.localhost", "<body>[13 bytes]</body>", "<body>[5 bytes]</body>",
				"<password>[6 bytes]</password>", "<value>[6 bytes]</value>", "<handshake>[40 bytes]</handshake>", "<?xml version='1.0'?>", " bytes more]"},
			[]string{"private words", "heard"}},
		{framework.Bodies, slog.LevelDebug, []string{"<body>private words</body>", "<body>heard</body>", "<password>[6 bytes]</password>", "<handshake>[40 bytes]</handshake>"}, nil},
	} {
		var log lockedBuffer
		app := &framework.App{
			Routes: func(r *router.Router) {
				r.Route("*").To(func(_ context.Context, req *component.Request) (component.Response, error) {
					if req.Kind == stanza.Message {
						return req.Reply("heard"), nil
					}
					return nil, nil
				})
			},
			Log:    slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: tc.level})),
			Config: framework.Config{Log: framework.Log{Traffic: tc.which}},
		}
		watched(t, app, func(t *testing.T, s *emptest.Session) { s.Do(talk) })
		text := strings.ReplaceAll(log.String(), `\"`, `"`)
		for _, want := range tc.has {
			if !strings.Contains(text, want) {
				t.Errorf("%s, %s: %q is missing:\n%.2000s", tc.which, tc.level, want, text)
			}
		}
		for _, never := range append(tc.lack, "s3cr3t") {
			if strings.Contains(text, never) {
				t.Errorf("%s, %s: %q is there:\n%.2000s", tc.which, tc.level, never, text)
			}
		}
		for _, line := range strings.Split(text, "\n") {
			if len(line) > 5000 {
				t.Errorf("a line of %d bytes", len(line))
			}
		}
	}
}
