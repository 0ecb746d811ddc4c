package xpath

// Exact reports whether e asks no more than its Clues: whether it is true of
// every stanza for which all clues of one alternative hold, as long as, of the
// children whose texts or attributes the clues ask for, the stanza has only one of
// each name. An expression with holes is not exact, since it is to capture.
//
// That covers what most routes are: p:query, [@type='chat'][body],
// p:query[@node='x'], [starts-with(body, '!')], and those joined by and, or and |.
func (e *Expr) Exact(atDocument bool) bool {
	at := place{kind: placeStanza}
	if atDocument {
		at.kind = placeDocument
	}
	n := exact(e.root, at)
	return 0 < n && n <= maxAlternatives
}

// exact returns how many alternatives the clues of x have, evaluated at that
// place, and 0 if they do not say all of it. More than maxAlternatives are not
// all kept.
func exact(x expr, at place) int {
	switch x := x.(type) {
	case *path:
		return exactPath(x, at)
	case *union:
		return exactAny(x.args, at)
	case *logic:
		if x.or {
			return exactAny(x.args, at)
		}
		n := 1
		for _, arg := range x.args {
			n = atMost(n * exact(arg, at))
		}
		return n
	case *compare:
		if _, ok := x.right.(*constant); ok && x.mode == nodesWithText && x.op == opEqual && isValue(x.left, at) {
			return 1
		}
	case *call:
		if x.fn.code == fnStartsWith && isValue(x.args[0], at) {
			if text, ok := x.args[1].(*constant); ok && text.text != "" {
				return 1
			}
		}
	}
	return 0
}

func exactAny(args []expr, at place) (sum int) {
	for _, arg := range args {
		n := exact(arg, at)
		if n == 0 {
			return 0
		}
		sum = atMost(sum + n)
	}
	return sum
}

// atMost keeps a count from overflowing.
func atMost(n int) int { return min(n, maxAlternatives+1) }

// exactPath is exact for a path that leads to the stanza or to one of its
// children, by names.
func exactPath(x *path, at place) int {
	if x.base != nil {
		return 0
	}
	if x.absolute {
		at = place{kind: placeDocument}
	}
	n := 1
	for i := range x.steps {
		s := &x.steps[i]
		from := at
		var ok bool
		at, _, ok = from.after(s)
		switch {
		case s.axis == axisChild && (from.kind == placeDocument || from.kind == placeStanza) && ok: // a clue says it
		case s.axis == axisSelf && from.kind == placeStanza && (ok || s.test.kind == testNode):
		default:
			return 0
		}
		for _, p := range s.predicates {
			n = atMost(n * exact(p.x, at))
		}
	}
	return n
}

// isValue reports whether x is the name of an attribute, or at the stanza that of
// a child: what a clue can ask for the text of, where there is one of that name.
func isValue(x expr, at place) bool {
	p, ok := x.(*path)
	if !ok || p.base != nil || p.absolute || len(p.steps) != 1 || len(p.steps[0].predicates) > 0 {
		return false
	}
	s := &p.steps[0]
	return s.test.kind == testName && (s.axis == axisAttribute && at.elements() || s.axis == axisChild && at.kind == placeStanza)
}
