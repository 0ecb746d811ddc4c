package record

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/recording"
	"github.com/emp-framework/emp/jid"
)

// toTest writes a recording as a play into a new file.
func toTest(call *framework.Call, file io.Reader, name string) error {
	text, damage, err := Play(file)
	if err != nil {
		return err
	}
	out, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("record: %w", err)
	}
	_, err = out.WriteString(text)
	if err = errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	if damage != nil {
		fmt.Fprintf(call.Err, "%v; the play goes up to there\n", damage)
	}
	return nil
}

// Play returns a recording as a play of package emptest: who sends what to the
// application, and who receives what, with holes for the ids that the framework makes
// up. What goes on when links come and go is no part of plays, and left out, and so is what
// a client and its server have to say to each other; what the server sends in a client's
// name, as presence to those who are subscribed to it, has to be added (-emp.update). damage is
// where the recording could not be read any further.
func Play(file io.Reader) (text string, damage, err error) {
	records, damage, err := load(file)
	if err != nil {
		return "", nil, err
	}
	w := playWriter{holes: make(map[string]string)}
	for i := len(records) - 1; i > 0 && records[i].Kind != recording.Read; i-- {
		if isFarewell(records[i].XML) {
			records[i].Kind = "" // sent in stopping, when a play is over
		}
	}
	fmt.Fprintf(&w.text, "Recorded with %s at %s.\n\n", records[0].App, records[0].Time.Format("2006-01-02 15:04:05 MST"))
	for i := range records {
		switch rec := &records[i]; rec.Kind {
		case recording.Read, recording.Sent:
			if isBetween(rec) {
				continue
			}
			if err := w.add(rec); err != nil {
				return "", nil, fmt.Errorf("record %d: %w", i+1, err)
			}
		}
	}
	if _, err := emptest.ParsePlay("recording", []byte(w.text.String())); err != nil {
		return "", nil, fmt.Errorf("record: this recording is no play: %w", err)
	}
	return w.text.String(), damage, nil
}

// clientFrom is the address that a client's server puts into a stanza without one: of what
// is about a subscription the account's (RFC 6121 section 3.1.2).
func clientFrom(n element.Node, link string) string {
	if t := n.Attr("type"); n.Local() == "presence" && strings.HasSuffix(strings.TrimSuffix(t, "d"), "subscribe") {
		return bare(link)
	}
	return link
}

// isBetween reports whether a record is of what goes on between a client and its server:
// that is in no play, where each server does it in its own way.
func isBetween(rec *recording.Record) bool {
	own, err := jid.Parse(rec.Link)
	if err != nil || own.Local() == "" {
		return false
	}
	n, err := parse(rec.XML)
	if err != nil {
		return false // which add says
	}
	other := n.Attr("from")
	if rec.Kind == recording.Sent {
		other = n.Attr("to")
	}
	j, err := jid.Received(other)
	return err != nil || j.JID.Bare() == own.Bare() || j.JID.String() == own.Domain()
}

func isFarewell(xml string) bool {
	n, err := parse(xml)
	return err == nil && n.Local() == "presence" && n.Attr("type") == "unavailable"
}

// A playWriter writes a play.
type playWriter struct {
	text    strings.Builder
	caption string            // of the section that is being written
	holes   map[string]string // for ids that the framework has made up
}

// add adds a stanza, below its caption.
func (w *playWriter) add(rec *recording.Record) error {
	n, err := parse(rec.XML)
	if err != nil {
		return err
	}
	caption := n.Attr("from") + " sends"
	if rec.Kind == recording.Sent {
		n = from(n, clientFrom(n, rec.Link))
		caption = n.Attr("to") + " receives"
		if id := n.Attr("id"); isMadeUp(id) && !isAnswer(n) && w.holes[id] == "" {
			w.holes[id] = fmt.Sprintf("{id%d}", len(w.holes)+1)
		}
	}
	if caption != w.caption {
		w.caption = caption
		fmt.Fprintf(&w.text, "-- %s --\n", caption)
	}
	w.text.WriteString(rewrite(n, func(v string) string {
		if hole, ok := w.holes[v]; ok {
			return hole
		}
		return literal(v)
	}) + "\n")
	return nil
}
