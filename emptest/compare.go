package emptest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
)

// Diff compares two stanzas as plays do (see the package comment) and returns
// what is to be told of the difference: where the first one is, and both
// stanzas as one text, with "-" before the lines that are only wanted and "+"
// before those that only came. It is "" if got is what want says. want may have
// holes.
func Diff(want, got element.Node) string {
	return difference(want, got, make(map[string]string))
}

// difference is Diff, with what is known of the holes. If there is no
// difference, what new holes took is put into known.
func difference(want, got element.Node, known map[string]string) string {
	w, g := canonical(want), canonical(withoutOriginID(want, got))
	if want.AttrNode(element.NSXML, "lang").IsZero() {
		g = withoutAttr(g, element.Name{Space: element.NSXML, Local: "lang"}, "")
	}
	trial := maps.Clone(known)
	i := 0
	for i < len(w) && i < len(g) && matches(w[i], g[i], trial) {
		i++
	}
	if i == len(w) && i == len(g) {
		maps.Copy(known, trial)
		return ""
	}
	return fmt.Sprintf("at %s: %s\n%s", path(w[:min(i, len(w))]), verdict(w, g, i, known), lineDiff(w, g, trial))
}

// canonical is the outline of a stanza without what the servers in use change.
func canonical(stanza element.Node) []token { return ownFirst(withoutNormal(outline(stanza))) }

// ownFirst puts the children of a message or presence that are of the stanza's own
// namespace, as body and status, before all others, by their names: ejabberd puts them
// behind, and their place means nothing.
func ownFirst(t []token) []token {
	if t[0].name.Space != element.NSClient || t[0].name.Local == "iq" {
		return t
	}
	begin := 1
	for t[begin].kind == element.KindAttribute {
		begin++
	}
	var own, others [][]token
	for rest := t[begin : len(t)-1]; len(rest) > 0; {
		n := length(rest)
		if rest[0].kind == element.KindElement && rest[0].name.Space == element.NSClient {
			own = append(own, rest[:n])
		} else {
			others = append(others, rest[:n])
		}
		rest = rest[n:]
	}
	slices.SortStableFunc(own, func(a, b []token) int { return compareNames(a[0].name, b[0].name) })
	return slices.Concat(slices.Clone(t[:begin]), slices.Concat(own...), slices.Concat(others...), t[len(t)-1:])
}

// length is of how many tokens the first element or text is.
func length(t []token) int {
	for i, depth := 0, 0; ; i++ {
		switch {
		case t[i].kind == element.KindElement && t[i].end:
			depth--
		case t[i].kind == element.KindElement:
			depth++
		}
		if depth == 0 {
			return i + 1
		}
	}
}

// withoutNormal takes the type normal off a message: no type means the same (RFC
// 6121 section 5.2.2), and ejabberd leaves it out.
func withoutNormal(t []token) []token {
	if t[0].name != (element.Name{Space: element.NSClient, Local: "message"}) {
		return t
	}
	return withoutAttr(t, element.Name{Local: "type"}, "normal")
}

// withoutAttr takes an attribute off the stanza itself, if it has this value;
// "" is for any value.
func withoutAttr(tokens []token, name element.Name, value string) []token {
	for i, t := range tokens[1:] {
		if t.kind != element.KindAttribute {
			break
		}
		if t.name == name && (value == "" || t.value == value) {
			return slices.Delete(slices.Clone(tokens), i+1, i+2)
		}
	}
	return tokens
}

func matches(want, got token, known map[string]string) bool {
	return want.kind == got.kind && want.end == got.end && want.name == got.name && fits(want.value, got.value, known)
}

// path names the element that the tokens end in, as in iq/query/item[2].
func path(tokens []token) string {
	type level struct {
		name string
		seen map[element.Name]int // children so far
	}
	levels := []level{{seen: make(map[element.Name]int)}}
	for _, t := range tokens {
		switch {
		case t.kind != element.KindElement:
		case t.end:
			levels = levels[:len(levels)-1]
		default:
			seen := levels[len(levels)-1].seen
			seen[t.name]++
			name := t.name.Local
			if n := seen[t.name]; n > 1 {
				name = fmt.Sprintf("%s[%d]", name, n)
			}
			levels = append(levels, level{name, make(map[element.Name]int)})
		}
	}
	var names []string
	for _, l := range levels[1:] {
		names = append(names, l.name)
	}
	if names == nil {
		return "the stanza"
	}
	return strings.Join(names, "/")
}

// verdict says in words how w and g differ at i, the first place where they do.
func verdict(w, g []token, i int, known map[string]string) string {
	// Neither list is the beginning of another: each ends with the end of the
	// stanza, which matches only that. So there is a token at i in both.
	want, got := w[i], g[i]
	wantAttr, gotAttr := want.kind == element.KindAttribute, got.kind == element.KindAttribute
	switch {
	case wantAttr && gotAttr && want.name == got.name:
		return fmt.Sprintf("attribute %s is %.300q, want %.300q%s", attrName(got.name), got.value, want.value, meaning(want.value, known))
	case wantAttr && (!gotAttr || compareNames(want.name, got.name) < 0):
		return fmt.Sprintf("attribute %s is missing, want %.300q%s", attrName(want.name), want.value, meaning(want.value, known))
	case gotAttr:
		return fmt.Sprintf("attribute %s=%.300q is not wanted", attrName(got.name), got.value)
	case want.kind == element.KindText && got.kind == element.KindText:
		return fmt.Sprintf("the text is %.300q, want %.300q%s", got.value, want.value, meaning(want.value, known))
	case got.end, got.kind == element.KindText && got.value == "":
		return fmt.Sprintf("%s is missing", describe(want))
	case want.end, want.kind == element.KindText && want.value == "":
		return fmt.Sprintf("%s is not wanted", describe(got))
	}
	return fmt.Sprintf("%s, want %s", describe(got), describe(want))
}

func describe(t token) string {
	if t.kind == element.KindText {
		return fmt.Sprintf("text %.300q", t.value)
	}
	if t.name.Space == element.NSClient {
		return "element <" + t.name.Local + ">"
	}
	return fmt.Sprintf("element <%s> of %.300q", t.name.Local, t.name.Space)
}

func attrName(n element.Name) string {
	switch n.Space {
	case "":
		return n.Local
	case element.NSXML:
		return "xml:" + n.Local
	}
	return n.String()
}

// meaning says what the holes of a wanted value stand for by now.
func meaning(value string, known map[string]string) string {
	var said []string
	for _, p := range pieces(value) {
		if v, ok := known[p.hole]; ok {
			said = append(said, fmt.Sprintf("{%s} is %.300q", p.hole, v))
		}
	}
	if said == nil {
		return ""
	}
	return ", where " + strings.Join(said, ", ")
}
