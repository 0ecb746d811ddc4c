package xpath

import (
	"testing"

	antchfx "github.com/antchfx/xpath"
)

// BenchmarkMatch is one match of the shapes that routes have; antchfx stands
// beside it where it has the same expression.
func BenchmarkMatch(b *testing.B) { benchmarkShapes(b, shapes) }

// BenchmarkEvent is BenchmarkMatch for what is asked of larger stanzas.
func BenchmarkEvent(b *testing.B) { benchmarkShapes(b, events) }

func benchmarkShapes(b *testing.B, shapes []shape) {
	for _, s := range shapes {
		n := tree(b, s.stanza)
		e := compiled(b, s.expr)
		b.Run("emp/"+s.expr, func(b *testing.B) {
			b.ReportAllocs()
			var m Match
			for b.Loop() {
				e.Match(n, &m)
			}
		})
		if s.peer == "" {
			continue
		}
		peer, err := antchfx.CompileWithNS(s.peer, testOptions.Namespaces)
		if err != nil {
			b.Fatal(err)
		}
		b.Run("antchfx/"+s.peer, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				peer.Select(&navigator{n}).MoveNext()
			}
		})
	}
}

// BenchmarkCompile is a route being read at start.
func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Compile(shapes[0].expr, testOptions)
	}
}

// BenchmarkLarge is what the largest stanza costs: 9,900 nested elements and
// paths that meet each of them from many contexts.
func BenchmarkLarge(b *testing.B) {
	n := nested(b, 9_900, 180)
	for _, expr := range []string{"//p:a//p:b//p:c//p:d", "//p:a/../p:b/../p:d", "//p:a[.//p:d]", "//p:a = //p:b"} {
		e := compiled(b, expr)
		b.Run(expr, func(b *testing.B) {
			b.ReportAllocs()
			var m Match
			for b.Loop() {
				e.Match(n, &m)
			}
			b.ReportMetric(float64(m.Steps()), "steps/op")
		})
	}
}
