package emptest_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// later sends what was said after an hour, beside the actions.
type later struct {
	app  *framework.App
	said chan *component.Request
}

func (l *later) Routes(r *router.Router) {
	r.Resource("later", func(r *router.Router) {
		r.Message("[body]").To(func(ctx context.Context, req *component.Request) (component.Response, error) {
			l.said <- req
			return req.Reply("in an hour"), nil
		})
	})
}

func (l *later) run(ctx context.Context) error {
	for {
		select {
		case req := <-l.said:
			select {
			case <-time.After(time.Hour):
				if err := l.app.Send(ctx, req.Reply("now: "+req.Body())...); err != nil {
					return err
				}
			case <-ctx.Done():
				return nil
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// elsewhere is the server that plays are performed through beside the memory.
var elsewhere = emptest.Elsewhere{Name: "devserver", Start: func(t *testing.T) emptest.Server { return development(t, true) }}

func development(t *testing.T, encrypted bool) emptest.Server {
	t.Helper()
	srv := devserver.New(devserver.Options{Components: map[string]string{"hackity.localhost": "secret"}, AllowPlain: !encrypted})
	if err := srv.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	at := emptest.Server{
		ComponentAddr: srv.ComponentAddr(), Secret: "secret",
		ClientAddr: srv.ClientAddr(), Password: func(string) string { return devserver.DefaultPassword },
	}
	if encrypted {
		at.CA = srv.CAPEM()
	}
	return at
}

// on performs a test under the flag -emp.stage.
func on(t *testing.T, stage string) {
	t.Helper()
	before := flag.Lookup("emp.stage").Value.String()
	if err := flag.Set("emp.stage", stage); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { flag.Set("emp.stage", before) })
}

// TestStages performs a play in memory and, the same, through a server with a client for
// each peer.
func TestStages(t *testing.T) {
	on(t, "all")
	emptest.Run(t, "testdata/hack.txtar", newApp, elsewhere)
	t.Run("in the clear", func(t *testing.T) {
		emptest.RunOn(t, "testdata/hack.txtar", func(t *testing.T, p *emptest.Play) emptest.Stage {
			return development(t, false).Stage(t, newApp(), p)
		})
	})
}

// writePlay writes a play into a file.
func writePlay(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "play.txtar")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestExcept: a step that one stage cannot do is left out there, and there alone.
func TestExcept(t *testing.T) {
	file := writePlay(t, `
-- except on devserver, ejabberd: it does not know this one --
-- alice@localhost/desk sends --
<message to='hackity.localhost/hack'><body>one</body></message>
-- except on devserver: nobody has asked --
-- alice@localhost/desk receives --
<message from='hackity.localhost/hack'><body>Hackity Hack!</body></message>
-- except on memory: it is fine --
-- alice@localhost/desk sends --
<message to='hackity.localhost/hack'><body>two</body></message>
-- except on memory: nobody has asked --
-- alice@localhost/desk receives --
<message from='hackity.localhost/hack'><body>Hackity {any}!</body></message>
-- alice@localhost/desk sends --
<message to='hackity.localhost/hack'><body>three</body></message>
-- except on prosody, ejabberd: it is for others --
-- alice@localhost/desk receives --
<message from='hackity.localhost/hack'><body>Hackity {any}!</body></message>
`)
	on(t, "all")
	emptest.Run(t, file, newApp, elsewhere)
}

// TestTime: time passes at once, for the app and for the play.
func TestTime(t *testing.T) {
	file := writePlay(t, `
-- alice@localhost/desk sends --
<message to='hackity.localhost/later'><body>tea</body></message>
-- alice@localhost/desk receives --
<message from='hackity.localhost/later'><body>in an hour</body></message>
-- 59m59s passes --
-- nothing --
-- 1s passes --
-- alice@localhost/desk receives --
<message from='hackity.localhost/later'><body>now: tea</body></message>
`)
	began := time.Now()
	emptest.Run(t, file, withLater)
	if took := time.Since(began); took > time.Hour/2 {
		t.Errorf("it took %v", took)
	}
}

func withLater() *framework.App {
	app := newApp()
	l := &later{app, make(chan *component.Request, 1)}
	app.Use(l, boot.Service{Name: "later", Run: l.run})
	return app
}

// TestClock: what an action does with time, in a test by hand.
func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := emptest.Start(t, withLater())
		s.Send(`<message from='alice@localhost/desk' to='hackity.localhost/later'><body>tea</body></message>`)
		s.Expect(`<message from='hackity.localhost/later' to='alice@localhost/desk'><body>in an hour</body></message>`)
		time.Sleep(time.Hour)
		s.Expect(`<message from='hackity.localhost/later' to='alice@localhost/desk'><body>now: tea</body></message>`)
	})
}

// TestDispatch: one action alone, with all that is done around it.
func TestDispatch(t *testing.T) {
	const get = `<iq from='alice@localhost/desk' to='tweeter.localhost/tweets' type='get' id='1'><tweet xmlns='urn:tweets'/></iq>`
	show := func(_ context.Context, req *component.Request) (component.Response, error) {
		switch id := req.Arg("id"); id {
		case "7":
			return req.Result(req.Payload), nil
		case "8":
			panic("eight")
		default:
			return nil, stanza.ItemNotFound.With("no tweet %s", id)
		}
	}
	for id, want := range map[string]stanza.Condition{"7": "", "8": stanza.InternalServerError, "9": stanza.ItemNotFound} {
		got := emptest.Dispatch(t, show, get, component.Arg{Name: "id", Value: id, OK: true})
		if len(got) != 1 || got[0].ID != "1" {
			t.Fatalf("%s: %v", id, got)
		}
		if f, _ := got[0].Fault(); f.Condition != want {
			t.Errorf("%s: %s, want %s", id, f.Condition, want)
		}
	}
	silent := func(context.Context, *component.Request) (component.Response, error) { return nil, nil }
	bounce := `<message from='alice@localhost/desk' to='tweeter.localhost' type='error'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`
	if got := emptest.Dispatch(t, silent, bounce); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	ran := false
	emptest.Dispatch(t, func(context.Context, *component.Request) (component.Response, error) { ran = true; return nil, nil }, bounce)
	if !ran {
		t.Error("the action did not run")
	}
}

// TestRequest: which route takes a stanza, and with what.
func TestRequest(t *testing.T) {
	routes := func(r *router.Router) {
		r.Namespace("t", "urn:tweets")
		r.Resource("tweets", func(r *router.Router) {
			r.Get(`t:tweet[@id={id:\d+}]`).To(hack).Name("tweet")
		})
	}
	const get = `<iq from='alice@localhost/desk' to='tweeter.localhost/tweets' type='get' id='1'><tweet xmlns='urn:tweets' id='%'/></iq>`
	req := emptest.Request(t, routes, strings.Replace(get, "%", "7", 1))
	if req.Route != "tweet" || req.Arg("id") != "7" || req.From.JID.Local() != "alice" {
		t.Errorf("%s, %v", req.Route, req.Args())
	}
	for name, tc := range map[string]struct {
		routes    func(*router.Router)
		xml, want string
	}{
		"none":       {routes, strings.Replace(get, "%", "x", 1), "no route takes"},
		"why":        {routes, strings.Replace(get, "%", "x", 1), "tweet (testkit_test.go:"},
		"bad routes": {func(r *router.Router) { r.Get("[").To(hack) }, get, "the routes: "},
		"no stanza":  {routes, "<a/>", "the stanza: "},
	} {
		said := emptest.Failure(t, func(t testing.TB) { emptest.Request(t, tc.routes, tc.xml) })
		if !strings.Contains(said, tc.want) {
			t.Errorf("%s: it said %s", name, said)
		}
	}
}

// TestAnswer: a peer who answers by himself has Do come to its end.
func TestAnswer(t *testing.T) {
	s := emptest.Start(t, newApp())
	asked := 0
	s.Answer("bob@localhost", func(q stanza.Stanza) []stanza.Out {
		asked++
		out, _ := q.ErrorReply(stanza.Forbidden.Fault())
		return []stanza.Out{out}
	})
	const question = `<message from='alice@localhost/desk' to='hackity.localhost/hack' type='chat'><body>ask</body></message>`
	for range 2 {
		got := s.Do(question)
		if len(got) != 1 || got[0].Body() != "bob says forbidden" {
			t.Errorf("got %v", got)
		}
	}
	s.Send(question)
	s.Expect(`<message from='hackity.localhost/hack' to='alice@localhost/desk' type='chat'><body>bob says {any}</body></message>`)
	s.Nothing()
	s.Answer("alice@localhost", func(stanza.Stanza) []stanza.Out { return nil }) // she leaves it for the test
	if got := s.Do(question); len(got) != 1 || got[0].Body() != "bob says forbidden" {
		t.Errorf("with nothing to answer: got %v", got)
	}
	if asked != 4 {
		t.Errorf("bob was asked %d times", asked)
	}
	if said := emptest.Failure(t, func(t testing.TB) { emptest.NewSession(t, nil).Answer("@", nil) }); !strings.Contains(said, "Answer: ") {
		t.Errorf("it said %s", said)
	}
}

// TestUpdate: what is received is written into a play, and what is right already stays.
func TestUpdate(t *testing.T) {
	file := writePlay(t, `A comment.

-- alice@localhost/desk sends --
<message to='hackity.localhost/hack' type='chat'><body>one</body></message>
-- alice@localhost/desk receives --
<message from='hackity.localhost/{any}' type='chat'>
  <body>Hackity {any}!</body>
</message>
-- alice@localhost/desk sends --
<message to='hackity.localhost/hack'><body>two</body></message>
-- alice@localhost/desk receives --
<message from='hackity.localhost/hack'><body>no</body></message>
-- nothing --
-- bob@localhost/phone receives --
<message from='hackity.localhost/hack'><body>never</body></message>
-- alice@localhost/desk sends --
<message to='hackity.localhost/hack'><body>ask</body></message>
`)
	const want = `A comment.

-- alice@localhost/desk sends --
<message to='hackity.localhost/hack' type='chat'><body>one</body></message>
-- alice@localhost/desk receives --
<message from='hackity.localhost/{any}' type='chat'>
  <body>Hackity {any}!</body>
</message>
-- alice@localhost/desk sends --
<message to='hackity.localhost/hack'><body>two</body></message>
-- alice@localhost/desk receives --
<message from='hackity.localhost/hack'><body>Hackity Hack!</body></message>
-- nothing --
-- alice@localhost/desk sends --
<message to='hackity.localhost/hack'><body>ask</body></message>
-- bob@localhost/phone receives --
<iq from='hackity.localhost' type='get' id='{any}'><q xmlns='urn:q'/></iq>
-- alice@localhost/desk receives --
<message from='hackity.localhost/hack'><body>bob says {{any}</body></message>
`
	if err := flag.Set("emp.update", "true"); err != nil {
		t.Fatal(err)
	}
	newApp := func() *framework.App {
		app := newApp()
		app.Routes = func(r *router.Router) {
			r.Resource("hack", func(r *router.Router) {
				r.Message("[body='ask']").To(func(ctx context.Context, req *component.Request) (component.Response, error) {
					return append(component.Response{stanza.NewIQ(stanza.TypeGet, jid.MustParse("bob@localhost/phone"), element.New("urn:q", "q"))},
						req.Reply("bob says {any}")...), nil
				})
				r.Message("[body]").To(hack)
			})
		}
		return app
	}
	t.Cleanup(func() { flag.Set("emp.update", "false") })
	for range 2 { // the second time nothing changes
		emptest.Run(t, file, newApp)
		got, err := os.ReadFile(file)
		if err != nil || string(got) != want {
			t.Fatalf("%v, written\n%s", err, got)
		}
	}
	flag.Set("emp.update", "false")
	emptest.Run(t, file, newApp)
}

// TestExamples: the examples, which have no output, do what they say.
func TestExamples(tt *testing.T) {
	for name, example := range map[string]func(){
		"Do": ExampleDo, "Session": ExampleSession, "Answer": ExampleSession_Answer, "Request": ExampleRequest,
		"Dispatch": ExampleDispatch, "clock": Example_clock,
	} {
		tt.Run(name, func(tt *testing.T) { t = tt; example() })
	}
}
