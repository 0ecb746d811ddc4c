package router

// A tally says what the questions are worth by which something can be filed.
type tally struct {
	count     map[condition]int // how many filings have it
	worth     map[*question]*worth
	questions []*question // in the order in which they were met
}

type worth struct {
	filings float64 // that have a condition of the question
	answers float64 // that they wait for
	squares float64 // of the number of filings that wait for each, summed up
}

func newTally(todo []filing) *tally {
	t := &tally{count: map[condition]int{}, worth: map[*question]*worth{}}
	for _, f := range todo {
		for _, c := range f.all {
			if t.worth[c.of] == nil {
				t.worth[c.of] = &worth{}
				t.questions = append(t.questions, c.of)
			}
			t.count[c]++
		}
	}
	for c, n := range t.count {
		w := t.worth[c.of]
		w.filings += float64(n)
		w.answers++
		w.squares += float64(n) * float64(n)
	}
	return t
}

// saves returns how many routes need not be tried, on average, if the question
// is asked, where stanzas give each answer as often as routes wait for it, and
// now and then none of the answers.
func (w *worth) saves() float64 {
	return w.filings - w.squares/w.filings*w.answers/(w.answers+1)
}

// minSaved is how many routes a question must save to be asked.
const minSaved = 1

// best returns the question that saves most, of equals the cheapest; nil if
// none is worth being asked.
func (t *tally) best() (best *question) {
	most := 0.0
	for _, q := range t.questions {
		if saved := t.worth[q].saves(); saved >= minSaved && (saved > most || saved == most && q.what < best.what) {
			best, most = q, saved
		}
	}
	return best
}

// rarest returns which of the conditions of q among all the fewest filings have,
// -1 if there is none of q.
func (t *tally) rarest(q *question, all []condition) int {
	rarest := -1
	for i, c := range all {
		if c.of == q && (rarest < 0 || t.count[c] < t.count[all[rarest]]) {
			rarest = i
		}
	}
	return rarest
}
