package jid

import (
	"strings"
	"testing"
)

// A Memory reads what Received reads, however often and in whatever order it comes.
func TestMemory(t *testing.T) {
	texts := []string{
		"", "a@b", "a@c", "b@c", "a/b", "ab/", "/", "b", "c@b", "c@b/r", "c@b/", "c@bc", "c@b-", "c@b.", "c@b@b", "b/b", "echo.localhost", "bot@comp.localhost", "comp.localhost/bot", "bot/comp.localhost",
		"Bot@comp.localhost", "bot@comp.localhost.", "\u265a@comp.localhost", "bot@comp.localhost/\U0001f468\u200d\U0001f469",
		"b\xffot@comp.localhost", "bot@comp.localhos", strings.Repeat("a", 58) + "@b", strings.Repeat("a", 58) + "@c",
		"a@" + strings.Repeat("b", 58), "a@" + strings.Repeat("b", 62), strings.Repeat("a", 59) + "@b", "b/" + strings.Repeat("\u265a", 100), strings.Repeat("a", 1025) + "@b", strings.Repeat("a", 300) + "@b",
	}
	var m Memory
	for _, first := range texts {
		for _, second := range texts {
			for _, s := range []string{first, second, first} {
				want, wantErr := Received(s)
				for _, read := range []func(string) (Address, error){m.Received, m.Sender} {
					got, err := read(s)
					if got != want || (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
						t.Fatalf("%q after %q and %q: %+v, %v, want %+v, %v", s, first, second, got, err, want, wantErr)
					}
				}
			}
		}
	}
}

// What a Memory knows it does not read again, and the address lies where the text does.
func TestMemoryKnows(t *testing.T) {
	var m Memory
	lax := "bot@comp.localhost/\U0001f468\u200d\U0001f469"
	if got := testing.AllocsPerRun(100, func() { _, _ = m.Received(lax) }); got != 0 {
		t.Errorf("an address that is known, but not to scan, allocates %v times", got)
	}
}

// The domain that a Memory knows is that of the last sender, also where that only begins
// as the one before.
func TestMemorySender(t *testing.T) {
	var m Memory
	for _, tc := range []struct{ sender, domain string }{
		{"a@b", "b"}, {"c@b/r", "b"}, {"c@bc/r", "bc"}, {"b/r", "b"}, {"bc", "bc"}, {"B@d", "bc"}, {"a@" + strings.Repeat("b", 61), "bc"},
	} {
		if _, err := m.Sender(tc.sender); err != nil || string(m.domain[:m.size]) != tc.domain {
			t.Errorf("behind %s it knows %q, %v", tc.sender, m.domain[:m.size], err)
		}
	}
}
