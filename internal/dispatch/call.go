package dispatch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A call is one run of an action, and what comes of it: an outcome.
type call struct {
	job *job
	outcome
	done bool // the action returned
}

// An outcome is what an action comes to.
type outcome struct {
	outs    []stanza.Out  // to send, unless fault is set
	fault   *stanza.Fault // to answer with
	unheard bool          // no route took the stanza
	level   slog.Level    // how grave the problem is
	problem string        // for the log
	stack   string
}

// run runs the job's guards and its action and answers.
func (j *job) run() {
	c := call{job: j}
	defer c.end() // also where the action panics, or ends the goroutine
	c.outcome = j.outcome()
	c.done = true
}

// outcome runs guards and action. All the application's code runs in here,
// that of its errors included.
func (j *job) outcome() outcome {
	entry, req, err := j.choose()
	if err != nil {
		return outcome{fault: &tooComplex, level: slog.LevelWarn, problem: err.Error()}
	}
	if entry == nil {
		j.d.unrouted(j.table, j.via, &j.req.Stanza)
		return outcome{fault: &noRoute, unheard: true}
	}
	res, err := entry.Action(j.ctx(), req)
	if err != nil {
		return j.failed(err)
	}
	outs, err := check(&j.req.Stanza, res)
	if err != nil {
		return outcome{fault: &broken, level: slog.LevelError, problem: "it returned what cannot be sent: " + err.Error()}
	}
	return outcome{outs: outs}
}

// choose asks the guards, and returns the route that takes the job with its
// request; nil if none does.
func (j *job) choose() (*router.Entry, *component.Request, error) {
	e, req := j.entry, &j.req
	if e.Guard == nil {
		return e, req, nil
	}
	for e.Guard != nil && !e.Guard(j.ctx(), req) {
		x := scratches.Get().(*scratch)
		x.stanza, x.match.At = req.Stanza, placeOf(j.via)
		next, err := j.table.MatchAfter(e, &x.stanza, &x.match)
		if next != nil {
			req = x.match.Request(x.stanza, next)
			req.Via = j
		}
		x.stanza = stanza.Stanza{}
		scratches.Put(x)
		if next == nil {
			return nil, nil, err
		}
		e = next
	}
	j.chosen(e)
	return e, req, nil
}

// chosen notes the route that takes a job. If it does not keep the order the
// next one of the lane may run beside it.
func (j *job) chosen(e *router.Entry) {
	d := j.d
	d.mu.Lock()
	defer d.mu.Unlock()
	j.entry = e
	if e.Concurrent { // j has kept its lane until here, for the guard
		if j.isStuck {
			j.lane.stuck = false
		}
		j.alone = true
		d.open(j.lane)
		d.hire()
	}
}

// failed makes an answer of an action's error.
func (j *job) failed(err error) outcome {
	o := outcome{fault: new(stanza.Fault), problem: err.Error()}
	switch {
	case errors.As(err, o.fault):
		o.level = slog.LevelDebug
	case errors.Is(err, context.DeadlineExceeded):
		*o.fault, o.level = timedOut, slog.LevelWarn
	case errors.Is(err, context.Canceled) && j.ctx().Err() != nil: // as it was told to
		*o.fault, o.level = leaving, slog.LevelDebug
	default:
		*o.fault, o.level = broken, slog.LevelError
	}
	return o
}

// end answers, unless somebody has already. It is deferred by run.
func (c *call) end() {
	if !c.done {
		c.outcome = outcome{fault: &broken, level: slog.LevelError, stack: string(debug.Stack())}
		if v := recover(); v != nil {
			c.problem = "panic: " + describe(v)
		} else {
			c.problem = "it ended its goroutine (runtime.Goexit)"
		}
	}
	j, d := c.job, c.job.d
	first := j.answered.CompareAndSwap(false, true)
	if !first {
		c.late()
		return
	}
	c.log("action failed")
	if c.unheard {
		d.mu.Lock()
		j.hold.verdict = verdict{reason: NoRoute, dropped: j.req.Kind != stanza.IQ}
		d.mu.Unlock()
		if j.req.Kind != stanza.IQ {
			return // RFC 6120 section 8.4: ignored
		}
	}
	if c.fault != nil {
		j.fail(*c.fault)
	} else if len(c.outs) > 0 {
		if err := d.send(j.via, c.outs...); err != nil && gone(j.via) {
			d.lose(err)
		} else if err != nil {
			c.outcome = outcome{fault: &broken, level: slog.LevelError, problem: err.Error()}
			c.log("the link does not take what the action returned")
			j.fail(broken)
		}
	}
}

// describe is a value that was panicked with, as text; its own methods may
// panic, which fmt takes care of.
func describe(v any) string { return fmt.Sprint(v) }

// late is for what comes after the stanza was answered by somebody else.
func (c *call) late() {
	switch {
	case c.level >= slog.LevelError:
		c.log("action failed, and too late")
	case c.fault == nil && (len(c.outs) > 0 || c.job.req.IsRequest()):
		c.job.d.lock(func() { c.job.d.stats.Late++ })
		c.level, c.problem = slog.LevelWarn, "its time was over"
		c.log("action answered too late")
	}
}

// fail sends an error back, where one may be sent.
func (j *job) fail(f stanza.Fault) {
	out, ok := j.req.ErrorReply(f)
	if !ok {
		return
	}
	err := j.d.send(j.via, out)
	if err != nil && f != broken && !gone(j.via) { // an error of the application's may be one that cannot be sent
		out, _ = j.req.ErrorReply(broken)
		err = j.d.send(j.via, out)
	}
	if err != nil {
		j.d.unsent(j.via, out, err)
	}
}

// log writes what went wrong, if anything did.
func (c *call) log(msg string) {
	if c.problem == "" {
		return
	}
	d := c.job.d
	if c.level >= slog.LevelError {
		d.lock(func() { d.stats.Failed++ })
	}
	if !d.opts.Log.Enabled(context.Background(), c.level) {
		return // errors that are protocol replies are everyday's work
	}
	attrs := append(c.job.attrs(), slog.String("error", c.problem))
	if c.stack != "" {
		attrs = append(attrs, slog.String("stack", c.stack))
	}
	d.opts.Log.LogAttrs(context.Background(), c.level, msg, attrs...)
}

// attrs says which job it is, and nothing of what its stanza says.
func (j *job) attrs() []slog.Attr {
	s := &j.req.Stanza
	return []slog.Attr{
		slog.String("route", j.entry.Name),
		slog.String("at", fmt.Sprintf("%s:%d", j.entry.File, j.entry.Line)),
		slog.String("kind", s.Kind.String()),
		slog.String("type", string(s.Type)),
		slog.String("id", s.ID),
		slog.String("from", s.From.JID.Bare().String()),
		slog.String("to", s.To.JID.Bare().String()),
	}
}
