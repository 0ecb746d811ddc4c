package xpath

import "testing"

func TestParseHole(t *testing.T) {
	tests := []struct {
		in   string
		n    int
		name string
		off  int // of the error, if n is 0
	}{
		{"{a}", 3, "a", 0},
		{`{a:\d{2,3}}@x`, 11, "a", 0},
		{`{a:\}}}`, 6, "a", 0},
		{"{a", 0, "", 0},
		{"{}", 0, "", 1},
		{"{a b}", 0, "", 2},
		{"{a:(}", 0, "", 3},
	}
	for _, tt := range tests {
		h, n, err := ParseHole(tt.in)
		switch {
		case tt.n == 0 && (err == nil || err.Offset != tt.off || err.Cure == ""):
			t.Errorf("%s: error %+v, want one at %d", tt.in, err, tt.off)
		case tt.n > 0 && (err != nil || n != tt.n || h.Name() != tt.name):
			t.Errorf("%s: %d %v, %v", tt.in, n, h, err)
		}
	}
	h, _, _ := ParseHole("{a:[a-z]{2}}")
	if !h.Takes("ab") || h.Takes("abc") || h.Takes("a1") {
		t.Error("the hole does not take what its regexp says")
	}
}
