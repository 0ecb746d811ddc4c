package xpath

import "github.com/emp-framework/emp/element"

// A level is a set of places in a stanza's tree: where, as far as the
// expression alone tells, the nodes of a path can lie.
type level uint8

const (
	levelDocument level = 1 << iota
	levelStanza
	levelType // the type attribute of the stanza
	levelOther
)

// start is where an expression is evaluated.
func start(atDocument bool) level {
	if atDocument {
		return levelDocument
	}
	return levelStanza
}

// levels returns where the nodes of x lie if x is evaluated at l, nowhere if x
// is no node-set.
func levels(x expr, l level) level {
	switch x := x.(type) {
	case *path:
		l = x.from(l)
		for i := range x.steps {
			l = l.after(&x.steps[i])
		}
		return l
	case *filter:
		return levels(x.base, l)
	case *union:
		var all level
		for _, arg := range x.args {
			all |= levels(arg, l)
		}
		return all
	}
	return 0
}

// from returns where the first step of the path begins.
func (x *path) from(l level) level {
	switch {
	case x.absolute:
		return levelDocument
	case x.base != nil:
		return levels(x.base, l)
	}
	return l
}

// after returns where a step leads.
func (l level) after(s *step) level {
	var next level
	if l&levelDocument != 0 {
		next |= s.axis.pick(levelDocument, levelStanza, levelStanza|levelOther, 0, 0, 0)
	}
	if l&levelStanza != 0 {
		next |= s.axis.pick(levelStanza, levelOther, levelOther, levelDocument, levelDocument, levelType|levelOther)
	}
	if l&levelType != 0 {
		next |= s.axis.pick(levelType, 0, 0, levelStanza, levelStanza|levelDocument, 0)
	}
	if l&levelOther != 0 {
		next |= s.axis.pick(levelOther, levelOther, levelOther, levelStanza|levelOther, levelDocument|levelStanza|levelOther, levelOther)
	}
	if (l&(levelOther|levelType)) != 0 && s.axis.sideways() {
		next |= levelOther
	}
	return next & s.test.levels()
}

// pick returns the level that the axis leads to from a node of the level self.
func (a axis) pick(self, child, descendant, parent, ancestor, attribute level) level {
	switch a {
	case axisSelf:
		return self
	case axisChild:
		return child
	case axisDescendant:
		return descendant
	case axisDescendantOrSelf:
		return self | descendant
	case axisParent:
		return parent
	case axisAncestor:
		return ancestor
	case axisAncestorOrSelf:
		return self | ancestor
	case axisAttribute:
		return attribute
	}
	return 0
}

// sideways reports whether the axis leads to nodes beside, which the stanza
// has none of.
func (a axis) sideways() bool {
	switch a {
	case axisFollowing, axisFollowingSibling, axisPreceding, axisPrecedingSibling:
		return true
	}
	return false
}

// levels returns where the nodes can lie that the test lets through.
func (t *test) levels() level {
	elements := t.principal == element.KindElement
	switch t.kind {
	case testNode:
		return levelDocument | levelStanza | levelType | levelOther
	case testAny:
		if elements {
			return levelStanza | levelOther
		}
		return levelType | levelOther
	case testSpace:
		if elements && t.space == element.NSClient {
			return levelStanza | levelOther
		}
	case testName:
		if elements && t.space == element.NSClient && isStanza(t.local) {
			return levelStanza | levelOther
		}
		if !elements && t.space == "" && t.local == "type" {
			return levelType | levelOther
		}
	}
	return levelOther
}

func isStanza(local string) bool {
	return local == "message" || local == "presence" || local == "iq"
}
