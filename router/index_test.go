package router

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/emp-framework/emp/stanza"
)

// scan is Table.match without the index: it tries every route in turn. It is
// what the index is held to.
func (t *Table) scan(from int, s *stanza.Stanza, m *Match) (*Entry, error) {
	var err error
	if !s.IsAnswer() && s.Kind != 0 {
		for _, e := range t.entries[from:] {
			var ok bool
			if ok, err = e.match(s, m); ok {
				return e, nil
			}
			if err != nil {
				break
			}
		}
	}
	m.args = m.args[:0]
	return nil, err
}

// sameAsScan matches s, and goes on behind each route that takes it until none
// is left, with the index and without. It returns the routes that take s.
func sameAsScan(t testing.TB, table *Table, s *stanza.Stanza, xml string, m *Match) (all []*Entry) {
	t.Helper()
	var plain Match
	from := 0
	for {
		want, err := table.scan(from, s, &plain)
		if err != nil {
			t.Fatalf("%s: %v", xml, err)
		}
		var got *Entry
		if from == 0 {
			got, err = table.Match(s, m)
		} else {
			got, err = table.MatchAfter(all[len(all)-1], s, m)
		}
		if got != want || err != nil || !slices.Equal(m.Args(), plain.Args()) {
			t.Fatalf("%s\nbehind %d routes the index finds %s %v, %v\nwhat takes it is %s %v", xml, len(all), of(got), m.Args(), err, of(want), plain.Args())
		}
		if want == nil {
			return all
		}
		all = append(all, want)
		from = want.index + 1
	}
}

func of(e *Entry) string {
	if e == nil {
		return "no route"
	}
	return fmt.Sprintf("%q where %q (%s)", e.Name, e.Where, e.key)
}

// TestIndexFindsWhatAScanFinds: for random stanzas and tables the index and its
// residue pick the route that a plain scan picks, with the same captures, and so
// on behind it. These are 10^5 trials; for 10^6, in some ten seconds:
//
//	EMP_INDEX_TRIALS=1000000 go test -run TestIndexFinds ./router
func TestIndexFindsWhatAScanFinds(t *testing.T) {
	const perTable = 100
	trials := 100_000
	if raceEnabled { // there is nothing to race here, and it takes ten times as long
		trials /= 10
	}
	if n, err := strconv.Atoi(os.Getenv("EMP_INDEX_TRIALS")); err == nil {
		trials = n
	}
	rng := rand.New(rand.NewPCG(5, uint64(trials)))
	random := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		return b
	}
	var count struct{ trials, matched, takes, keyed, nested, proved, routes, mistakes int }
	var m Match // one for all tables
	for count.trials < trials {
		g := &generator{data: random(2000)}
		table, mistakes := g.generated(1 + rng.IntN(60))
		count.routes += len(table.entries)
		count.mistakes += len(mistakes)
		for range perTable {
			g := &generator{data: random(60)}
			s, xml, ok := g.generatedStanza()
			if !ok {
				t.Fatalf("no stanza: %s", xml)
			}
			count.trials++
			all := sameAsScan(t, table, &s, xml, &m)
			if len(all) > 0 {
				count.matched++
			}
			for _, e := range all {
				count.takes++
				if !strings.Contains(e.key, "scan") {
					count.keyed++
				}
				if strings.Contains(e.key, " and ") {
					count.nested++
				}
				if found := m.search.find(table.indexes[s.Kind], table.paths, &s, m.at(&s)); slices.ContainsFunc(found, func(ix *index) bool {
					return slices.ContainsFunc(ix.routes, func(c candidate) bool { return c.Entry == e && c.proved })
				}) && len(e.tests) > 0 && !m.search.several {
					count.proved++
				}
			}
		}
	}
	t.Logf("%+v", count)
	if count.matched < trials*2/5 || count.takes < trials*3/4 || count.keyed < trials/4 || count.nested < trials/20 || count.proved < trials/20 || count.mistakes > count.routes/10 {
		t.Error("these trials prove little")
	}
}

// FuzzIndex is the same for a fuzzer: one table, one stanza.
func FuzzIndex(f *testing.F) {
	rng := rand.New(rand.NewPCG(7, 7))
	for i := range 40 {
		routes, from := make([]byte, 40*i), make([]byte, 60)
		for _, b := range [][]byte{routes, from} {
			for i := range b {
				b[i] = byte(rng.Uint32())
			}
		}
		f.Add(uint8(i), routes, from)
	}
	f.Fuzz(func(t *testing.T, n uint8, routes, from []byte) {
		g := &generator{data: routes[:min(len(routes), 2000)]}
		table, _ := g.generated(1 + int(n)%60)
		g = &generator{data: from[:min(len(from), 200)]}
		s, xml, ok := g.generatedStanza()
		if !ok {
			return
		}
		var m Match
		sameAsScan(t, table, &s, xml, &m)
	})
}
