package stanza

import "github.com/emp-framework/emp/element"

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
