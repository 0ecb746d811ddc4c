package prompt

// A history is the lines that were typed, for the arrow keys. What is empty or says the
// last line again is not kept.
type history struct{ lines []string }

// maxHistory bounds it.
const maxHistory = 100

func (h *history) Add(line string) {
	if line == "" || len(h.lines) > 0 && h.At(0) == line {
		return
	}
	if len(h.lines) == maxHistory {
		h.lines = append(h.lines[:0], h.lines[1:]...)
	}
	h.lines = append(h.lines, line)
}

func (h *history) Len() int { return len(h.lines) }

// At returns a line; 0 is the last.
func (h *history) At(i int) string { return h.lines[len(h.lines)-1-i] }
