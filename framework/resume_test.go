package framework_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

const (
	smEnabled = "<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>"
	smFailed  = "<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"
)

func smResumed(h string) string { return "<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='" + h + "'/>" }

// managed is a script whose server manages streams, and an application for it.
func managed(t *testing.T) (*clientScript, *framework.App) {
	script := newClientScript(t)
	script.features = "<sm xmlns='urn:xmpp:sm:3'/>"
	return script, &framework.App{Config: script.config(), Dial: script.Dial, Routes: func(r *router.Router) {
		r.Resource("hack", func(r *router.Router) { r.Message("[body]").To(nothing) })
	}}
}

// enabled takes a client to where its stream is managed.
func (c *scriptedClient) enabled() {
	c.s.t.Helper()
	if n := c.next(); n.Local() != "enable" {
		c.s.t.Fatalf("it said %s", n)
	}
	c.say(smEnabled)
}

// stanza returns the next stanza that the client sent.
func (c *scriptedClient) stanza() element.Node {
	c.s.t.Helper()
	for {
		if n := c.next(); n.Space() == element.NSClient {
			return n
		}
	}
}

// TestM03Asks: a question outlasts its link if the session does. It is sent again if the
// server has not got it, and not else.
func TestM03Asks(t *testing.T) {
	// Of the stanzas that count the server has presence and a ping to itself, and then the question.
	for name, tc := range map[string]struct {
		says  string
		again bool
		err   error
	}{
		"it has it":            {smResumed("3"), false, nil},
		"it has it not":        {smResumed("2"), true, nil},
		"the session is lost":  {smFailed, false, stream.ErrInterrupted},
		"lost, and never sent": {strings.Replace(smFailed, "><", " h='2'><", 1), false, stream.ErrInterrupted},
	} {
		t.Run(name, func(t *testing.T) {
			script, app := managed(t)
			script.resume = tc.says
			told := make(questions, 10)
			app.Use(told)
			s := runApp(t, app)
			c := script.accept()
			c.enabled()
			if n := c.stanza(); n.Local() != "presence" {
				t.Fatalf("it said %s", n)
			}
			<-s.Ready()
			alice := jid.MustParse("alice@localhost/r")
			done := make(chan error, 1)
			go func() {
				answer, err := s.Ask(context.Background(), stanza.NewIQ(stanza.TypeGet, alice, element.New("urn:x", "q")))
				if err == nil && answer.Payload.Local() != "a" {
					err = errors.New("the answer is " + answer.Node.XML())
				}
				done <- err
			}()
			q := c.stanza()
			c.cut()
			c = script.accept()
			if tc.err == nil {
				c.say("<iq type='result' from='alice@localhost/r' id='" + q.Attr("id") + "'><a xmlns='urn:x'/></iq>")
			}
			if err := <-done; !errors.Is(err, tc.err) {
				t.Errorf("it got %v, want %v", err, tc.err)
			}
			if strings.HasPrefix(tc.says, "<failed") {
				c.enabled()
			}
			if err := s.Send(context.Background(), stanza.NewMessage(alice, "end")); err != nil {
				t.Fatal(err)
			}
			again := false
			for n := c.stanza(); n.Local() != "message"; n = c.stanza() {
				again = again || n.Attr("id") == q.Attr("id")
			}
			if again != tc.again {
				t.Errorf("it was sent again: %v", again)
			}
			select {
			case <-told:
				t.Error("who asked has learned it, and plugins are told too")
			default:
			}
		})
	}
}

// questions is a plugin that keeps those which may not have been sent.
type questions chan stanza.Out

func (q questions) FateUnknown(outs []stanza.Out) {
	for _, o := range outs {
		if o.Kind == stanza.IQ {
			q <- o
		}
	}
}

// TestM03OtherSession: where the server has forgotten a session, and the link breaks that
// has begun another before it has got what was kept, the count of the other is not taken
// for one of the first; and what is sent once over that link goes out.
func TestM03OtherSession(t *testing.T) {
	script, app := managed(t)
	app.Routes = func(r *router.Router) {
		r.Resource("hack", func(r *router.Router) {
			r.Message("[body]").To(func(ctx context.Context, req *component.Request) (component.Response, error) {
				here := stanza.NewPresence(stanza.TypeAvailable, req.From.JID)
				return nil, req.Send(ctx, here, here, here)
			})
		})
	}
	gone, links := make(chan struct{}), 0
	app.BootLink = func(list *boot.Sequence) {
		if links++; links == 2 {
			list.After("manage", boot.Step{Name: "pause", Run: func(context.Context) error {
				<-gone
				return errors.New("the link is gone")
			}})
		}
	}
	s := runApp(t, app)
	c := script.accept()
	c.enabled()
	<-s.Ready()
	if err := s.Send(context.Background(), stanza.NewMessage(jid.MustParse("alice@localhost"), "kept")); err != nil {
		t.Fatal(err)
	}
	for c.stanza().Local() != "message" { // the third that counts
	}

	script.resume = smFailed
	c.cut()
	c = script.accept()
	c.enabled()
	c.say("<message from='alice@localhost/r' to='bot@localhost/hack'><body>who is there?</body></message>")
	for range 3 {
		if n := c.stanza(); n.Local() != "presence" {
			t.Errorf("it said %s", n)
		}
	}

	script.resume = smResumed("3")
	c.cut()
	close(gone)
	c = script.accept()
	if n := c.stanza(); n.Local() != "message" {
		t.Errorf("the message is lost: it said %s", n)
	}
}

// TestM03Present: with a session that goes on nothing is announced or asked for anew,
// unless no link of it was up: then all that belongs to it is still to do.
func TestM03Present(t *testing.T) {
	script, app := managed(t)
	ups := make(chan bool, 10)
	app.Use(&plugin{linkUp: func(_ context.Context, link component.Sender) error {
		ups <- component.Resumed(link)
		return nil
	}})
	broken := errors.New("broken before it was up")
	links := 0
	app.BootLink = func(list *boot.Sequence) {
		links++
		if links == 1 || links == 4 {
			list.Before("presence", boot.Step{Name: "break", Run: func(context.Context) error { return broken }})
		}
	}
	script.resume = smResumed("0")
	s := runApp(t, app)
	c := script.accept()
	c.enabled()
	<-c.gone

	c = script.accept() // goes on with it
	if n := c.stanza(); n.Local() != "presence" {
		t.Fatalf("presence was never announced: it said %s", n)
	}
	<-s.Ready()
	if <-ups {
		t.Error("plugins were told of no link before, and hear that one goes on")
	}

	script.resume = smResumed("2") // with a ping to itself
	c.cut()
	c = script.accept()
	if !<-ups {
		t.Error("plugins do not hear that the session goes on")
	}
	if err := s.Send(context.Background(), stanza.NewMessage(jid.MustParse("alice@localhost"), "end")); err != nil {
		t.Fatal(err)
	}
	if n := c.stanza(); n.Local() != "message" {
		t.Errorf("it said %s, though nobody has seen it leave", n)
	}

	script.resume = smFailed
	c.cut()
	c = script.accept()
	script.resume = smResumed("0") // of the new session, no link of which is up either
	c.enabled()
	<-c.gone
	c = script.accept()
	if n := c.stanza(); n.Local() != "message" || c.stanza().Local() != "presence" {
		t.Errorf("it said %s, and does not announce itself in its new session", n)
	}
	if <-ups {
		t.Error("plugins hear that a session goes on that is lost")
	}
}

// TestM03AsksStop: a question does not wait for a further link when there will be none.
func TestM03AsksStop(t *testing.T) {
	script, app := managed(t)
	down := make(chan struct{})
	app.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
		select {
		case <-down:
			return nil, syscall.ECONNREFUSED
		default:
			return script.Dial(ctx, network, addr)
		}
	}
	s := runApp(t, app)
	c := script.accept()
	c.enabled()
	c.stanza()
	<-s.Ready()
	done := make(chan error, 1)
	go func() {
		_, err := s.Ask(context.Background(), stanza.NewIQ(stanza.TypeGet, jid.MustParse("alice@localhost"), element.New("urn:x", "q")))
		done <- err
	}()
	c.stanza()
	close(down)
	c.cut()
	s.log.await(t, "nothing listens")
	s.stop()
	if err := <-done; !errors.Is(err, stream.ErrInterrupted) {
		t.Errorf("it ends with %v", err)
	}
}

// TestLinkUpEnds: who waits for something when a link has come up does so no longer than
// that is up, or it could wait for the next, which waits for him.
func TestLinkUpEnds(t *testing.T) {
	script, app := managed(t)
	script.resume = smResumed("2")
	waits, done := make(chan struct{}), make(chan error, 1)
	first := true
	app.Use(&plugin{linkUp: func(ctx context.Context, link component.Sender) error {
		if first {
			first = false
			close(waits)
			_, err := link.Ask(ctx, stanza.NewIQ(stanza.TypeGet, jid.MustParse("alice@localhost"), element.New("urn:x", "q")))
			done <- err
		}
		return nil
	}})
	s := runApp(t, app)
	c := script.accept()
	c.enabled()
	<-waits
	c.stanza()
	if n := c.stanza(); n.Local() != "iq" {
		t.Fatalf("it said %s", n)
	}
	c.cut()
	if err := <-done; err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it waits for an answer until %v", err)
	}
	script.accept()
	<-s.Ready()
}
