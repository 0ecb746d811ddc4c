package router

// A lookup finds what lies behind a text. Most texts of stanzas are none of those
// that a lookup has, and most lookups have few: both are told by the length, which
// costs less than to hash a body.
type lookup[T any] struct {
	lengths uint64 // bit n is set if there is a text of n bytes, the last for all longer ones
	few     []found[T]
	many    map[string]T // instead of few
}

type found[T any] struct {
	text string
	is   T
}

// maxFew is how many texts are compared one by one.
const maxFew = 8

func lengthBit(text string) uint64 { return 1 << min(len(text), 63) }

// put makes text lead to is.
func (l *lookup[T]) put(text string, is T) {
	l.lengths |= lengthBit(text)
	switch {
	case l.many != nil:
		l.many[text] = is
	case len(l.few) < maxFew:
		l.few = append(l.few, found[T]{text, is})
	default:
		l.many = map[string]T{text: is}
		for _, f := range l.few {
			l.many[f.text] = f.is
		}
		l.few = nil
	}
}

// of returns what text leads to, the zero T if that is nowhere.
func (l *lookup[T]) of(text string) (is T) {
	if l.lengths&lengthBit(text) == 0 {
		return is
	}
	for i := range l.few {
		if l.few[i].text == text {
			return l.few[i].is
		}
	}
	return l.many[text]
}
