package record

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/recording"
	"github.com/emp-framework/emp/jid"
)

// Options say how to replay. The zero value is as fast as possible.
type Options struct {
	// Speed is how much faster than it was recorded; 1 is as it was, 0 as fast as the
	// application can.
	Speed float64
}

// A Result is what a replay has found.
type Result struct {
	Read      int // stanzas that the application got
	Same      int // that it sent as recorded
	Different int // that it sent in another way, did not send, or sent beside
	// Differences tells of the first of those between each two addresses, at most 20.
	Differences []string
	// Damage is where the recording could not be read any further; nil: it was whole.
	// It was replayed up to there.
	Damage error
	// Lost is how many stanzas are missing in the recording, as the disk was slow.
	Lost int
}

// patience is how long the application may take for one step.
const patience = time.Minute

// Replay runs an application, which has not run yet, against a recording, and compares
// what it sends with what it sent then, as plays are compared (package emptest), up to
// the ids that the framework makes up: answers by the requests that they are for, all
// else for each two addresses in order. Each stanza
// is given to the application when it has done with the one before, so that a replay is
// always the same. It needs no server: where the application connects to is changed.
//
// The error is why it could not be replayed: the file is no recording, or the application
// does not start.
func Replay(ctx context.Context, app *framework.App, file io.Reader, o Options) (*Result, error) {
	records, damage, err := load(file)
	if err != nil {
		return nil, err
	}
	p := &player{server: newServer(), app: app, records: records, speed: o.Speed, sources: newSources(records), comparer: newComparer(records[0])}
	p.result.Damage = damage
	if err := p.server.clients(); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	if err := p.connect(); err != nil {
		return nil, err
	}
	if err := p.play(ctx); err != nil {
		return nil, fmt.Errorf("record: replay: %w", err)
	}
	return &p.result, nil
}

// load reads a recording up to its end or damage. There is at least one record.
func load(file io.Reader) (records []recording.Record, damage, err error) {
	r, err := recording.NewReader(file)
	if err != nil {
		return nil, nil, err
	}
	for {
		rec, err := r.Next()
		switch {
		case err == io.EOF && len(records) > 0:
			return records, nil, nil
		case err == io.EOF, err != nil && len(records) == 0:
			return nil, nil, errors.Join(errors.New("record: nothing was recorded"), err)
		case err != nil:
			return records, err, nil
		}
		records = append(records, *rec)
	}
}

// A player is a replay.
type player struct {
	*server
	*comparer
	app     *framework.App
	records []recording.Record
	speed   float64
	sources *sources
	hurry   bool // questions are not waited for any more
	ended   chan error
	result  Result
}

// connect has the application connect to us, under the names of the recording.
func (p *player) connect() error {
	links, owners, err := recordedLinks(p.records)
	if err != nil {
		return err
	}
	confs := []*framework.Config{&p.app.Config}
	for i := range p.app.Links {
		confs = append(confs, &p.app.Links[i])
	}
	if len(confs) != len(owners) {
		return fmt.Errorf("record: the application has %d addresses, and the recording has %d: %s", len(confs), len(owners), strings.Join(owners, ", "))
	}
	for i, c := range confs {
		if len(confs) == 1 {
			c.JID = owners[i] // wherever it was configured
			if main := mainLink(p.records, links); main != "" {
				c.JID = main
			}
		}
		c.Mode, c.Server, c.TLS = framework.Component, "replay.localhost", framework.TLS{} // nobody looks it up
		if j, err := jid.Parse(c.JID); err == nil && j.Local() != "" {
			c.Mode, c.Server, c.TLS.Mode = framework.Client, "127.0.0.1", framework.Off
		}
		c.Secret, c.SecretFile = framework.NewSecret(anySecret), ""
		c.ReconnectMin, c.ReconnectMax = 10*time.Millisecond, 50*time.Millisecond
	}
	p.server.know(p.records, links)
	p.app.Config.Admin = framework.Admin{}
	p.app.Dial, p.app.Embed = p.server.host.Dial, nil
	p.app.Use(p.sources, p.server)
	return nil
}

// play runs the application through the recording.
func (p *player) play(ctx context.Context) (err error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	p.ended = make(chan error, 1)
	p.sources.at(p.records[0].Time)
	started := component.WithSource(running, &replayed{s: p.sources, by: "start"}) // what features note when they start
	go func() { p.ended <- p.app.Run(started) }()
	defer p.server.close()
	if err := p.step(ctx, p.begin); err != nil {
		stop()
		p.app.StopNow()
		<-p.ended
		return err
	}
	for i := range p.records {
		if err = p.step(ctx, func(ctx context.Context) error { return p.record(ctx, i) }); err != nil {
			break
		}
		p.match(p.server.taken())
	}
	whole := err == nil && p.records[len(p.records)-1].Kind == recording.End
	if !whole {
		p.settle(false) // what it says when it stops was not recorded
	}
	stop()
	if err != nil || p.server.open() > 0 && p.app.Stats().Running > 0 { // nobody will answer
		p.app.StopNow()
	}
	if e := <-p.ended; e != nil && err == nil {
		err = fmt.Errorf("the application ended with an error: %w", e)
	}
	if whole {
		p.match(p.server.taken())
		p.settle(true)
	}
	p.result.Same, p.result.Different, p.result.Differences = p.same, p.different, p.told
	return err
}

// begin waits until the application is ready, or waits for an answer to be so.
func (p *player) begin(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	asked := make(chan error, 1)
	go func() { asked <- p.server.await(ctx, func() bool { return len(p.server.asked) > 0 }) }()
	select {
	case <-p.app.Ready():
		stop()
		<-asked
		return nil
	case err := <-asked:
		return err
	}
}

// step does something that the application has to do its part in. The error is also
// that it ended, or takes too long.
func (p *player) step(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("the application does not get on for %v", patience))
	defer cancel()
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	done := make(chan error, 1)
	go func() { done <- do(ctx) }()
	select {
	case err := <-done:
		return err
	case err := <-p.ended:
		p.ended <- err
		fail(fmt.Errorf("the application ended: %w", err))
		<-done
		return context.Cause(ctx)
	}
}

// record replays a record.
func (p *player) record(ctx context.Context, i int) error {
	switch rec := &p.records[i]; rec.Kind {
	case recording.Read:
		p.pace(ctx, rec.Time)
		p.sources.at(rec.Time)
		p.question(ctx, rec.XML)
		xml, answered, err := p.renamed(rec.XML)
		if err != nil {
			return fmt.Errorf("record %d: %w", i+1, err)
		}
		p.server.answered(answered)
		if p.server.refuses(rec.Link) { // a link is read from a little before it counts as up
			if err := p.server.restore(ctx, rec.Link); err != nil {
				return err
			}
		}
		if err := p.server.await(ctx, func() bool { return p.server.links[rec.Link] != nil }); err != nil {
			return err
		}
		p.result.Read++
		if err := p.server.say(rec.Link, xml); err != nil {
			return err
		}
		return p.quiet(ctx, rec.Link)
	case recording.Sent:
		return p.expect(i, rec)
	case recording.Lost:
		if p.comesBack(i, rec.Link) {
			p.outage(rec.Link, true)
			p.server.cut(rec.Link)
		}
	case recording.Up:
		p.outage(rec.Link, false)
		return p.server.restore(ctx, rec.Link)
	case recording.Gap:
		p.result.Lost += rec.Count
	}
	return nil
}

// lateQuestion is how long a question may take that nothing has asked for, and that a
// recorded answer is for.
var lateQuestion = 10 * time.Second

// question waits, if what is to be replayed answers a question, until the application has
// asked it. Where one is not asked any more, none is waited for from then on.
func (p *player) question(ctx context.Context, xml string) {
	n, err := parse(xml)
	if err != nil || !isAnswer(n) || p.hurry {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, lateQuestion)
	defer cancel()
	for p.owed(n.Attr("id")) {
		p.match(p.server.taken())
		if !p.owed(n.Attr("id")) {
			return
		}
		if p.server.await(ctx, func() bool { return len(p.server.arrived) > 0 }) != nil {
			p.hurry = true
			return
		}
	}
}

// comesBack reports whether a link that is lost is up again later.
func (p *player) comesBack(i int, link string) bool {
	return slices.ContainsFunc(p.records[i:], func(r recording.Record) bool { return r.Kind == recording.Up && r.Link == link })
}

// pace waits until it is time for what was recorded then.
func (p *player) pace(ctx context.Context, then time.Time) {
	last := p.sources.now()
	if p.speed <= 0 || last.IsZero() {
		return
	}
	select {
	case <-time.After(time.Duration(float64(then.Sub(last)) / p.speed)):
	case <-ctx.Done():
	}
}

// quiet waits until the application has done with all it was given, but for actions
// that wait for an answer, which is still to come.
func (p *player) quiet(ctx context.Context, link string) error {
	if err := p.server.barrier(ctx, link); err != nil {
		return err
	}
	for {
		moment, cancel := context.WithTimeout(ctx, time.Millisecond)
		err := p.app.Idle(moment)
		cancel()
		stats := p.app.Stats()
		switch {
		case err == nil, p.server.open() > 0 && min(p.server.open(), stats.Asking) >= stats.Running: // each waits for an answer
			return p.server.barrier(ctx, link) // behind all that it has sent
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case moment.Err() == nil:
			return err
		}
	}
}

// parse reads a stanza of a recording.
func parse(xml string) (element.Node, error) {
	n, err := element.ParseIn(element.NSClient, []byte(xml))
	if err != nil {
		return element.Node{}, fmt.Errorf("record: a stanza that cannot be read: %w", err)
	}
	return n.Root(), nil
}
