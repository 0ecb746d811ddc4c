package router

// A lookup finds what lies behind a text. Most texts of stanzas are none of those
// that a lookup has, and most lookups have few: both are told by the length, which
// costs less than to hash a body.
type lookup[T any] struct {
	lengths uint64 // bit n is set if there is a text of n bytes, the last for all longer ones
	few     []found[T]
	many    *[64]sameLength[T] // instead of few
}

// sameLength is the texts of a length: few, or else all. A ping's namespace is found
// among those of a hundred routes in a third of the instructions that a map takes.
type sameLength[T any] struct {
	few []found[T]
	all map[string]T
}

type found[T any] struct {
	text string
	is   T
}

// maxFew is how many texts are compared one by one.
const maxFew = 8

func length(text string) int { return min(len(text), 63) }

// put makes text lead to is.
func (l *lookup[T]) put(text string, is T) {
	l.lengths |= 1 << length(text)
	if l.many == nil && len(l.few) < maxFew {
		l.few = append(l.few, found[T]{text, is})
		return
	}
	if l.many == nil {
		l.many = new([64]sameLength[T])
		for _, f := range l.few {
			l.many[length(f.text)].put(f)
		}
		l.few = nil
	}
	l.many[length(text)].put(found[T]{text, is})
}

func (s *sameLength[T]) put(f found[T]) {
	switch {
	case s.all != nil:
		s.all[f.text] = f.is
	case len(s.few) < maxFew:
		s.few = append(s.few, f)
	default:
		s.all = map[string]T{f.text: f.is}
		for _, f := range s.few {
			s.all[f.text] = f.is
		}
		s.few = nil
	}
}

// of returns what text leads to, the zero T if that is nowhere.
func (l *lookup[T]) of(text string) (is T) {
	if l.lengths&(1<<length(text)) == 0 {
		return is
	}
	few := l.few
	if l.many != nil {
		same := &l.many[length(text)]
		if same.all != nil {
			return same.all[text]
		}
		few = same.few
	}
	for i := range few {
		if few[i].text == text {
			return few[i].is
		}
	}
	return is
}
