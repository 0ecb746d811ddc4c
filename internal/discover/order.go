package discover

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// arrange returns the targets of records in the order to try, max of them at
// most and each once.
func arrange(records []record, r *rand.Rand, max int) []Target {
	if r == nil {
		r = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	// Where the lots are drawn those without weight come first, so that they have
	// a chance (RFC 2782), and none of them has more than the others.
	r.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
	slices.SortStableFunc(records, func(a, b record) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(min(a.weight, 1), min(b.weight, 1)))
	})
	var targets []Target
	for len(records) > 0 && len(targets) < max {
		i := pick(records, r)
		if t := records[i].Target; !slices.Contains(targets, t) {
			targets = append(targets, t)
		}
		records = slices.Delete(records, i, i+1)
	}
	return targets
}

// pick draws one of the records of the lowest priority, which stand in front: each
// with a chance of its weight.
func pick(records []record, r *rand.Rand) int {
	sum := 0
	for _, rec := range records {
		if rec.priority == records[0].priority {
			sum += int(rec.weight)
		}
	}
	i, lot := 0, r.IntN(sum+1)
	for lot -= int(records[0].weight); lot > 0; lot -= int(records[i].weight) {
		i++
	}
	return i
}
