package stanza

import (
	"strings"

	"github.com/emp-framework/emp/element"
)

// maxLang bounds a language tag in bytes. BCP 47 section 4.4.1 shows that
// registered ones stay far below.
const maxLang = 128

// isLang reports whether s has the form of a language tag: subtags of one to
// eight letters and digits between hyphens, letters only in the first (BCP 47
// section 2.1). xml:lang of strangers ends up in templates and logs, so what
// has another form is dropped (requirement T12).
func isLang(s string) bool {
	if len(s) > maxLang {
		return false
	}
	subtag, first := 0, true
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '-':
			if subtag == 0 {
				return false
			}
			subtag, first = 0, false
			continue
		case c|0x20 >= 'a' && c|0x20 <= 'z':
		case c >= '0' && c <= '9' && !first:
		default:
			return false
		}
		if subtag++; subtag > 8 {
			return false
		}
	}
	return subtag > 0
}

// text returns the characters of one of the stanza's own children called
// local, of which there may be one for each language (RFC 6121 section 5.2.3):
// the one that suits the first of langs that any suits; else the one in the
// stanza's own language; else the first.
func (s *Stanza) text(local string, langs []string) string {
	var own, first element.Node
	for c := s.Node.FirstElement(); !c.IsZero(); c = c.NextElement() {
		if !c.Is(element.NSClient, local) {
			continue
		}
		if first.IsZero() {
			first = c
		}
		if own.IsZero() && strings.EqualFold(s.langOf(c), s.Lang) {
			if own = c; len(langs) == 0 {
				break // no other is wanted more
			}
		}
	}
	if first.IsZero() {
		return ""
	}
	for _, want := range langs {
		if c := s.inLang(first, want); !c.IsZero() {
			return c.Text()
		}
	}
	if !own.IsZero() {
		return own.Text()
	}
	return first.Text()
}

// inLang returns, of n and its siblings of the same name, the first whose
// language is in the range want; failing that, in want without its last
// subtag, and so on (RFC 4647 sections 3.3.1 and 3.4).
func (s *Stanza) inLang(n element.Node, want string) element.Node {
	for len(want) > 0 && len(want) <= maxLang {
		for c := n; !c.IsZero(); c = c.NextElement() {
			if !c.Is(n.Space(), n.Local()) {
				continue
			}
			lang := s.langOf(c)
			if len(lang) >= len(want) && strings.EqualFold(lang[:len(want)], want) &&
				(len(lang) == len(want) || lang[len(want)] == '-') {
				return c
			}
		}
		want = want[:max(0, strings.LastIndexByte(want, '-'))]
	}
	return element.Node{}
}

// langOf returns the language of a child of the stanza: its own, or the one it
// inherits.
func (s *Stanza) langOf(n element.Node) string {
	if lang := n.AttrNode(element.NSXML, "lang").Value(); isLang(lang) {
		return lang
	}
	return s.Lang
}
