package stanza

import (
	"strings"
	"testing"
	"time"
)

func TestParseStamp(t *testing.T) {
	for s, want := range map[string]string{
		"2002-09-10T23:08:25Z":                    "2002-09-10T23:08:25Z",
		"2002-09-10T23:08:25.1Z":                  "2002-09-10T23:08:25.1Z",
		"2002-09-10T23:08:25.123456789123Z":       "2002-09-10T23:08:25.123456789Z",
		"2002-09-10T18:08:25-05:00":               "2002-09-10T23:08:25Z",
		"2002-09-11T04:38:25.5+05:30":             "2002-09-10T23:08:25.5Z",
		"2024-02-29T00:00:00Z":                    "2024-02-29T00:00:00Z",
		"0001-01-01T00:00:00Z":                    "0001-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z":                    "9999-12-31T23:59:59Z",
		"":                                        "",
		"99999999-99-99T99:99:99Z" /* sem-045 */ : "",
		"9999-99-99T99:99:99Z":                    "",
		"2023-02-29T00:00:00Z":                    "",
		"2023-00-10T00:00:00Z":                    "",
		"2023-13-10T00:00:00Z":                    "",
		"2023-04-31T00:00:00Z":                    "",
		"2023-04-00T00:00:00Z":                    "",
		"2023-04-01T24:00:00Z":                    "",
		"2023-04-01T00:60:00Z":                    "",
		"2023-04-01T00:00:60Z":                    "",
		"0000-01-01T00:00:00Z":                    "",
		"0001-01-01T00:00:00+00:01":               "",
		"9999-12-31T23:59:59-00:01":               "",
		"2002-09-10T23:08:25":                     "",
		"2002-09-10T23:08:25z":                    "",
		"2002-09-10t23:08:25Z":                    "",
		"2002-09-10 23:08:25Z":                    "",
		"2002-09-10T23:08:25.Z":                   "",
		"2002-09-10T23:08:25,5Z":                  "",
		"2002-09-10T23:08:25+5:00":                "",
		"2002-09-10T23:08:25+24:00":               "",
		"2002-09-10T23:08:25+05:60":               "",
		"2002-09-10T23:08:25+0500":                "",
		"2002-09-10T23:08:25ZZ":                   "",
		" 2002-09-10T23:08:25Z":                   "",
		"-002-09-10T23:08:25Z":                    "",
		"20020910T23:08:25" /* XEP-0091 */ :       "",
		"2002-09-10T23:08:25." + strings.Repeat("1", 100) + "Z":   "",
		"2002-09-10T23:08:25.1" + strings.Repeat("\x00", 1) + "Z": "",
	} {
		got, ok := ParseStamp(s)
		if ok != (want != "") || ok && got.Format(time.RFC3339Nano) != want {
			t.Errorf("%q: %v %v, want %q", s, got, ok, want)
		}
	}
}

func TestStamp(t *testing.T) {
	at := time.Date(2002, 9, 11, 1, 8, 25, 123456789, time.FixedZone("", 7200))
	if got := Stamp(at); got != "2002-09-10T23:08:25.123Z" {
		t.Error(got)
	}
	for _, y := range []int{-1, 0, 10000, 99999} {
		at := time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC)
		if got := Stamp(at); got != "" {
			t.Errorf("year %d: %q", y, got)
		}
		if o := NewMessage(juliet, "x").Add(Delay{Stamp: at}); len(o.Payload) != 0 {
			t.Errorf("year %d: a delay", y)
		}
	}
}

func TestDelay(t *testing.T) {
	s := read(t, from("message", "")+"<delay xmlns='urn:xmpp:delay' stamp='99999999-99-99T99:99:99Z'/><delay xmlns='urn:x' stamp='2001-01-01T00:00:00Z'/>"+
		"<delay xmlns='urn:xmpp:delay' from='Room@muc.localhost' stamp='2002-09-10T23:08:25Z'>Offline</delay>"+
		"<delay xmlns='urn:xmpp:delay' stamp='2003-01-01T00:00:00Z'/></message>")
	d, ok := s.Delay()
	if !ok || Stamp(d.Stamp) != "2002-09-10T23:08:25.000Z" || d.From.String() != "Room@muc.localhost" || d.Reason != "Offline" {
		t.Errorf("%v %+v", ok, d)
	}
	o := s.Reply("x").Add(d)
	if got, ok := again(t, o).Delay(); !ok || got != d {
		t.Errorf("again: %+v", got)
	}
	for _, bad := range []string{"", "<delay xmlns='urn:xmpp:delay'/>", "<delay xmlns='urn:xmpp:delay' stamp='x'/>"} {
		if d, ok := read(t, from("message", "")+bad+"</message>").Delay(); ok || d != (Delay{}) {
			t.Errorf("%s: %+v", bad, d)
		}
	}
	s = read(t, from("message", "")+"<delay xmlns='urn:xmpp:delay' from='@' stamp='2002-09-10T23:08:25Z'/></message>")
	if d, ok := s.Delay(); !ok || !d.From.IsZero() {
		t.Errorf("malformed from: %+v", d)
	}
}
