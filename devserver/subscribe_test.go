package devserver

import (
	"strings"
	"testing"

	"github.com/emp-framework/emp/stanza"
)

// The states of RFC 6121 appendix A.1, in short: the subscription, and who waits for
// an answer.
var states = map[string]subscription{
	"none":        {},
	"none+out":    {pendingOut: true},
	"none+in":     {pendingIn: true},
	"none+out+in": {pendingOut: true, pendingIn: true},
	"to":          {to: true},
	"to+in":       {to: true, pendingIn: true},
	"from":        {from: true},
	"from+out":    {from: true, pendingOut: true},
	"both":        {to: true, from: true},
}

// appendixA are the tables A.2.1 to A.2.4 and A.3.1 to A.3.4: for each type the states
// in which it is passed on and what they change to, and those in which it is not. A
// state that is not named is not passed on, and does not change.
var appendixA = []struct {
	sent   bool
	typ    stanza.Type
	passed string
}{
	{true, "subscribe", "none>none+out none+out>none+out none+in>none+out+in none+out+in>none+out+in to>to to+in>to+in from>from+out from+out>from+out both>both"},
	{true, "unsubscribe", "none>none none+out>none none+in>none+in none+out+in>none+in to>none to+in>none+in from>from from+out>from both>from"},
	{true, "subscribed", "none+in>from none+out+in>from+out to+in>both"},
	{true, "unsubscribed", "none+in>none none+out+in>none+out to+in>to from>none from+out>none+out both>to"},
	{false, "subscribe", "none>none+in none+out>none+out+in to>to+in"},
	{false, "unsubscribe", "none+in>none none+out+in>none+out to+in>to from>none from+out>none+out both>to"},
	{false, "subscribed", "none+out>to none+out+in>to+in from+out>both"},
	{false, "unsubscribed", "none+out>none none+out+in>none+in to>none to+in>none+in from+out>from both>from"},
}

// TestAppendixA goes through all states and types.
func TestAppendixA(t *testing.T) {
	for _, row := range appendixA {
		passed := make(map[string]string)
		for change := range strings.FieldsSeq(row.passed) {
			before, after, _ := strings.Cut(change, ">")
			if _, ok := states[after]; !ok {
				t.Fatal(change)
			}
			passed[before] = after
		}
		for name, state := range states {
			after, want := passed[name]
			if !want {
				after = name
			}
			got := state
			do := got.receive
			if row.sent {
				do = got.send
			}
			if ok := do(row.typ); ok != want || got != states[after] {
				t.Errorf("%s, sent %t, in %s: passed on %t, %+v; want %t, %s", row.typ, row.sent, name, ok, got, want, after)
			}
			kind, _, _ := strings.Cut(name, "+")
			if state.String() != kind {
				t.Errorf("%s is %s", name, state)
			}
		}
	}
}
