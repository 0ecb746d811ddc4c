package xpath

import (
	"errors"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
)

// nested returns a stanza of columns of elements a, b, c by turns, each inside
// the one before, depth of them to a column, size of them in all.
func nested(t testing.TB, size, depth int) element.Node {
	t.Helper()
	var b strings.Builder
	b.WriteString("<message xmlns='jabber:client' xmlns:p='urn:example:p'>")
	for made := 0; made < size; made += depth {
		for i := range depth {
			b.WriteString("<p:" + string("abc"[i%3]) + ">")
		}
		for i := depth - 1; i >= 0; i-- {
			b.WriteString("</p:" + string("abc"[i%3]) + ">")
		}
	}
	b.WriteString("</message>")
	n, err := element.ParseString(b.String())
	if err != nil {
		t.Fatal(err)
	}
	return n.Document()
}

// TestLinear: each step of a path looks at a node a bounded number of times,
// however many contexts lead to it.
func TestLinear(t *testing.T) {
	const size, depth = 9_900, 180
	n := nested(t, size, depth)
	for _, tc := range []struct {
		expr  string
		times int // how often a node may be looked at
	}{
		{"//p:a//p:b//p:c//p:missing", 14},
		{"//p:a//p:b//p:c//p:a//p:b//p:c//p:missing", 14},
		{"//p:a//*//*//*//*//*//p:missing", 14},
		{"//p:a/p:b//p:c/p:a//p:missing", 6},
		{"//*/ancestor::*/missing", 6},
		{"//*/../*/../*/../p:missing", 14},
		{"//*/following::*/p:missing", 6},
		{"//*/following-sibling::*/p:missing", 35}, // string-values of nested elements: their depth,
		{"//*/ancestor::*/descendant::*/ancestor::*/descendant::p:missing", 10},
		{"count(//p:a//p:b//p:c)", 5},
		{"//p:a = //p:missing", 35}, // string-values of nested elements: their depth,
		{"//p:a != //p:b", 65},
		{"//p:a < //p:b", 65},
		{"//p:a[@x={v}]//p:b[@y={w}]", 3},
		{"(//p:a//p:b | //p:b//p:c)[last()]/p:missing", 12},
	} {
		var m Match
		if _, err := compiled(t, tc.expr).Match(n, &m); err != nil {
			t.Errorf("%s: %v", tc.expr, err)
		}
		if m.Steps() > tc.times*size {
			t.Errorf("%s: %d steps for %d elements, more than %d times", tc.expr, m.Steps(), size, tc.times)
		}
	}
}

// TestPreceding: preceding:: goes over the ancestors of each context, and over each
// other node once or twice, however many contexts there are.
func TestPreceding(t *testing.T) {
	const size, depth = 9_900, 9
	n := nested(t, size, depth)
	for _, expr := range []string{"//*/preceding::p:missing", "//p:b/preceding::*/p:missing", "//p:c/preceding::p:a/p:missing", "count(//p:b/preceding::*) = 0"} {
		var m Match
		if ok, err := compiled(t, expr).Match(n, &m); ok || err != nil {
			t.Errorf("%s: %v, %v", expr, ok, err)
		}
		if m.Steps() > 2*depth*size {
			t.Errorf("%s: %d steps for %d elements", expr, m.Steps(), size)
		}
	}
}

// TestBudget: what cannot be kept linear ends with an error, soon.
func TestBudget(t *testing.T) {
	n := nested(t, 9_900, 180)
	long := document(element.New(element.NSClient, "message").Add(element.Text(element.NSClient, "body", strings.Repeat("ab", 1<<19))))
	for _, tc := range []struct {
		expr string
		node element.Node
	}{
		{"//*[count(preceding::*) = -1]", n},
		{"//*[preceding::*/@x = ..]", n},
		{"//*[following::p:missing[1]]", n},
		{"concat(" + strings.Repeat("/,", 1000) + "/)", long},
		{"//*[contains(concat(.,.,.,.), 'x')][" + strings.Repeat("contains(., 'x') or ", 100) + "false()]", long},
		{"translate(" + strings.Repeat("translate(", 50) + "/" + strings.Repeat(", /, /)", 50) + ", 'a', 'b')", long},
		{"//*[" + strings.Repeat("@x+(", 50) + "@x" + strings.Repeat(")", 50) + " = 0]", n},
		{"//*[" + strings.Repeat("translate(@x,'a','') or ", 20) + "1] = 'x'", n},
		{"message[body={v:x{1000}}]", long},
		{"message[" + strings.Repeat("contains(body, 'x') or ", 10) + "@x]", long},
		{"//*[starts-with(@x, '" + strings.Repeat("x", 3900) + "')]", n},
		{"message[body={v:(a|b)*c}" + strings.Repeat(" or string(body)!=//body", 100) + "]", long},
	} {
		e, err := Compile(tc.expr, Options{Default: element.NSClient, Namespaces: testOptions.Namespaces, Holes: true, Budget: 200_000})
		if err != nil {
			t.Errorf("%.60s: %v", tc.expr, err)
			continue
		}
		var m Match
		ok, err := e.Match(tc.node, &m)
		if ok || !errors.Is(err, ErrBudget) || m.Len() != 0 {
			t.Errorf("%.60s: %v, %v after %d steps", tc.expr, ok, err, m.Steps())
		}
		if _, err := e.Eval(tc.node); !errors.Is(err, ErrBudget) {
			t.Errorf("%.60s: Eval: %v", tc.expr, err)
		}
		if ok, err := compiled(t, "message").Match(tc.node, &m); !ok || err != nil {
			t.Errorf("the Match is spoilt: %v, %v", ok, err)
		}
	}
}

// TestChargedAsAsked: what and and or need not ask costs nothing.
func TestChargedAsAsked(t *testing.T) {
	n := flat(t, 300)
	long := strings.Repeat(" and starts-with(@id, '"+strings.Repeat("y", 64)+"')", 40)
	for _, expr := range []string{
		"//*[@x" + long + "]", "//*[position() > 0 and @x" + long + "]", "//*[not(not(@x" + long + ") or @id)]",
		"//*[not(position() > 0 or @x" + long + ")]", "//*[@x][@id" + long + "]", "//*[boolean(@x" + long + ") = true()]",
	} {
		var m Match
		if ok, err := compiled(t, expr).Match(n, &m); ok || err != nil || m.Steps() > 8*n.End() {
			t.Errorf("%.40s: %v, %v after %d steps", expr, ok, err, m.Steps())
		}
	}
	// What is asked is charged, in a copy with holds too.
	for _, expr := range []string{"//*[starts-with('', @x)", "//*[starts-with('', @x) and position() > 0", "//*[last() > 0 and contains('', //p:x)"} {
		var m Match
		expr += strings.Repeat(" and starts-with(@x, '')", 40) + "][@x]"
		if ok, _ := compiled(t, expr).Match(n, &m); ok || m.Steps() < 3*40*600 {
			t.Errorf("%.40s: %d steps", expr, m.Steps())
		}
	}
}

// TestStack: neither a deep expression nor a deep tree costs stack.
func TestStack(t *testing.T) {
	defer debug.SetMaxStack(debug.SetMaxStack(512 << 10))
	deep := element.New(element.NSClient, "x").Node()
	for range 1000 {
		deep = element.New(element.NSClient, "x").Add(deep).Node()
	}
	doc := deep.Document()
	level := func(open, inside, shut string) string {
		return strings.Repeat(open, MaxDepth-4) + inside + strings.Repeat(shut, MaxDepth-4)
	}
	for _, expr := range []string{
		"//x//x//x", "//*[last()]/ancestor::*", "string(//missing | /)",
		level("not(", "x", ")"), level("(", "//x[2]", ")"), strings.Repeat("*[", 30) + "x" + strings.Repeat("]", 30),
		strings.Repeat("x/", 60) + "x", strings.Repeat("x/", 30) + "x = " + strings.Repeat("x/", 25) + "x",
		level("- (", "1", ")"), strings.Repeat("(x)[", 20) + "x" + strings.Repeat("]", 20),
		"//x" + strings.Repeat("[.//x", 20) + strings.Repeat("]", 20), "//x" + strings.Repeat("[.//x/.//x", 12) + strings.Repeat("/.//x/@n = //@n]", 12),
		"//x[" + strings.Repeat("following::x/", 50) + "x = //@n]", "//x" + strings.Repeat("[count(//x", 15) + strings.Repeat(") = 1]", 15),
		strings.Repeat("x | ", 900) + "x", strings.Repeat("x[1] and ", 400) + "x", strings.Repeat("-", 4000) + "1",
	} {
		e, err := Compile(expr, testOptions)
		if err != nil {
			t.Errorf("%.60s: %v", expr, err)
			continue
		}
		if _, err := e.Match(doc, nil); err != nil {
			t.Errorf("%.60s: %v", expr, err)
		}
	}
}

// TestScratchIsBounded: one large stanza does not leave its size behind.
func TestScratchIsBounded(t *testing.T) {
	long := document(element.New(element.NSClient, "message").Add(element.Text(element.NSClient, "body", strings.Repeat("ab ", 1<<17))))
	var m Match
	for _, expr := range []string{"concat(//body, 'x') = ''", "translate(//body, 'a', 'b') = ''", "normalize-space(concat(' ', //body)) = ''"} {
		if _, err := compiled(t, expr).Match(long, &m); err != nil {
			t.Errorf("%s: %v", expr, err)
		}
	}
	n := nested(t, 9_900, 9)
	for _, expr := range []string{"(//p:a/.. | //p:b/..)[9000]", "//p:a/text() = //p:b", strings.Repeat("//*/..", 20) + "/p:missing"} {
		if _, err := compiled(t, expr).Match(n, &m); err != nil {
			t.Errorf("%s: %v", expr, err)
		}
	}
	r := &m.run
	if cap(r.text) > maxScratch || 4*cap(r.nodes) > maxScratch || 8*cap(r.bits) > maxScratch || 16*cap(r.texts) > maxScratch {
		t.Errorf("%d bytes, %d nodes, %d words, %d strings are kept", cap(r.text), cap(r.nodes), cap(r.bits), cap(r.texts))
	}
}
