package xpath

import (
	"strings"

	"github.com/emp-framework/emp/element"
)

// Most conditions of routes ask what one name holds: [@type='get'], [body],
// [@id={id}], [not(@type) or starts-with(body, '!')]. They are made ready as checks,
// which are asked in a row; to ask them through the tree of the expression takes
// twice the instructions.

// A check is a condition on a node.
type check struct {
	kind   checkKind
	not    bool      // it must not be so
	weight int       // what it costs to ask
	path   *path     // of what to look at, a direct one
	op     operator  // of checkCompares
	text   string    // to compare with
	hole   *capture  // to fill
	any    [][]check // of checkAny: all of one of these must hold
	other  expr
}

type checkKind uint8

const (
	checkOther      checkKind = iota // other is true
	checkIsThere                     // path
	checkCompares                    // path = 'text', path != 'text'
	checkFills                       // path = {hole}
	checkStartsWith                  // starts-with(path, 'text')
	checkContains                    // contains(path, 'text')
	checkAny                         // a or b
	checkCompare                     // other, a *compare
	checkCapture                     // other, a *capture
)

// newChecks returns the checks that hold where x, as by boolean(), is true.
func newChecks(x expr) []check {
	switch x := x.(type) {
	case *logic:
		var all []check
		var any [][]check
		for _, arg := range x.args {
			checks := newChecks(arg)
			all, any = append(all, checks...), append(any, checks)
		}
		if x.or {
			return []check{{kind: checkAny, weight: 1, any: any}}
		}
		return all
	case *path:
		if x.direct != directNone {
			return []check{{kind: checkIsThere, weight: weigh(x), path: x}}
		}
	case *capture:
		if p := isDirect(x.value); p != nil {
			return []check{{kind: checkFills, weight: weigh(x), path: p, hole: x}}
		}
		return []check{{kind: checkCapture, weight: weigh(x), other: x}}
	case *compare:
		text, ok := x.right.(*constant)
		if p := isDirect(x.left); p != nil && ok && x.mode == nodesWithText {
			return []check{{kind: checkCompares, weight: weigh(x), path: p, op: x.op, text: text.text}}
		}
		return []check{{kind: checkCompare, weight: weigh(x), other: x}}
	case *call:
		switch x.fn.code {
		case fnBoolean:
			return newChecks(x.args[0])
		case fnNot:
			if checks := newChecks(x.args[0]); len(checks) == 1 {
				checks[0].not = !checks[0].not
				return checks
			}
		case fnStartsWith, fnContains:
			text, ok := x.args[1].(*constant)
			if p := isDirect(x.args[0]); p != nil && ok {
				kind := checkContains
				if x.fn.code == fnStartsWith {
					kind = checkStartsWith
				}
				return []check{{kind: kind, weight: weigh(x), path: p, text: text.text}}
			}
		}
	}
	return []check{{weight: weigh(x), other: x}}
}

// all reports whether the checks hold at n. What they have bound is undone by who
// asked, if they do not.
func (r *run) all(checks []check, n element.Node) bool {
	for i := range checks {
		k := &checks[i]
		if !r.spend(k.weight) {
			return false
		}
		holds := false
		switch k.kind {
		case checkIsThere:
			holds = !r.find(k.path, n).IsZero()
		case checkCompares:
			holds = r.meets(k.path, n, k.op, k.text)
		case checkFills:
			holds = r.fills(k.path, n, k.hole)
		case checkAny:
			holds = r.any(k.any, n)
		default:
			scratch := len(r.text)
			switch k.kind {
			case checkStartsWith:
				holds = strings.HasPrefix(r.stringValue(r.find(k.path, n)), k.text)
			case checkContains:
				s := r.stringValue(r.find(k.path, n))
				holds = r.read(len(s)) && strings.Contains(s, k.text)
			case checkCompare:
				holds = r.compare(k.other.(*compare), context{node: n})
			case checkCapture:
				holds = r.capture(k.other.(*capture), context{node: n})
			default:
				holds = r.boolean(k.other, context{node: n})
			}
			r.text = r.text[:scratch]
		}
		if holds == k.not {
			return false
		}
	}
	return true
}

// any reports whether all checks of one of the rows hold at n.
func (r *run) any(rows [][]check, n element.Node) bool {
	mark := len(r.bound)
	for _, row := range rows {
		if r.all(row, n) {
			return true
		}
		r.unbind(mark)
	}
	return false
}
