package xpath

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// A hole is {name} or {name:regexp}: what stands on the right of = to capture
// the value on the left.
type hole struct {
	name   string
	source string         // the regexp as written, "" for {name}
	table  *automaton     // what the regexp means, if it is as simple as \d+
	re     *regexp.Regexp // else; nil for {name}, which takes any value
	weight int            // how many times the cost of reading its regexp costs on a text
	prefix string         // what every text that it takes begins with
	whole  bool           // the prefix is all that it takes
}

// takes reports whether the hole takes the whole of s.
func (h *hole) takes(s string) bool {
	switch {
	case h.table != nil:
		return h.table.takes(s)
	case h.re != nil:
		return h.re.MatchString(s)
	}
	return true
}

// holeLength returns the length of the hole s begins with, -1 if it does not
// end: it ends at the } that pairs with its {, where a backslash takes the
// character behind it out of the count.
func holeLength(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// holeIn returns where in the text of a literal something stands that looks like
// a hole, -1 if nothing does.
func holeIn(text string) int {
	for i := range len(text) {
		if text[i] != '{' {
			continue
		}
		if n := identifier(text[i+1:]); n > 0 && i+1+n < len(text) && (text[i+1+n] == '}' || text[i+1+n] == ':') && holeLength(text[i:]) > 0 {
			return i
		}
	}
	return -1
}

// parseHole reads the inside of a hole that stands at offset off.
func (p *parser) parseHole(t token) (*hole, *Error) {
	inside := t.off + 1
	n := identifier(t.text)
	if n == 0 {
		return nil, p.fail(inside, "a hole is {name} or {name:regexp}; a name is a letter or _, then letters, digits, _ and -", "hole without a name")
	}
	h := &hole{name: t.text[:n]}
	if n == len(t.text) {
		return h, nil
	}
	if t.text[n] != ':' {
		return nil, p.fail(inside+n, "a hole is {name} or {name:regexp}, without spaces", "unexpected %q in the name of a hole", firstRune(t.text[n:]))
	}
	h.source = t.text[n+1:]
	if h.source == "" {
		return nil, p.fail(inside+n, fmt.Sprintf("write {%s} to take any value", h.name), "hole {%s:} has an empty regexp", h.name)
	}
	if err := h.compile(); err != nil {
		off := inside + n + 1 + regexpOffset(h.source, err)
		return nil, p.fail(off, regexpCure(err.Code), "hole {%s}: %s", h.name, err.Code)
	}
	return h, nil
}

// regexpCure says what to do about a mistake in a regexp.
func regexpCure(code syntax.ErrorCode) string {
	switch code {
	case syntax.ErrMissingBracket:
		return `close the class with ], or write \[ for the character`
	case syntax.ErrMissingParen:
		return `close the group with ), or write \( for the character`
	case syntax.ErrUnexpectedParen:
		return `write \) for the character, or open the group with (`
	case syntax.ErrMissingRepeatArgument, syntax.ErrInvalidRepeatOp:
		return `write what is to be repeated in front of it, as in .*, or a \ for the character`
	case syntax.ErrInvalidCharRange:
		return `write the smaller character first, as in [a-z], or \- for the character`
	case syntax.ErrInvalidPerlOp, syntax.ErrInvalidNamedCapture: // (?<!x) is taken for the latter
		return "Go's regexps look neither ahead nor behind: take more, and decide in the action or in Route.If"
	case syntax.ErrInvalidEscape:
		return `write \\ for a backslash; Go's regexps have no back references`
	}
	return "the regexp is one of Go's (see go doc regexp/syntax)"
}

func firstRune(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// compile compiles the regexp so that it must match the whole value.
func (h *hole) compile() *syntax.Error {
	tree, err := syntax.Parse(h.source, syntax.Perl)
	if err == nil {
		// A large repetition can pass alone and be refused in a group.
		h.re, err = regexp.Compile(`\A(?:` + h.source + `)\z`)
	}
	if err != nil {
		if err, ok := err.(*syntax.Error); ok {
			return err
		}
		return &syntax.Error{Code: syntax.ErrInternalError, Expr: h.source}
	}
	h.weight = 16
	if program, err := syntax.Compile(tree.Simplify()); err == nil {
		h.weight += len(program.Inst) / 4 // the size of the automaton is what it may cost on each character
		h.prefix, h.whole = program.Prefix()
		if h.table = newAutomaton(program); h.table != nil {
			h.re, h.weight = nil, 2
		}
	}
	return nil
}

// regexpOffset finds where in re the error is. The error holds the offending
// text only, which may also occur where it is no error: the right occurrence
// is the first that makes a parse of all up to its end fail the same way.
func regexpOffset(re string, err *syntax.Error) int {
	for from := 0; from < len(re); {
		i := strings.Index(re[from:], err.Expr)
		if i < 0 {
			break
		}
		end := from + i + len(err.Expr)
		if _, e := syntax.Parse(re[:end], syntax.Perl); e != nil && e.Error() == err.Error() {
			return from + i
		}
		from += i + 1
	}
	return 0
}
