package xpath

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// An automaton is a regexp that is to match a whole text, as a table: one look at it
// for each character. Most holes are small ones, \d+, [a-z]+\d{2,3}, !echo .*, yes|no,
// and package regexp takes five to ten times as long for these.
type automaton struct {
	ascii  [utf8.RuneSelf]uint8 // the class of each of these characters
	starts []rune               // of the others: where the next class begins
	class  []uint8              // which one that is
	shift  int                  // 1<<shift is the length of a row of next
	start  int                  // where the row of the first state begins
	next   []uint16             // by state and class: where the next state's row begins
	states []automatonState
}

type automatonState struct {
	accepts bool // a text may end here
	// What leads out of the state: one ASCII character, leavesNever or leavesOften.
	leaves uint8
}

const (
	leavesNever = utf8.RuneSelf + iota
	leavesOften
)

// takes reports whether the regexp matches all of s.
func (a *automaton) takes(s string) bool {
	at := a.start
	for i := 0; i < len(s); {
		var class uint8
		if c := s[i]; c < utf8.RuneSelf {
			class = a.ascii[c]
			i++
		} else {
			r, n := utf8.DecodeRuneInString(s[i:])
			class = a.beyond(r)
			i += n
		}
		to := int(a.next[at+int(class)])
		if to != at {
			at = to
			continue
		}
		switch state := a.states[at>>a.shift]; state.leaves {
		case leavesNever:
			return state.accepts
		case leavesOften:
		default:
			n := strings.IndexByte(s[i:], state.leaves)
			if n < 0 {
				return state.accepts
			}
			i += n
		}
	}
	return a.states[at>>a.shift].accepts
}

// beyond returns the class of a character beyond ASCII.
func (a *automaton) beyond(c rune) uint8 {
	i, found := slices.BinarySearch(a.starts, c)
	if !found {
		i--
	}
	return a.class[i]
}
