//go:build !race

// The race detector has stacks of its own. scripts/test runs both ways.

package framework_test

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestOpenQuestionsAreSmall: of many actions that wait for an answer all but some hundreds
// take a stack of 4 KiB, not of 16 as sending and reading do.
func TestOpenQuestionsAreSmall(t *testing.T) {
	const n = 4000
	question := element.New("urn:q", "q").Node()
	w := newWireFor(t, func(r *router.Router) {
		r.Message("[body]").To(func(ctx context.Context, req *component.Request) (component.Response, error) {
			if _, err := req.Ask(ctx, stanza.NewIQ(stanza.TypeGet, req.From.JID, question)); err != nil {
				return nil, err
			}
			return req.Reply(req.Body()), nil
		})
	})
	var messages strings.Builder
	for i := range n {
		fmt.Fprintf(&messages, "<message type='chat' id='%d' from='user%d@example.org/r' to='%s'><body>hello</body></message>", i, i, domain)
	}
	idle := runtime.NumGoroutine()
	stacks := stackBytes()
	for range 2 {
		go w.say(messages.String())
		questions := w.tags("<iq ", n)
		for runtime.NumGoroutine() > idle+n+20 { // those that have sent the questions end
			runtime.GC()
		}
		if each := (stackBytes() - stacks) / n; each > 6<<10 {
			t.Errorf("%d bytes of stack for each open question", each)
		}
		var answers strings.Builder
		for _, q := range questions {
			fmt.Fprintf(&answers, "<iq type='result' id='%s' from='%s' to='%s'/>", attr(q, "id"), attr(q, "to"), domain)
		}
		go w.say(answers.String())
		w.tags("<message ", n)
	}
}

// tags takes n tags that begin so, and sends back what the application sends to itself.
func (w *wire) tags(begin string, n int) (tags []string) {
	for len(tags) < n {
		i := bytes.IndexByte(w.buf, '>')
		if i < 0 {
			w.more()
			continue
		}
		tag := string(w.buf[:i+1])
		if at := strings.LastIndexByte(tag, '<'); strings.HasPrefix(tag[at:], begin) {
			if attr(tag[at:], "from") == attr(tag[at:], "to") {
				w.say(tag[at:] + "<ping xmlns='urn:xmpp:ping'/></iq>")
			} else {
				tags = append(tags, tag[at:])
			}
		}
		w.buf = w.buf[i+1:]
	}
	return tags
}

func attr(tag, name string) string {
	_, value, _ := strings.Cut(tag, " "+name+"='")
	value, _, _ = strings.Cut(value, "'")
	return value
}

// stackBytes is what stacks take.
func stackBytes() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.StackInuse
}
