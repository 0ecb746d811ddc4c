package sasl

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxMessage bounds a server's message, in bytes: those there are have some
// hundred.
const maxMessage = 8192

// A serverFirst is the server's first message (RFC 5802 section 7).
type serverFirst struct {
	nonce      string
	salt       string // decoded
	iterations int
	hash       string // of XEP-0474, decoded; "" if there is none
}

// parseServerFirst reads "r=…,s=…,i=…" and extensions behind. Those unknown are
// passed over, but for the reserved m, which has to be understood (RFC 5802 section
// 5.1) and comes first.
func parseServerFirst(message string) (serverFirst, error) {
	var m serverFirst
	attrs, err := attributes(message)
	if err != nil {
		return m, err
	}
	bad := func(what string) (serverFirst, error) { return m, fmt.Errorf("%w: %s", ErrChallenge, what) }
	if attrs[0].name == 'e' {
		return bad("an error instead of the salt")
	}
	if len(attrs) < 3 || attrs[0].name != 'r' || attrs[1].name != 's' || attrs[2].name != 'i' {
		return bad("not a nonce, a salt and a count of iterations")
	}
	m.nonce = attrs[0].value
	for _, c := range []byte(m.nonce) {
		if c < '!' || c > '~' {
			return bad("the nonce is not printable")
		}
	}
	salt, err := unbase64(attrs[1].value)
	if err != nil {
		return bad("the salt is not base64")
	}
	m.salt = string(salt)
	digits := attrs[2].value
	if strings.Trim(digits, "0123456789") != "" || digits[0] == '0' {
		return bad("the count of iterations is no number")
	}
	if m.iterations, err = strconv.Atoi(digits); err != nil {
		return bad("the count of iterations is beyond all bounds")
	}
	for _, a := range attrs[3:] {
		if a.name != 'h' {
			continue
		}
		hash, err := unbase64(a.value)
		if err != nil || m.hash != "" {
			return bad("the hash of XEP-0474 is not base64, or there are two")
		}
		m.hash = string(hash)
	}
	return m, nil
}

// parseServerFinal reads "v=…" or "e=…", and extensions behind.
func parseServerFinal(message string) (signature []byte, reason string, err error) {
	attrs, err := attributes(message)
	if err != nil {
		return nil, "", err
	}
	switch attrs[0].name {
	case 'e':
		return nil, attrs[0].value, nil
	case 'v':
		if signature, err = unbase64(attrs[0].value); err != nil {
			return nil, "", fmt.Errorf("%w: its signature is not base64", ErrServer)
		}
		return signature, "", nil
	}
	return nil, "", fmt.Errorf("%w: neither a signature nor an error", ErrServer)
}

// An attribute is a letter and its value, which is not empty.
type attribute struct {
	name  byte
	value string
}

// attributes reads the attributes of a message, at least one, and refuses the
// reserved m wherever it stands.
func attributes(message string) ([]attribute, error) {
	bad := func(what string) ([]attribute, error) { return nil, fmt.Errorf("%w: %s", ErrChallenge, what) }
	switch {
	case len(message) > maxMessage:
		return bad("too long")
	case !utf8.ValidString(message) || strings.Contains(message, "\x00"):
		return bad("not UTF-8 without NUL")
	}
	var attrs []attribute
	for part := range strings.SplitSeq(message, ",") {
		if len(part) < 3 || part[1] != '=' || (part[0]|0x20) < 'a' || (part[0]|0x20) > 'z' {
			return bad("not a list of attributes")
		}
		if part[0] == 'm' {
			return bad("it asks for an extension that nobody has defined (m)")
		}
		attrs = append(attrs, attribute{part[0], part[2:]})
	}
	return attrs, nil
}
