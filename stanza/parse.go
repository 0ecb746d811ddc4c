package stanza

import (
	"errors"
	"fmt"
	"io"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// Parse reads one stanza, for tests and tools; streams have their own parser.
// Elements without any declaration are in [element.NSClient], so that
//
//	<message from='a@example.org' to='b@example.org'><body>hi</body></message>
//
// is a stanza as it stands. Errors are those of [element.ParseIn], or of [Of].
func Parse(b []byte) (Stanza, error) {
	n, err := element.ParseIn(element.NSClient, b)
	if err != nil {
		return Stanza{}, err
	}
	return Of(n)
}

// ParseString is Parse for a string.
func ParseString(s string) (Stanza, error) { return Parse([]byte(s)) }

// A Reader reads stanzas that stand one behind the other, without a stream
// around them: a file of test data, a log.
//
//	r := stanza.NewReader(file)
//	for {
//		s, err := r.Read()
//		if err == io.EOF {
//			break
//		}
//		…
//	}
type Reader struct {
	// Limits bound each stanza. Set before the first Read.
	Limits element.Limits

	r      io.Reader
	parser element.Parser
	offset int64
}

// NewReader returns a Reader of what r holds. Elements without any declaration
// are in [element.NSClient].
func NewReader(r io.Reader) *Reader {
	return &Reader{r: r, parser: element.Parser{Fragments: true, Space: element.NSClient}}
}

// Read returns the next stanza. The error is
//
//   - io.EOF behind the last one;
//   - a Fault or Drop, wrapped, for an element that [Of] refuses, and where an address is
//     malformed a *jid.Error beside it, which says why: reading can go on;
//   - a Fault, PolicyViolation, for an element beyond Limits, of which the stanza has only
//     the start tag: reading can go on;
//   - else what [element.Parser.Read] ends with. What is not XML ends the file: nobody can
//     say where the next stanza begins.
func (r *Reader) Read() (Stanza, error) {
	r.parser.Limits = r.Limits
	ev, err := r.parser.Read(r.r)
	if err != nil {
		var syntax *element.SyntaxError
		if errors.As(err, &syntax) {
			r.offset = syntax.Offset
		}
		return Stanza{}, err
	}
	r.offset = ev.Offset
	s, err := Of(ev.Node)
	switch {
	case ev.Kind == element.EventExcess:
		err = fmt.Errorf("%w: %s at byte %d", PolicyViolation.With("beyond the limit of %s", ev.Excess), ev.Node.Name(), ev.Offset)
	case err != nil:
		err = fmt.Errorf("%w: %s at byte %d", err, ev.Node.Name(), ev.Offset)
		if errors.Is(err, JIDMalformed) || errors.Is(err, DropBadFrom) || errors.Is(err, DropBadTo) {
			err = fmt.Errorf("%w: %w", err, addressFault(ev.Node))
		}
	}
	return s, err
}

// addressFault says what is wrong with the malformed address of a stanza, the sender's if
// both are. Of does not say it: its errors are made once, whatever strangers send.
func addressFault(n element.Node) error {
	if from := n.AttrNode("", "from"); !from.IsZero() {
		if _, err := jid.Received(from.Value()); err != nil {
			return fmt.Errorf("from: %w", err)
		}
	}
	_, err := jid.Received(n.Attr("to"))
	return fmt.Errorf("to: %w", err)
}

// Offset returns how many bytes precede what Read came upon last: a stanza, whatever Of
// says of it, or the place of an [element.SyntaxError]. At the end of the file, and where
// it cannot be read, that is still the stanza before.
func (r *Reader) Offset() int64 { return r.offset }
