package sasl

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// What SASLprep refuses. The text that it is about may be a password, so the
// errors do not quote it.
var (
	errNotUTF8    = errors.New("is not UTF-8")
	errProhibited = errors.New("holds a character that SASLprep prohibits (RFC 4013 section 2.3)")
	errBidi       = errors.New("mixes writing from the right and from the left (RFC 3454 section 6)")
)

// prepare is SASLprep (RFC 4013) for a string that is sent, where characters that
// Unicode 3.2 had not assigned may stand (RFC 3454 section 7).
func prepare(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", errNotUTF8
	}
	s = norm.NFKC.String(strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(otherSpaces, r):
			return ' '
		case unicode.Is(ignored, r):
			return -1
		}
		return r
	}, s))
	var fromRight, fromLeft bool
	for _, r := range s {
		if unicode.Is(prohibited, r) {
			return "", errProhibited
		}
		switch class(r) {
		case bidi.R, bidi.AL:
			fromRight = true
		case bidi.L:
			fromLeft = true
		}
	}
	if fromRight {
		first, _ := utf8.DecodeRuneInString(s)
		last, _ := utf8.DecodeLastRuneInString(s)
		if fromLeft || !rightToLeft(first) || !rightToLeft(last) {
			return "", errBidi
		}
	}
	return s, nil
}

func class(r rune) bidi.Class {
	p, _ := bidi.LookupRune(r)
	return p.Class()
}

func rightToLeft(r rune) bool { return class(r) == bidi.R || class(r) == bidi.AL }

// The tables of RFC 3454 that SASLprep names. Nobody will change them.
var (
	// otherSpaces are C.1.2, spaces that are not ASCII. One of them, U+200B, is
	// in B.1 too; libidn, by which servers prepare, has it as a space.
	otherSpaces = table(0xA0, 0xA0, 0x1680, 0x1680, 0x2000, 0x200B, 0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000)

	// ignored is B.1, what is commonly mapped to nothing.
	ignored = table(0xAD, 0xAD, 0x34F, 0x34F, 0x1806, 0x1806, 0x180B, 0x180D, 0x200B, 0x200D, 0x2060, 0x2060,
		0xFE00, 0xFE0F, 0xFEFF, 0xFEFF)

	// prohibited is C.1.2 and C.2.1 to C.9.
	prohibited = table(0x00, 0x1F, 0x7F, 0xA0, 0x340, 0x341, 0x6DD, 0x6DD, 0x70F, 0x70F, 0x1680, 0x1680, 0x180E, 0x180E,
		0x2000, 0x200F, 0x2028, 0x202F, 0x205F, 0x2063, 0x206A, 0x206F, 0x2FF0, 0x2FFB, 0x3000, 0x3000,
		0xD800, 0xF8FF, 0xFDD0, 0xFDEF, 0xFEFF, 0xFEFF, 0xFFF9, 0xFFFF, 0x1D173, 0x1D17A, 0x1FFFE, 0x1FFFF,
		0x2FFFE, 0x2FFFF, 0x3FFFE, 0x3FFFF, 0x4FFFE, 0x4FFFF, 0x5FFFE, 0x5FFFF, 0x6FFFE, 0x6FFFF,
		0x7FFFE, 0x7FFFF, 0x8FFFE, 0x8FFFF, 0x9FFFE, 0x9FFFF, 0xAFFFE, 0xAFFFF, 0xBFFFE, 0xBFFFF,
		0xCFFFE, 0xCFFFF, 0xDFFFE, 0xDFFFF, 0xE0001, 0xE0001, 0xE0020, 0xE007F, 0xEFFFE, 0x10FFFF)
)

// table makes a table of ranges, each given by its first and last.
func table(bounds ...uint32) *unicode.RangeTable {
	t := new(unicode.RangeTable)
	for i := 0; i < len(bounds); i += 2 {
		if lo, hi := bounds[i], bounds[i+1]; hi <= 0xFFFF {
			t.R16 = append(t.R16, unicode.Range16{Lo: uint16(lo), Hi: uint16(hi), Stride: 1})
		} else {
			t.R32 = append(t.R32, unicode.Range32{Lo: lo, Hi: hi, Stride: 1})
		}
	}
	return t
}
