package commands

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/feature/forms"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A session is a command that waits for a person to fill in a form. It is in the
// map while it waits and with one goroutine while it is at work, so it needs no
// lock of its own.
type session struct {
	id      string
	command *Command
	owner   jid.JID // the full JID that began it, and nobody else goes on with
	at      jid.JID // where it was begun
	until   time.Time

	shown    forms.Form   // what waits for an answer
	answered []forms.Form // the stages before
}

const (
	defaultExpiry    = 10 * time.Minute
	defaultSessions  = 1000
	defaultPerPerson = 8
)

// Errors with the conditions of XEP-0050 section 4.4 besides.
var (
	errUnknown         = stanza.ItemNotFound.With("there is no such command")
	errBadAction       = fault(stanza.BadRequest, "bad-action", "the command cannot do that now")
	errMalformedAction = fault(stanza.BadRequest, "malformed-action", "no action is called that")
	errBadPayload      = fault(stanza.BadRequest, "bad-payload", "a form is to be filled in")
	errBadSession      = fault(stanza.BadRequest, "bad-sessionid", "the session is not known, or over for too long")
	errExpired         = fault(stanza.NotAllowed, "session-expired", "it took too long: begin again")
	errTooLong         = stanza.NotAcceptable.With("that is too long")
	errTooMany         = stanza.ResourceConstraint.With("too many commands are under way")
)

func fault(c stanza.Condition, app, text string) stanza.Fault {
	return c.With("%s", text).WithApp(element.New(NS, app))
}

// begin makes a session that has no id and is not kept yet.
func (f *Feature) begin(c *Command, req *component.Request) *session {
	return &session{command: c, owner: req.From.JID.Clone(), at: req.To.JID.Clone()}
}

// keep keeps a session until its person answers, or its time is over.
func (f *Feature) keep(ctx context.Context, s *session) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open == nil {
		f.open = make(map[string]*session)
	}
	now := component.Now(ctx)
	s.until = now.Add(orDefault(f.Expiry, defaultExpiry))
	var oldest *session // of the same person
	own := 0
	for id, other := range f.open {
		switch {
		case now.After(other.until):
			delete(f.open, id)
		case other.owner.Bare() == s.owner.Bare():
			own++
			if oldest == nil || cmp.Or(other.until.Compare(oldest.until), strings.Compare(id, oldest.id)) < 0 {
				oldest = other
			}
		}
	}
	if own >= orDefault(f.PerPerson, defaultPerPerson) {
		delete(f.open, oldest.id)
	}
	if len(f.open) >= orDefault(f.Sessions, defaultSessions) {
		return errTooMany
	}
	f.open[s.id] = s
	return nil
}

// take takes a session that waits for an answer of who asks.
func (f *Feature) take(ctx context.Context, req *component.Request, name string) (*session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.open[req.Payload.Attr("sessionid")]
	switch {
	case s == nil, s.owner != req.From.JID, s.at != req.To.JID, s.command.Name != name:
		return nil, errBadSession
	}
	delete(f.open, s.id)
	if component.Now(ctx).After(s.until) {
		return nil, errExpired
	}
	return s, nil
}

func orDefault[T int | time.Duration](v, otherwise T) T {
	if v == 0 {
		return otherwise
	}
	return v
}

// call is the command's use as far as it is answered.
func (s *session) call(req *component.Request) *Call {
	call := &Call{Request: req, Values: forms.Form{Type: forms.Submit}}
	for _, form := range s.answered {
		call.Values.Fields = append(call.Values.Fields, form.Fields...)
	}
	return call
}

// show asks the stage whose turn it is for its form.
func (s *session) show(ctx context.Context, req *component.Request) (err error) {
	s.shown, err = s.command.Stages[len(s.answered)](ctx, s.call(req))
	return err
}

// maxAnswer bounds the bytes of what a session keeps of one stage's answers.
const maxAnswer = 16 << 10

// kept returns the answers of a stage with memory of their own: those that came
// keep their whole stanza alive.
func kept(form forms.Form) (forms.Form, error) {
	size := 0
	for i, field := range form.Fields {
		values := make([]string, len(field.Values))
		for j, v := range field.Values {
			size += len(v) + 16 // the string itself
			if size > maxAnswer {
				return form, errTooLong
			}
			values[j] = strings.Clone(v)
		}
		form.Fields[i].Values = values // Check has made the slice of fields
	}
	return form, nil
}
