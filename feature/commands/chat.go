package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/feature/forms"
	"github.com/emp-framework/emp/stanza"
)

// Chat is the action for messages: the first word of the body names a command,
// those behind it answer its fields in order, and the last field has the rest. A
// yes or no is one for a boolean. "help" lists the commands, where none has that name.
//
//	tweet Hello, world      the command tweet, its field text is "Hello, world"
//
// What goes wrong is said in words, since that is what chats show; only errors that
// hold no stanza.Fault are left to be internal-server-error.
func (f *Feature) Chat(ctx context.Context, req *component.Request) (component.Response, error) {
	word, rest := cutWord(req.Body())
	name := strings.ToLower(word)
	c := f.find(ctx, req, name)
	if c == nil {
		if name != "help" && name != "?" {
			return req.Reply(fmt.Sprintf("I do not know %.40q. Say help for what I know.", word)), nil
		}
		return req.Reply(f.help(ctx, req)), nil
	}
	s := f.begin(c, req)
	var usage []string
	for len(s.answered) < len(c.Stages) {
		if err := s.show(ctx, req); err != nil {
			return inWords(req, err)
		}
		last := len(s.answered) == len(c.Stages)-1
		var answers forms.Form
		answers, rest = fill(s.shown, rest, last)
		usage = append(usage, parameters(s.shown)...)
		filled, err := s.shown.Check(answers)
		if err != nil {
			var fault stanza.Fault
			errors.As(err, &fault)
			return req.Reply(fmt.Sprintf("%s\nSay it like this: %s", fault.Text, strings.Join(append([]string{c.Name}, usage...), " "))), nil
		}
		s.answered = append(s.answered, filled)
	}
	call := s.call(req)
	call.Chat = true
	result, err := c.Run(ctx, call)
	if err != nil {
		return inWords(req, err)
	}
	text := result.text()
	if text == "" {
		text = "Done."
	}
	return append(req.Reply(text), result.Also...), nil
}

// inWords is an error as a chat shows it.
func inWords(req *component.Request, err error) (component.Response, error) {
	var fault stanza.Fault
	if !errors.As(err, &fault) {
		return nil, err
	}
	if fault.Text == "" {
		fault.Text = "That did not work: " + strings.ReplaceAll(string(fault.Condition), "-", " ") + "."
	}
	return req.Reply(fault.Text), nil
}

func (f *Feature) help(ctx context.Context, req *component.Request) string {
	lines := []string{"I know these commands:"}
	for _, c := range f.Commands {
		if !c.allows(ctx, req) {
			continue
		}
		words := []string{c.Name}
		s := f.begin(c, req)
		for _, stage := range c.Stages {
			form, err := stage(ctx, s.call(req))
			if err != nil {
				words = append(words, "…")
				break // what comes then depends on answers
			}
			words = append(words, parameters(form)...)
			s.answered = append(s.answered, form)
		}
		lines = append(lines, strings.Join(words, " ")+": "+c.Title)
	}
	return strings.Join(lines, "\n")
}

// parameters names the fields that are asked, as usages do.
func parameters(form forms.Form) (names []string) {
	for _, field := range form.Fields {
		name := strings.ToUpper(field.Var)
		switch {
		case !asked(field):
			continue
		case !field.Required:
			name = "[" + name + "]"
		}
		names = append(names, name)
	}
	return names
}

func asked(f forms.Field) bool { return f.Type != forms.Fixed && f.Type != forms.Hidden }

// fill answers a form with words. The last field of the last form has all the
// rest. What remains is returned.
func fill(form forms.Form, words string, last bool) (answers forms.Form, rest string) {
	answers.Type = forms.Submit
	final := -1
	for i, field := range form.Fields {
		if last && asked(field) {
			final = i
		}
	}
	for i, field := range form.Fields {
		var value string
		switch {
		case !asked(field):
			continue
		case i == final:
			value, words = words, ""
		default:
			value, words = cutWord(words)
		}
		if value == "" {
			continue
		}
		answers.Fields = append(answers.Fields, forms.Field{Var: field.Var, Values: values(field.Type, value)})
	}
	return answers, words
}

func values(t forms.FieldType, text string) []string {
	switch t {
	case forms.Boolean:
		switch strings.ToLower(text) {
		case "yes", "on":
			return []string{"true"}
		case "no", "off":
			return []string{"false"}
		}
	case forms.Lines:
		return strings.Split(text, "\n")
	case forms.ListMany, forms.JIDs:
		return strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == ',' })
	}
	return []string{text}
}

// cutWord returns the first word, and what is behind it.
func cutWord(s string) (word, rest string) {
	s = strings.TrimSpace(s)
	if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 {
		return s[:i], strings.TrimSpace(s[i:])
	}
	return s, ""
}

// text is a result as a chat shows it.
func (r Result) text() string {
	var lines []string
	if r.Text != "" {
		lines = append(lines, r.Text)
	}
	if r.Form == nil {
		return strings.Join(lines, "\n")
	}
	for _, field := range r.Form.Fields {
		if asked(field) {
			lines = append(lines, or(field.Label, field.Var)+": "+strings.Join(field.Values, ", "))
		}
	}
	for _, row := range r.Form.Items {
		var cells []string
		for _, cell := range row {
			cells = append(cells, strings.Join(cell.Values, ", "))
		}
		lines = append(lines, strings.Join(cells, "  "))
	}
	return strings.Join(lines, "\n")
}

func or(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}
