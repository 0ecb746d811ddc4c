package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

// options are the flags.
type options struct {
	cmd, listen, domain, secret, workload string

	pid, outstanding, count, warmup, senders, recipients, links int

	limit, settle time.Duration
	json          bool
}

// The exit statuses, as those of framework.Main.
const (
	exitBad   = 1  // an answer was missing or wrong
	exitUsage = 64 // the flags make no sense
)

func main() {
	o, err := parse(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(exitUsage)
	}
	r, err := run(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(exitBad)
	}
	r.write(os.Stdout, o.json)
	if r.bad() > 0 || r.Error != "" {
		os.Exit(exitBad)
	}
}

// parse reads the flags, and refuses those that no run could be made of.
func parse(args []string, usage io.Writer) (o options, err error) {
	f := flag.NewFlagSet("load", flag.ContinueOnError)
	f.SetOutput(usage)
	f.StringVar(&o.cmd, "cmd", "", "command line that starts the component")
	f.IntVar(&o.pid, "pid", 0, "process of a component that is started by other means")
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "loopback address to listen on; port 0 picks one")
	f.StringVar(&o.domain, "jid", "echo.localhost", "domain of the component; it connects for others too with -links")
	f.StringVar(&o.secret, "secret", "load", "its secret")
	f.StringVar(&o.workload, "workload", "ping", "what is sent: ping, msg, mixed, big, slow, ask, jids or routes")
	f.IntVar(&o.outstanding, "w", 256, "stanzas outstanding, 1 to 65536")
	f.IntVar(&o.count, "n", 500_000, "stanzas to send, 1 to 100 million")
	f.IntVar(&o.warmup, "warmup", 50_000, "stanzas to send before, which do not count")
	f.IntVar(&o.senders, "senders", 1000, "distinct senders, 1 to 9999999")
	f.IntVar(&o.recipients, "recipients", 1000, "distinct recipients of the workload jids, 1 to 9999999")
	f.IntVar(&o.links, "links", 1, "connections that the component makes, among which -w and -n are divided, 1 to 1000")
	f.DurationVar(&o.limit, "t", 30*time.Second, "when to stop sending, 1s to 10m")
	f.DurationVar(&o.settle, "settle", time.Second, "how long it is left alone before its idle memory is read, 0 to 1m")
	f.BoolVar(&o.json, "json", false, "print JSON")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	between := func(name string, v, least, most int) {
		if err == nil && (v < least || v > most) {
			err = fmt.Errorf("-%s %d: it is from %d to %d", name, v, least, most)
		}
	}
	between("w", o.outstanding, 1, 1<<16)
	between("n", o.count, 1, 100_000_000)
	between("warmup", o.warmup, 0, 100_000_000)
	between("senders", o.senders, 1, 9_999_999)
	between("recipients", o.recipients, 1, 9_999_999)
	between("links", o.links, 1, 1000)
	if err != nil {
		return o, err
	}
	host, _, splitErr := net.SplitHostPort(o.listen)
	ip := net.ParseIP(host)
	switch {
	case f.NArg() > 0:
		return o, fmt.Errorf("%q is no flag; a command goes behind -cmd, in quotes", f.Arg(0))
	case (o.cmd == "") == (o.pid == 0):
		return o, errors.New("give -cmd, or -pid of what connects by itself")
	case o.pid < 0:
		return o, fmt.Errorf("-pid %d is none", o.pid)
	case o.limit < time.Second || o.limit > 10*time.Minute:
		return o, fmt.Errorf("-t %v: it is from 1s to 10m", o.limit)
	case o.settle < 0 || o.settle > time.Minute:
		return o, fmt.Errorf("-settle %v: it is from 0s to 1m", o.settle)
	case splitErr != nil || ip == nil || !ip.IsLoopback():
		return o, fmt.Errorf("-listen %q: an address of loopback with a port, as in 127.0.0.1:5347", o.listen)
	}
	w, err := workloadNamed(o.workload, o.domain, o.recipients)
	if err == nil && w.asks && o.senders < o.outstanding {
		err = fmt.Errorf("-senders %d: with %s at least as many as -w, for a sender who is asked is not heard meanwhile", o.senders, o.workload)
	}
	return o, err
}
