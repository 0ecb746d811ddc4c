package component_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// FuzzArgs: no text makes reading it panic; what is taken is written back and
// read as the same value, and what is not is a bad-request of bounded length.
func FuzzArgs(f *testing.F) {
	for _, s := range []string{"", "7", "-128", "+255", " 1 ", "1e3", "-.5e-7", "0x10", "1_000", "true", "1h30m", "2002-09-10T23:08:25.123456789Z",
		"2002-09-10T23:08:25+02:00", "romeo@example.org/x", "@", "99999999999999999999", "\x00\xff", "-0", "1e-400"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		same(t, s, func(v string) string { return v })
		same(t, s, func(v bool) string { return strconv.FormatBool(v) })
		same(t, s, func(v int8) string { return fmt.Sprint(v) })
		same(t, s, func(v int64) string { return fmt.Sprint(v) })
		same(t, s, func(v uint16) string { return fmt.Sprint(v) })
		same(t, s, func(v uint64) string { return fmt.Sprint(v) })
		same(t, s, func(v float32) string { return strconv.FormatFloat(float64(v), 'g', -1, 32) })
		same(t, s, func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) })
		same(t, s, time.Duration.String)
		same(t, s, func(v time.Time) string { return v.Format(time.RFC3339Nano) })
		same(t, s, jid.JID.String)
		same(t, s, func(c color) string { return fmt.Sprintf("#%02x%02x%02x", c.r, c.g, c.b) })
	})
}

func same[T comparable](t *testing.T, s string, format func(T) string) {
	v, err := read[T](t, s)
	if err != nil {
		if fault := (stanza.Fault{}); !errors.As(err, &fault) || fault.Condition != stanza.BadRequest || len(err.Error()) > 400 {
			t.Fatalf("%T of %q: %v", v, s, err)
		}
		return
	}
	if again, err := read[T](t, format(v)); err != nil || again != v {
		t.Fatalf("%T of %q is %q, and that %v, %v", v, s, format(v), again, err)
	}
}
