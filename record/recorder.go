package record

import (
	"context"
	crand "crypto/rand"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/recording"
	"github.com/emp-framework/emp/internal/redact"
	"github.com/emp-framework/emp/stanza"
)

// Rules say what a recording leaves out beside secrets.
type Rules struct {
	Bodies bool     // leave what people write as it is
	Masked []string // further elements to mask, "name" or "{namespace}name"
}

// mask puts an x for each character, so that an answer made of what was masked is as
// long as one made of what was there.
func (r Rules) mask() *redact.Rules {
	return &redact.Rules{Bodies: r.Bodies, Also: r.Masked, Mask: func(text string) string {
		return strings.Repeat("x", len([]rune(text)))
	}}
}

// A Recorder is the plugin that records.
type Recorder struct {
	w      *recording.Writer
	rules  *redact.Rules
	failed func(error) // is told once that w did not take a record; may be nil
	once   sync.Once
}

var (
	_ framework.TrafficWatcher = (*Recorder)(nil)
	_ framework.Surrounder     = (*Recorder)(nil)
	_ component.Stopper        = (*Recorder)(nil)
)

// NewRecorder returns the plugin that records an application of that name, for tests
// and for those who record in another way than by the command. Each record is one call
// of w.Write.
func NewRecorder(w io.Writer, app string, rules Rules) (*Recorder, error) {
	records, err := recording.NewWriter(w)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	r := &Recorder{w: records, rules: rules.mask()}
	r.put(recording.Record{Time: time.Now().UTC(), Kind: recording.Start, App: app, Bodies: rules.Bodies, Masked: rules.Masked})
	return r, nil
}

// Err returns why the recording is not whole: w did not take a record. Nothing was
// written since.
func (r *Recorder) Err() error {
	if err := r.w.Err(); err != nil {
		return fmt.Errorf("record: the recording is not whole: %w", err)
	}
	return nil
}

// put writes a record. Where that fails the application goes on without its recording.
func (r *Recorder) put(rec recording.Record) {
	if err := r.w.Write(&rec); err != nil && r.failed != nil {
		r.once.Do(func() { r.failed(fmt.Errorf("record: the recording is not whole: %w", err)) })
	}
}

// Traffic records what is no part of the negotiation.
func (r *Recorder) Traffic(t framework.Traffic) {
	rec := recording.Record{Time: t.Time.UTC(), Link: t.Link}
	if t.Lost > 0 {
		r.put(recording.Record{Time: rec.Time, Kind: recording.Gap, Count: t.Lost})
	}
	switch {
	case t.Kind == framework.LinkUp:
		rec.Kind = recording.Up
	case t.Kind == framework.LinkLost:
		rec.Kind = recording.Lost
		if t.Err != nil {
			rec.Error = t.Err.Error()
		}
	case t.Early:
		return
	default:
		n := t.Node()
		if !isStanza(n) || isOwnPing(n) || isBarrier(n) {
			return // which every run makes for itself
		}
		rec.Kind, rec.XML = recording.Read, r.rules.XML(n)
		if t.Kind == framework.TrafficSent {
			rec.Kind = recording.Sent
		}
	}
	r.put(rec)
}

// isOwnPing reports whether a stanza is one that the framework sends to itself through
// the server, to see whether that is there.
func isOwnPing(n element.Node) bool {
	return n.Is(element.NSClient, "iq") && n.Attr("type") == "get" &&
		strings.HasPrefix(n.Attr("id"), "emp-") && !n.Child("urn:xmpp:ping", "ping").IsZero()
}

// isBarrier reports whether a stanza is how a test or a replay learns that all before it
// has been read. There are no such addresses (RFC 2606).
func isBarrier(n element.Node) bool {
	for _, address := range []string{barrierFrom, "barrier@emptest.invalid"} {
		if n.Attr("from") == address || n.Attr("to") == address {
			return true
		}
	}
	return false
}

// Stop records that nothing is missing at the end.
func (r *Recorder) Stop(context.Context) error {
	r.put(recording.Record{Time: time.Now().UTC(), Kind: recording.End})
	return nil
}

// Middleware records what actions take of time and randomness.
func (r *Recorder) Middleware() component.Middleware {
	return func(next component.Action) component.Action {
		return func(ctx context.Context, req *component.Request) (component.Response, error) {
			return next(component.WithSource(ctx, &recorded{r: r, by: requestName(&req.Stanza)}), req)
		}
	}
}

// requestName is the stanza that an action runs for, as far as a replay can tell it from
// others.
func requestName(s *stanza.Stanza) string {
	return strings.Join([]string{s.From.JID.String(), s.To.JID.String(), s.Kind.String(), string(s.Type), s.ID}, " ")
}

// recorded is the source of one action: what it gives is on record.
type recorded struct {
	r  *Recorder
	by string

	mu     sync.Mutex
	random *rand.ChaCha8 // once it is wanted
}

// Now is the clock's.
func (s *recorded) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now().UTC()
	s.r.put(recording.Record{Time: now, Kind: recording.Draw, By: s.by, Now: &now})
	return now
}

// Uint64 goes on from a seed of the system's.
func (s *recorded) Uint64() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.random == nil {
		var seed [32]byte
		crand.Read(seed[:]) // never fails: it ends the program instead
		s.r.put(recording.Record{Time: time.Now().UTC(), Kind: recording.Draw, By: s.by, Seed: seed[:]})
		s.random = rand.NewChaCha8(seed)
	}
	return s.random.Uint64()
}
