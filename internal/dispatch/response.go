package dispatch

import (
	"errors"
	"fmt"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/stanza"
)

// check looks at all of what the action of j returned before anything of it is
// sent: each stanza can be sent, and of answers (iq results and errors) there
// is at most one, which answers j. It returns what to send: to an iq get or set
// without an answer that is the empty result besides, behind the rest.
func (j *job) check(res component.Response) ([]stanza.Out, error) {
	s, answer := &j.req.Stanza, -1
	for i := range res {
		o := &res[i]
		if err := o.Err(); err != nil {
			return nil, err
		}
		switch {
		case o.Type == stanza.TypeError && s.Type == stanza.TypeError:
			return nil, errors.New("an error is never answered with an error")
		case !isAnswer(o):
		case answer >= 0:
			return nil, errors.New("two answers: an iq has one")
		default:
			if err := answers(s, o); err != nil {
				return nil, err
			}
			answer = i
		}
	}
	switch {
	case !s.IsRequest():
	case len(res) == 0:
		j.answer = s.AppendResult(j.answer)
		return j.answer, nil
	case answer < 0:
		n := len(res)
		return s.AppendResult(res[:n:n]), nil // the action's own slice stays as it is
	case res[answer].From.IsZero():
		outs := append([]stanza.Out(nil), res...)
		outs[answer].From = s.Result().From
		return outs, nil
	}
	return res, nil
}

// isAnswer reports whether o is an iq result or error.
func isAnswer(o *stanza.Out) bool {
	return o.Kind == stanza.IQ && (o.Type == stanza.TypeResult || o.Type == stanza.TypeError)
}

// answers returns why o, an iq result or error, is not the answer to s.
func answers(s *stanza.Stanza, o *stanza.Out) error {
	switch {
	case !s.IsRequest():
		return fmt.Errorf("an iq %s that nobody asked for: the stanza is no iq get or set", o.Type)
	case o.ID != s.ID:
		return fmt.Errorf("an iq %s with the id %q to a request with the id %q", o.Type, o.ID, s.ID)
	case o.To.JID != s.From.JID:
		return fmt.Errorf("an iq %s to somebody else than asked", o.Type)
	case !o.From.IsZero() && o.From.JID != s.To.JID:
		return fmt.Errorf("an iq %s from somebody else than was asked", o.Type)
	}
	return nil
}
