package dispatch

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// nearest is how many routes the log names of those that nearly took a stanza.
const nearest = 3

// maxExplained is of how many stanzas a second the log tells why no route takes them:
// as much as a person reads. To find that out costs many times what routing does.
const maxExplained = 20

// An explained counts these.
type explained struct {
	mu     sync.Mutex
	second time.Duration
	n      int
	left   int // of those that were left out, how many the log has not told of yet
}

// take reports whether the log is to tell of one more, and how many were left out
// before.
func (e *explained) take(now time.Duration) (ok bool, left int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if second := now.Truncate(time.Second); second != e.second {
		e.second, e.n = second, 0
	}
	if e.n >= maxExplained {
		e.left++
		return false, 0
	}
	e.n++
	left, e.left = e.left, 0
	return true, left
}

// unrouted logs a stanza that no route takes, with the routes that come nearest
// and the first condition of each that fails. It costs something only where the
// log has the level debug, and says nothing of the stanza's content.
func (d *Dispatcher) unrouted(table *router.Table, via component.Sender, s *stanza.Stanza) {
	if !d.opts.Log.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	ok, left := d.explained.take(d.now())
	if !ok {
		return
	}
	if left > 0 {
		d.opts.Log.Debug("no route takes further stanzas, of which the log does not tell", "stanzas", left)
	}
	var near []string
	for _, v := range table.Nearest(s, placeOf(via), nearest) {
		e, why := v.Entry, "its guard declines"
		switch {
		case v.Err != nil:
			why = v.Err.Error()
		case len(v.Misses) > 0:
			why = v.Misses[0].Condition()
		}
		near = append(near, fmt.Sprintf("%s (%s:%d): %s", e.Name, e.File, e.Line, why))
	}
	d.opts.Log.LogAttrs(context.Background(), slog.LevelDebug, "no route takes this",
		slog.String("kind", s.Kind.String()),
		slog.String("type", string(s.Type)),
		slog.String("id", s.ID),
		slog.String("from", s.From.JID.Bare().String()),
		slog.String("to", s.To.JID.String()),
		slog.String("nearest", strings.Join(near, "; ")))
}
