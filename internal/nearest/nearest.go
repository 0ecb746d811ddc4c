// Package nearest finds the known name that somebody probably meant by an
// unknown one, for messages that end in "did you mean ...?".
//
// In:  a name nobody knows and the names there are.
// Out: the nearest of them, if one is near enough to be a likely slip.
package nearest

import "strings"

// maxName bounds the names that are compared, in bytes: the work is the product
// of two lengths, and nobody means a longer name.
const maxName = 64

// To returns the name of known that is nearest to name, the first of equals,
// and "" if none is near. Case, "_", "-" and "." count for nothing, so that
// pingInterval, ping-interval and PING_INTERVAL are ping_interval; of what
// remains about a third may differ.
func To(name string, known []string) string {
	name = fold(name)
	if name == "" || len(name) > maxName {
		return ""
	}
	best, least := "", max(1, len(name)/3)+1
	for _, k := range known {
		if f := fold(k); len(f) <= maxName {
			if d := distance(name, f); d < least && d < len(f) {
				best, least = k, d
			}
		}
	}
	return best
}

var separators = strings.NewReplacer("_", "", "-", "", ".", "")

func fold(name string) string { return separators.Replace(strings.ToLower(name)) }

// distance is the number of bytes to insert, remove, replace or swap with their
// neighbour to make b of a (optimal string alignment).
func distance(a, b string) int {
	// row[j] is the distance between the bytes of a so far and b[:j]; the two
	// rows above it are kept for swaps.
	above, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], above[j-1]+1)
			}
		}
		above, last, row = last, row, above
	}
	return last[len(b)]
}
