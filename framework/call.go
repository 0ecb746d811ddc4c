package framework

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// call sends the iq that in holds as the application, and prints the answer on out.
func (a *App) call(ctx context.Context, flags map[string]string, in io.Reader, name string, wait time.Duration, out io.Writer) error {
	text, err := io.ReadAll(io.LimitReader(in, maxCall))
	if err != nil {
		return fmt.Errorf("%s: call: %w", a.name(), err)
	}
	if strings.TrimSpace(string(text)) == "" {
		return fmt.Errorf("%s: call: there is no stanza in %s", a.name(), name)
	}
	node, err := element.ParseIn(element.NSClient, text)
	if err != nil {
		return fmt.Errorf("%s: call: %s: %w", a.name(), name, err)
	}
	question, err := outOf(node)
	switch {
	case err != nil:
		return fmt.Errorf("%s: call: %s: %w", a.name(), name, err)
	case !isQuestion(question):
		return fmt.Errorf("%s: call: %s: it is no iq of type get or set, which alone has an answer", a.name(), name)
	}
	quieter(flags)
	if _, err := a.load(flags); err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(running) }()
	asking, cancel := context.WithTimeoutCause(ctx, wait, errNoAnswer)
	defer cancel()
	answer, err := a.Ask(asking, question)
	stop()
	if err := <-ended; err != nil {
		return err // which is why there was no link
	}
	var refusal stanza.Fault
	switch {
	case errors.As(err, &refusal) && answer.Node.Local() == "":
		return &codedError{1, fmt.Sprintf("%s: call: the answer is %s", a.name(), reason(refusal))}
	case errors.As(err, &refusal):
		if _, err := fmt.Fprintln(out, answer.Node); err != nil {
			return err
		}
		return &codedError{1, fmt.Sprintf("%s: call: the answer is an error: %s", a.name(), reason(refusal))}
	case err != nil:
		return &codedError{exitNotReady, fmt.Sprintf("%s: call: no answer: %v", a.name(), err)}
	}
	_, err = fmt.Fprintln(out, answer.Node)
	return err
}

// outOf returns a stanza that somebody wrote, to be sent. From whom it is the link says,
// unless the stanza does.
func outOf(n element.Node) (o stanza.Out, err error) {
	s, err := (&stanza.Defaults{From: jid.MustParse("nobody.invalid").Address()}).Of(n)
	if err != nil {
		return o, err
	}
	o = stanza.Out{Kind: s.Kind, Type: s.Type, ID: s.ID, To: s.To, From: s.From, Lang: s.Lang}
	if n.Attr("from") == "" {
		o.From = jid.Address{}
	}
	if f, ok := s.Fault(); ok {
		o.Fault = &f
	}
	for child := range n.Children() {
		if o.Fault == nil || !child.Is(element.NSClient, "error") {
			o.Payload = append(o.Payload, child)
		}
	}
	return o, nil
}

// isQuestion reports whether a stanza has an answer.
func isQuestion(o stanza.Out) bool {
	return o.Kind == stanza.IQ && (o.Type == stanza.TypeGet || o.Type == stanza.TypeSet)
}

// maxCall bounds the iq, in bytes: servers take no more.
const maxCall = 1 << 20

var errNoAnswer = errors.New("the time for it is over (--wait)")
