package emptest

import (
	"path/filepath"
	"strings"
	"testing"
)

// RunOn performs each play whose file fits the pattern (filepath.Glob), as a
// subtest with the file's name, on a stage of the test's own: stage makes it for
// the play, whose Peers may have to log in first.
func RunOn(t *testing.T, pattern string, stage func(t *testing.T, p *Play) Stage) {
	t.Helper()
	each(t, pattern, func(t *testing.T, p *Play) {
		t.Helper()
		NewSession(t, stage(t, p)).Play(p)
	})
}

// each runs a subtest for each play.
func each(t *testing.T, pattern string, perform func(t *testing.T, p *Play)) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatalf("emptest: %s: %v", pattern, err)
	}
	if len(files) == 0 {
		t.Fatalf("emptest: no play fits %s", pattern)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)), func(t *testing.T) {
			t.Helper()
			p, err := LoadPlay(file)
			if err != nil {
				t.Fatal(err)
			}
			perform(t, p)
		})
	}
}
