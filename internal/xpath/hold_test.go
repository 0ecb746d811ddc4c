package xpath

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
)

// flat returns a message with as many items, in threes, that have ids and texts.
func flat(t testing.TB, size int) element.Node {
	t.Helper()
	m := element.New(element.NSClient, "message")
	for i := range size {
		m.Add(element.New("urn:example:p", string("abc"[i%3])).Attr("id", string(appendNumber(nil, float64(i)))).Add(
			element.Text("urn:example:p", "n", string(appendNumber(nil, float64(size-i))))))
	}
	return document(m)
}

// TestHoldsAreLinear: what a predicate asks that is the same at each node is found once,
// and where a far axis leads is seen by places in document order.
func TestHoldsAreLinear(t *testing.T) {
	const size = 9_900
	trees := map[string]element.Node{"deep": nested(t, size, 180), "flat": flat(t, size)}
	for _, tc := range []struct {
		expr  string
		times int // how often a node may be looked at
	}{
		{"//p:a[preceding::p:x]", 7},
		{"//p:a[following::p:x]", 7},
		{"//p:a[.//p:x]", 7},
		{"//p:a[preceding-sibling::p:x]", 7},
		{"//p:a[following-sibling::p:x]", 7},
		{"//p:a[not(following::*[2][self::p:x])]/p:x", 7},
		{"//p:a[following::p:b/following::p:c/@id = 'x']", 15},
		{"//p:a[preceding::p:b[.//p:x]//p:c = //p:x]", 15},
		{"//*[.//*[.//*[.//*[.//p:x]]]]", 20},
		{"//*[preceding::*[preceding::p:x]]", 12},
		{"//*[@id = //p:x/@id]", 7},
		{"//*[@id = //p:n]/p:x", 35},
		{"//*[//p:n = string(@x)]", 35},
		{"//*[@id != //p:missing]", 10},
		{"//*[@id + 9900 < //p:n]", 35},
		{"//p:a[. = //p:b[last()]/p:x]", 10},
		{"//p:a[. = //p:b[last()]/@id]", 10},
		{"//*[count(//*) > 9000000000 or count(//*) = 1]", 10},
		{"//*[contains(@id, string(//p:x/@id)) and @x]", 10},
		{"//*[last() = count(//*)]", 20},
	} {
		e := compiled(t, tc.expr)
		for name, n := range trees {
			var m Match
			if ok, err := e.Match(n, &m); ok || err != nil {
				t.Errorf("%s: %v, %v", tc.expr, ok, err)
			}
			if m.Steps() > tc.times*n.End() {
				t.Errorf("%s, %s: %d steps for %d nodes, more than %d times", tc.expr, name, m.Steps(), n.End(), tc.times)
			}
		}
	}
}

// TestHoldsWhenItPays: who asks once, or finds its witness near, makes no set.
func TestHoldsWhenItPays(t *testing.T) {
	n := flat(t, 300)
	for _, expr := range []string{"//p:a[following::p:b]", "//p:a[.//p:n]/@id", "//p:b[preceding-sibling::p:a]", "//p:a[@id != //p:b/@id]"} {
		var m Match
		if ok, err := compiled(t, expr).Match(n, &m); !ok || err != nil || m.Steps() > 20 {
			t.Errorf("%s: %v, %v after %d steps", expr, ok, err, m.Steps())
		}
	}
}

// TestHoldsAreFew: the copy grows with the expression and not with what its nesting
// multiplies.
func TestHoldsAreFew(t *testing.T) {
	for _, expr := range []string{
		"//x[" + strings.Repeat("following::x/", 50) + "x = //x]", "//x" + strings.Repeat("[.//x", 20) + strings.Repeat("]", 20),
		"//x" + strings.Repeat("[.//x/.//x", 12) + strings.Repeat("/.//x/@n = //x]", 12), "//x" + strings.Repeat("[not(following::x/preceding::x", 10) + strings.Repeat(")]", 10),
		"//x[" + strings.Repeat("following::x[following::x]/following::x[.//x]/", 12) + "x]",
	} {
		if e := compiled(t, expr); e.holds == 0 || e.holds > len(expr)/5 {
			t.Errorf("%s: %d holds", expr, e.holds)
		}
	}
}

// TestHoldsForSeveral: what is asked of one node only is not held.
func TestHoldsForSeveral(t *testing.T) {
	for expr, holds := range map[string]bool{
		"message[* = //cs:active]": false, "/*[@id = //@id]/parent::node()[count(//*) = 2]": false, "self::node()[count(//body) = 1]": false,
		"count(//body) = 1 and . = //body": false, "message[body]": false, "//body[. = 'x']": false,
		"*[@id = //@id]": true, "message/*[@id = //@id]": true, "message/*/parent::*[@id = //@id]": true, "//message[@id = //@id]": true,
		"message[body[. = //@id]]": true, "(message)[count(//*) = 2]": true, "message[@id = //body[//@id]/@id]": true, "p:a/self::*[//p:b]": true,
		"//body[self::*[@id = //@id]]": true, "(//body | //p:a)/self::*[@id = //@id]": true,
	} {
		if e := compiled(t, expr); e.holds > 0 != holds {
			t.Errorf("%s: %d holds", expr, e.holds)
		}
	}
}

// TestHeld are what random expressions seldom ask, on a tree of which they ask it often.
func TestHeld(t *testing.T) {
	const inside = `<a n='1'>x<b>y<c/></b><b n='2'>x<c n='3'>y</c></b></a><c/>t<v>1</v>`
	n := tree(t, "<message><p xmlns='urn:example:p'>"+strings.Repeat(inside, 5)+"<a id='1'/>xyxy</p></message>")
	for _, expr := range []string{
		"//@n[following-sibling::*]", "//@*[preceding-sibling::p:b]", "//@n[following::p:a/@id]", "//@n[preceding::p:c]", "//@n[descendant::node()]",
		"/descendant-or-self::node()[following-sibling::p:v]", "/descendant-or-self::node()[preceding-sibling::p:v]", "//node()[preceding::p:a/@id]",
		"//p:b[. = //p:a]", "//p:b[. = //p:b/..]", "//p:b[. = //p:b[p:c/@n]]", "//p:b[concat(., '') != //p:b[1]]", "//p:a[concat(., 'xyxy') = //p:p]",
		"//*[concat(//p:b, 'z') = concat(., 'z')]", "//*[string(//p:p) = concat(., .)]", "//*[contains(concat('-', .), concat('-', //p:a))]",
		"//*[- count(//p:a) = @x]", "//*[@n = - //p:v]", "//*[not(@n + 1 = //@n)]", "//*[//@n = @n + 1]", "//*[lang('en') and //p:a]", "//*[lang(//p:a)]",
		"(//* | //@*)[following-sibling::p:b]", "(//* | //@*)[preceding-sibling::*/@n]", "//*[ancestor-or-self::node()[following-sibling::message]]",
		"//p:b[following::p:a[@id][last()]]", "//p:b[following::p:a[count(//p:a)]]", "//p:b[(//p:a)[last()]/@id = following::p:a/@id]",
	} {
		sameAsReference(t, compiled(t, expr), n)
	}
}

// TestHeldTextsLast: texts that are put together for a set are not written over.
func TestHeldTextsLast(t *testing.T) {
	m := element.New(element.NSClient, "message")
	for i := range 60 {
		name := string("ab"[i/30])
		m.Add(element.New("urn:example:p", name).Add(element.New("urn:example:p", "c"), element.Text("urn:example:p", "n", "k"),
			element.Text("urn:example:p", "n", string(appendNumber(nil, float64(80-i+i/30*(2*i-45)))))))
	}
	n := document(m)
	for _, expr := range []string{"//p:b[. = //p:a]", "//p:b[concat(., '') = //p:a]", "//p:b[not(. = //p:a)]", "//p:b[. = string(//p:a[16])]"} {
		sameAsReference(t, compiled(t, expr), n)
	}
}

// TestHeldIsReleased: a match keeps neither texts of the stanza nor the room of a large
// one.
func TestHeldIsReleased(t *testing.T) {
	for _, expr := range []string{"//p:a[@id = //p:b/p:n]", "//p:a[@id = string(//p:b/p:n)]"} {
		var m Match
		if ok, err := compiled(t, expr).Match(flat(t, 60), &m); ok || err != nil {
			t.Fatal(ok, err)
		}
		texts := m.run.heldTexts
		if len(texts) > 0 || cap(texts) == 0 || slices.ContainsFunc(texts[:cap(texts)], func(s string) bool { return s != "" }) {
			t.Errorf("%s: %d of %d texts of the stanza are kept", expr, len(texts), cap(texts))
		}
	}
	options := testOptions
	options.Budget = 1 << 23
	large := flat(t, 17_000)
	for _, expr := range []string{
		"//*[concat(., 'z') = //p:n]", "//*[concat(., 'z') = //message]", "//*[@id + 99999 < //p:n]", "//*[following-sibling::p:x]", "//*[. = concat(//message, 'z')]",
	} {
		e, err := Compile(expr, options)
		if err != nil {
			t.Fatal(err)
		}
		var m Match
		if ok, err := e.Match(large, &m); ok || err != nil {
			t.Fatal(expr, ok, err)
		}
		r := &m.run
		if cap(r.heldText) > maxScratch || 4*cap(r.heldNodes) > maxScratch || 16*cap(r.heldTexts) > maxScratch || 8*cap(r.heldNumbers) > maxScratch {
			t.Errorf("%s: %d bytes, %d nodes, %d strings, %d numbers are kept", expr, cap(r.heldText), cap(r.heldNodes), cap(r.heldTexts), cap(r.heldNumbers))
		}
	}
}

// TestHeldCaptures: where a witness is to be captured, that of the node counts, and no
// answer that others had.
func TestHeldCaptures(t *testing.T) {
	n := tree(t, "<message>"+strings.Repeat("<a xmlns='urn:example:p'><c n='0'/></a>", 20)+
		"<a xmlns='urn:example:p'><b n='1' id='x'/><b n='2' id='y'/></a><a xmlns='urn:example:p'><b n='3' id='z'/></a><c xmlns='urn:example:p' id='y' n='4'/><c xmlns='urn:example:p' id='x' n='5'/></message>")
	for expr, want := range map[string]string{
		"//p:a[.//p:b/@n={v}]":                                  "1",
		"//p:a[.//p:b[@n={v:[23]}]][count(//p:b) = 3]":          "2",
		"//p:a[following::p:b[@n={v:3}]]/p:b":                   "3",
		"//p:b[preceding::p:b[@n={v}]/@n = 2]":                  "2",
		"//p:b[@id = //p:c[@n={v}]/@id]":                        "5",
		"//p:b[//p:c[@n={v}]/@id = @id]":                        "5",
		"//p:b[@id={v} and @id = //p:c/@id]":                    "x",
		"//p:b[(//p:c | //p:b)[@n={v:4}][@id = 'y'] = .]":       "4",
		"//p:b[following-sibling::p:b[@id={v}] = .]":            "y",
		"//p:a[(//p:c[@n={v:4}])[1]/@id = p:b/@id]":             "4",
		"//p:a[p:b[@id={v}] and preceding-sibling::p:a/p:b/@n]": "z",
		"//p:a[//p:c/@id = p:b[@n={v}]/@id]":                    "2",
		"//p:b[//p:c[@n={v}]][@id = 'z']":                       "0",
		"//p:b[(//p:c)[@n={v}][2]][@id = 'z']":                  "0",
		"//p:b[(//p:c[@n={v}])[2]][@id = 'z']":                  "0",
	} {
		var m Match
		ok, err := compiled(t, expr).Match(n, &m)
		if got, _ := m.Get("v"); !ok || err != nil || got != want {
			t.Errorf("%s: %v, %v, captures %q, want %q", expr, ok, err, got, want)
		}
	}
}

// TestHeldCapturesLast: what was captured of a text that was put together once a match is
// not written over by the next match.
func TestHeldCapturesLast(t *testing.T) {
	for _, expr := range []string{
		"//p:a[concat(//p:b, //p:c) = {v}]", "//p:a[normalize-space(concat(//p:b, //p:c)) = {v}]", "//p:a[substring-before(concat(//p:b, '|', //p:c), '|') = {v}]",
		"//p:a[string(//p:d) = {v}]", "//p:a[//p:d = . or concat(//p:b, //p:c) = {v}]", "//p:a[string(//p:b) = {v}]", "//p:a[count(//p:b) = {v}]",
	} {
		var m Match
		var got, want []string
		for _, word := range []string{"one", "two", "six"} {
			n := tree(t, strings.ReplaceAll("<message><p xmlns='urn:example:p'><b>W</b><c>W</c><d>W<b>W</b></d>"+strings.Repeat("<a/>", 9)+"</p></message>", "W", word))
			if ok, err := compiled(t, expr).Match(n, &m); !ok || err != nil {
				t.Fatal(expr, ok, err)
			}
			v, _ := m.Get("v")
			got, want = append(got, v), append(want, strings.Clone(v))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: captured %q, which became %q", expr, want, got)
		}
	}
}

// TestRandomHolds is TestRandomTrees for what is held.
func TestRandomHolds(t *testing.T) {
	const expressions, trees = 700, 3
	random := rand.New(rand.NewPCG(8, 2026))
	for range expressions {
		g := generator{data: randomBytes(random, 40)}
		g.pick("//", "//", "//@", "//*//")
		g.test()
		g.held(2)
		e := compiled(t, g.b.String())
		for range trees {
			sameAsReference(t, e, grow(t, randomBytes(random, 150)))
		}
	}
}

// held writes a predicate of which something can be held.
func (g *generator) held(depth int) {
	g.put("[")
	switch g.choose(9) {
	case 0, 1:
		g.far(depth)
	case 2:
		g.put("not(")
		g.far(depth)
		g.put(")")
	case 3, 4:
		g.far(depth)
		g.pick(" = ", " != ", " < ", " > ", " <= ", " >= ")
		g.fixed()
	case 5:
		g.fixed()
		g.pick(" = ", " != ", " < ", " > ", " <= ", " >= ")
		g.pick("@n", "@id", ".", "string(.)", "@n + 1", "*", "position()", "p:n", "@*")
	case 6:
		g.fixed()
		g.put(" and ")
		g.far(depth)
	case 7:
		g.pick("contains(@id, ", "starts-with(., ", "substring(., ")
		g.fixed()
		g.put(")")
	default:
		g.far(depth)
		g.pick(" = ", " != ", " < ")
		g.pick("'1'", "2", "true()", "last()", "@n")
	}
	g.put("]")
}

// far writes a path that begins with a far axis.
func (g *generator) far(depth int) {
	g.pick("descendant::", "following::", "preceding::", "following-sibling::", "preceding-sibling::", ".//", "ancestor::", "./")
	g.test()
	if depth > 0 && g.choose(3) == 2 {
		g.held(depth - 1)
	}
	switch g.choose(5) {
	case 3:
		g.pick("/@n", "/@id", "/*", "/..", "/text()")
	case 4:
		g.put("/")
		g.far(depth - 1)
	}
}

// fixed writes what is the same at each node.
func (g *generator) fixed() {
	g.pick("//p:n", "//@n", "//@id", "//p:a[last()]", "count(//*)", "string(//p:b)", "(//p:v)[2]", "sum(//@n)", "/*", "//body | //p:c", "//p:missing", "concat(//@id, '')", "/message/*[1]")
}
