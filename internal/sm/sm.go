// Package sm does the counting of stream management (XEP-0198): which of the stanzas
// that went either way over a stream the other side has handled.
//
// In:  each stanza that is sent or was handled, and the counts that the peer tells.
// Out: the count to tell the peer; and how many of ours it has, or that what it says
// cannot be.
//
// Counts on the wire are modulo 2^32. Here those of what we send are not, so that the
// number of a stanza means that stanza for as long as the session lasts: the peer's
// count is read as the first possible one that is not before the last.
package sm

import (
	"fmt"
	"strconv"
)

// NS is the namespace of stream management.
const NS = "urn:xmpp:sm:3"

// Counts are those of one session, which may go on over several streams. The zero
// Counts are those of a session that begins. They are for one goroutine at a time.
type Counts struct {
	handled     uint32
	sent, acked uint64
}

// Handle counts one more stanza of the peer's that we have handled.
func (c *Counts) Handle() { c.handled++ }

// Handled is the count to tell the peer (h).
func (c *Counts) Handled() uint32 { return c.handled }

// Send counts n more stanzas of ours, and returns the number of the last; the first of
// a session has the number 1.
func (c *Counts) Send(n int) uint64 {
	c.sent += uint64(n)
	return c.sent
}

// Unsend takes back the last n that Send counted.
func (c *Counts) Unsend(n int) { c.sent -= uint64(n) }

// Sent is the number of the last stanza that we have sent.
func (c *Counts) Sent() uint64 { return c.sent }

// Acked is the number of the last stanza that the peer has handled.
func (c *Counts) Acked() uint64 { return c.acked }

// Ack takes note of the peer's count. The error is a [TooHigh], and then nothing
// has changed. A count that goes backwards is one too, for no peer could tell the two
// apart.
func (c *Counts) Ack(h uint32) error {
	more := uint64(h - uint32(c.acked)) // modulo 2^32, as h is
	if more > c.sent-c.acked {
		return TooHigh{H: h, Sent: uint32(c.sent), Acked: uint32(c.acked)}
	}
	c.acked += more
	return nil
}

// Resume is Ack at the beginning of another stream of the session. What the peer has
// not handled is lost with the stream before: numbers go on behind what it has.
func (c *Counts) Resume(h uint32) error {
	if err := c.Ack(h); err != nil {
		return err
	}
	c.sent = c.acked
	return nil
}

// TooHigh: the peer says that it has handled more stanzas than it was sent, or fewer
// than it said before (XEP-0198 section 4, handled-count-too-high). All are as on the
// wire, modulo 2^32.
type TooHigh struct{ H, Sent, Acked uint32 }

func (e TooHigh) Error() string {
	return fmt.Sprintf("sm: the peer has handled %d stanzas, it says, of %d sent, %d of which it had confirmed", e.H, e.Sent, e.Acked)
}

// ParseCount reads a count as it is on the wire (xs:unsignedInt).
func ParseCount(s string) (uint32, error) {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("sm: %.20q is no count of stanzas", s)
	}
	return uint32(n), nil
}
