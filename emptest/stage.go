package emptest

import (
	"context"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// A Stage is what a play is performed on: an app, a server that it is connected
// to, and the peers who talk to it. Start has one in memory; where an app is to
// be seen on a real server, a test brings its own. Its methods are called from
// one goroutine at a time, but for Settle beside Next.
type Stage interface {
	// Send sends a stanza in the name of a peer, who is in its from, behind
	// what that peer sent before.
	Send(ctx context.Context, peer jid.JID, stanza element.Node) error
	// Next returns the next stanza that came to one of the peers and waits for
	// it if need be. The peer is whom the server gave it to: the stanza's to or,
	// where that is a bare JID, perhaps one of its resources. What has come
	// already is returned even if ctx is done.
	Next(ctx context.Context) (peer jid.JID, stanza element.Node, err error)
	// Settle returns when the app has done all that was sent to it before, and
	// Next has all that the app sent in doing it. It never guesses by time.
	Settle(ctx context.Context) error
}
