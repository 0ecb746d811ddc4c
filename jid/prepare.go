package jid

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
)

// A preparer prepares one part that is not empty. It reports whether it kept the
// part as it is although the tables refuse it. Offsets in its errors count in
// the part.
type preparer func(part Part, s string) (prepared string, lax bool, err *Error)

// strict prepares by RFC 7622. What it returns it returns unchanged when it is
// given that again.
func strict(part Part, s string) (string, bool, *Error) {
	if len(s) > maxRaw {
		return "", false, tooLong(part)
	}
	if i, reason := unfit(s); reason != "" {
		return "", false, &Error{part, i, reason, nil}
	}
	var err *Error
	switch part {
	case PartLocal:
		s, err = prepareLocal(s)
	case PartDomain:
		s, err = prepareDomain(s)
	default:
		s, err = prepareResource(s)
	}
	if err == nil && len(s) > MaxPart {
		err = tooLong(part)
	}
	if err != nil {
		return "", false, err
	}
	return s, false, nil
}

// prepareLocal applies the profile UsernameCaseMapped (RFC 8265 section 3.3)
// and refuses what RFC 7622 section 3.3.1 excludes beyond it.
func prepareLocal(s string) (string, *Error) {
	var mapped string
	ascii := isASCII(s)
	if ascii {
		mapped = strings.ToLower(s)
	} else {
		var err error
		if mapped, err = stable(s, precis.UsernameCaseMapped.String); err != nil {
			return "", &Error{PartLocal, 0, "is refused by PRECIS (RFC 8265, UsernameCaseMapped)", err}
		}
	}
	// After mapping: a full-width "@" is an "@" by now.
	for i := range len(mapped) {
		if mapped[i] < utf8.RuneSelf && classes[mapped[i]]&plainLocal == 0 {
			if !ascii {
				i = 0 // it counted in what the caller never saw
			}
			return "", &Error{PartLocal, i, "contains a character that RFC 7622 section 3.3.1 excludes", nil}
		}
	}
	return mapped, nil
}

// prepareResource applies the profile OpaqueString (RFC 8265 section 4.2).
func prepareResource(s string) (string, *Error) {
	if isASCII(s) {
		return s, nil // without control characters: unfit has seen to it
	}
	s, err := stable(s, precis.OpaqueString.String)
	if err != nil {
		return "", &Error{PartResource, 0, "is refused by PRECIS (RFC 8265, OpaqueString)", err}
	}
	return s, nil
}

// maxRounds is how often a mapping is applied before a text that still changes
// is refused: once and three times more, as RFC 8266 section 2.1 has it.
const maxRounds = 4

// stable applies a mapping until it changes nothing any more. The mappings are
// not idempotent for each text (lower-casing and then composing can yield
// what lower-cases again), but addresses must be (RFC 7622 section 3.2.3).
func stable(s string, mapping func(string) (string, error)) (string, error) {
	for range maxRounds {
		mapped, err := mapping(s)
		if err != nil || mapped == s {
			return mapped, err
		}
		s = mapped
	}
	return "", errUnstable
}

// unfit finds what no part of an address may hold by any version of the rules,
// and what could not be written as XML: octets that are no UTF-8, control
// characters, U+FFFE and U+FFFF. The reason is "" if there is nothing such.
func unfit(s string) (offset int, reason string) {
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)):
			return i, "is not UTF-8"
		case unicode.IsControl(r):
			return i, "contains a control character"
		case r == 0xFFFE || r == 0xFFFF:
			return i, "contains a noncharacter"
		}
	}
	return 0, ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
