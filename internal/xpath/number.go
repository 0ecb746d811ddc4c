package xpath

import (
	"math"
	"strconv"
	"strings"
)

// parseNumber is number() of a string (section 4.4): white space, an optional
// minus sign, digits with at most one point, white space; else NaN. What
// strconv knows beyond that (exponents, hexadecimal, "inf", "+1") is no number.
func parseNumber(s string) float64 {
	s = trim(s)
	rest := strings.TrimPrefix(s, "-")
	whole := digits(rest)
	if whole == len(rest) && 0 < whole && whole < 16 {
		return small(s, rest)
	}
	fraction := 0
	if end := rest[whole:]; end != "" {
		if end[0] != '.' {
			return math.NaN()
		}
		if fraction = digits(end[1:]); fraction+1 != len(end) {
			return math.NaN()
		}
	}
	if whole+fraction == 0 {
		return math.NaN()
	}
	f, _ := strconv.ParseFloat(s, 64) // out of range is an infinity
	return f
}

// small converts up to 15 digits, which a float64 holds exactly.
func small(s, digits string) float64 {
	n := int64(0)
	for i := range len(digits) {
		n = 10*n + int64(digits[i]-'0')
	}
	if len(digits) < len(s) {
		return -float64(n) // -0 of n = 0
	}
	return float64(n)
}

// appendNumber appends string() of a number (section 4.2): the shortest digits
// that tell f from its neighbours, never an exponent.
func appendNumber(b []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(b, "NaN"...)
	case math.IsInf(f, 1):
		return append(b, "Infinity"...)
	case math.IsInf(f, -1):
		return append(b, "-Infinity"...)
	case f == 0: // of either sign
		return append(b, '0')
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}

// round is round() (section 4.4): to the nearest integer, halves upwards, and
// -0 for what lies between -0.5 and -0.
func round(f float64) float64 {
	down := math.Floor(f)
	if f-down >= 0.5 {
		return math.Copysign(down+1, f)
	}
	return down
}
