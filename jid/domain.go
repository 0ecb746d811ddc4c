package jid

import (
	"net/netip"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/secure/precis"
)

const (
	// maxLabel bounds a label in its ASCII form, in octets (RFC 5890 section
	// 2.3.1, RFC 1034 section 3.1).
	maxLabel = 63

	// maxULabel bounds a label in Unicode, in characters: behind "xn--" each
	// character costs at least an octet of the 63.
	maxULabel = maxLabel - len("xn--")

	// maxRawLabel bounds a label before mapping, in characters. Composition makes
	// one character of four at most, and what mapping drops is nothing that belongs
	// into names. It matters because punycode takes time that grows with the square.
	maxRawLabel = 4 * maxLabel
)

// prepareDomain accepts an IPv6 address in brackets, or a name of NR-LDH labels,
// A-labels and U-labels, which it brings into the form of RFC 7622 section 3.2.1:
// lower case, U-labels, no dot at the end. An IPv4 address is a name of
// digits here, and has one spelling only.
func prepareDomain(s string) (string, *Error) {
	name := trimDot(s)
	if strings.HasPrefix(name, "[") {
		return prepareIPv6(name)
	}
	if isASCII(name) {
		name = strings.ToLower(name)
		if n, ok := plainDomain(name); ok && n == len(name) {
			return name, nil
		}
		if !strings.Contains(name, "xn--") {
			return name, checkLabels(name) // says what is wrong
		}
	}
	if !labelsWithin(name, maxRawLabel) {
		return "", &Error{PartDomain, 0, "has a label that is too long", nil}
	}
	mapped, err := stable(name, mapping.ToUnicode)
	if err != nil {
		return "", &Error{PartDomain, 0, "is refused by IDNA2008 (RFC 5891)", err}
	}
	if err := checkLabels(mapped); err != nil {
		if mapped != name {
			err.Offset = 0 // it counted in what the caller never saw
		}
		return "", err
	}
	return mapped, nil
}

// mapping is IDNA2008 with the mapping for user input of RFC 5895 and UTS 46.
// Its check of hyphens is off since it counts octets where characters are
// meant; checkLabels has its own.
var mapping = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.CheckHyphens(false))

// trimDot removes one dot at the end, which goes before all else. Any of the four
// that mapping takes for dots will do, or mapping would put a dot there.
func trimDot(name string) string {
	if r, n := utf8.DecodeLastRuneInString(name); isDot(r) {
		return name[:len(name)-n]
	}
	return name
}

// isDot reports whether r separates labels before mapping (RFC 3490 section 3.1).
func isDot(r rune) bool {
	return r == '.' || r == '\u3002' || r == '\uff0e' || r == '\uff61'
}

// checkLabels refuses what the IDNA library lets pass: empty labels, hyphens at
// an edge of a label or where only A-labels may have them (third and fourth,
// RFC 5891 section 4.2.3.1), labels too long for the DNS, and characters that
// UTS 46 maps to themselves but IDNA2008 does not have, such as symbols.
func checkLabels(name string) *Error {
	offset := 0
	for label := range strings.SplitSeq(name, ".") {
		if err := checkLabel(label); err != nil {
			err.Offset += offset
			return err
		}
		offset += len(label) + 1
	}
	return nil
}

func checkLabel(label string) *Error {
	fault := func(at int, reason string, err error) *Error {
		return &Error{PartDomain, at, reason, err}
	}
	switch {
	case label == "":
		return fault(0, "has an empty label", nil)
	case label[0] == '-' || label[len(label)-1] == '-':
		return fault(0, "has a hyphen at the edge of a label", nil)
	case hyphens34(label):
		return fault(0, "has a label with hyphens in third and fourth place", nil)
	}
	for i := range len(label) {
		if c := label[i]; c < utf8.RuneSelf && c != '-' && classes[c]&plainAlnum == 0 {
			return fault(i, "contains a character that is no letter, digit or hyphen", nil)
		}
	}
	const long = "has a label that is too long"
	switch {
	case isASCII(label):
		if len(label) > maxLabel {
			return fault(0, long, nil)
		}
		return nil
	case utf8.RuneCountInString(label) > maxULabel:
		return fault(0, long, nil)
	}
	// The PRECIS class of identifiers is derived as the valid characters of
	// IDNA2008 are, context rules included, but for ASCII (RFC 8264 section 4.2).
	if _, err := identifier.String(label); err != nil {
		return fault(0, "has a label with a character that IDNA2008 does not allow (RFC 5892)", err)
	}
	if a, err := idna.Punycode.ToASCII(label); err != nil || len(a) > maxLabel {
		return fault(0, long, err)
	}
	return nil
}

var identifier = precis.NewIdentifier()

// hyphens34 reports whether the third and fourth characters are hyphens.
func hyphens34(label string) bool {
	n := 0
	for i, r := range label {
		if n == 2 && strings.HasPrefix(label[i:], "--") {
			return true
		}
		if n++; n > 2 || r == utf8.RuneError {
			break
		}
	}
	return false
}

// labelsWithin reports whether no label has more than limit characters.
func labelsWithin(name string, limit int) bool {
	n := 0
	for _, r := range name {
		if n++; isDot(r) {
			n = 0
		} else if n > limit {
			return false
		}
	}
	return true
}

// prepareIPv6 brings the address into its one spelling (RFC 5952). A zone means
// something on one machine only and is refused.
func prepareIPv6(s string) (string, *Error) {
	inner, closed := strings.CutSuffix(s[1:], "]")
	addr, err := netip.ParseAddr(inner)
	if err != nil || !closed || !addr.Is6() || addr.Zone() != "" {
		return "", &Error{PartDomain, 0, "is no IPv6 address in brackets", nil}
	}
	return "[" + addr.String() + "]", nil
}
