package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// A report is the figures of a run.
type report struct {
	Workload    string  `json:"workload"`
	Links       int     `json:"links"`
	Outstanding int     `json:"outstanding"`
	Senders     int     `json:"senders"`
	MeanBytes   int     `json:"mean_bytes"`
	Seconds     float64 `json:"seconds"`

	PerSecond float64 `json:"stanzas_per_second"`
	CPU       float64 `json:"cpu_us_per_stanza"`
	P50       float64 `json:"p50_us"`
	P99       float64 `json:"p99_us"`
	Max       float64 `json:"max_us"`
	IdleMB    float64 `json:"idle_mb"`
	PeakMB    float64 `json:"peak_mb"`
	ReadyMS   float64 `json:"ready_ms,omitempty"`

	counts
	Asides int    `json:"asides"`
	Error  string `json:"error,omitempty"`
}

// fill computes what a run of some seconds and some CPU time means.
func (r *report) fill(times *histogram, took, cpu time.Duration) {
	r.Seconds = took.Seconds()
	r.PerSecond = float64(r.Sent) / took.Seconds()
	r.CPU = float64(cpu.Microseconds()) / float64(max(r.Sent, 1))
	us := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
	r.P50, r.P99, r.Max = us(times.at(0.5)), us(times.at(0.99)), us(times.max)
}

func (r *report) write(w io.Writer, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	fmt.Fprintf(w, "%s: %d stanzas of %d bytes from %d senders, %d outstanding, over %d links, in %.2f s\n", r.Workload, r.Sent, r.MeanBytes, r.Senders, r.Outstanding, r.Links, r.Seconds)
	fmt.Fprintf(w, "  %.0f stanzas/s, %.2f µs CPU each\n", r.PerSecond, r.CPU)
	fmt.Fprintf(w, "  latency p50 %.0f µs, p99 %.0f µs, max %.0f µs\n", r.P50, r.P99, r.Max)
	fmt.Fprintf(w, "  memory idle %.1f MB, peak %.1f MB", r.IdleMB, r.PeakMB)
	if r.ReadyMS > 0 {
		fmt.Fprintf(w, "; ready after %.0f ms", r.ReadyMS)
	}
	fmt.Fprintf(w, "\n  answered %d, lost %d, wrong %d, misordered %d, double %d; %d asides\n", r.Answered, r.Lost, r.Wrong, r.Misordered, r.Double, r.Asides)
	if r.Error != "" {
		fmt.Fprintf(w, "  %s\n", r.Error)
	}
	return nil
}
