// Command peers builds the component of bench/load in EMP and in other systems,
// runs the load generator against each in turn, and prints one table.
//
//	go run ./bench/peers              all systems, three rounds
//	go run ./bench/peers -rounds 1 -systems emp,slixmpp
//
// As root on Debian it installs what the others need: slixmpp and gloox from
// Debian, @xmpp/component from npm. Everything is built in a temporary folder.
// A figure is the median of the rounds; in each round every system has its turn,
// so that what else the machine does falls on all of them.
package main

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed src
var sources embed.FS

// A system is what is measured. Its lines are of the shell and run in the
// temporary folder; run gets the server's address, the domain and the secret.
type system struct {
	name, install, build, run string
	count                     int // stanzas a run, about as many as take seconds
}

var systems = []system{
	{"floor (C)", "", "cc -O2 -D_GNU_SOURCE -o floor_c $MODULE/bench/floor/c/floor.c", "./floor_c $1 $2 $3", 1_000_000},
	{"floor (Go)", "", "go build -C $MODULE -o $PWD/floor_go ./bench/floor/go", "./floor_go $1 $2 $3", 1_000_000},
	{"emp", "", "go build -C $MODULE -o $PWD/emp ./bench/echo", "./emp -routes 100", 500_000},
	{"xmpp.js", "", "npm install --silent --no-audit --no-fund", "node xmppjs_echo.mjs $1 $2 $3", 50_000},
	{"gloox", "apt-get install -y --no-install-recommends g++ libgloox-dev", "c++ -O2 -o gloox gloox_echo.cpp -lgloox", "./gloox $1 $2 $3", 50_000},
	{"slixmpp", "apt-get install -y --no-install-recommends python3-slixmpp", "/usr/bin/python3 -c 'import slixmpp'", "/usr/bin/python3 slixmpp_echo.py $1 $2 $3", 20_000},
}

var workloads = []string{"ping", "msg", "mixed", "big"}

// A figure is what bench/load says of a run.
type figure struct {
	PerSecond float64 `json:"stanzas_per_second"`
	CPU       float64 `json:"cpu_us_per_stanza"`
	IdleMB    float64 `json:"idle_mb"`
	PeakMB    float64 `json:"peak_mb"`
}

func main() {
	rounds := flag.Int("rounds", 3, "rounds, 1 to 20")
	only := flag.String("systems", "", "those to run, with commas; all if empty")
	flag.Parse()
	if *rounds < 1 || *rounds > 20 || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(64)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *rounds, *only); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int, only string) error {
	chosen, err := choose(only)
	if err != nil {
		return err
	}
	b, err := newBench(ctx)
	if b != nil {
		defer os.RemoveAll(b.dir)
	}
	if err != nil {
		return err
	}
	for _, s := range chosen {
		if err := b.prepare(s); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	results := map[string][]figure{} // by system and workload
	for round := range rounds {
		for _, w := range workloads {
			for _, s := range chosen {
				fmt.Fprintf(os.Stderr, "round %d of %d: %s, %s\n", round+1, rounds, w, s.name)
				f, err := b.measure(s, w)
				if err != nil {
					fmt.Fprintf(os.Stderr, "peers: %s, %s: %v\n", s.name, w, err)
					continue
				}
				results[s.name+w] = append(results[s.name+w], f)
			}
		}
	}
	table(os.Stdout, chosen, results)
	return nil
}

func choose(only string) ([]system, error) {
	if only == "" {
		return systems, nil
	}
	var chosen []system
	for _, name := range strings.Split(only, ",") {
		i := slices.IndexFunc(systems, func(s system) bool { return s.name == name })
		if i < 0 {
			return nil, fmt.Errorf("no system %q", name)
		}
		chosen = append(chosen, systems[i])
	}
	return chosen, nil
}

// A bench is the folder in which everything is built and run.
type bench struct {
	ctx    context.Context
	dir    string
	module string // the folder of this module
}

func newBench(ctx context.Context) (*bench, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/emp-framework/emp").Output()
	if err != nil {
		return nil, fmt.Errorf("run it inside the module: %w", err)
	}
	dir, err := os.MkdirTemp("", "emp-peers-")
	if err != nil {
		return nil, err
	}
	b := &bench{ctx, dir, strings.TrimSpace(string(out))}
	src, err := fs.Sub(sources, "src")
	if err == nil {
		err = os.CopyFS(dir, src)
	}
	if err != nil {
		return b, err
	}
	return b, b.shell("go build -C $MODULE -o $PWD/load ./bench/load")
}

func (b *bench) prepare(s system) error {
	err := b.shell(s.build)
	if err == nil || s.install == "" {
		return err
	}
	if err := b.shell(s.install); err != nil {
		return err
	}
	return b.shell(s.build)
}

// shell runs a line in the folder; its output is shown if it fails.
func (b *bench) shell(line string) error {
	cmd := exec.CommandContext(b.ctx, "sh", "-c", line)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), "MODULE="+b.module, "DEBIAN_FRONTEND=noninteractive")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", line, err, out)
	}
	return nil
}

func (b *bench) measure(s system, workload string) (f figure, err error) {
	cmd := exec.CommandContext(b.ctx, filepath.Join(b.dir, "load"), "-json", "-cmd", s.run, "-workload", workload, "-n", fmt.Sprint(s.count), "-warmup", fmt.Sprint(s.count/10))
	cmd.Dir = b.dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return f, fmt.Errorf("%w\n%s%s", err, out, stderr.Bytes())
	}
	return f, json.Unmarshal(out, &f)
}
