package stream

import (
	"testing"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// TestClientSender: whatever stands in the from of a stanza, a client's goes out without
// one, unless it is somebody else's address.
func TestClientSender(t *testing.T) {
	c := &Client{local: jid.MustParse("a@x/r")}
	for _, tc := range []struct {
		from jid.Address
		ok   bool
	}{
		{jid.Address{}, true},
		{jid.Address{Spelling: "b@x"}, true}, // a spelling of no address, which is none
		{c.local.Address(), true},
		{address(t, "A@x"), true},
		{address(t, "a@x/s"), false},
		{address(t, "b@x"), false},
	} {
		o := stanza.NewMessage(alice, "")
		o.From = tc.from
		from, err := c.sender(&o)
		if from == nil {
			from = &o.From
		}
		if (err == nil) != tc.ok || err == nil && *from != (jid.Address{}) {
			t.Errorf("%+v goes out as %+v, %v", tc.from, *from, err)
		}
	}
}
