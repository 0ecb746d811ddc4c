// Command scale draws what a component costs as something grows: senders, served
// addresses, open questions, links, routes.
//
//	go run ./bench/scale                    all curves, into docs/
//	go run ./bench/scale -o /tmp senders    one of them, elsewhere
//
// In: bench/echo under bench/load, which are built in a temporary folder.
// Out: for each curve a picture, scale-NAME.svg, and a table on standard output.
//
//	main.go   flags; the curves: what grows, and how
//	draw.go   points → picture
//
// A point is the least CPU time of some runs, since what else a machine does only
// adds to it, and the least memory. Memory is the process's own (VmHWM), which is
// more than what is alive: the heap grows between two collections.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

// A curve is what one thing costs as it grows.
type curve struct {
	name, of string // of the file; of the axis
	counts   []int
	// flags are those of echo and of load for a count.
	flags func(n int) (echo, load string)
}

var curves = []curve{
	{"senders", "distinct senders", []int{100, 1000, 10_000, 100_000, 1_000_000}, func(n int) (string, string) {
		return "-routes 100", fmt.Sprintf("-workload msg -senders %d -n %d", n, max(300_000, 2*n))
	}},
	{"addresses", "served addresses", []int{1, 10, 100, 1000, 10_000}, func(n int) (string, string) {
		return fmt.Sprintf("-jids %d", n), fmt.Sprintf("-workload jids -recipients %d -n 300000", n)
	}},
	{"routes", "routes", []int{100, 1000, 10_000}, func(n int) (string, string) {
		return fmt.Sprintf("-routes %d", n), "-workload routes -n 300000"
	}},
	{"questions", "open questions", []int{10, 100, 1000, 10_000}, func(n int) (string, string) {
		return "-routes 100", fmt.Sprintf("-workload ask -senders %d -w %d -n 100000", n, n)
	}},
	{"links", "links", []int{1, 4, 16, 64}, func(n int) (string, string) {
		return fmt.Sprintf("-routes 100 -links %d", n), fmt.Sprintf("-workload msg -links %d -n 300000", n)
	}},
}

// A point is what load says of a run.
type point struct {
	Count  int     `json:"-"`
	CPU    float64 `json:"cpu_us_per_stanza"`
	IdleMB float64 `json:"idle_mb"`
	PeakMB float64 `json:"peak_mb"`
}

func main() {
	out := flag.String("o", "docs", "folder for the pictures")
	runs := flag.Int("runs", 3, "runs a point, 1 to 20")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	chosen, err := choose(flag.Args())
	if err == nil && (*runs < 1 || *runs > 20) {
		err = fmt.Errorf("-runs %d: it is from 1 to 20", *runs)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(64)
	}
	if err := run(ctx, chosen, *out, *runs); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

func choose(names []string) (chosen []curve, err error) {
	if len(names) == 0 {
		return curves, nil
	}
	for _, name := range names {
		i := slices.IndexFunc(curves, func(c curve) bool { return c.name == name })
		if i < 0 {
			return nil, fmt.Errorf("no curve %q", name)
		}
		chosen = append(chosen, curves[i])
	}
	return chosen, nil
}

func run(ctx context.Context, chosen []curve, out string, runs int) error {
	dir, err := os.MkdirTemp("", "emp-scale-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	build := exec.CommandContext(ctx, "go", "build", "-o", dir+string(filepath.Separator), "github.com/emp-framework/emp/bench/load", "github.com/emp-framework/emp/bench/echo")
	if msg, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, msg)
	}
	for _, c := range chosen {
		var points []point
		for _, n := range c.counts {
			fmt.Fprintf(os.Stderr, "%s: %d\n", c.name, n)
			p, err := measure(ctx, dir, c, n, runs)
			if err != nil {
				return fmt.Errorf("%d %s: %w", n, c.of, err)
			}
			points = append(points, p)
		}
		if err := os.WriteFile(filepath.Join(out, "scale-"+c.name+".svg"), draw(c.of, points), 0o644); err != nil {
			return err
		}
		fmt.Printf("\n| %s | CPU µs a stanza | idle MB | peak MB |\n|---|---|---|---|\n", c.of)
		for _, p := range points {
			fmt.Printf("| %d | %.2f | %.1f | %.1f |\n", p.Count, p.CPU, p.IdleMB, p.PeakMB)
		}
	}
	return nil
}

// measure returns the least of some runs.
func measure(ctx context.Context, dir string, c curve, n, runs int) (point, error) {
	best := point{n, math.Inf(1), math.Inf(1), math.Inf(1)}
	echo, load := c.flags(n)
	args := append([]string{"-json", "-cmd", filepath.Join(dir, "echo") + " " + echo, "-t", "2m"}, strings.Fields(load)...)
	for range runs {
		cmd := exec.CommandContext(ctx, filepath.Join(dir, "load"), args...)
		cmd.Env = append(os.Environ(), "EMP_LOG_LEVEL=error", "EMP_LIMITS_ASKS=65536")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			return best, fmt.Errorf("%w\n%s%s", err, out, stderr.Bytes())
		}
		var p point
		if err := json.Unmarshal(out, &p); err != nil {
			return best, err
		}
		best.CPU, best.IdleMB, best.PeakMB = min(best.CPU, p.CPU), min(best.IdleMB, p.IdleMB), min(best.PeakMB, p.PeakMB)
	}
	return best, nil
}
