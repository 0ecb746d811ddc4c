package xpath

import (
	"encoding/xml"
	"math/rand/v2"
	"testing"

	"github.com/emp-framework/emp/element"
)

// largestGrown is how many nodes a grown tree has at most: the reference takes the cube
// of that, or more.
const largestGrown = 60

// grow makes a tree of any bytes: what they say as XML if they are a small element, else
// one that they are the choices for.
func grow(t testing.TB, data []byte) element.Node {
	t.Helper()
	if n, err := element.ParseString(string(data)); err == nil && n.Document().End() <= largestGrown {
		return n.Document()
	}
	g := generator{data: data}
	g.put("<message xmlns='", element.NSClient, "' xmlns:p='urn:example:p'")
	g.attributes()
	var open []string
	for nodes := 8; len(g.data) > 0 && nodes < largestGrown; {
		switch c := g.choose(8); {
		case c < 4:
			name := []string{"p:a", "p:b", "p:c", "p:n", "body", "p:v", "message"}[g.choose(7)]
			open = append(open, name)
			g.put("<", name)
			nodes += 1 + g.attributes()
		case c == 4:
			g.pick("1", "2", "a", " x  y ", "12", "t1", "-3", "ß☃", "9")
			nodes++
		case len(open) > 0:
			g.put("</", open[len(open)-1], ">")
			open = open[:len(open)-1]
		}
	}
	for i := len(open) - 1; i >= 0; i-- {
		g.put("</", open[i], ">")
	}
	g.put("</message>")
	n, err := element.ParseString(g.b.String())
	if err != nil {
		t.Fatalf("%s: %v", g.b.String(), err)
	}
	return n.Document()
}

// attributes writes up to three of them, and the end of the tag.
func (g *generator) attributes() int {
	n := max(g.choose(6)-2, 0)
	for _, name := range []string{"n", "id", "xml:lang"}[:n] {
		g.put(" ", name, "='")
		g.pick("1", "2", "3", "a", "en", "", "de-AT", "10")
		g.put("'")
	}
	g.put(">")
	return n
}

func randomBytes(random *rand.Rand, most int) []byte {
	data := make([]byte, random.IntN(most))
	for i := range data {
		data[i] = byte(random.Uint32())
	}
	return data
}

// TestRandomTrees holds random expressions on random trees, from any node, to the
// reference. FuzzEvaluate goes on from there.
func TestRandomTrees(t *testing.T) {
	const expressions, trees, contexts = 300, 3, 3
	random := rand.New(rand.NewPCG(7, 2026))
	for range expressions {
		e := compiled(t, generate(randomBytes(random, 80)))
		for range trees {
			n := grow(t, randomBytes(random, 150))
			for range contexts {
				sameAsReference(t, e, n.At(random.IntN(n.End())))
			}
		}
	}
}

// sameAsReference holds e at n to the reference.
func sameAsReference(t *testing.T, e *Expr, n element.Node) (got string) {
	t.Helper()
	got = evaluated(t, e, n)
	if want := show(reference{}.value(e.root, context{n, 1, 1})); got != want {
		in, _ := xml.Marshal(n.Document().First())
		t.Errorf("%s at node %d of %s: %s, want %s", e, n.Index(), in, got, want)
	}
	return got
}
