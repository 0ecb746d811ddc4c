package xpath

import (
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// What bounds an automaton: 4 KB of next, and some milliseconds to make it.
const (
	maxInstructions = 256 // a byte names one
	maxEntries      = 1 << 11
	maxTries        = 1 << 17 // of a character against an instruction
)

// newAutomaton makes the automaton of a program, nil if it would be large, or if the
// program looks at what is around a character, as \b does.
func newAutomaton(p *syntax.Prog) *automaton {
	if len(p.Inst) > maxInstructions {
		return nil
	}
	a := &automaton{}
	examples := a.classify(p)
	if examples == nil {
		return nil
	}
	for 1<<a.shift < len(examples) {
		a.shift++
	}
	d := determiner{program: p, rows: map[string]int{}, visited: make([]bool, len(p.Inst))}
	a.start = d.row(a, d.follow([]uint32{uint32(p.Start)}))
	for row := 0; row < len(d.sets); row++ {
		for class, c := range examples {
			var out []uint32
			for _, pc := range d.sets[row] {
				if inst := &p.Inst[pc]; inst.Op != syntax.InstMatch && takesRune(inst, c) {
					out = append(out, inst.Out)
				}
			}
			to := d.row(a, d.follow(out))
			if len(a.next) > maxEntries {
				return nil
			}
			a.next[row<<a.shift+class] = uint16(to)
		}
	}
	for row := range a.states {
		a.states[row].leaves = a.leaves(row, len(examples))
	}
	return a
}

// classify finds the classes of characters that no instruction tells apart, and returns
// an example of each; nil if the program has instructions that take no character.
func (a *automaton) classify(p *syntax.Prog) (examples []rune) {
	var taking []*syntax.Inst
	starts := []rune{0, utf8.RuneSelf}
	for i := range p.Inst {
		inst := &p.Inst[i]
		switch inst.Op {
		case syntax.InstEmptyWidth:
			return nil
		case syntax.InstRune1, syntax.InstRune:
			if len(inst.Rune) == 1 {
				starts = append(starts, inst.Rune[0], inst.Rune[0]+1)
				for c := unicode.SimpleFold(inst.Rune[0]); c != inst.Rune[0]; c = unicode.SimpleFold(c) {
					starts = append(starts, c, c+1)
				}
			}
			for j := 0; j+1 < len(inst.Rune); j += 2 {
				starts = append(starts, inst.Rune[j], inst.Rune[j+1]+1)
			}
		case syntax.InstRuneAny:
		case syntax.InstRuneAnyNotNL:
			starts = append(starts, '\n', '\n'+1)
		default:
			continue
		}
		taking = append(taking, inst)
		if len(taking)*len(starts) > maxTries {
			return nil
		}
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	if starts[len(starts)-1] > unicode.MaxRune { // behind a class that goes on to the end
		starts = starts[:len(starts)-1]
	}
	known := map[string]uint8{}
	for i, c := range starts {
		signature := make([]byte, len(taking))
		for j, inst := range taking {
			if takesRune(inst, c) {
				signature[j] = 1
			}
		}
		class, ok := known[string(signature)]
		if !ok {
			if len(known) > 255 {
				return nil
			}
			class = uint8(len(known))
			known[string(signature)] = class
			examples = append(examples, c)
		}
		if c >= utf8.RuneSelf {
			a.starts, a.class = append(a.starts, c), append(a.class, class)
			continue
		}
		for ; c < starts[i+1]; c++ {
			a.ascii[c] = class
		}
	}
	return examples
}

// takesRune reports whether an instruction that takes a character takes c.
func takesRune(inst *syntax.Inst, c rune) bool {
	switch inst.Op {
	case syntax.InstRuneAny:
		return true
	case syntax.InstRuneAnyNotNL:
		return c != '\n'
	case syntax.InstRune, syntax.InstRune1:
		return inst.MatchRune(c)
	}
	return false
}

// leaves returns what leads out of a state.
func (a *automaton) leaves(row, classes int) uint8 {
	out := -1
	for class := range classes {
		if int(a.next[row<<a.shift+class]) != row<<a.shift {
			if out >= 0 {
				return leavesOften
			}
			out = class
		}
	}
	if out < 0 {
		return leavesNever
	}
	first := slices.Index(a.ascii[:], uint8(out))
	if first < 0 || slices.Contains(a.ascii[first+1:], uint8(out)) || slices.Contains(a.class, uint8(out)) {
		return leavesOften
	}
	return uint8(first)
}

// A determiner makes states of sets of instructions that the program can be at.
type determiner struct {
	program *syntax.Prog
	sets    [][]uint32
	rows    map[string]int // by the set, a byte each
	visited []bool
}

// row returns where the row of the state begins that stands for the set.
func (d *determiner) row(a *automaton, set []uint32) int {
	key := make([]byte, 0, len(set))
	for _, pc := range set {
		key = append(key, byte(pc))
	}
	row, ok := d.rows[string(key)]
	if !ok {
		row = len(a.next)
		d.rows[string(key)] = row
		d.sets = append(d.sets, set)
		a.next = append(a.next, make([]uint16, 1<<a.shift)...)
		a.states = append(a.states, automatonState{accepts: slices.ContainsFunc(set, func(pc uint32) bool {
			return d.program.Inst[pc].Op == syntax.InstMatch
		})})
	}
	return row
}

// follow returns the instructions that take a character or end the text, which the
// program gets to from some without one.
func (d *determiner) follow(from []uint32) (set []uint32) {
	clear(d.visited)
	for len(from) > 0 {
		pc := from[len(from)-1]
		from = from[:len(from)-1]
		if d.visited[pc] {
			continue
		}
		d.visited[pc] = true
		switch inst := &d.program.Inst[pc]; inst.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			from = append(from, inst.Out, inst.Arg)
		case syntax.InstCapture, syntax.InstNop:
			from = append(from, inst.Out)
		case syntax.InstFail:
		default:
			set = append(set, pc)
		}
	}
	slices.Sort(set)
	return set
}
