package main

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

// TestDraw: the picture is XML, with all points, the highest below the top.
func TestDraw(t *testing.T) {
	svg := draw("links", []point{{Count: 1, CPU: 1.5, PeakMB: 30}, {Count: 10, CPU: 3.9, PeakMB: 31}, {Count: 64, CPU: 2, PeakMB: 120}})
	circles := 0
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, svg)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "circle" {
			circles++
		}
	}
	if circles != 6 || !strings.Contains(string(svg), ">4<") || !strings.Contains(string(svg), ">200<") {
		t.Errorf("%d points\n%s", circles, svg)
	}
}

func TestRoundUp(t *testing.T) {
	for v, want := range map[float64]float64{0: 1, 0.3: 0.4, 1: 1, 1.01: 2, 3: 4, 4.1: 10, 99: 100, 101: 200} {
		if got := roundUp(v); got < want*0.999 || got > want*1.001 {
			t.Errorf("%v: %v, want %v", v, got, want)
		}
	}
	for n, want := range map[int]string{1: "1", 1000: "1 k", 1500: "1500", 1_000_000: "1 M"} {
		if got := short(n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
	if _, err := choose([]string{"links", "lynx"}); err == nil {
		t.Error("a curve that there is not")
	}
}
