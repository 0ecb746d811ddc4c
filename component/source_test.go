package component_test

import (
	"testing"
	"time"

	"github.com/emp-framework/emp/component"
)

// fixed is a source that counts.
type fixed struct{ n uint64 }

func (f *fixed) Now() time.Time { return time.Unix(7, 0) }
func (f *fixed) Uint64() uint64 { f.n++; return f.n }

// TestSource: with a source all is the source's, without one it is fresh.
func TestSource(t *testing.T) {
	bare := t.Context()
	if a, b := component.NewID(bare), component.NewID(bare); a == b || len(a) != 22 {
		t.Errorf("ids %q, %q", a, b)
	}
	if component.Rand(bare).Uint64() == component.Rand(bare).Uint64() {
		t.Error("two generators give the same number")
	}
	if now := component.Now(bare); time.Since(now) > time.Minute || now.Location() != time.UTC {
		t.Errorf("it is %v", now)
	}
	first, second := component.WithSource(bare, new(fixed)), component.WithSource(bare, new(fixed))
	if a, b := component.NewID(first), component.NewID(second); a != b || len(a) != 22 || a == component.NewID(first) {
		t.Errorf("ids %q, %q", a, b)
	}
	component.NewID(second)
	if component.Rand(first).Uint64() != component.Rand(second).Uint64() {
		t.Error("two sources in the same state give other numbers")
	}
	if now := component.Now(first); !now.Equal(time.Unix(7, 0)) {
		t.Errorf("it is %v", now)
	}
}
