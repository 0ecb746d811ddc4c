//go:build linux

package xmpptest

import (
	"errors"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// A Peer is a Client as a peer of a play: an emptest.Peer.
type Peer struct{ c *Client }

// LoginPeer is Login for a peer of a play, best with a resource, for the server chooses
// one otherwise.
func LoginPeer(t testing.TB, s *Server, who jid.JID) Peer {
	t.Helper()
	if who.Domain() != Domain {
		t.Fatalf("xmpptest: nobody can log in as %s", who)
	}
	user := who.Local()
	if who.Resource() != "" {
		user += "/" + who.Resource()
	}
	return Peer{Login(t, s, user)}
}

// Address is the full JID that the server has given it.
func (p Peer) Address() jid.JID { return jid.MustParse(p.c.JID) }

// Write sends a stanza.
func (p Peer) Write(stanza element.Node) error {
	p.c.Send(stanza.XML())
	return nil
}

// Next waits for the next stanza that comes.
func (p Peer) Next() (element.Node, error) {
	n, ok := <-p.c.inbox
	if !ok {
		return n, errors.New(p.c.reason)
	}
	return n, nil
}

// Close ends it.
func (p Peer) Close() error {
	p.c.process.kill()
	return nil
}
