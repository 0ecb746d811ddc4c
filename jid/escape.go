package jid

import "strings"

// A local part cannot hold these characters; the backslash begins their
// escapes, each of them a backslash and the code (XEP-0106 section 3.2).
const (
	escapable   = ` "&'/:<>@\`
	escapeCodes = `202226272f3a3c3e405c`
)

// Escape writes a name of another system so that it can be a local part
// (XEP-0106): each of space " & ' / : < > @ becomes a backslash and two
// hexadecimal digits, and so does a backslash that would read as the start of
// an escape.
//
// A space at either end stays as it is, for an escaped local part may neither
// begin nor end with one: [New] then refuses it. Preparation lower-cases, hence a
// backslash before "2F" is escaped as one before "2f" is.
//
// Unescape(Escape(s)) is s.
func Escape(local string) string {
	if !strings.ContainsAny(local, escapable) {
		return local
	}
	var b strings.Builder
	for i := range len(local) {
		k := strings.IndexByte(escapable, local[i])
		switch {
		case k < 0,
			local[i] == ' ' && (i == 0 || i == len(local)-1),
			local[i] == '\\' && escapeAt(strings.ToLower(local[i:min(i+3, len(local))])) < 0:
			b.WriteByte(local[i])
		default:
			b.WriteByte('\\')
			b.WriteString(escapeCodes[2*k : 2*k+2])
		}
	}
	return b.String()
}

// Unescape returns the name that an escaped local part stands for (XEP-0106).
// It is for display and for other systems: never compare or send it. Give it a
// prepared local part ([JID.Local]), since only the lower-case codes are
// escapes. What is no escape stays, as does an escaped space at either end,
// where it must not be.
func Unescape(local string) string {
	if !strings.Contains(local, `\`) {
		return local
	}
	var b strings.Builder
	for i := 0; i < len(local); i++ {
		k := escapeAt(local[i:])
		if k < 0 || escapable[k] == ' ' && (i == 0 || i+3 == len(local)) {
			b.WriteByte(local[i])
			continue
		}
		b.WriteByte(escapable[k])
		i += 2
	}
	return b.String()
}

// escapeAt returns which of the escapable characters s begins with the escape
// of, or -1.
func escapeAt(s string) int {
	if len(s) >= 3 && s[0] == '\\' {
		for k := range len(escapable) {
			if s[1:3] == escapeCodes[2*k:2*k+2] {
				return k
			}
		}
	}
	return -1
}
