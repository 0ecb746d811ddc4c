package xpath

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// ErrBudget is returned when an evaluation has taken more steps than
// Options.Budget allows. What the expression would have said is then unknown:
// a caller should refuse the stanza, not go on as if it had not matched.
var ErrBudget = errors.New("xpath: evaluation took more steps than its budget")

// An Error says why an expression was refused.
type Error struct {
	Expr   string // the whole expression
	Offset int    // where in Expr, in bytes; len(Expr) is its end
	Msg    string // what is wrong
	Cure   string // what to write instead; may be empty
}

// Error returns one line with the place, what stands there, and the cure.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "xpath: %s at offset %d", e.Msg, e.Offset)
	if near := e.near(); near != "" {
		fmt.Fprintf(&b, " (at %q)", near)
	} else {
		b.WriteString(" (at the end)")
	}
	if e.Cure != "" {
		b.WriteString("; " + e.Cure)
	}
	return b.String()
}

// near returns the first characters from the offset on.
func (e *Error) near() string {
	rest := e.Expr[e.Offset:]
	if len(rest) <= 24 {
		return rest
	}
	n := 21
	for n > 0 && !utf8.RuneStart(rest[n]) {
		n--
	}
	return rest[:n] + "..."
}
