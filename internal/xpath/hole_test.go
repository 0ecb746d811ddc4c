package xpath

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unsafe"
)

const (
	orders = `<iq type='set' id='o1' from='shop@example.org/till'><orders xmlns='urn:example:p'>` +
		`<a id='1' n='x'><b>one</b></a><a id='2' n='y'><b>two</b><c/></a><a id='' n='z'/><a n='w'><b>th<i>r</i>ee</b></a></orders></iq>`
)

func TestHoles(t *testing.T) {
	for _, tc := range []struct {
		expr  string
		match bool
		want  string // name=value, in the order of binding
	}{
		// The first in document order that fills the hole.
		{`//p:a/@id={id}`, true, "id=1"},
		{`//p:a[@id={id:[2-9]}]`, true, "id=2"},
		{`//p:a[@id={id:\d}][p:c]`, true, "id=2"},
		{`//p:a[@id={id:[3-9]}]`, false, ""},
		{`//p:b={text:t.*}`, true, "text=two"},
		{`//p:b={text:th.*}`, true, "text=three"},
		{`(//p:c | //p:b)={text:.+}`, true, "text=one"},
		{`//p:b/ancestor::*/@id={id}`, true, "id=o1"},

		// {name} takes any node that exists, the empty value too; no node fills no hole.
		{`//p:a[@n='z'][@id={id}]`, true, "id="},
		{`//p:a[@n='w'][@id={id}]`, false, ""},
		{`//p:a[@n='z'][@id={id:.+}]`, false, ""},
		{`//p:a[@n='z'][@id={id:.*}]`, true, "id="},
		{`p:missing={x}`, false, ""},
		{`.={all:one.*}`, true, "all=onetwothree"},

		// The whole value, not a part of it.
		{`iq/@from={x:shop}`, false, ""},
		{`iq/@from={x:shop|till}`, false, ""},
		{`iq/@from={x:shop@[^/]+/\w+}`, true, "x=shop@example.org/till"},
		{`iq/@from={x:(?i)SHOP@.*}`, true, "x=shop@example.org/till"},
		{"iq/@from={x:shop@.*$}", true, "x=shop@example.org/till"},

		// Strings and numbers.
		{`substring-before(iq/@from,'@')={user:[a-z]+}`, true, "user=shop"},
		{`count(//p:a)={n:\d+}`, true, "n=4"},
		{`concat(iq/@type,'-',iq/@id)={x:set-(o\d)}`, true, "x=set-o1"},
		{`(1 = 1)={x:true}`, true, "x=true"},
		{`'lit'={x}`, true, "x=lit"},

		// Several holes; failed candidates leave nothing behind.
		{`iq[@type={kind:get|set}][@id={id}]/p:orders/p:a[@id={n:2}]/p:b={text}`, true, "kind=set id=o1 n=2 text=two"},
		{`//p:a[@id={id}][@n={n:y|z}]`, true, "id=2 n=y"},
		{`//p:a[@id={id} and p:c]`, true, "id=2"},
		{`//p:a[@id={id}]/p:c`, true, "id=2"},
		{`//p:a[@id={id}][2]`, true, "id=2"},
		{`(//p:a[@id={id}])[2]`, true, "id=2"},
		{`(//p:a[@id={id}])[4]`, false, ""},
		{`(//p:a[@id={id}])[2]/p:missing | iq[@type={kind}]`, true, "kind=set"},
		{`(//p:a[@id={id}])[2]/@n={n:z} or iq[@type={kind}]`, true, "kind=set"},
		{`iq[@id={id} and @missing or not(@missing) and @type={kind}]`, true, "kind=set"},
		{`iq[not(@missing={x}) and (@id={id} or @type={kind})]`, true, "id=o1"},
		{`//p:a[@id={id}][last()]`, true, "id="},
		{`//p:a[@id={id}][p:missing]`, false, ""},
		{`//p:a[@n={n}]/p:b[.={text:two}]`, true, "n=y text=two"},
		{`//p:a[@id={id}]/p:b = 'two'`, true, "id=2"},
		{`'two' = //p:a[@id={id}]/p:b`, true, "id=2"},
		{`//p:b[.={text}]/../@n = //p:c[@x={x}]/../@n`, false, ""},
		{`//p:a[p:b={text}]/@n = //p:c/../@n`, true, "text=two"},
		{`//p:a[@id={id:\d}]/@id > 1`, true, "id=2"},

		// or: the branch that is true; not(): a test only.
		{`iq[@id={id:zz} or @type={kind}]`, true, "kind=set"},
		{`iq[@id={id} or @type={kind}]`, true, "id=o1"},
		{`iq[(@id={id} and p:missing) or @type={kind}]`, true, "kind=set"},
		{`iq[not(@id={id:zz})]`, true, ""},
		{`iq[not(@id={id})]`, false, ""},
		{`iq[count(p:orders/p:a[@id={id:\d}]) = 2]`, true, ""},
		{`boolean(iq/@id={id})`, true, "id=o1"},
		{`not(not(iq/@id={id}))`, true, ""},
		{`(iq/@id={id}) = true()`, true, ""},

		// Unions and sets in parentheses bind by the node that counts.
		{`//p:c[@id={c}] | //p:a[@id={a:2}]`, true, "a=2"},
		{`(//p:a[@id={id}])[2]`, true, "id=2"},
		{`(//p:a[@id={id}])[last()]/@n={n}`, true, "id= n=z"},
		{`(//p:a[@id={id:2}] | //p:a[@n={n:x}])[2]/p:c`, true, "id=2"},
		{`(//p:a[@id={id:2}] | //p:a[@n={n:x}])[1]`, true, "n=x"},
		{`//p:b[.={text:t.*}]/ancestor::p:a={whole}`, true, "text=two whole=two"},

		// Where a hole ends.
		{`iq/@id={x:o\d{1}}`, true, "x=o1"},
		{`iq/@id={x:o\d{1,2}}`, true, "x=o1"},
		{`iq/@id={x:\p{L}\x{31}}`, true, "x=o1"},
		{`iq/@id={x:[^\}]+}`, true, "x=o1"},
		{`iq/@id={x:[^\{\}]+}`, true, "x=o1"},
		{`iq/@id={x:[^']]?.*}`, true, "x=o1"},
		{`iq[@id={x:o1|\}}]`, true, "x=o1"},
	} {
		e := compiled(t, tc.expr)
		var m Match
		ok, err := e.Match(tree(t, orders), &m)
		if err != nil {
			t.Errorf("%s: %v", tc.expr, err)
		}
		var got []string
		captured := map[string]string{}
		for name, value := range m.All() {
			got = append(got, name+"="+value)
			captured[name] = value
			if v, ok := m.Get(name); !ok || v != value {
				t.Errorf("%s: Get(%q) = %q, %v", tc.expr, name, v, ok)
			}
			if !slices.Contains(e.Holes(), name) {
				t.Errorf("%s: %q is bound and not among %v", tc.expr, name, e.Holes())
			}
		}
		if s := strings.Join(got, " "); ok != tc.match || s != tc.want {
			t.Errorf("%s: %v %s, want %v %s", tc.expr, ok, s, tc.match, tc.want)
		}
		if ok && !alwaysFilled(e, captured) {
			t.Errorf("%s: %v always filled, yet only %s", tc.expr, e.Always(), got)
		}
	}
}

// TestHoleNames: in the order of the expression, without those that only test.
func TestHoleNames(t *testing.T) {
	for expr, want := range map[string]string{
		`iq`:                                            "[]",
		`iq[@a={x}]/b[@c={y:\d+} or @d={z}]={w}`:        "[x y z w]",
		`iq[not(@a={x})][@b={y}]`:                       "[y]",
		`count(iq[@a={x}]) > 0 and iq/@b={y}`:           "[y]",
		`iq[boolean(@a={x})]`:                           "[x]",
		`(iq/@a={x}) = (iq/@b={y})`:                     "[]",
		`iq[@a={x}] | message[@b={y}]`:                  "[x y]",
		`'1' = iq[@a={x}]/b and iq/@c={y}`:              "[x y]",
		`(iq[@a={x}])[1]/b[@c={y}]`:                     "[x y]",
		`string(iq[@a={x}]/@b)={y}`:                     "[y]",
		`iq[@z={z-1}][@a={_a}]`:                         "[z-1 _a]",
		`iq[@a={x}]/@b < message[@a={y}]/@b`:            "[x y]",
		`iq[b[@a={x}] = 1 + count(c[@a={y}])]`:          "[x]",
		`iq[substring-after(b[@a={x}], 'c')={y}]`:       "[y]",
		`iq[@a = 'x{y}'][@b={x:[^{}]+}][@c="{"][.={z}]`: "[x z]",
	} {
		if got := fmt.Sprint(compiled(t, expr).Holes()); got != want {
			t.Errorf("%s: holes %s, want %s", expr, got, want)
		}
	}
}

// TestCapturesAreParts: a captured value shares the memory of the stanza, and
// what is no part of it does not share the memory of the scratch.
func TestCapturesAreParts(t *testing.T) {
	n := tree(t, orders)
	from := n.Root().Attr("from")
	var m Match
	compiled(t, `substring-before(iq/@from,'@')={user}`).Match(n, &m)
	if user, _ := m.Get("user"); user != "shop" || unsafe.StringData(user) != unsafe.StringData(from) {
		t.Errorf("%q is a copy", user)
	}
	compiled(t, `concat(iq/@type, '!')={x} and .={all}`).Match(n, &m)
	before := maps.Collect(m.All())
	compiled(t, `concat('#########', '####################')='x'`).Match(n, &Match{run: m.run})
	for name, value := range m.All() {
		if before[name] != value || strings.Contains(value, "#") {
			t.Errorf("{%s} has become %q", name, value)
		}
	}
	if fmt.Sprint(before) != "map[all:onetwothree x:set!]" {
		t.Error(before)
	}
	m.Reset()
	if m.Len() != 0 {
		t.Error("Reset left captures")
	}
}
