package router

import (
	"fmt"
	"strings"
)

// Key says in words by what the table finds the route before anything of it is
// tried:
//
//	payload {urn:x}tweet
//	@from = 'a@b'
//	starts-with(body, '!') or starts-with(body, '?')
//	resource tweets and payload {urn:x}tweet
//
// Which of its conditions that is depends on what other routes there are. "scan"
// is the key of a route that is tried on every stanza of its kind, as all are in
// a small table, and "never" of one that a variable switches off, as [$debug]
// does where it is false.
func (e *Entry) Key() string { return e.key }

// keyOf joins the ways to find a route. Of many it says how many there are.
func keyOf(ways []string) string {
	const shown = 4
	switch {
	case len(ways) == 0:
		return "never"
	case len(ways) > shown:
		return fmt.Sprintf("%s or %d more", strings.Join(ways[:shown], " or "), len(ways)-shown)
	}
	return strings.Join(ways, " or ")
}
