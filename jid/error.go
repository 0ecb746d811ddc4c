package jid

import (
	"errors"
	"fmt"
)

// A Part names a part of an address in an [Error].
type Part string

// The parts of an address. PartAddress stands for the whole.
const (
	PartAddress  Part = "address"
	PartLocal    Part = "local part"
	PartDomain   Part = "domain"
	PartResource Part = "resource"
)

// An Error says why a text is no address. To a request that was addressed to
// such a text the answer is the stanza error jid-malformed (RFC 6120 section
// 8.3.3.8).
type Error struct {
	Part   Part   // what is wrong
	Offset int    // where, in octets from the start of the text that was given; the start of the part if it is refused as a whole or changed in mapping
	Reason string // why, to be read behind the name of the part: "is empty"
	Err    error  // what the tables said (PRECIS, IDNA), or nil
}

// Error describes the fault. It does not repeat the text, which a stranger
// chose and may be long.
func (e *Error) Error() string {
	return fmt.Sprintf("jid: %s %s, at octet %d", e.Part, e.Reason, e.Offset)
}

// Unwrap returns what the tables said, or nil.
func (e *Error) Unwrap() error { return e.Err }

// errUnstable is what tables say of a text that each mapping changes anew.
var errUnstable = errors.New("jid: mapping the text yields something new each time")

func tooLong(p Part) *Error { return &Error{p, 0, "is too long", nil} }
