package dispatch

import (
	"log/slog"
	"time"

	"github.com/emp-framework/emp/component"
)

// telling is how long answers that are lost with their link are counted before the
// log tells of them.
const telling = time.Second

// Losses are answers whose link was gone. When a link is cut that happens to all
// actions in flight at once, and is no news about any of them: it is one line.
type losses struct {
	answers int
	err     error         // of the last
	due     time.Duration // when to tell; zero: there is nothing to tell
}

// gone reports whether via is a link that has ended, if it can tell.
func gone(via component.Sender) bool {
	l, ok := via.(interface{ Err() error })
	return ok && l.Err() != nil
}

// lose counts an answer whose link is gone.
func (d *Dispatcher) lose(err error) {
	now := d.now()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stats.Unsent++
	d.lost.answers++
	d.lost.err = err
	if d.lost.due == 0 {
		d.lost.due = now + telling
		d.wind(d.lost.due, now)
	}
}

// take returns what is to be told at a time, and begins anew.
func (l *losses) take(now time.Duration) (told losses) {
	if l.due != 0 && l.due <= now {
		told, *l = *l, told
	}
	return told
}

func (l losses) tell(log *slog.Logger) {
	if l.answers > 0 {
		log.Warn("answers could not be sent: their link is gone", "answers", l.answers, "error", l.err)
	}
}
