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

// A call is one run of an action, and what comes of it.
type call struct {
	*job
	done    bool // the action returned
	outs    []stanza.Out
	failure *failure // in place of them
}

// A failure is what an action comes to that answers nothing itself.
type failure struct {
	fault   stanza.Fault // to answer with
	unheard bool         // no route took the stanza
	level   slog.Level   // how grave the problem is
	problem string       // for the log
	stack   string
}

// run runs the job's guards and its action and answers.
func (j *job) run() {
	c := call{job: j}
	defer c.end() // also where the action panics, or ends the goroutine
	c.outs, c.failure = j.act()
	c.done = true
}

// act runs guards and action. All the application's code runs in here, that of its
// errors included.
func (j *job) act() ([]stanza.Out, *failure) {
	entry, req, err := j.choose()
	if err != nil {
		return nil, &failure{fault: tooComplex, level: slog.LevelWarn, problem: err.Error()}
	}
	if entry == nil {
		j.in.d.unrouted(j.table, j.in.via, &j.req.Stanza)
		return nil, &failure{fault: noRoute, unheard: true}
	}
	res, err := entry.Action(j.ctx(), req)
	if err != nil {
		return nil, j.failed(err)
	}
	outs, err := j.check(res)
	if err != nil {
		return nil, &failure{fault: broken, level: slog.LevelError, problem: "it returned what cannot be sent: " + err.Error()}
	}
	return outs, nil
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
		x.stanza, x.match.At = req.Stanza, placeOf(j.in.via)
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
	d := j.in.d
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
func (j *job) failed(err error) *failure {
	f := &failure{problem: err.Error()}
	switch {
	case errors.As(err, &f.fault):
		f.level = slog.LevelDebug
	case errors.Is(err, context.DeadlineExceeded):
		f.fault, f.level = timedOut, slog.LevelWarn
	case errors.Is(err, context.Canceled) && j.ctx().Err() != nil: // as it was told to
		f.fault, f.level = leaving, slog.LevelDebug
	default:
		f.fault, f.level = broken, slog.LevelError
	}
	return f
}

// end answers, unless somebody has already. It is deferred by run.
func (c *call) end() {
	if !c.done {
		c.failure = &failure{fault: broken, level: slog.LevelError, stack: string(debug.Stack())}
		if v := recover(); v != nil {
			c.failure.problem = "panic: " + describe(v)
		} else {
			c.failure.problem = "it ended its goroutine (runtime.Goexit)"
		}
	}
	switch {
	case !c.job.end(returned):
		c.late()
	case c.failure != nil:
		c.answerFailure()
	case len(c.outs) > 0:
		c.clean = c.send()
	default:
		c.clean = true
	}
}

// describe is a value that was panicked with, as text; its own methods may
// panic, which fmt takes care of.
func describe(v any) string { return fmt.Sprint(v) }

// late is for what comes after the stanza was answered by somebody else.
func (c *call) late() {
	switch f := c.failure; {
	case f == nil && (len(c.outs) > 0 || c.req.IsRequest()):
		d := c.in.d
		d.lock(func() { d.stats.Late++ })
		c.log("action answered too late", &failure{level: slog.LevelWarn, problem: "its time was over"})
	case f != nil && f.level >= slog.LevelError:
		c.log("action failed, and too late", f)
	}
}

func (c *call) answerFailure() {
	f, d := c.failure, c.in.d
	c.log("action failed", f)
	if f.unheard {
		dropped := c.req.Kind != stanza.IQ
		d.lock(func() { c.hold.verdict = verdict{reason: NoRoute, dropped: dropped} })
		if dropped {
			return // RFC 6120 section 8.4: ignored
		}
	}
	c.fail(f.fault)
}

// send reports whether the link took the answer.
func (c *call) send() bool {
	d := c.in.d
	err := d.send(c.in.via, c.outs...)
	switch {
	case err == nil:
		return true
	case gone(c.in.via):
		d.lose(err)
	default:
		c.log("the link does not take what the action returned", &failure{level: slog.LevelError, problem: err.Error()})
		c.fail(broken)
	}
	return false
}

// fail sends an error back, where one may be sent.
func (j *job) fail(f stanza.Fault) {
	out, ok := j.req.ErrorReply(f)
	if !ok {
		return
	}
	d, via := j.in.d, j.in.via
	err := d.send(via, out)
	if err != nil && f != broken && !gone(via) { // an error of the application's may be one that cannot be sent
		out, _ = j.req.ErrorReply(broken)
		err = d.send(via, out)
	}
	if err != nil {
		d.unsent(via, out, err)
	}
}

// log writes what went wrong, if anything did.
func (j *job) log(msg string, f *failure) {
	if f.problem == "" {
		return
	}
	d := j.in.d
	if f.level >= slog.LevelError {
		d.lock(func() { d.stats.Failed++ })
	}
	if !d.opts.Log.Enabled(context.Background(), f.level) {
		return // errors that are protocol replies are everyday's work
	}
	attrs := append(j.attrs(), slog.String("error", f.problem))
	if f.stack != "" {
		attrs = append(attrs, slog.String("stack", f.stack))
	}
	d.opts.Log.LogAttrs(context.Background(), f.level, msg, attrs...)
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
