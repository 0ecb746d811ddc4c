package xpath

// Always returns the names of the holes that every match fills, in the order
// of the expression: those in no alternative (of | or or).
func (e *Expr) Always() []string {
	filled := make([]bool, len(e.holes))
	always(e.root, filled)
	var names []string
	for slot, name := range e.holes {
		if filled[slot] {
			names = append(names, name)
		}
	}
	return names
}

// always marks the slots that are filled wherever x is true, or has a node.
func always(x expr, filled []bool) {
	switch x := x.(type) {
	case *capture:
		if x.slot >= 0 {
			filled[x.slot] = true
		}
	case *logic:
		if x.or {
			return // which of them is true is not known
		}
	case *union:
		return
	}
	for _, part := range parts(x) {
		always(part, filled)
	}
}
