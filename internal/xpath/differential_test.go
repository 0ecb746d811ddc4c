package xpath

import (
	"fmt"
	"slices"
	"testing"

	antchfx "github.com/antchfx/xpath"

	"github.com/emp-framework/emp/element"
)

// peerValue is what antchfx makes of a compiled expression, in the same form.
func peerValue(e *antchfx.Expr, n element.Node) (s string) {
	defer func() {
		if p := recover(); p != nil {
			s = fmt.Sprint("panic ", p)
		}
	}()
	switch v := e.Evaluate(&navigator{n}).(type) {
	case float64:
		return show(Value{kind: Number, number: v})
	case bool:
		return show(Value{kind: Boolean, boolean: v})
	case string:
		return show(Value{kind: String, text: v})
	}
	var at []int
	for it := e.Select(&navigator{n}); it.MoveNext(); {
		at = append(at, it.Current().(*navigator).n.Index())
		if len(at) > 100_000 {
			return "nodes without end"
		}
	}
	// Order and repetitions are the oracle's own affair: a node-set has neither.
	slices.Sort(at)
	return fmt.Sprint("nodes ", slices.Compact(at))
}

// TestReference holds every expression on every stanza to the reference.
func TestReference(t *testing.T) {
	trees := stanzaTrees(t)
	for _, x := range expressions() {
		e := compiled(t, x)
		for i, n := range trees {
			want := show(reference{}.value(e.root, context{n, 1, 1}))
			if got := evaluated(t, e, n); got != want {
				t.Errorf("%s on stanza %d: %s, want %s", x, i, got, want)
			}
		}
	}
}

// peerOf returns what antchfx makes of e on a node, or of compiling it.
func peerOf(e *Expr) func(element.Node) string {
	peer, err := antchfx.CompileWithNS(qualified(e.String()), testOptions.Namespaces)
	if err != nil {
		return func(element.Node) string { return "refused: " + err.Error() }
	}
	return func(n element.Node) string { return peerValue(peer, n) }
}

// TestOracle holds every expression on every stanza to antchfx/xpath. Where
// they differ a deviation must explain it.
func TestOracle(t *testing.T) {
	trees := stanzaTrees(t)
	same, explained := 0, 0
	for _, x := range expressions() {
		e := compiled(t, x)
		peer := peerOf(e)
		for i, n := range trees {
			got, want := evaluated(t, e, n), peer(n)
			switch {
			case got == want:
				same++
			case explain(e, n) != "":
				explained++
			default:
				t.Errorf("%s on stanza %d: %s, antchfx: %s", x, i, got, want)
			}
		}
	}
	t.Logf("%d expressions on %d stanzas: %d results the same, %d deviations", len(expressions()), len(trees), same, explained)
}

// TestDeviations sees each deviation of the oracle occur: one that is mended
// there must leave the list, or it would go on to excuse our own mistakes.
func TestDeviations(t *testing.T) {
	trees := stanzaTrees(t)
	for _, d := range deviations {
		e := compiled(t, d.witness)
		peer := peerOf(e)
		differ := func(n element.Node) bool { return d.applies(e.root, n) && evaluated(t, e, n) != peer(n) }
		if !slices.ContainsFunc(trees, differ) {
			t.Errorf("%q does not occur any more in %s", d.name, d.witness)
		}
	}
}
