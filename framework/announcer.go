package framework

import (
	"context"
	"fmt"
	"slices"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// announced adds to available presence what plugins have to say in it. It is added on
// the way out: what is remembered of presence is without, so that it says what holds
// when it is sent again.
func (l *liveLink) announced(outs []stanza.Out) []stanza.Out {
	if !anyAvailable(outs) {
		return outs
	}
	announcers := pluginsAs[component.Announcer](l.app)
	if len(announcers) == 0 {
		return outs
	}
	outs = slices.Clone(outs)
	for i, o := range outs {
		if !isAvailable(&o) {
			continue
		}
		for _, a := range announcers {
			var parts []element.Part
			if err := guarded(func() error { parts = a.Announce(l, o); return nil }); err != nil {
				args := []any{"plugin", fmt.Sprintf("%T", a), "error", err}
				l.app.log.Error("a plugin failed when asked for what to say in presence", append(args, stackOf(err)...)...)
			}
			outs[i] = outs[i].Add(parts...)
		}
	}
	return outs
}

func isAvailable(o *stanza.Out) bool {
	return o.Kind == stanza.Presence && o.Type == stanza.TypeAvailable
}

func anyAvailable(outs []stanza.Out) bool {
	for i := range outs {
		if isAvailable(&outs[i]) {
			return true
		}
	}
	return false
}

// say sends presence over this link and no later one, with what plugins add to it.
func (l *liveLink) say(ctx context.Context, outs ...stanza.Out) error {
	return l.ring.Send(ctx, kept{l}, l.announced(outs)...)
}

// announceAgain sends all presence that is in force again, where plugins say in it
// what the application can do, which has changed.
func (a *App) announceAgain() {
	if len(pluginsAs[component.Announcer](a)) == 0 {
		return
	}
	a.mu.Lock()
	var links []*liveLink
	for _, e := range a.ends {
		if e.live != nil {
			links = append(links, e.live)
		}
	}
	a.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, l := range links {
		if err := l.presence.repeat(ctx, l.say); err != nil && l.Err() == nil {
			a.log.Error("presence could not be sent again when the routes were replaced", "link", l.name, "error", err)
		}
	}
}
