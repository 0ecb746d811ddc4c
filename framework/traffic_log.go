package framework

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/emp-framework/emp/internal/redact"
)

// A trafficLog writes what goes over the links into the log, at level debug.
type trafficLog struct {
	log   *slog.Logger
	rules redact.Rules
}

// newTrafficLog returns nil if the switch is off.
func newTrafficLog(log *slog.Logger, which Switch) *trafficLog {
	if which != On && which != Bodies {
		return nil
	}
	return &trafficLog{log, redact.Rules{Bodies: which == Bodies, Mask: func(s string) string {
		return fmt.Sprintf("[%d bytes]", len(s))
	}}}
}

// idle says that nobody would see anything, so that nothing need be kept for the log.
func (l *trafficLog) idle() bool { return !l.log.Enabled(context.Background(), slog.LevelDebug) }

// maxLogged is how much of a stanza is logged, in bytes.
const maxLogged = 4 << 10

// Traffic writes one line.
func (l *trafficLog) Traffic(t Traffic) {
	if t.Kind != TrafficRead && t.Kind != TrafficSent {
		return // the log tells of those in any case
	}
	attrs := []slog.Attr{slog.String("link", t.Link), slog.String("xml", l.xml(&t))}
	if t.Lost > 0 {
		attrs = append(attrs, slog.Int("lost", t.Lost))
	}
	l.log.LogAttrs(context.Background(), slog.LevelDebug, t.Kind.String(), attrs...)
}

func (l *trafficLog) xml(t *Traffic) string {
	n := t.Node()
	xml := ""
	switch {
	case !n.IsZero():
		xml = l.rules.XML(n)
	case strings.HasPrefix(t.words, "<?xml"): // a header, which has no secrets
		xml = t.words
	}
	switch {
	case xml == "":
		return fmt.Sprintf("[%d bytes]", len(t.words))
	case len(xml) > maxLogged:
		return fmt.Sprintf("%s[%d bytes more]", strings.ToValidUTF8(xml[:maxLogged], ""), len(xml)-maxLogged)
	}
	return xml
}
