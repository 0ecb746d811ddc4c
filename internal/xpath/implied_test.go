package xpath

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
)

// follows reports whether a's conditions are seen to hold wherever b's do.
func follows(a, b Conditions) bool {
	return (a.Stanza == "" || a.Stanza == b.Stanza) &&
		!slices.ContainsFunc(a.All, func(c string) bool { return !slices.Contains(b.Implied, c) })
}

func TestImplied(t *testing.T) {
	for _, tt := range []struct {
		asks, of string // evaluated at the stanza
		want     bool
	}{
		{"p:tweet", "p:tweet[@id={id}]", true},
		{"p:tweet[@id]", "p:tweet[@id={id}]", true},
		{"p:tweet[@id={x}]", "child::p:tweet[ @id = '5' ]/p:text", true},
		{`p:tweet[@id={x:\d+}]`, `p:tweet[@id={y:\d+}][@lang]`, true},
		{`p:tweet[@id={x:\d}]`, `p:tweet[@id={y:\d+}]`, false},
		{"p:tweet[@id='5']", "p:tweet['5'=@id]", true},
		{"p:tweet[@a][@b]", "p:tweet[@b and @a='1' and @c]", true},
		{"p:tweet[@a or @b]", "p:tweet[@b or @a]", true},
		{"p:tweet[@a or @b]", "p:tweet[@a]", false}, // it is so, but is not seen
		{"body", "starts-with(body, '!')", true},
		{"body", "starts-with(body, '')", false},
		{"p:a/p:b", "p:a[p:b]", false},
		{"p:a[1]", "p:a[1][@x]", false},
		{"p:a[@x][1]", "p:a[1]", false},
		{"p:a", "p:a[2]/p:b", true},
		{"@id and body", "self::node()[body='x'][@id]", true},
		{"not(body)", "self::node()[not(body)][@id]", true},
		{"not(body='x')", "not(body)", false},
		{"not(body)", "not(body='x')", false},
		{"p:a[not(p:b[@x])]", "p:a[not(p:b[@x][@y])]", false},
		{"body='1'", "body=1", false},
		{"count(p:a)>1", "count(p:a)>1 and @id", true},
		{"p:a", "count(p:a)>1", false},
		{"c:body", "body", true},
		{"@n<5", "5>@n", true},
		{"@n<5", "@n>5", false},
		{".//p:b", "p:a//p:b", false},
		{"p:*", "p:a", true},
		{"*", "p:a[@id='1']/p:b", true},
		{"c:*", "body='a'", true},
		{"*", "self::node()[p:a/@id='1']", true},
		{"p:*", "c:a", false},
		{"p:a", "p:*", false},
		{"*", "@id", false},
		{"p:*[2]", "p:a[2]", false},
		{"*[1]", "*", false},              // it is so, but is not seen
		{"*[@id]", "p:a[@id='1']", false}, // likewise
		{"not(*)", "not(p:a)", false},
	} {
		conditions := func(x string) Conditions {
			c, ok := compiled(t, x).Conditions(false)
			if !ok {
				t.Errorf("%s has no conditions", x)
			}
			return c
		}
		if a, b := conditions(tt.asks), conditions(tt.of); follows(a, b) != tt.want {
			t.Errorf("%s of %s: %v\n%q\n%q", tt.asks, tt.of, !tt.want, a.All, b.Implied)
		}
	}
	for x, want := range map[string]string{
		"message[body]":                "message /child::0{jabber:client}body",
		"/message/body[. = 'a']":       "message /child::0{jabber:client}body[compare(0,,1:\"a\")]",
		"*[@id]":                       " /attribute::0{}id",
		"message[1]":                   "-",
		"//body":                       "-",
		"message | presence":           "-",
		"body":                         "-",
		"message[@a and @b][@c]/p:x/.": "message /attribute::0{}a /attribute::0{}b /attribute::0{}c /child::0{urn:example:p}x",
	} {
		got := "-"
		if c, ok := compiled(t, x).Conditions(true); ok {
			got = c.Stanza + " " + strings.Join(c.All, " ")
		}
		if got != want {
			t.Errorf("%s: %s, want %s", x, got, want)
		}
	}
}

// impliedHolds checks for all pairs of expressions that what is said to follow
// does: where one is true so are those that its conditions imply.
func impliedHolds(t *testing.T, exprs []string, atDocument bool) (pairs int) {
	t.Helper()
	type asked struct {
		Conditions
		*Expr
		on []bool // by tree
	}
	var all []asked
	trees := stanzaTrees(t)
	for _, x := range exprs {
		e := compiled(t, x)
		c, ok := e.Conditions(atDocument)
		if !ok {
			continue
		}
		a := asked{c, e, nil}
		for _, n := range trees {
			if !atDocument {
				n = n.Root()
			}
			holds, err := e.Match(n, nil)
			if err != nil {
				t.Fatal(err)
			}
			a.on = append(a.on, holds)
			if holds && c.Stanza != "" && !n.Root().Is(element.NSClient, c.Stanza) {
				t.Errorf("%s is true of %v, and said to be of <%s>", e, n, c.Stanza)
			}
		}
		all = append(all, a)
	}
	for i, a := range all {
		for j, b := range all {
			if i == j || !follows(a.Conditions, b.Conditions) {
				continue
			}
			pairs++
			for k := range trees {
				if b.on[k] && !a.on[k] {
					t.Errorf("%s is said to follow from %s, and does not on stanza %d", a, b, k)
				}
			}
		}
	}
	return pairs
}

func TestImpliedHolds(t *testing.T) {
	pairs := 0
	for _, atDocument := range []bool{true, false} {
		pairs += impliedHolds(t, expressions(), atDocument)
		rnd := rand.New(rand.NewPCG(1, 2))
		for range 20 {
			var some []string
			for range 60 {
				choices := make([]byte, rnd.IntN(25))
				for i := range choices {
					choices[i] = byte(rnd.Uint32())
				}
				x := generate(choices)
				if atDocument && !strings.HasPrefix(x, "/") {
					x = "*/" + x
				}
				if _, err := Compile(x, testOptions); err == nil {
					some = append(some, x)
				}
			}
			pairs += impliedHolds(t, some, atDocument)
		}
	}
	if pairs < 1000 {
		t.Errorf("only %d pairs: that tests little", pairs)
	}
}
