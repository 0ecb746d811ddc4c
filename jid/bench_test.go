package jid

import (
	"strings"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	for _, c := range []struct{ name, in string }{
		{"plain", "alice@example.org/phone"},
		{"domain", "example.org"},
		{"upper", "Alice@Example.org/phone"},
		{"dot", "alice@example.org./phone"},
		{"unicode", "j\u00fcrgen@b\u00fccher.example/\u265a"},
		{"unicode-upper", "J\u00dcRGEN@B\u00dcCHER.example/\u265a"},
		{"a-label", "alice@xn--bcher-kva.example"},
		{"refused", "al ice@example.org"},
		// What a stranger can make us work at most.
		{"hostile-local", strings.Repeat("\u0958", 1023) + "@x"},
		{"hostile-labels", strings.Repeat(strings.Repeat("\u4e00\u4e01\u4e02", 18)+"\u3002", 18) + "x"},
		{"hostile-punycode", strings.Repeat("xn--"+strings.Repeat("9a", 120)+".", 12) + "x"},
		{"hostile-resource", "x/" + strings.Repeat("a\u0301\u0323", 613)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Parse(c.in)
			}
		})
	}
}

func BenchmarkReceived(b *testing.B) {
	for _, c := range []struct{ name, in string }{
		{"plain", "alice@example.org/phone"},
		{"emoji", "alice@example.org/\U0001f468\u200d\U0001f469\u200d\U0001f467"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Received(c.in)
			}
		})
	}
}
