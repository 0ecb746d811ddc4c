package dispatch

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// nearest is how many routes the log names of those that nearly took a stanza.
const nearest = 3

// unrouted logs a stanza that no route takes, with the routes that come nearest
// and the first condition of each that fails. It costs something only where the
// log has the level debug, and says nothing of the stanza's content.
func (d *Dispatcher) unrouted(table *router.Table, via component.Sender, s *stanza.Stanza) {
	if !d.opts.Log.Enabled(context.Background(), slog.LevelDebug) {
		return
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
