package sasl

import (
	"encoding/base64"
	"strings"
)

var strict = base64.StdEncoding.Strict() // pad bits are zero

// encode writes what goes into an element.
func encode(b []byte) string { return strict.EncodeToString(b) }

// decode reads the text of an element: base64 without anything else in it
// (RFC 6120 section 13.9.1), or "=" for nothing (section 6.4.2).
func decode(text string) ([]byte, error) {
	if text == "=" {
		return nil, nil
	}
	return unbase64(text)
}

// unbase64 reads base64, and refuses the line ends that encoding/base64 skips.
func unbase64(text string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, ErrEncoding
	}
	b, err := strict.DecodeString(text)
	if err != nil {
		return nil, ErrEncoding
	}
	return b, nil
}
