package xpath

import (
	"strings"
	"unicode/utf8"

	"github.com/emp-framework/emp/element"
)

func countRunes(s string) int { return utf8.RuneCountInString(s) }

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

// substring returns the characters of s whose position p, counted from 1,
// satisfies p >= first and p < end. If one of them is NaN that is none.
func substring(s string, first, end float64) string {
	begin, p := -1, 0.0
	for i := range s {
		p++
		switch in := p >= first && p < end; {
		case in && begin < 0:
			begin = i
		case !in && begin >= 0:
			return s[begin:i]
		}
	}
	if begin < 0 {
		return ""
	}
	return s[begin:]
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
