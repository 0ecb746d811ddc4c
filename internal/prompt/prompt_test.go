package prompt_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/emp-framework/emp/internal/prompt"
)

// TestPiped: lines come as they are, and nothing is shown that was not written.
func TestPiped(t *testing.T) {
	var out bytes.Buffer
	p := prompt.New(strings.NewReader("one\n\nthree"), &out, "> ")
	defer p.Close()
	for _, want := range []string{"one", "", "three"} {
		got, err := p.Line()
		if err != nil || got != want {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
		fmt.Fprint(p, "<"+got+">")
	}
	if _, err := p.Line(); err != io.EOF {
		t.Errorf("behind the last: %v", err)
	}
	if out.String() != "<one><><three>" {
		t.Errorf("shown: %q", &out)
	}
	p = prompt.New(strings.NewReader(strings.Repeat("x", 2<<20)), &out, "")
	if _, err := p.Line(); err == nil || err == io.EOF {
		t.Errorf("a line without end: %v", err)
	}
}

// TestHistory: it has an end, and lines that say something.
func TestHistory(t *testing.T) {
	h := prompt.NewHistory()
	for i := range 150 {
		h.Add(fmt.Sprint(i))
		h.Add(fmt.Sprint(i))
		h.Add("")
	}
	if h.Len() != 100 || h.At(0) != "149" || h.At(99) != "50" {
		t.Errorf("%d lines, from %q to %q", h.Len(), h.At(h.Len()-1), h.At(0))
	}
}
