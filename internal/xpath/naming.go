package xpath

// Naming returns e without the alternatives (of | or or) that do not compare
// the stanza's type with the text, nil if none does. e is to be evaluated at
// the document, or else at the stanza.
//
// Whose type it is matters: x:entry[@type='error'] says nothing of the stanza.
func (e *Expr) Naming(text string, atDocument bool) *Expr {
	root := naming(e.root, text, start(atDocument))
	if root == nil {
		return nil
	}
	named := *e
	named.root = root
	named.eval, named.holds = planHolds(root)
	return &named
}

func naming(x expr, text string, l level) expr {
	switch x := x.(type) {
	case *union:
		if args := namingArgs(x.args, text, l); len(args) > 0 {
			some := *x
			some.args = args
			return &some
		}
		return nil
	case *logic:
		if !x.or {
			break
		}
		if args := namingArgs(x.args, text, l); len(args) > 0 {
			some := *x
			some.args = args
			return &some
		}
		return nil
	}
	if names(x, text, l) {
		return x
	}
	return nil
}

func namingArgs(args []expr, text string, l level) (some []expr) {
	for _, arg := range args {
		if arg = naming(arg, text, l); arg != nil {
			some = append(some, arg)
		}
	}
	return some
}

// names reports whether in x, evaluated at l, the stanza's type is asked to
// equal the text.
func names(x expr, text string, l level) bool {
	switch x := x.(type) {
	case *compare:
		if x.op == opEqual && (isType(x.left, l) && isText(x.right, text) || isType(x.right, l) && isText(x.left, text)) {
			return true
		}
	case *path:
		if x.base != nil && names(x.base, text, l) {
			return true
		}
		l = x.from(l)
		for i := range x.steps {
			l = l.after(&x.steps[i])
			if x.steps[i].names(text, l) {
				return true
			}
		}
		return false
	case *filter:
		return names(x.base, text, l) || x.list.names(text, levels(x.base, l))
	}
	for _, part := range parts(x) {
		if names(part, text, l) {
			return true
		}
	}
	return false
}

func (s *step) names(text string, l level) bool {
	for _, p := range s.predicates {
		if names(p.x, text, l) {
			return true
		}
	}
	return false
}

// isType reports whether x, evaluated at l, may be the stanza's type.
func isType(x expr, l level) bool {
	if c, ok := x.(*call); ok && (c.fn.code == fnString || c.fn.code == fnNormalizeSpace) {
		x = c.args[0]
	}
	return levels(x, l)&levelType != 0
}

func isText(x expr, text string) bool {
	c, ok := x.(*constant)
	return ok && c.kind == String && c.text == text
}
