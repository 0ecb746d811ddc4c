package element

import "testing"

// TestX02References: what only looks like a digit does not make a reference.
func TestX02References(t *testing.T) {
	for _, in := range []string{
		"<a>&#x4?;</a>", "<a>&#x4<;</a>", "<a>&#x2:;</a>", "<a>&#x;;</a>", "<a>&#x=;</a>", "<a b='&#x3>;'/>",
		"<a>&#4:;</a>", "<a>&#x4@;</a>", "<a>&#x4G;</a>", "<a>&#x4`;</a>", "<a>&#x4g;</a>", "<a>&#X41;</a>", "<a>&#;</a>", "<a>&#x;</a>",
	} {
		if n, err := ParseString(in); err == nil {
			t.Errorf("%s is read as %s", in, dump(n))
		}
	}
	for in, want := range map[string]string{"<a>&#x0aF9;&#169;&#xE9;</a>": "\u0af9\u00a9\u00e9", "<a>&#x00000000000041;</a>": "A"} {
		if n, err := ParseString(in); n.Text() != want {
			t.Errorf("%s is read as %q, %v", in, n.Text(), err)
		}
	}
}
