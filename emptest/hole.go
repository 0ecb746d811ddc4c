package emptest

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
)

// anything is the hole that takes everything and keeps nothing.
const anything = "any"

// appHole is the hole that stands for the app's address from the beginning: its domain, or
// its bare JID if it is a client.
const appHole = "app"

// holeSyntax is a hole, or with two braces the way to write its text. Braces
// around anything else are text, so that JSON in a body needs no care.
var holeSyntax = regexp.MustCompile(`\{?\{([a-z][a-z0-9_]*)\}`)

// A piece of a value in a play: text, and the hole behind it.
type piece struct {
	text string
	hole string // "": the value ends here
}

func pieces(value string) []piece {
	var found []piece
	text, rest := "", value
	for {
		at := holeSyntax.FindStringSubmatchIndex(rest)
		if at == nil {
			return append(found, piece{text: text + rest})
		}
		text += rest[:at[0]]
		name, braces := rest[at[2]:at[3]], at[2]-at[0]
		if braces == 2 {
			text += "{" + name + "}"
		} else {
			found = append(found, piece{text, name})
			text = ""
		}
		rest = rest[at[1]:]
	}
}

// fits reports whether got is what want says, a value with holes. What its new
// holes take is put into known, what known has already must be the same again.
func fits(want, got string, known map[string]string) bool {
	if !strings.Contains(want, "{") {
		return want == got
	}
	var expr strings.Builder
	var names []string
	for _, p := range pieces(want) {
		expr.WriteString(regexp.QuoteMeta(p.text))
		switch value, ok := known[p.hole]; {
		case p.hole == "":
		case ok:
			expr.WriteString(regexp.QuoteMeta(value))
		case p.hole == anything:
			expr.WriteString(`.*?`)
		default:
			expr.WriteString(`(.*?)`)
			names = append(names, p.hole)
		}
	}
	values := regexp.MustCompile(`(?s)\A` + expr.String() + `\z`).FindStringSubmatch(got)
	if values == nil {
		return false
	}
	taken := make(map[string]string)
	for i, name := range names {
		if before, ok := taken[name]; ok && before != values[i+1] {
			return false
		}
		taken[name] = values[i+1]
	}
	maps.Copy(known, taken)
	return true
}

// fill returns the value with its holes filled from known.
func fill(value string, known map[string]string) (string, error) {
	if !strings.Contains(value, "{") {
		return value, nil
	}
	var b strings.Builder
	for _, p := range pieces(value) {
		b.WriteString(p.text)
		if p.hole == "" {
			break
		}
		text, ok := known[p.hole]
		if !ok {
			return "", fmt.Errorf("nothing is known of {%s}: no stanza received before has that hole", p.hole)
		}
		b.WriteString(text)
	}
	return b.String(), nil
}
