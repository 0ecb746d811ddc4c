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
	p, err := prompt.New(strings.NewReader("one\n\nthree"), &out, "> ")
	if err != nil {
		t.Fatal(err)
	}
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
	p, _ = prompt.New(strings.NewReader(strings.Repeat("x", 2<<20)), &out, "")
	if _, err := p.Line(); err == nil || err == io.EOF {
		t.Errorf("a line without end: %v", err)
	}
}
