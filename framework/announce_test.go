package framework

import (
	"context"
	"testing"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// A noting wire notes to whom presence goes out.
type noting struct {
	wire
	to map[string]int
}

func (n *noting) Send(_ context.Context, outs ...stanza.Out) error {
	for _, o := range outs {
		n.to[o.To.String()]++
	}
	return nil
}

// TestP06Client: a client that has presence for some contacts, and none for all, has both
// on the next link.
func TestP06Client(t *testing.T) {
	e := &endpoint{app: new(App)}
	e.presence.client = true
	n := &noting{to: map[string]int{}}
	l := &liveLink{endpoint: e, wire: n, client: new(stream.Client)}
	e.presence.note([]stanza.Out{stanza.NewPresence(stanza.TypeAvailable, jid.MustParse("room@localhost/bot"))})
	if err := l.announce(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(n.to) != 2 || n.to[""] != 1 || n.to["room@localhost/bot"] != 1 || !e.presence.broadcast() {
		t.Errorf("presence went to %v", n.to)
	}

	full := &endpoint{app: new(App)}
	full.presence.client, full.presence.bytes = true, maxPresenceBytes
	n = &noting{to: map[string]int{}}
	l = &liveLink{endpoint: full, wire: n, client: new(stream.Client)}
	if err := l.announce(t.Context()); err != nil || n.to[""] != 1 {
		t.Errorf("with no room to remember it: presence went to %v, %v", n.to, err)
	}
}
