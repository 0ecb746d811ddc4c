package emptest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/emp-framework/emp/element"
)

// A line of a diff is a few tokens: a start tag, an attribute where there are
// several, a whole element if it is short.
type line struct {
	tokens []token
	text   string
}

// noText is how a text that is not there shows, where it makes a difference.
const noText = "(no text)"

// most is how many pairs of lines a diff looks at to find what two stanzas have
// in common. Beyond that it shows one behind the other.
const most = 1 << 18

// lineDiff shows the lines of both, common ones once.
func lineDiff(w, g []token, known map[string]string) string {
	want, got := lines(w), lines(g)
	same := func(i, j int) bool {
		scratch := maps.Clone(known) // what a line takes does not bind the next: it may stand elsewhere
		return slices.EqualFunc(want[i].tokens, got[j].tokens, func(a, b token) bool { return matches(a, b, scratch) })
	}

	var out strings.Builder
	put := func(mark string, l line) {
		if mark == " " && l.text == noText {
			return
		}
		fmt.Fprintf(&out, "%s %s\n", mark, l.text)
	}
	head := 0
	for head < len(want) && head < len(got) && same(head, head) {
		put(" ", got[head])
		head++
	}
	tail := 0
	for tail < len(want)-head && tail < len(got)-head && same(len(want)-1-tail, len(got)-1-tail) {
		tail++
	}
	n, m := len(want)-head-tail, len(got)-head-tail
	i, j := 0, 0
	if n*m <= most {
		longest := common(n, m, func(i, j int) bool { return same(head+i, head+j) })
		for i < n && j < m {
			switch {
			case longest[i][j] == longest[i+1][j]:
				put("-", want[head+i])
				i++
			case longest[i][j] == longest[i][j+1]:
				put("+", got[head+j])
				j++
			default:
				put(" ", got[head+j])
				i, j = i+1, j+1
			}
		}
	}
	for ; i < n; i++ {
		put("-", want[head+i])
	}
	for ; j < m; j++ {
		put("+", got[head+j])
	}
	for _, l := range got[len(got)-tail:] {
		put(" ", l)
	}
	return out.String()
}

// common returns, for each i and j, how many lines of those from i and from j on
// the longest common subsequence has.
func common(n, m int, same func(i, j int) bool) [][]int {
	longest := make([][]int, n+1)
	longest[n] = make([]int, m+1)
	for i := n - 1; i >= 0; i-- {
		longest[i] = make([]int, m+1)
		for j := m - 1; j >= 0; j-- {
			longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			if same(i, j) {
				longest[i][j] = max(longest[i][j], longest[i+1][j+1]+1)
			}
		}
	}
	return longest
}

// lines lays tokens out. A start tag of one attribute at most, its namespace
// counted, is one line, and so is the whole element if nothing but text is in it.
func lines(tokens []token) []line {
	var out []line
	var spaces []string // of the elements that are open; outside is NSClient, as in a stream
	for i := 0; i < len(tokens); {
		t := tokens[i]
		indent := strings.Repeat("  ", len(spaces))
		switch {
		case t.kind == element.KindText:
			text := noText
			if t.value != "" {
				text = indent + show(t.value)
			}
			out = append(out, line{tokens[i : i+1], text})
			i++
		case t.end:
			spaces = spaces[:len(spaces)-1]
			out = append(out, line{tokens[i : i+1], indent[2:] + "</" + t.name.Local + ">"})
			i++
		default:
			around := element.NSClient
			if len(spaces) > 0 {
				around = spaces[len(spaces)-1]
			}
			n := i + 1
			for tokens[n].kind == element.KindAttribute { // an end comes in any case
				n++
			}
			attrs := tokens[i+1 : n]
			tag := "<" + t.name.Local
			if t.name.Space != around {
				tag += " xmlns='" + show(t.name.Space) + "'"
			}
			spaces = append(spaces, t.name.Space)
			if len(attrs) > 1 || len(attrs) == 1 && t.name.Space != around {
				out = append(out, line{tokens[i : i+1], indent + tag})
				for k := range attrs {
					out = append(out, line{attrs[k : k+1], indent + "    " + showAttr(attrs[k])})
				}
				out[len(out)-1].text += ">"
				i = n
				break
			}
			if len(attrs) == 1 {
				tag += " " + showAttr(attrs[0])
			}
			if tokens[n].kind == element.KindText && tokens[n+1].end {
				text := tag + "/>"
				if tokens[n].value != "" {
					text = tag + ">" + show(tokens[n].value) + "</" + t.name.Local + ">"
				}
				out = append(out, line{tokens[i : n+2], indent + text})
				spaces = spaces[:len(spaces)-1]
				i = n + 2
				break
			}
			out = append(out, line{tokens[i:n], indent + tag + ">"})
			i = n
		}
	}
	return out
}

func showAttr(t token) string { return attrName(t.name) + "='" + show(t.value) + "'" }

// show writes text as XML, in one line and with nothing invisible in it.
func show(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '\'':
			b.WriteString("&apos;")
		case r != ' ' && !unicode.IsGraphic(r) || r != ' ' && unicode.IsSpace(r):
			fmt.Fprintf(&b, "&#x%X;", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
