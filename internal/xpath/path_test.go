package xpath

import (
	"slices"
	"testing"

	"github.com/emp-framework/emp/element"
)

// TestTexts: the string-values at a path, all of them in document order, joined
// where an element has several texts, and nothing allocated for them.
func TestTexts(t *testing.T) {
	const p = "urn:example:p"
	at := func(names ...string) (path Path) {
		for _, name := range names {
			path = path.child(element.Name{Space: p, Local: name})
		}
		return path
	}
	n := tree(t, `<message id='m'><a xmlns='urn:example:p' n='1'>one<b n='2'>two</b></a><b/><a xmlns='urn:example:p'><b n=''/><b>f<c>o</c>ur</b><c n='3'/></a></message>`).Root()
	var texts Texts
	read := func(p Path) []string { return texts.Of(texts.Read(n, p)) }
	for _, tc := range []struct {
		path Path
		want []string
	}{
		{at("a"), []string{"onetwo", "four"}},
		{at("a", "b"), []string{"two", "", "four"}},
		{at("a", "b").attribute(element.Name{Local: "n"}), []string{"2", ""}},
		{at("a").attribute(element.Name{Local: "n"}), []string{"1"}},
		{at("a").attribute(element.Name{Space: p, Local: "n"}), nil},
		{at("b"), nil},
		{at("a", "c"), []string{""}},
		{StanzaAttr("id"), []string{"m"}},
		{StanzaAttr("type"), nil},
		{Path{}.child(element.Name{Space: element.NSClient, Local: "b"}), []string{""}},
	} {
		if got := read(tc.path); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.path, got, tc.want)
		}
	}
	first, last := read(at("a")), read(at("a", "b"))
	if !slices.Equal(first, []string{"onetwo", "four"}) || !slices.Equal(last, []string{"two", "", "four"}) {
		t.Errorf("what was read before is %q, %q now", first, last)
	}
	children := at("a")
	if got := testing.AllocsPerRun(100, func() {
		texts.Read(n, children)
		texts.Reset()
	}); got != 0 {
		t.Errorf("%v allocations", got)
	}
}
