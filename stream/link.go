package stream

import (
	"context"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A Link is a connection that stanzas come from and go to, ready for use: the
// seam between a server and everything above. Send, Ask and Close may be called
// by any number of goroutines, Read by one at a time.
type Link interface {
	// Local is the address that the link stands for: a component's domain, a
	// client's full JID.
	Local() jid.JID

	// Read waits until something has come and returns it behind buf, all that
	// came with it. Answers to our own Asks are not among it. The error is
	// final, and comes when all that was read before it has been returned:
	// ErrEnded, ErrCut, ErrClosed, an *Error, or that of the connection.
	Read(buf []Received) ([]Received, error)

	// Reuse gives the memory of a stanza back that Read returned, for one to come;
	// see [element.Parser.Reuse] for what that promises. Who has a Tap may have kept
	// it, so that it is without effect then. It is called as Read is.
	Reuse(s *stanza.Stanza)

	// Send puts the stanzas, in this order, into the queue of what goes out. If
	// one of them cannot be sent none is, and the error says why. It waits
	// while the queue is full. nil means queued, not received.
	Send(ctx context.Context, outs ...stanza.Out) error

	// Ask sends an iq get or set and waits for its answer from whom was asked.
	// An answer of type error comes as a [stanza.Fault] beside the answer
	// itself. While it waits somebody must Read.
	Ask(ctx context.Context, question stanza.Out) (stanza.Stanza, error)

	// Close ends the stream in order (RFC 6120 section 4.4): what is queued is
	// written, then the closing tag; then it waits until Read has seen the
	// server's closing tag, or ctx ends, and closes the connection. While it
	// waits somebody must Read.
	Close(ctx context.Context) error
}

// Received is a stanza that came.
type Received struct {
	Stanza stanza.Stanza
	// Err is what is wrong with it, as of [stanza.Of]: nil; a [stanza.Fault],
	// to be answered by [stanza.Stanza.ErrorReply], which then never refuses; or
	// a [stanza.Drop], to be counted, since no answer is possible or allowed.
	Err error
	// Bytes is how much memory it holds, about.
	Bytes int
}

// Reasons to drop a stanza that a link knows beside those of stanza.Of.
const (
	// DropExcess: the stanza is beyond a limit and must not be answered.
	DropExcess stanza.Drop = "beyond-limits"
	// DropForeign: the stanza is for an address that is not ours, and must not
	// be answered.
	DropForeign stanza.Drop = "not-for-us"
	// DropEcho: the stanza is a ping of ours to ourselves that nobody waits for any
	// more. To answer it would be to answer ourselves.
	DropEcho stanza.Drop = "late-ping"
)
