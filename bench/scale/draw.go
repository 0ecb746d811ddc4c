package main

import (
	"bytes"
	"fmt"
	"math"
)

// The measures of a picture, in pixels: two charts side by side.
const (
	chartWidth, chartHeight = 300, 180
	left, top               = 60, 30
	pitch                   = chartWidth + left + 30
)

// draw returns the points as a picture (SVG): CPU time on the left, memory on the
// right, both from 0 up, over a logarithmic axis of counts.
func draw(of string, points []point) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="11">`+"\n", 2*pitch+left, chartHeight+top+50)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="#fff"/>`+"\n")
	chart(&b, left, "CPU µs a stanza", of, points, func(p point) float64 { return p.CPU })
	chart(&b, left+pitch, "peak memory, MB", of, points, func(p point) float64 { return p.PeakMB })
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func chart(b *bytes.Buffer, x0 int, title, of string, points []point, value func(point) float64) {
	most := 0.0
	for _, p := range points {
		most = max(most, value(p))
	}
	most = roundUp(most)
	first, last := math.Log10(float64(points[0].Count)), math.Log10(float64(points[len(points)-1].Count))
	x := func(p point) float64 {
		if last == first {
			return float64(x0)
		}
		return float64(x0) + chartWidth*(math.Log10(float64(p.Count))-first)/(last-first)
	}
	y := func(v float64) float64 { return top + chartHeight*(1-v/most) }

	fmt.Fprintf(b, `<text x="%d" y="%d" font-weight="bold">%s</text>`+"\n", x0, top-12, title)
	for i := range 5 {
		v := most * float64(i) / 4
		fmt.Fprintf(b, `<path d="M%d %.1fh%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%.4g</text>`+"\n", x0, y(v), chartWidth, x0-6, y(v)+4, v)
	}
	line, step := "", "M"
	for _, p := range points {
		line += fmt.Sprintf("%s%.1f %.1f", step, x(p), y(value(p)))
		step = "L"
		fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3" fill="#06c"/><text x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n", x(p), y(value(p)), x(p), top+chartHeight+16, short(p.Count))
	}
	fmt.Fprintf(b, `<path d="%s" fill="none" stroke="#06c" stroke-width="1.5"/><text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", line, x0+chartWidth/2, top+chartHeight+36, of)
}

// roundUp returns the next of 1, 2, 4, 10, 20, 40, …
func roundUp(v float64) float64 {
	if v <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, m := range []float64{1, 2, 4, 10} {
		if v <= m*unit {
			return m * unit
		}
	}
	return 20 * unit
}

// short writes 10000 as 10 k.
func short(n int) string {
	switch {
	case n >= 1_000_000 && n%1_000_000 == 0:
		return fmt.Sprintf("%d M", n/1_000_000)
	case n >= 1000 && n%1000 == 0:
		return fmt.Sprintf("%d k", n/1000)
	}
	return fmt.Sprint(n)
}
