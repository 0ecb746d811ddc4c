package xpath

import (
	"slices"

	"github.com/emp-framework/emp/element"
)

// A predicate is asked of node after node, and much of what it asks is the same at each:
// [count(//item) > 3], [@id = //x:id], [preceding::x:end]. What is evaluated is therefore
// a copy of the tree in which such parts are held: found once a match, known from then on.
//
//	*held     a value that is the same at each node
//	*against  a comparison with a set that is the same at each node (against.go)
//	*search   whether a far axis leads to a node of such a set (search.go)

// planHolds returns x as it is to be evaluated, and how many holds that takes.
func planHolds(x expr) (expr, int) {
	var h holder
	y := h.rewrite(x, false, Boolean)
	if h.holds == 0 {
		return x, 0
	}
	return y, h.holds
}

// A holder makes the copy.
type holder struct{ holds int }

func (h *holder) next() int {
	h.holds++
	return h.holds - 1
}

// rewrite returns x with its parts held. asked says that it is asked of several nodes;
// want is to what it is converted if it is a node-set, NodeSet if it stays one.
func (h *holder) rewrite(x expr, asked bool, want Type) expr {
	if x.typ() != NodeSet {
		want = x.typ()
	}
	if _, known := x.(*constant); asked && !known && want != NodeSet && independent(x) {
		return &held{expr: h.rewrite(x, false, want), kind: want, hold: h.next()}
	}
	switch x := x.(type) {
	case *logic:
		y := *x
		y.args = h.all(x.args, asked, func(int) Type { return Boolean })
		y.weights = make([]int, len(y.args))
		for i, arg := range y.args {
			y.weights[i] = weigh(arg)
		}
		return &y
	case *compare:
		return h.compare(x, asked)
	case *capture:
		y := *x
		y.value = h.rewrite(x.value, asked, NodeSet)
		return &y
	case *arith:
		return &arith{x.at, x.op, h.rewrite(x.left, asked, Number), h.rewrite(x.right, asked, Number)}
	case *negate:
		return &negate{x.at, h.rewrite(x.x, asked, Number)}
	case *call:
		y := *x
		y.args = h.all(x.args, asked, x.fn.argument)
		return &y
	case *union:
		y := *x
		y.args = h.all(x.args, asked, func(int) Type { return NodeSet })
		return planUnion(&y)
	case *filter:
		y := *x
		y.base = h.rewrite(x.base, asked, NodeSet)
		y.list.predicates = h.predicates(x.list.predicates, true)
		return planFilter(&y)
	case *path:
		y := *x
		if x.base != nil {
			y.base = h.rewrite(x.base, asked, NodeSet)
		}
		y.steps = slices.Clone(x.steps)
		once := !asked && x.base == nil
		for i := range y.steps {
			once = once && x.leadsToOne(i)
			y.steps[i].predicates = h.predicates(x.steps[i].predicates, !once)
		}
		planPath(&y)
		if asked && want == Boolean {
			return h.path(&y)
		}
		return &y
	}
	return x
}

func (h *holder) all(args []expr, asked bool, want func(i int) Type) []expr {
	all := make([]expr, len(args))
	for i, arg := range args {
		all[i] = h.rewrite(arg, asked, want(i))
	}
	return all
}

func (h *holder) predicates(all []predicate, asked bool) []predicate {
	all = slices.Clone(all)
	for i, p := range all {
		all[i] = newPredicate(h.rewrite(p.x, asked, Boolean))
		all[i].span = p.span
	}
	return all
}

// leadsToOne reports whether the i-th step leads from one node to one: then what its
// predicates ask is asked once, and nothing is gained by holding it. (A message inside
// a message, where the step is asked of a stanza, is what nobody sends many of.)
func (x *path) leadsToOne(i int) bool {
	switch s := &x.steps[i]; s.axis {
	case axisSelf, axisParent:
		return true
	case axisChild:
		return i == 0 && (x.absolute || s.test.kind == testName && s.test.space == element.NSClient && isStanza(s.test.local))
	}
	return false
}

// independent reports whether x is the same at each node, and binds nothing.
func independent(x expr) bool {
	switch x := x.(type) {
	case *path:
		return !x.holes && (x.absolute || x.base != nil && independent(x.base))
	case *filter:
		return !x.holes && independent(x.base)
	case *capture:
		return false
	case *call:
		if code := x.fn.code; code == fnPosition || code == fnLast || code == fnLang {
			return false
		}
	}
	return !slices.ContainsFunc(parts(x), func(part expr) bool { return !independent(part) })
}

// A held is an expression that is the same at each node, converted to a kind that is no
// node-set.
type held struct {
	expr
	kind Type
	hold int
}

func (x *held) typ() Type { return x.kind }

// A hold is what is known of an expression in a match.
type hold struct {
	serial uint64 // of the match: of another one nothing is known
	known  bool
	spent  int // steps, for answers without it

	boolean bool
	number  float64
	lo, hi  int32 // what is held in run.heldTexts, heldNumbers or heldNodes
	edge    int32 // of a search
}

// holding is the memory of a run for holds. It grows during a match and is let go of
// at its end.
type holding struct {
	serial      uint64 // of the match
	grown       bool   // there is something to let go of
	holds       []hold
	heldTexts   []string
	heldNumbers []float64
	heldNodes   []int32
	heldText    []byte // the characters of texts that no node has as they are
}

// startHolds forgets what was known, and makes room for n holds.
func (r *run) startHolds(n int) {
	r.serial++
	if n > len(r.holds) {
		r.holds = make([]hold, n)
	}
}

// finishHolds lets go of what a large stanza left behind, and of all of its texts.
func (r *run) finishHolds() {
	clear(r.heldTexts)
	r.grown = false
	r.heldTexts, r.heldNumbers, r.heldNodes, r.heldText = kept(r.heldTexts, 16), kept(r.heldNumbers, 8), kept(r.heldNodes, 4), kept(r.heldText, 1)
}

// kept empties a stack whose elements have that many bytes, and drops it if it is large.
func kept[T any](stack []T, bytes int) []T {
	if cap(stack) > maxScratch/bytes {
		return nil
	}
	return stack[:0]
}

// hold returns what is known in this match under a number.
func (r *run) hold(i int) *hold {
	h := &r.holds[i]
	if h.serial != r.serial {
		*h = hold{serial: r.serial}
	}
	return h
}

// held makes the value of x known.
func (r *run) held(x *held, c context) *hold {
	h := r.hold(x.hold)
	if h.known {
		return h
	}
	switch x.kind {
	case Boolean:
		h.boolean = r.boolean(x.expr, c)
	case Number:
		h.number = r.number(x.expr, c)
	default:
		scratch := len(r.text)
		text := r.keep(r.string(x.expr, c), scratch)
		r.text = r.text[:scratch]
		h.lo, h.hi, r.grown = int32(len(r.heldTexts)), int32(len(r.heldTexts)+1), true
		r.heldTexts = append(r.heldTexts, text)
	}
	h.known = true
	return h
}

// keep returns a text that lasts for the match. scratch is where r.text stood before it
// was made: if it has grown since, it may be a view.
func (r *run) keep(text string, scratch int) string {
	if len(r.text) == scratch {
		return text
	}
	start := len(r.heldText)
	r.heldText = append(r.heldText, text...)
	return viewOf(r.heldText[start:])
}

// pays reports whether what a hold is for should be made known: when answers without it,
// which end at the first witness, have cost as much as a look at the whole tree.
func (h *hold) pays(c context) bool { return h.spent > c.node.Document().End() }
