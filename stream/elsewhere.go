package stream

import (
	"errors"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/discover"
)

// Elsewhere returns where a server has sent its client with the stream error err, for
// Options.Server of another [Client] (RFC 6120 section 4.9.3.19). ok is false if err is
// none such, or came from a server that had not shown yet, over TLS, that it is the
// account's: whoever sits on the way could have said it.
//
// All else of the Options is to stay as it is, so that the other host has to show the
// same certificate before it is told anything. Who follows such words has to stop after
// a few: servers may send us in a circle.
func Elsewhere(err error) (server string, ok bool) {
	var e *Error
	if !errors.As(err, &e) || !e.Received || !e.proven || e.Condition != SeeOtherHost || len(e.Host) > maxText {
		return "", false
	}
	if _, err := discover.Fixed(e.Host, false); err != nil {
		return "", false
	}
	return e.Host, true
}

// told reads a stream error of the server's.
func (c *conn) told(n element.Node) *Error {
	e := received(n)
	e.proven = c.proven
	return e
}
