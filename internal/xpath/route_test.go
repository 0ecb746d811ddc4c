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

func TestCompares(t *testing.T) {
	for expr, want := range map[string]bool{
		"message[@type='error']":                         true,
		"*[body or not('error' = @type)]":                true,
		"message[../message/@type='error']":              true,
		"message[@type!='error']":                        false,
		"message[@type='chat']":                          false,
		"message[type='error']":                          false,
		"message[@xml:type='error'][contains(.,'type')]": false,
		"(//*[@type='error'])[1] | presence":             true,
	} {
		x, err := Compile(expr, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := x.Compares("type", "error"); got != want {
			t.Errorf("%s: %v", expr, got)
		}
	}
}
