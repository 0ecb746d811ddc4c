package xpath

import (
	"strings"
	"testing"
)

// TestExact: which expressions say no more than their clues. That the others do
// is seen from stanzas for which all clues hold and the expression does not; that
// these do not is tested by the index of package router, with random tables.
func TestExact(t *testing.T) {
	const never, atDocument, atStanza = 0, 1, 2
	for expr, want := range map[string]int{
		"message":                        atDocument | atStanza, // at the stanza a child of that name
		"/iq/p:query":                    atDocument | atStanza,
		"/":                              atDocument | atStanza,
		"iq[@type='get']/p:query":        atDocument,
		"message[body] | presence":       atDocument,
		"p:query":                        atStanza,
		"self::message[@type='a'][body]": atStanza,
		"self::node()[@type='chat']":     atStanza,
		"p:query[@node='x']":             atStanza,
		"p:query[@a='1' and @b='2' or starts-with(@c,'3')]": atStanza,
		"self::node()[body='x' or starts-with(body,'!')]":   atStanza,
		"@type='chat'":           atStanza,
		"starts-with(body, '!')": atStanza,
		"@type='a' or p:query":   atStanza,

		"@id":                            never, // no clue asks whether there is an attribute
		"@type!='chat'":                  never,
		"@n=1":                           never,
		"@type=@id":                      never,
		"not(@type='a')":                 never,
		"p:query[1]":                     never,
		"p:query[position()=1]":          never,
		"p:query[@node={node}]":          never,
		"p:query[@node={node:x}]":        never,
		"p:query[p:x]":                   never,
		"p:query/p:x":                    never,
		"p:query[p:x='1']":               never, // of two queries each may have what is asked of one
		"p:query/@node='x'":              never,
		"p:query[../@type='a']":          never,
		"p:*":                            never,
		"*":                              never,
		"node()":                         never,
		"//p:query":                      never,
		"(p:query)[@a='1']":              never,
		"contains(body, '!')":            never,
		"starts-with(body, '')":          never,
		"starts-with(body, @id)":         never,
		"starts-with(string(body), '!')": never,
		"string(body)='x'":               never,
		"true()":                         never,
		"p:query[@a='1' or @b]":          never,
		"p:query[@a='1' and @b]":         never,
		"self::message | //p:query":      never,
	} {
		x := compiled(t, expr)
		got := 0
		if x.Exact(true) {
			got |= atDocument
		}
		if x.Exact(false) {
			got |= atStanza
		}
		if got != want {
			t.Errorf("%s: %d, want %d", expr, got, want)
		}
	}
	any := strings.TrimSuffix(strings.Repeat("@a='1' or ", maxAlternatives), " or ")
	if !compiled(t, any).Exact(false) || compiled(t, any+" or @a='1'").Exact(false) || compiled(t, "("+any+") and (@a='1' or @b='2')").Exact(false) {
		t.Error("as many alternatives as there are clues for")
	}
}
