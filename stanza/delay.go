package stanza

import (
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// NSDelay is the namespace of delayed delivery (XEP-0203).
const NSDelay = "urn:xmpp:delay"

// Delay says that a stanza was held back on its way, and since when (XEP-0203).
// To mark an outgoing stanza, add one:
//
//	out = out.Add(stanza.Delay{Stamp: stored.Time, From: room.Address()})
type Delay struct {
	Stamp  time.Time   // when the stanza was first sent
	From   jid.Address // who held it back; zero if not given or malformed
	Reason string      // for humans
}

// Delay returns the first delay of the stanza whose stamp can be read; ok is
// false if there is none. The sender may have made it up.
func (s Stanza) Delay() (d Delay, ok bool) {
	for c := s.Node.FirstElement(); !c.IsZero(); c = c.NextElement() {
		if !c.Is(NSDelay, "delay") {
			continue
		}
		if d.Stamp, ok = ParseStamp(c.Attr("stamp")); !ok {
			continue
		}
		if from := c.AttrNode("", "from"); !from.IsZero() {
			d.From, _ = jid.Received(from.Value())
		}
		d.Reason = c.Text()
		return d, true
	}
	return Delay{}, false
}

// Node returns the delay element, so that a Delay is an element.Part. It is
// none if the stamp's year is not one of 1 to 9999, which no stamp can say.
func (d Delay) Node() element.Node {
	stamp := Stamp(d.Stamp)
	if stamp == "" {
		return element.Node{}
	}
	b := element.New(NSDelay, "delay").Attr("stamp", stamp)
	if !d.From.JID.IsZero() {
		b.Attr("from", d.From.String())
	}
	return b.Text(sendable(d.Reason)).Node()
}

// Stamp returns t as a DateTime of XEP-0082 in UTC, to the millisecond, as
// XEP-0203 wants it: "2002-09-10T23:08:25.000Z". It returns "" if t's year
// is not one of 1 to 9999.
func Stamp(t time.Time) string {
	t = t.UTC()
	if !inYears(t) {
		return ""
	}
	return t.Format("2006-01-02T15:04:05.000Z")
}

// ParseStamp reads a DateTime of XEP-0082 section 3.2, as in
// "2002-09-10T23:08:25.123Z" or "2002-09-10T18:08:25-05:00", and returns it in
// UTC, without the digits below a nanosecond. ok is false for anything else,
// also for a date that no calendar has and for years other than 1 to 9999.
func ParseStamp(s string) (t time.Time, ok bool) {
	// 2002-09-10T23:08:25: digits where the pattern has 0, else its character.
	const pattern = "0000-00-00T00:00:00"
	if len(s) <= len(pattern) || len(s) > 64 {
		return time.Time{}, false
	}
	for i := range len(pattern) {
		if pattern[i] == '0' && !isDigit(s[i]) || pattern[i] != '0' && pattern[i] != s[i] {
			return time.Time{}, false
		}
	}
	month, day := time.Month(number(s[5:7])), number(s[8:10])
	hour, minute, second := number(s[11:13]), number(s[14:16]), number(s[17:19])
	if month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	nano, rest, ok := fraction(s[len(pattern):])
	if !ok {
		return time.Time{}, false
	}
	offset, ok := zone(rest)
	if !ok {
		return time.Time{}, false
	}
	t = time.Date(number(s[:4]), month, day, hour, minute, second, nano, time.UTC)
	if t.Day() != day { // time.Date makes 2 March of 30 February
		return time.Time{}, false
	}
	t = t.Add(-offset)
	return t, inYears(t)
}

// fraction reads the fraction of a second at the start of s, if there is one.
func fraction(s string) (nano int, rest string, ok bool) {
	if s[0] != '.' {
		return 0, s, true
	}
	i, unit := 1, int(time.Second)/10
	for ; i < len(s) && isDigit(s[i]); i++ {
		nano += int(s[i]-'0') * unit
		unit /= 10
	}
	return nano, s[i:], i > 1
}

// zone reads a time zone: Z, or hours and minutes before (-) or after (+) UTC.
func zone(s string) (offset time.Duration, ok bool) {
	if s == "Z" {
		return 0, true
	}
	if len(s) != len("+00:00") || s[0] != '+' && s[0] != '-' || s[3] != ':' ||
		!isDigit(s[1]) || !isDigit(s[2]) || !isDigit(s[4]) || !isDigit(s[5]) {
		return 0, false
	}
	hours, minutes := number(s[1:3]), number(s[4:6])
	if hours > 23 || minutes > 59 {
		return 0, false
	}
	offset = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// inYears reports whether t can be written with a year of four digits. Beyond
// them time.Time marshals to an error, far away from here.
func inYears(t time.Time) bool { return t.Year() >= 1 && t.Year() <= 9999 }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// number returns the value of a few digits.
func number(digits string) (n int) {
	for i := range len(digits) {
		n = 10*n + int(digits[i]-'0')
	}
	return n
}
