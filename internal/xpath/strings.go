package xpath

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/emp-framework/emp/element"
)

// countRunes is utf8.RuneCountInString, which goes by single bytes: eight at a time,
// as far as they are ASCII, take a fifth of its time.
func countRunes(s string) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		b := s[i : i+8]
		if (b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7])&utf8.RuneSelf != 0 {
			break
		}
	}
	return i + utf8.RuneCountInString(s[i:])
}

// name is name() (section 4.1). Trees keep no prefixes; the names given are
// QNames all the same, those of a document that declares each element's
// namespace as the default one. Only xml: is bound everywhere.
func (r *run) name(n element.Node) string {
	if n.Space() != element.NSXML {
		return n.Local()
	}
	start := len(r.text)
	r.text = append(append(r.text, "xml:"...), n.Local()...)
	return r.view(start)
}

// lang is lang() (section 4.3): whether the nearest xml:lang is language, or a
// sublanguage of it.
func (r *run) lang(n element.Node, language string) bool {
	for ; !n.IsZero() && r.spend(1); n = n.Parent() {
		a := n.AttrNode(element.NSXML, "lang")
		if n.Kind() != element.KindElement || a.IsZero() {
			continue
		}
		v := a.Value()
		return len(v) >= len(language) && strings.EqualFold(v[:len(language)], language) &&
			(len(v) == len(language) || v[len(language)] == '-')
	}
	return false
}

// concat joins its arguments in r.text. An argument may use r.text too: what
// it left there is written over by its own result.
func (r *run) concat(args []expr, c context) string {
	start := len(r.text)
	end := start
	for _, arg := range args {
		s := r.string(arg, c)
		if !r.read(len(s)) {
			return ""
		}
		r.text = append(r.text[:end], s...)
		end = len(r.text)
	}
	return r.view(start)
}

// An interval is what substring() takes: the characters whose position p, counted from
// 1, satisfies p >= first and p < end. These are whole numbers; if one of them is NaN
// that is none.
type interval struct{ first, end float64 }

// newInterval returns the interval of a call of substring(), nil if numbers of it are
// not written out.
func newInterval(args []expr) *interval {
	first, ok := args[1].(*constant)
	if !ok {
		return nil
	}
	i := &interval{round(first.number), math.Inf(1)}
	if len(args) == 3 {
		length, ok := args[2].(*constant)
		if !ok {
			return nil
		}
		i.end = i.first + round(length.number)
	}
	return i
}

// of returns the characters of s in the interval.
func (i interval) of(s string) string {
	first := max(i.first, 1)
	if !(first < i.end) || first > float64(len(s)) {
		return ""
	}
	s = s[skipRunes(s, int(first)-1):]
	if n := i.end - first; n < float64(len(s)) {
		s = s[:skipRunes(s, int(n))]
	}
	return s
}

// skipRunes returns where in s the characters lie behind the first n.
func skipRunes(s string, n int) int {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return i
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// trim returns s without the white space around it.
func trim(s string) string {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// normalizeSpace is normalize-space() (section 4.2). What is normal already
// comes back as it is.
func (r *run) normalizeSpace(s string) string {
	if !r.read(len(s)) {
		return ""
	}
	s = trim(s)
	if isNormal(s) {
		return s
	}
	start := len(r.text)
	for i := range len(s) {
		switch {
		case !isSpace(s[i]):
			r.text = append(r.text, s[i])
		case !isSpace(s[i-1]):
			r.text = append(r.text, ' ')
		}
	}
	return r.view(start)
}

// isNormal reports whether trimmed s has single blanks only between words.
func isNormal(s string) bool {
	for i := range len(s) {
		if isSpace(s[i]) && (s[i] != ' ' || isSpace(s[i-1])) {
			return false
		}
	}
	return true
}
