package xpath

// This file is what a router asks of holes and expressions beside matching.

// A Hole is a hole outside of any expression, in the pattern of an address.
type Hole struct{ h *hole }

// ParseHole reads the hole that s begins with, by the rule of expressions, and
// returns its length. The offset of an error is into s.
func ParseHole(s string) (*Hole, int, *Error) {
	p := parser{expr: s}
	n := holeLength(s)
	if n < 0 {
		return nil, 0, p.fail(0, `close it with }; write a brace inside the regexp that has no partner as \{ or \}`, "hole is not closed")
	}
	h, err := p.parseHole(token{kind: tokenHole, end: n, text: s[1 : n-1]})
	if err != nil {
		return nil, 0, err
	}
	return &Hole{h}, n, nil
}

// HoleLength returns the length of the hole that s begins with, -1 if it does
// not end.
func HoleLength(s string) int { return holeLength(s) }

// Name returns the name of the hole.
func (h *Hole) Name() string { return h.h.name }

// Takes reports whether the hole takes the whole of s.
func (h *Hole) Takes(s string) bool { return h.h.takes(s) }

// IsName reports whether s can be a prefix, or the name of a variable: a name
// without a colon.
func IsName(s string) bool { return s != "" && ncname(s) == len(s) }

// AppendCaptures appends f of each hole of e, filled by m or not, to dst. The
// order is that of Holes.
func AppendCaptures[T any](dst []T, e *Expr, m *Match, f func(name, value string, ok bool) T) []T {
	for _, name := range e.holes {
		value, ok := m.Get(name)
		dst = append(dst, f(name, value, ok))
	}
	return dst
}
