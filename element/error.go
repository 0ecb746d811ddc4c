package element

import (
	"fmt"
	"unicode/utf8"
)

// ErrIncomplete, an error, is returned by Parser.Next when it needs more bytes: call
// Fill or Feed, then Next again.
var ErrIncomplete = new(incomplete)

// incomplete is a type of its own so that a comparison with ErrIncomplete needs no
// call: that is a quarter of what a byte costs that comes alone.
type incomplete struct{ _ byte }

func (*incomplete) Error() string { return "element: more bytes needed" }

// A SyntaxError says why bytes are not the XML of XMPP (RFC 6120 section 11).
// It is final: the stream is to be closed with Condition. Links of package stream do;
// who serves streams writes it by Error.XML of that package.
type SyntaxError struct {
	// Condition is the stream error condition that the fault calls for
	// (RFC 6120 section 4.9.3), to be converted to a Condition of package stream:
	//
	//	not-well-formed       no XML, bytes that are no UTF-8, or names against XML's
	//	                      namespaces (section 11.3)
	//	restricted-xml        a comment, instruction, DTD or entity (section 11.1)
	//	bad-format            text between elements, or a second stream header
	//	unsupported-encoding  marked or declared to be other than UTF-8 (section 11.6)
	//	policy-violation      beyond HardBytes or HardDepth of Limits, or a stream
	//	                      header beyond any of them
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

// illegal is the error for a character that XML does not know.
func (p *Parser) illegal(i int, c byte) error {
	if c == 0 && p.base+int64(i) < 4 {
		return p.fail(i, unsupportedEncoding, "a NUL byte: this is not UTF-8")
	}
	return p.fail(i, notWellFormed, "character U+%04X is not allowed in XML", c)
}

// unexpected is the error for a character other than what wanted says.
func (p *Parser) unexpected(i int, wanted string) error {
	c := p.buf[i]
	if !legalChar(rune(c)) {
		return p.illegal(i, c)
	}
	r, _ := utf8.DecodeRune(p.buf[i:p.valid])
	return p.fail(i, notWellFormed, "%q where one expects, %s", r, wanted)
}
