package jid

// classes says of each octet in which part it stands as it is in a prepared
// address. Octets beyond ASCII have no class: they take the long way.
var classes = func() (t [256]class) {
	for c := ' '; c <= '~'; c++ {
		t[c] = plainResource
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			t[c] |= plainLocal | plainAlnum
		case 'A' <= c && c <= 'Z':
		case c == ' ', c == '"', c == '&', c == '\'', c == ':', c == '<', c == '>':
		case c == '/', c == '@':
			t[c] |= separator
		default:
			t[c] |= plainLocal
		}
	}
	return t
}()

type class uint8

const (
	plainLocal    class = 1 << iota // in local parts, lower case
	plainAlnum                      // in labels anywhere: lower-case letters and digits
	plainResource                   // in resources
	separator                       // "@" and "/"
)

// scan recognizes an address that is prepared already, is ASCII and has no
// A-labels, in one pass over its octets and without memory of its own. All
// others it leaves to split and strict: that it says no means nothing. A domain that it
// has said yes to it need not look at again; fresh says that it was another.
func scan(s string, known []byte) (j JID, fresh, ok bool) {
	all, i := plainLocal, 0
	for i < len(s) && classes[s[i]]&separator == 0 {
		all &= classes[s[i]]
		i++
	}
	j = JID{text: s}
	start := 0
	if i < len(s) && s[i] == '@' {
		if i == 0 || i > MaxPart || all == 0 {
			return JID{}, false, false
		}
		j.local, start = uint16(i), i+1
	}
	n, rest := len(known), s[start:]
	if n == 0 || len(rest) < n || rest[:n] != string(known) || len(rest) > n && rest[n] != '/' {
		fresh = true
		if n, ok = plainDomain(rest); !ok || n > MaxPart {
			return JID{}, false, false
		}
	}
	end := start + n
	j.domain = uint16(end)
	if end == len(s) {
		return j, fresh, true
	}
	resource := s[end+1:]
	if s[end] != '/' || resource == "" || len(resource) > MaxPart {
		return JID{}, false, false
	}
	all = plainResource
	for i := range len(resource) {
		all &= classes[resource[i]]
	}
	return j, fresh, all != 0
}

// plainDomain reports whether s is, up to its end or a "/" at n, a name of
// prepared NR-LDH labels (RFC 5890 section 2.3.1).
func plainDomain(s string) (n int, ok bool) {
	label := 0 // where it begins
	for ; n < len(s); n++ {
		if classes[s[n]]&plainAlnum != 0 {
			continue
		}
		switch s[n] {
		case '-':
			// No label begins with a hyphen, or has two in third and fourth place.
			if n == label || n == label+3 && s[n-1] == '-' {
				return n, false
			}
		case '.':
			if !endsLabel(s, label, n) {
				return n, false
			}
			label = n + 1
		case '/':
			return n, endsLabel(s, label, n)
		default:
			return n, false
		}
	}
	return n, endsLabel(s, label, n)
}

// endsLabel reports whether a label from start to end is neither empty nor too
// long and ends in no hyphen.
func endsLabel(s string, start, end int) bool {
	return start < end && end-start <= maxLabel && s[end-1] != '-'
}
