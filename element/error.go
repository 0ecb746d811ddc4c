package element

import (
	"errors"
	"fmt"
)

// ErrIncomplete is returned by Parser.Next when it needs more bytes: call
// Fill or Feed, then Next again.
var ErrIncomplete = errors.New("element: more bytes needed")

// A SyntaxError says why bytes are not the XML of XMPP (RFC 6120 section 11).
// It is final: the stream is to be closed with Condition.
type SyntaxError struct {
	// Condition is the stream error condition that the fault calls for
	// (RFC 6120 section 4.9.3): not-well-formed, restricted-xml, bad-format,
	// unsupported-encoding or policy-violation.
	Condition string
	// Offset is how many bytes of the stream precede the fault.
	Offset int64
	// Msg says what is wrong. It may quote names from the input, never values.
	Msg string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("element: %s at byte %d: %s", e.Condition, e.Offset, e.Msg)
}

// The conditions of SyntaxError.
const (
	notWellFormed       = "not-well-formed"
	restrictedXML       = "restricted-xml"
	badFormat           = "bad-format"
	unsupportedEncoding = "unsupported-encoding"
	policyViolation     = "policy-violation"
)
