package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

// late is how long we wait at the end for answers that come twice.
const late = 250 * time.Millisecond

// A lane is a link of the component, and what goes over it.
type lane struct {
	*server
	check *checker
}

// run makes one run.
func run(o options) (*report, error) {
	l, err := net.Listen("tcp", o.listen)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	p := &process{pid: o.pid}
	if o.cmd != "" {
		if p, err = spawn(o.cmd, l.Addr().String(), o.domain, o.secret); err != nil {
			return nil, err
		}
		defer p.stop()
		go func() { // nobody will connect then
			<-p.ended
			l.Close()
		}()
	} else {
		fmt.Fprintf(os.Stderr, "load: waiting for %s on %s, secret %q\n", o.domain, l.Addr(), o.secret)
	}
	var lanes []*lane
	defer func() {
		each(lanes, func(l *lane) error { l.close(); return nil })
	}()
	for range o.links {
		lane, err := o.lane(l)
		if err != nil && o.cmd != "" && p.hasEnded() {
			return nil, fmt.Errorf("the component ended before it connected: %v", p.cmd.ProcessState)
		}
		if err != nil {
			return nil, err
		}
		lanes = append(lanes, lane)
	}
	r := &report{Workload: o.workload, Links: o.links, Outstanding: o.outstanding, Senders: o.senders, MeanBytes: lanes[0].check.load.meanBytes()}
	if p.cmd != nil {
		r.ReadyMS = float64(time.Since(p.started).Microseconds()) / 1000
	}
	if err := each(lanes, func(l *lane) error { return l.quiet(l.check, o.settle) }); err != nil {
		return nil, fmt.Errorf("before the first stanza: %w", err)
	}
	r.IdleMB = p.memory("VmRSS")
	return r, r.measure(o, p, lanes)
}

// lane accepts a link.
func (o options) lane(l net.Listener) (*lane, error) {
	s, err := accept(l, o.secret, 30*time.Second)
	if err != nil {
		return nil, err
	}
	if o.links == 1 && s.domain != o.domain {
		s.close()
		return nil, fmt.Errorf("the component connects for %q, not for %q", s.domain, o.domain)
	}
	load, err := workloadNamed(o.workload, s.domain, o.recipients)
	return &lane{s, newChecker(s.domain, load, o.senders, max(o.outstanding/o.links, 1))}, err
}

// measure sends what does not count, then what counts, and fills the report.
func (r *report) measure(o options, p *process, lanes []*lane) error {
	if err := each(lanes, func(l *lane) error { return l.run(l.check, o.warmup/o.links, o.limit) }); err != nil {
		return fmt.Errorf("warming up: %w", err)
	}
	for _, l := range lanes {
		if bad := l.check.counts.bad(); bad > 0 {
			return fmt.Errorf("warming up: %d answers were wrong, misordered or there twice", bad)
		}
		l.check.counts, l.check.times = counts{}, histogram{}
	}
	p.resetPeak()
	before, err := p.cpu()
	if err != nil {
		return err
	}
	began := time.Now()
	if err := each(lanes, func(l *lane) error { return l.run(l.check, max(o.count/o.links, 1), o.limit) }); err != nil {
		r.Error = err.Error()
	}
	took := time.Since(began)
	after, err := p.cpu()
	if err != nil {
		return fmt.Errorf("the component is gone: %w", err)
	}
	r.PeakMB = p.memory("VmHWM")
	if err := each(lanes, func(l *lane) error { return l.quiet(l.check, late) }); err != nil && r.Error == "" {
		r.Error = err.Error()
	}
	var times histogram
	for _, l := range lanes {
		l.check.finish()
		r.counts.add(l.check.counts)
		r.Asides += l.asides
		times.merge(&l.check.times)
	}
	r.fill(&times, took, after-before)
	return nil
}

// each does something to all lanes at once.
func each(lanes []*lane, do func(*lane) error) error {
	errs := make(chan error)
	for _, l := range lanes {
		go func() { errs <- do(l) }()
	}
	var all []error
	for range lanes {
		all = append(all, <-errs)
	}
	return errors.Join(all...)
}
