package router

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/stanza"
)

// TestHidersAreFoundWithoutAsking: which route hides which is found by what they
// share, and is what comparing each with each would find.
func TestHidersAreFoundWithoutAsking(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	hidden, same := 0, 0
	for range 2000 {
		entries := make([]*Entry, 1+rng.IntN(40))
		earlier := hiders{}
		for i := range entries {
			e := anyEntry(rng, i)
			entries[i] = e
			var want *Entry
			for _, first := range entries[:i] {
				if first.hides(e) {
					want = first
					break
				}
			}
			if got := earlier.of(e); got != want {
				t.Fatalf("%+v\nis hidden by %+v\nnot by %+v", e, want, got)
			}
			if want != nil {
				hidden++
				if e.Expr != "" && want.Expr == e.Expr {
					same++
				}
			}
			earlier.add(e)
		}
	}
	if hidden < 2000 || same < 200 {
		t.Errorf("%d are hidden, %d of them by one that asks the same: this proves little", hidden, same)
	}
}

// anyEntry makes what compare looks at, out of little to choose from.
func anyEntry(rng *rand.Rand, index int) *Entry {
	rare := func() bool { return rng.IntN(8) == 0 }
	e := &Entry{index: index, Expr: []string{"", "x:a", "[body=$v]"}[rng.IntN(3)]}
	switch rng.IntN(5) {
	case 0:
		e.call = "Route"
	case 1:
		e.call, e.Kind = "Message", stanza.Message
	case 2:
		e.call, e.Kind, e.Type = "Get", stanza.IQ, stanza.TypeGet
	case 3:
		e.call, e.Errors = "Errors", true
	case 4:
		e.call, e.Kind = "Any", stanza.IQ
	}
	e.Address = []string{"", "", "a@", "b"}[rng.IntN(4)]
	e.Sender = []string{"", "", "a@b", "c@d"}[rng.IntN(4)]
	e.namespaces = []map[string]string{nil, {}, {"x": "urn:x"}, {"x": "urn:y", "y": "z"}}[rng.IntN(4)]
	e.vars = []map[string]any{nil, nil, {"v": 1}, {"v": 1.0}, {"v": "1"}, {"v": math.NaN()}, {"v": 0.0}, {"v": math.Copysign(0, -1)}}[rng.IntN(8)]
	if rare() {
		e.Guard = func(context.Context, *component.Request) bool { return true }
	}
	if rare() {
		e.Where = []string{"@id"}
	}
	if rare() {
		e.onlyErrors = make([]test, 1)
	}
	e.loose = rare()
	e.Name = fmt.Sprint(index)
	return e
}
