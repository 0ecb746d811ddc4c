package commands

import (
	"context"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/feature/forms"
)

// execute is one step of a command (XEP-0050 section 3.4): its begin, or what the
// person says to the form of a stage.
func (f *Feature) execute(ctx context.Context, req *component.Request) (component.Response, error) {
	name, action := req.Payload.Attr("node"), req.Payload.Attr("action")
	switch action {
	case "", "execute", "next", "prev", "complete", "cancel":
	default:
		return nil, errMalformedAction
	}
	c := f.find(ctx, req, name)
	if c == nil {
		return nil, errUnknown
	}
	if req.Payload.Attr("sessionid") == "" {
		if action != "" && action != "execute" {
			return nil, errBadAction
		}
		s := f.begin(c, req)
		s.id = component.NewID(ctx)
		return f.advance(ctx, req, s)
	}
	s, err := f.take(ctx, req, name)
	if err != nil {
		return nil, err
	}
	res, err := f.answer(ctx, req, s, action)
	if err != nil && len(s.command.Stages) > 0 {
		// The person may correct what was wrong. That there is room for the
		// session is certain but for others' new ones; the error stays what it is.
		_ = f.keep(ctx, s)
	}
	return res, err
}

// answer does what the person said to the form of a stage.
func (f *Feature) answer(ctx context.Context, req *component.Request, s *session, action string) (component.Response, error) {
	last := len(s.answered) == len(s.command.Stages)-1
	switch {
	case action == "cancel":
		return req.Result(s.element("canceled")), nil
	case action == "prev" && len(s.answered) > 0:
		return f.back(ctx, req, s)
	case action == "prev", action == "next" && last, action == "complete" && !last:
		return nil, errBadAction
	}
	x := req.Payload.Child(forms.NS, "x")
	if x.IsZero() {
		return nil, errBadPayload
	}
	submitted, err := forms.Of(x)
	if err != nil {
		return nil, err
	}
	filled, err := s.shown.Check(submitted)
	if err != nil {
		return nil, err
	}
	if !last {
		if filled, err = kept(filled); err != nil {
			return nil, err
		}
	}
	s.answered = append(s.answered, filled)
	res, err := f.advance(ctx, req, s)
	if err != nil {
		s.answered = s.answered[:len(s.answered)-1]
	}
	return res, err
}

// back shows the stage before again, with what was answered there.
func (f *Feature) back(ctx context.Context, req *component.Request, s *session) (component.Response, error) {
	given := s.answered[len(s.answered)-1]
	s.answered = s.answered[:len(s.answered)-1]
	shown := s.shown
	if err := s.show(ctx, req); err != nil {
		s.answered, s.shown = append(s.answered, given), shown
		return nil, err
	}
	s.shown = s.shown.Suggest(given)
	return f.wait(ctx, req, s)
}

// advance shows the next stage or, behind the last, runs the command.
func (f *Feature) advance(ctx context.Context, req *component.Request, s *session) (component.Response, error) {
	if len(s.answered) < len(s.command.Stages) {
		shown := s.shown
		if err := s.show(ctx, req); err != nil {
			s.shown = shown
			return nil, err
		}
		return f.wait(ctx, req, s)
	}
	result, err := s.command.Run(ctx, s.call(req))
	if err != nil {
		return nil, err
	}
	done := s.element("completed")
	if result.Form != nil {
		done.Add(asResult(*result.Form))
	}
	if result.Text != "" {
		done.Add(element.New(NS, "note").Attr("type", "info").Text(result.Text))
	}
	return append(req.Result(done), result.Also...), nil
}

func asResult(form forms.Form) forms.Form {
	form.Type = forms.Result
	return form
}

// wait keeps the session and shows its form, with the actions that there are
// (section 3.3).
func (f *Feature) wait(ctx context.Context, req *component.Request, s *session) (component.Response, error) {
	if err := f.keep(ctx, s); err != nil {
		return nil, err
	}
	actions := element.New(NS, "actions")
	if len(s.answered) > 0 {
		actions.NewChild("prev")
	}
	forward := "next"
	if len(s.answered) == len(s.command.Stages)-1 {
		forward = "complete"
	}
	actions.Attr("execute", forward).NewChild(forward)
	return req.Result(s.element("executing").Add(actions, s.shown)), nil
}

func (s *session) element(status string) *element.Builder {
	return element.New(NS, "command").Attr("node", s.command.Name).Attr("sessionid", s.id).Attr("status", status)
}
