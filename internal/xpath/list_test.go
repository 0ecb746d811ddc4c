package xpath

import "testing"

// TestLists: what is asked of sets of nodes holds of any of them, and of the nth of a
// list of that one.
func TestLists(t *testing.T) {
	n := tree(t, "<message><a id='1'>x</a><a id='2'>x</a><b id='3'>x</b><b id='4'>y</b><c id='5'/></message>")
	for expr, want := range map[string]bool{
		"(//a | //b)[1]/@id = 1": true, "(//a | //b)[4]/@id = 4": true, "(//b | //a)[3]/@id = 3": true, "(//a | //b)[5]": false, "(//a | //b)[0]": false,
		"(//a | //b)[-1]": false, "(//a | //b)[1.5]": false, "(//a)[1 div 0]": false, "(//a)[99999999999]": false, "(//a | //b)[2][@id=2]": true, "(//a | //b)[2][@id=3]": false,
		"(//a | //b)[@id > 1][2]/@id = 3": true, "(//a | //b)[2][1]/@id = 2": true, "(//a | //b)[2][2]": false, "(//a[@id={id}] | //b)[2]": true,
		"//a != //b": true, "//b != //a": true, "//a != //a": false, "//a = //b": true, "//a = //c": false, "//c = //c": true, "//c = //missing": false, "//missing != //a": false,
		"//a = //b[2]": false, "//b = //b[2]": true, "//a = //b[1]": true, "//a != //b[1]": false, "//b[1] != //b": true,
	} {
		if ok, err := compiled(t, expr).Match(n, nil); ok != want || err != nil {
			t.Errorf("%s: %v, %v", expr, ok, err)
		}
	}
	var m Match
	if ok, err := compiled(t, "(//a[@id={id}] | //b)[2]").Match(n, &m); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if id, _ := m.Get("id"); id != "2" {
		t.Errorf("the second has %q", id)
	}
}
