package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// table prints CPU time and throughput of each system, and how many times the
// CPU time of EMP, and EMP's of the floor in C, that is.
func table(w io.Writer, chosen []system, results map[string][]figure) {
	fmt.Fprint(w, "| system |")
	for _, name := range workloads {
		fmt.Fprintf(w, " %s |", name)
	}
	fmt.Fprint(w, " idle / peak MB |\n|---|")
	for range workloads {
		fmt.Fprint(w, "---|")
	}
	fmt.Fprintln(w, "---|")
	for _, s := range chosen {
		fmt.Fprintf(w, "| %s |", s.name)
		var idle, peak float64
		for _, name := range workloads {
			f, ok := median(results[s.name+name])
			if !ok {
				fmt.Fprint(w, " failed |")
				continue
			}
			fmt.Fprintf(w, " %.2f µs, %.0f k/s%s |", f.CPU, f.PerSecond/1000, ratio(s.name, f, name, results))
			idle, peak = max(idle, f.IdleMB), max(peak, f.PeakMB)
		}
		fmt.Fprintf(w, " %.1f / %.1f |\n", idle, peak)
	}
}

// ratio compares with EMP, and EMP with the floor.
func ratio(name string, f figure, workload string, results map[string][]figure) string {
	base := "emp"
	if name == base {
		base = "floor (C)"
	} else if name == "floor (C)" || name == "floor (Go)" {
		return ""
	}
	of, ok := median(results[base+workload])
	if !ok || of.CPU == 0 {
		return ""
	}
	if base == "emp" {
		base = "EMP"
	}
	return fmt.Sprintf(" (%.1f × %s)", f.CPU/of.CPU, base)
}

// median returns the figures of the run whose CPU time is in the middle.
func median(fs []figure) (figure, bool) {
	if len(fs) == 0 {
		return figure{}, false
	}
	fs = slices.SortedFunc(slices.Values(fs), func(a, b figure) int { return cmp.Compare(a.CPU, b.CPU) })
	return fs[len(fs)/2], true
}
