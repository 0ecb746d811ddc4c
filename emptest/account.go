package emptest

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// An accountServer is a Stage in memory for an app that is a client: a development server
// with its account alone, and with everybody else, at whatever domain, as a peer.
type accountServer struct {
	*devserver.Server
	account jid.JID
	app     *framework.App
	inbox
}

// startClient runs an app that is a client.
func startClient(t testing.TB, app *framework.App, account jid.JID) *Session {
	t.Helper()
	s := &accountServer{account: account, app: app, inbox: newInbox()}
	s.Server = devserver.New(devserver.Options{
		Domain: account.Domain(), Accounts: map[string]string{account.Local(): anySecret},
		InMemory: true, AllowPlain: true, Remote: s.take, Log: slog.New(slog.DiscardHandler),
	})
	if err := s.Server.Start(t.Context()); err != nil {
		t.Fatalf("emptest: %v", err)
	}
	app.Config.TLS.Mode = framework.Off
	app.Config.Server = "127.0.0.1"
	app.Dial = s.DialClient
	runApp(t, app, nil, s.Close)
	return NewSession(t, s)
}

// Name is how plays call the memory.
func (s *accountServer) Name() string { return memory }

// App is the app's address.
func (s *accountServer) App() jid.JID { return s.account }

// take takes what goes to a peer. What is for the peer's server alone is of no account.
func (s *accountServer) take(st stanza.Stanza) {
	switch {
	case st.To.JID == barrierJID:
		s.isBarrier(st.ID)
	case st.Kind == stanza.Presence && st.Type == stanza.TypeProbe:
	default:
		s.put(st.To.JID, st.Node)
	}
}

// Send is Stage's.
func (s *accountServer) Send(_ context.Context, peer jid.JID, n element.Node) error {
	st, err := stanza.Of(stamped(n, peer))
	if st.To.JID.Bare() != s.account {
		return fmt.Errorf("to=%q is not the app, which is %s", n.Attr("to"), s.account)
	}
	if err != nil && st.Kind == 0 {
		return err
	}
	s.Deliver(st)
	return s.lost()
}

// lost tells that the app has lost a link, which nobody has cut: it did what no server
// takes.
func (s *accountServer) lost() error {
	for _, link := range s.app.LinkStats() {
		if link.Lost > 0 {
			return fmt.Errorf("the server ended the app's stream %s: see the app's log", link.Name)
		}
	}
	return nil
}

// Settle is Stage's. When the app has become idle, has answered two barriers on each link
// and has read nothing beside since, it has done all that it was sent, and what it sent to
// itself. The server answers behind all that it was sent before.
func (s *accountServer) Settle(ctx context.Context) error {
	for {
		before := s.app.Stats().Read
		if err := s.app.Idle(ctx); err != nil {
			return err
		}
		barriers := 0
		for range 2 {
			n, err := s.barrier(ctx)
			if err != nil {
				return err
			}
			barriers += n
		}
		if s.app.Stats().Read == before+barriers {
			return s.lost()
		}
	}
}

// barrier has each link answer an iq, and returns how many these are.
func (s *accountServer) barrier(ctx context.Context) (n int, err error) {
	var waiting []<-chan struct{}
	for _, link := range s.Resources(s.account) {
		id := stanza.NewID()
		waiting = append(waiting, s.expectBarrier(id))
		st, _ := stanza.Of(barrierTo(link, id)) // malformed, as it is to be
		s.Deliver(st)
	}
	for _, done := range waiting {
		select {
		case <-done:
		case <-ctx.Done():
			if err := s.lost(); err != nil {
				return 0, err
			}
			return 0, ctx.Err()
		}
	}
	return len(waiting), nil
}
