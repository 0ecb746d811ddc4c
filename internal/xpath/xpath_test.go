package xpath

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/adversarial"
)

// show writes a value so that equal values, and only they, look the same.
func show(v Value) string {
	switch v.Type() {
	case NodeSet:
		var at []int
		for _, n := range v.Nodes() {
			at = append(at, n.Index())
		}
		return fmt.Sprint("nodes ", at)
	case Number:
		if v.Number() == 0 && math.Signbit(v.Number()) {
			return "number -0"
		}
		return "number " + v.Text()
	case Boolean:
		return "boolean " + v.Text()
	}
	return fmt.Sprintf("string %q", v.Text())
}

// evaluated is show of Eval, with Match held to it.
func evaluated(t testing.TB, e *Expr, n element.Node) string {
	t.Helper()
	v, err := e.Eval(n)
	if err != nil {
		t.Errorf("%s: %v", e, err)
	}
	ok, err := e.Match(n, nil)
	if err != nil || ok != v.Bool() {
		t.Errorf("%s: Match is %v, %v; Eval %s", e, ok, err, show(v))
	}
	return show(v)
}

// TestAdversarial runs the cases of bad expressions at the document of a
// message, with the options of a route that binds no namespace.
func TestAdversarial(t *testing.T) {
	n := tree(t, `<message type='chat'><body>abc</body></message>`)
	for _, c := range adversarial.Cases("xpath") {
		t.Run(c.ID, func(t *testing.T) {
			e, err := Compile(string(c.Data), Options{Default: element.NSClient, Holes: true})
			if reject := strings.HasPrefix(c.Expected, "reject"); reject != (err != nil) {
				t.Fatalf("%v; want %s (%s)", err, c.Expected, c.Why)
			}
			if err != nil {
				return
			}
			if _, err := e.Match(n, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestValues are results worked out by hand from the recommendation, most of
// them where antchfx/xpath differs from it.
func TestValues(t *testing.T) {
	const (
		book = `<message><a xmlns='urn:example:p' n='1'><b n='2'><c n='3'/><c n='4'/></b><b n='5'><c n='6'/><b n='7'><c n='8'/></b></b><c n='9'/></a></message>`
		nums = `<message><n xmlns='urn:example:p'>1</n><n xmlns='urn:example:p'>2</n><w xmlns='urn:example:p'>2</w><w xmlns='urn:example:p'>5</w></message>`
	)
	nodes := func(n ...int) string { return "n " + fmt.Sprint(n) }
	for _, tc := range []struct {
		stanza, expr, want string
	}{
		// 2.1, 2.4: positions run along the axis, backwards on reverse axes.
		{book, "//p:c/ancestor::*[1]", nodes(1, 2, 5, 7)},
		{book, "//p:c[@n='8']/ancestor::*[2]", nodes(5)},
		{book, "//p:c[@n='8']/ancestor::*[last()]", "nodes [1]"},
		{book, "//p:c[@n='8']/preceding::p:c[1]", nodes(6)},
		{book, "(//p:c[@n='8']/preceding::p:c)[1]", nodes(3)},
		{book, "//p:c[@n='9']/preceding-sibling::*[1]", nodes(5)},
		{book, "//p:c[@n='4']/following::*[2]", nodes(6)},
		{book, "//p:b[1]", nodes(2, 7)},
		{book, "/descendant::p:b[1]", nodes(2)},
		{book, "(//p:b)[2]", nodes(5)},
		{book, "//p:c[@n > 3][2]", ""},
		{book, "//p:b/p:c[@n > 3][1]", nodes(4, 6, 8)},
		{book, "//*[@n][last()]", nodes(1, 4, 7, 8, 9)},
		{book, "//p:b[position() = last()]", nodes(5, 7)},
		{book, "//p:b[1.5]", ""},
		{book, "//p:b[last()-1]", nodes(2)},
		// 2.3: a name is one of an element, but on the attribute axis.
		{`<message xml:lang='en'/>`, "count(//@*[self::xml:lang | self::p:lang])", "number 0"},
		{book, "//p:b[self::p:b | self::p:c][@n > 2]", nodes(5, 7)},
		// 2.2: following and preceding, of attributes too.
		{book, "//p:b[@n='5']/following::*", nodes(9)},
		{book, "//p:b[@n='5']/preceding::*", nodes(2, 3, 4)},
		{book, "//p:b[@n='2']/@n/following::*[1]", nodes(3)},
		{book, "//p:b[@n='5']/@n/preceding::*[1]", nodes(4)},
		{book, "//@n[. = 7]/..", nodes(7)},
		{book, "//@n/following-sibling::node()", ""},
		// 3.3: unions in document order, each node once.
		{book, "//p:c[@n='9'] | //p:c[@n='3'] | //p:c", nodes(3, 4, 6, 8, 9)},
		{book, "count(//p:b//p:c | //p:a//p:c)", "number 5"},
		{book, "count(//p:b/ancestor::* | //p:b)", "number 5"},
		{book, "count(//p:c/..)", "number 4"},
		{book, "string((//p:c | //p:b)[3]/@n)", `string "4"`},
		// 3.4: some pair of nodes, on either side.
		{nums, "2 = //p:n", "boolean true"},
		{nums, "//p:n = 2", "boolean true"},
		{nums, "'2' = //p:n", "boolean true"},
		{nums, "//p:n = //p:w", "boolean true"},
		{nums, "//p:n != //p:n", "boolean true"},
		{nums, "//p:n > //p:w", "boolean false"},
		{nums, "//p:n >= //p:w", "boolean true"},
		{nums, "//p:w > //p:n", "boolean true"},
		{nums, "4 < //p:w", "boolean true"},
		{nums, "4 > //p:w", "boolean true"},
		{nums, "5 < //p:w", "boolean false"},
		{nums, "//p:missing = //p:missing", "boolean false"},
		{nums, "//p:missing != 1", "boolean false"},
		{nums, "not(//p:missing = 1)", "boolean true"},
		{nums, "//p:n = true()", "boolean true"},
		{nums, "//p:missing = false()", "boolean true"},
		{nums, "true() > //p:missing", "boolean true"},
		{nums, "'a' < 'b'", "boolean false"},
		{nums, "'true' = true()", "boolean true"},
		{nums, "0 div 0 != 0 div 0", "boolean true"},
		{nums, "1 < 2 < 3", "boolean true"},
		{nums, "3 > 2 > 1", "boolean false"},
		// 3.5.
		{nums, "-5 mod 2", "number -1"},
		{nums, "5 mod -2", "number 1"},
		{nums, "1.5 mod 0.5", "number 0"},
		{nums, "1 div -0", "number -Infinity"},
		{nums, "2 - 1 - 1", "number 0"},
		{nums, "8 div 4 div 2", "number 1"},
		{nums, "-2 * -3", "number 6"},
		{nums, "sum(//p:n | //p:w)", "number 10"},
		{nums, "- //p:n", "number -1"},
		// 3.7: names that are operators elsewhere.
		{nums, "count(*)*2", "number 2"},
		{nums, "* * *", "number 1500625"},
		{nums, "div div div", "number NaN"},
		{nums, "mod and and", "boolean false"},
		{nums, "//p:n-1", ""},
		{nums, "//p:n -1", "number 0"},
		// 4.1 to 4.4.
		{nums, "substring('12345', 1.5, 2.6)", `string "234"`},
		{nums, "substring('12345', 0, 3)", `string "12"`},
		{nums, "substring('12345', 0 div 0, 3)", `string ""`},
		{nums, "substring('12345', 1, 0 div 0)", `string ""`},
		{nums, "substring('12345', -42, 1 div 0)", `string "12345"`},
		{nums, "substring('12345', -1 div 0, 1 div 0)", `string ""`},
		{nums, "substring('12345', -1 div 0)", `string "12345"`},
		{nums, "substring-after('abc', '')", `string "abc"`},
		{nums, "translate('bar', 'abc', 'AB')", `string "BAr"`},
		{nums, "translate('--aaa--', 'abc-', 'ABC')", `string "AAA"`},
		{nums, "normalize-space(' a\t\n b ')", `string "a b"`},
		{nums, "string(1 div 3)", `string "0.3333333333333333"`},
		{nums, "string(10000000000000000000000)", `string "10000000000000000000000"`},
		{nums, "string(-0)", `string "0"`},
		{nums, "string(0.1 + 0.2)", `string "0.30000000000000004"`},
		{nums, "string(-1 div 0)", `string "-Infinity"`},
		{nums, "number('1e3')", "number NaN"},
		{nums, "number('+1')", "number NaN"},
		{nums, "number(' -1. ')", "number -1"},
		{nums, "number('-.5')", "number -0.5"},
		{nums, "number('-0')", "number -0"},
		{nums, "number('" + strings.Repeat("9", 400) + "')", "number Infinity"},
		{nums, "round(-0.5)", "number -0"},
		{nums, "round(-1.5)", "number -1"},
		{nums, "round(2.5)", "number 3"},
		{nums, "round(0.49999999999999994)", "number 0"},
		{nums, "boolean(0 div 0)", "boolean false"},
		{nums, "boolean('false')", "boolean true"},
		{nums, "string-length('☃𝄞')", "number 2"},
		{nums, "position() = last()", "boolean true"},
		// The data model: prefixes are gone, the names are not.
		{`<message xml:lang='en'/>`, "name(*/@*)", `string "xml:lang"`},
		{`<message xmlns:o='urn:o' o:k='v'/>`, "name(*/@*)", `string "k"`},
		{`<message xmlns:o='urn:o' o:k='v'/>`, "*/@k", ""},
		{nums, "name(//p:n)", `string "n"`},
		{nums, "namespace-uri(//p:n)", `string "urn:example:p"`},
		{nums, "n", ""},
		{nums, "count(*/p:*)", "number 4"},
		{nums, "count(p:*)", "number 0"},
		{nums, "..", ""},
		{nums, "*/..", "document"},
	} {
		n := tree(t, tc.stanza)
		got := evaluated(t, compiled(t, tc.expr), n)
		if v, _ := compiled(t, tc.expr).Eval(n); v.Type() == NodeSet && tc.want != "nodes [1]" {
			got = ""
			var ns []int
			for _, n := range v.Nodes() {
				if n.Kind() == element.KindDocument {
					got = "document"
					continue
				}
				ns = append(ns, int(parseNumber(n.Attr("n"))))
			}
			if ns != nil {
				got = nodes(ns...)
			}
		}
		if got != tc.want {
			t.Errorf("%s: %s, want %s", tc.expr, got, tc.want)
		}
	}
}

// TestVars: a variable is its value.
func TestVars(t *testing.T) {
	o := testOptions
	o.Vars = map[string]any{"s": "x'\"", "n": 2.5, "i": 7, "b": true, "empty": "", "nan": math.NaN()}
	n := tree(t, `<message><body>x'"</body></message>`)
	for expr, want := range map[string]string{
		"$s": `string "x'\""`, "$n + $i": "number 9.5", "not($b)": "boolean false", "message/body = $s": "boolean true",
		"boolean($empty)": "boolean false", "$nan = $nan": "boolean false", "-$n": "number -2.5", "(//body | //body)[$i - 6] = $s": "boolean true",
	} {
		e, err := Compile(expr, o)
		if err != nil {
			t.Errorf("%s: %v", expr, err)
			continue
		}
		if got := evaluated(t, e, n); got != want {
			t.Errorf("%s: %s, want %s", expr, got, want)
		}
	}
}

// TestContext: an expression may be evaluated anywhere in a tree, and nowhere.
func TestContext(t *testing.T) {
	doc := tree(t, `<message to='x'><body>hi</body></message>`)
	msg := doc.Root()
	for _, tc := range []struct {
		at   element.Node
		expr string
		want string
	}{
		{msg, "body", "nodes [3]"},
		{msg, "message", "nodes []"},
		{msg, "/message", "nodes [1]"},
		{msg, "..", "nodes [0]"},
		{msg.FirstAttr(), ".. | . | //body", "nodes [1 2 3]"},
		{msg.FirstElement().First(), "string()", `string "hi"`},
		{element.Node{}, ".", "nodes []"},
		{element.Node{}, "/", "nodes []"},
		{element.Node{}, "//* | ..", "nodes []"},
		{element.Node{}, "string()", `string ""`},
		{element.Node{}, "count(//*) + 1", "number 1"},
		{element.Node{}, "lang('en')", "boolean false"},
		{element.Node{}, "(//*)[1]/a", "nodes []"},
	} {
		if got := evaluated(t, compiled(t, tc.expr), tc.at); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.expr, got, tc.want)
		}
	}
	if got := evaluated(t, mustCompile(t, "body", Options{}), msg); got != "nodes []" {
		t.Errorf("no default namespace: %s", got)
	}
}

func mustCompile(t *testing.T, expr string, o Options) *Expr {
	t.Helper()
	e, err := Compile(expr, o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestValueConversions: Value converts as string(), number() and boolean() do.
func TestValueConversions(t *testing.T) {
	n := tree(t, `<message><body>12</body><body>x</body></message>`)
	for _, tc := range []struct {
		expr, text string
		number     float64
		truth      bool
	}{
		{"//body", "12", 12, true}, {"//missing", "", math.NaN(), false}, {"'0'", "0", 0, true}, {"''", "", math.NaN(), false},
		{"0", "0", 0, false}, {"0 div 0", "NaN", math.NaN(), false}, {"true()", "true", 1, true}, {"1 = 2", "false", 0, false},
	} {
		v, err := compiled(t, tc.expr).Eval(n)
		if err != nil || v.Text() != tc.text || v.Bool() != tc.truth || v.Number() != tc.number && !(math.IsNaN(v.Number()) && math.IsNaN(tc.number)) {
			t.Errorf("%s: %q %v %v, %v", tc.expr, v.Text(), v.Number(), v.Bool(), err)
		}
	}
}

// TestConcurrent: one Expr, many goroutines, different stanzas.
func TestConcurrent(t *testing.T) {
	e := compiled(t, `message[(//body | //subject)[last()]={text:.+}][translate(body, 'x', 'y') != concat(body, //subject)]`)
	var wg sync.WaitGroup
	for g := range 8 {
		n := tree(t, fmt.Sprintf(`<message><body>x%d</body><subject>s%d<b/>t</subject></message>`, g, g))
		wg.Go(func() {
			var m Match
			for range 200 {
				ok, err := e.Match(n, &m)
				if text, _ := m.Get("text"); !ok || err != nil || text != fmt.Sprintf("s%dt", g) {
					t.Errorf("%v, %v, %q", ok, err, text)
				}
				if ok, err := e.Match(n, nil); !ok || err != nil {
					t.Errorf("%v, %v", ok, err)
				}
				if v, err := e.Eval(n); err != nil || len(v.Nodes()) != 1 {
					t.Errorf("%v, %v", v, err)
				}
			}
		})
	}
	wg.Wait()
}
