package adversarial_test

import (
	"bytes"
	"context"
	"html"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/adversarial"
	"github.com/emp-framework/emp/internal/pipe"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

var (
	fromIn = regexp.MustCompile(` from='([^']*)'`)
	toIn   = regexp.MustCompile(` to='([^']*)'`)
	bodyIn = regexp.MustCompile(`(?s)<body>(.*)</body>`)
)

// outgoing makes what an application would send that wants the case's bytes sent.
func outgoing(t *testing.T, c adversarial.Case) stanza.Out {
	data := string(c.Data)
	out := stanza.Out{Kind: stanza.Message}
	if strings.HasPrefix(data, "<iq type='error' id='1'") {
		out = stanza.Out{Kind: stanza.IQ, Type: stanza.TypeError, ID: "1"}
	}
	for _, a := range []struct {
		in  *regexp.Regexp
		out *jid.Address
	}{{fromIn, &out.From}, {toIn, &out.To}} {
		if m := a.in.FindStringSubmatch(data); m != nil {
			var err error
			if *a.out, err = jid.Received(m[1]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if m := bodyIn.FindStringSubmatch(data); m != nil {
		out.Body = html.UnescapeString(m[1])
	}
	switch c.ID {
	case "out-011":
		deep := element.New("urn:x", "a")
		for at, i := deep, 1; i < 6000; i++ {
			at = at.NewChild("a")
		}
		out = out.Add(deep)
	case "out-012":
		_, value, _ := strings.Cut(data, "c='")
		value, _, _ = strings.Cut(value, "'")
		out = out.Add(element.New("urn:x", "b").Attr("c", value))
	case "out-017":
		out = out.Add(element.New("urn:x", "Ͱ"))
	case "out-018":
		out.To = jid.MustParse("alice@localhost").Address()
		out.Body = data // the only way to bring bytes in
	}
	return out
}

// TestOutgoing: what would end the stream does not get into it; the error is at
// the call, and the link goes on.
func TestOutgoing(t *testing.T) {
	for _, c := range adversarial.Cases("outgoing") {
		if c.ID == "out-014" {
			continue // a second answer: no matter of the link
		}
		t.Run(c.ID, func(t *testing.T) {
			ours, its := pipe.New()
			io.WriteString(its, streamHeader+"<handshake/>")
			link, err := stream.DialComponent(t.Context(), stream.Options{
				Domain: jid.MustParse("comp.localhost"), Secret: "secret",
				Dial: func(context.Context, string, string) (net.Conn, error) { return ours, nil },
			})
			if err != nil {
				t.Fatal(err)
			}
			err = link.Send(t.Context(), outgoing(t, c))
			next := link.Send(t.Context(), stanza.NewMessage(jid.MustParse("alice@localhost"), "next"))
			const goesOn = "<message from='comp.localhost' to='alice@localhost'><body>next</body></message>"
			var b []byte
			for chunk := make([]byte, 4096); next == nil && !bytes.HasSuffix(b, []byte(goesOn)); { // what Send has taken may still be on its way
				n, err := its.Read(chunk)
				if b = append(b, chunk[:n]...); err != nil {
					break
				}
			}
			link.Abort()
			rest, _ := io.ReadAll(its)
			b = append(b, rest...)
			heard, ok := strings.CutPrefix(string(b), ourHeader+digest)
			heard, last := strings.CutSuffix(heard, goesOn)
			if next != nil || !ok || !last {
				t.Fatalf("the link does not go on: %v, %s", next, b)
			}
			want := map[string]string{
				"out-003": "<message from='x@comp.localhost' to='alice@localhost'><body>x</body></message>",
				"out-004": "<message from='comp.localhost' to='alice@localhost'><body>x</body></message>",
				"out-012": "<message from='comp.localhost' to='alice@localhost'><b xmlns='urn:x' c='a&#10;b&#9;c&#13;d'/></message>",
				"out-013": "<message from='comp.localhost' to='alice@localhost'><body>]]&gt;</body></message>",
				"out-018": "<message from='comp.localhost' to='alice@localhost'><body>&lt;/stream:stream&gt;&lt;message/&gt;</body></message>",
			}[c.ID]
			refused := c.Expected == "send-error" && c.ID != "out-018" // whose bytes are but text
			if heard != want || (err != nil) != refused {
				t.Errorf("%s: the server heard %q, want %q; Send returned %v\nwhy: %s", c.Expected, heard, want, err, c.Why)
			}
		})
	}
}
