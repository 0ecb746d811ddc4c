package element

import (
	"slices"
	"strings"
	"testing"

	"github.com/antchfx/xpath"
)

func mustParse(t testing.TB, s string) Node {
	t.Helper()
	n, err := ParseString(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return n
}

const navDoc = `<a xmlns='urn:a' p='1' xml:lang='de'>t<b/>u<c xmlns='' xmlns:q='urn:q' q:r='2'><d/>v</c></a>`

// treeDocs is documents for what has to do with any.
var treeDocs = []string{
	"<a/>",
	"<a> t &amp; <b/>u</a>",
	"<a xmlns='urn:a' b='1'><b xmlns=''><c xmlns='urn:a'/></b><d/></a>",
	"<p:a xmlns:p='urn:p' xmlns:q='urn:q' q:b='1' b='2' p:b='3' xml:lang='de'><q:c p:d='\n'/></p:a>",
	"<xml:a><b/></xml:a>",
	"<message xmlns='jabber:component:accept'><body>x</body><x xmlns='urn:x' xmlns:y='urn:x' y:xmlns='z'/></message>",
	queryDoc, navDoc, iq255, message300,
}

// TestNavigatorMoves says for each node of navDoc where each move leads, by
// index; a dot means that the Navigator stays and says so.
func TestNavigatorMoves(t *testing.T) {
	moves := []struct {
		name string
		move func(*Navigator) bool
	}{
		{"parent", (*Navigator).MoveToParent},
		{"next attribute", (*Navigator).MoveToNextAttribute},
		{"child", (*Navigator).MoveToChild},
		{"first", (*Navigator).MoveToFirst},
		{"next", (*Navigator).MoveToNext},
		{"previous", (*Navigator).MoveToPrevious},
	}
	// 0 document 1 a 2 @p 3 @lang 4 "t" 5 b 6 "u" 7 c 8 @r 9 d 10 "v"
	want := map[string]string{
		"parent":         ". 0 1 1 1 1 1 1 7 7 7",
		"next attribute": ". 2 3 . . . . 8 . . .",
		"child":          "1 4 . . . . . 9 . . .",
		"first":          ". . . . . 4 4 4 . . 9",
		"next":           ". . . . 5 6 7 . . 10 .",
		"previous":       ". . . . . 4 5 6 . . 9",
	}
	n := mustParse(t, navDoc)
	for _, m := range moves {
		for i, to := range strings.Fields(want[m.name]) {
			at := NewNavigator(n.At(i))
			moved, got := m.move(at), "."
			if at.Node() != n.At(i) {
				got = itoa(at.Node().Index())
			}
			if got != to || moved != (to != ".") {
				t.Errorf("%s from %d: %v, at %s, want %s", m.name, i, moved, got, to)
			}
		}
	}
	for i := range n.Document().End() {
		at := NewNavigator(n.At(i))
		c := at.Copy().(*Navigator)
		at.MoveToRoot()
		if at.Node() != n.Document() || c.Node() != n.At(i) {
			t.Errorf("root from %d: at %d, a copy at %d", i, at.Node().Index(), c.Node().Index())
		}
		if !at.MoveTo(c) || at.Node() != n.At(i) {
			t.Errorf("cannot move to node %d", i)
		}
	}
	other := NewNavigator(mustParse(t, navDoc))
	if NewNavigator(n).MoveTo(other) {
		t.Error("moves into another tree")
	}
}

func TestNavigatorProperties(t *testing.T) {
	tests := []struct {
		kind                        xpath.NodeType
		local, prefix, space, value string
	}{
		{xpath.RootNode, "", "", "", "tuv"},
		{xpath.ElementNode, "a", "", "urn:a", "tuv"},
		{xpath.AttributeNode, "p", "", "", "1"},
		{xpath.AttributeNode, "lang", "xml", NSXML, "de"},
		{xpath.TextNode, "", "", "", "t"},
		{xpath.ElementNode, "b", "", "urn:a", ""},
		{xpath.TextNode, "", "", "", "u"},
		{xpath.ElementNode, "c", "", "", "v"},
		{xpath.AttributeNode, "r", "urn:q", "urn:q", "2"},
		{xpath.ElementNode, "d", "", "", ""},
		{xpath.TextNode, "", "", "", "v"},
	}
	n := mustParse(t, navDoc)
	for i, tt := range tests {
		v := NewNavigator(n.At(i))
		if v.NodeType() != tt.kind || v.LocalName() != tt.local || v.Prefix() != tt.prefix || v.NamespaceURL() != tt.space || v.Value() != tt.value || v.String() != tt.value {
			t.Errorf("%d: %v %q %q %q %q", i, v.NodeType(), v.LocalName(), v.Prefix(), v.NamespaceURL(), v.Value())
		}
	}
	if got := testing.AllocsPerRun(100, func() { NewNavigator(n).Copy() }); got > 2 {
		t.Errorf("a copy allocates %v times", got)
	}
}

// TestNavigatorWalk visits all nodes by the moves alone.
func TestNavigatorWalk(t *testing.T) {
	n := mustParse(t, navDoc)
	v := NewNavigator(n.Document())
	var seen []int
	for depth := 0; ; {
		seen = append(seen, v.Node().Index())
		for a := v.Copy().(*Navigator); a.MoveToNextAttribute(); {
			seen = append(seen, a.Node().Index())
		}
		if v.MoveToChild() {
			depth++
			continue
		}
		for depth > 0 && !v.MoveToNext() {
			v.MoveToParent()
			depth--
		}
		if depth == 0 {
			break
		}
	}
	if !slices.IsSorted(seen) || len(seen) != n.Document().End() {
		t.Errorf("visited %v", seen)
	}
}
