package emptest

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// readStanzas reads the stanzas in data, the first line of which is line of the
// file. The errors have file and line.
func readStanzas(file string, line int, data []byte) (stanzas []scripted, errs []error) {
	p := element.Parser{Fragments: true, Space: element.NSClient}
	p.Feed(data)
	place := func(offset int64) string {
		before := data[:min(int(offset), len(data))]
		if file == "" { // no file, so no lines to count from
			return fmt.Sprintf("line %d of the XML", line+bytes.Count(before, []byte("\n")))
		}
		return fmt.Sprintf("%s:%d", file, line+bytes.Count(before, []byte("\n")))
	}
	fail := func(offset int64, err error) {
		errs = append(errs, fmt.Errorf("emptest: %s: %w", place(offset), err))
	}
	for {
		ev, err := p.Next()
		var syntax *element.SyntaxError
		switch {
		case errors.As(err, &syntax):
			fail(syntax.Offset, err)
			return stanzas, errs
		case err != nil: // no more bytes
			if err := p.End(); err != nil {
				fail(int64(len(bytes.TrimRight(data, " \t\r\n"))), err)
			}
			return stanzas, errs
		case ev.Kind == element.EventExcess:
			fail(ev.Offset, fmt.Errorf("the stanza is beyond the parser's limit of %s", ev.Excess))
		case !isStanza(ev.Node):
			fail(ev.Offset, fmt.Errorf("%s is no message, presence or iq", ev.Node.Name()))
		default:
			stanzas = append(stanzas, scripted{ev.Node, place(ev.Offset)})
		}
	}
}

func isStanza(n element.Node) bool {
	return n.Is(element.NSClient, "message") || n.Is(element.NSClient, "presence") || n.Is(element.NSClient, "iq")
}

// rewrite returns the stanza with an attribute added, unless it has one of that
// name, and with each value and text as change makes it.
func rewrite(n element.Node, attr string, value jid.JID, change func(string) (string, error)) (element.Node, error) {
	w := element.Writer{Space: element.NSClient}
	var failed error
	changed := func(s string) string {
		text, err := change(s)
		if err != nil && failed == nil {
			failed = err
		}
		return text
	}
	for at, end := range steps(n) {
		switch {
		case end:
			w.End()
		case at.Kind() == element.KindText:
			w.Text(changed(at.Value()))
		default:
			w.Start(at.Space(), at.Local())
			for a := range at.Attrs() {
				w.AttrNS(a.Space(), a.Local(), changed(a.Value()))
			}
			if at == n && n.AttrNode("", attr).IsZero() {
				w.Attr(attr, value.String())
			}
		}
	}
	if err := errors.Join(failed, w.Err()); err != nil {
		return element.Node{}, err
	}
	return element.ParseIn(element.NSClient, w.Bytes())
}

// with returns the stanza with another value of an attribute; with "", without it.
func with(n element.Node, attr, value string) element.Node {
	b := element.New(n.Space(), n.Local())
	for a := range n.Attrs() {
		if !a.Is("", attr) {
			b.AttrNS(a.Space(), a.Local(), a.Value())
		}
	}
	if value != "" {
		b.Attr(attr, value)
	}
	for child := range n.Nodes() {
		b.Add(child)
	}
	return b.Node()
}

// stamped is a stanza as the sender's server passes it on: what is about a subscription
// comes from the account (RFC 6121 section 3.1.2).
func stamped(n element.Node, peer jid.JID) element.Node {
	switch stanza.Type(n.Attr("type")) {
	case stanza.TypeSubscribe, stanza.TypeSubscribed, stanza.TypeUnsubscribe, stanza.TypeUnsubscribed:
		if n.Is(element.NSClient, "presence") {
			return with(n, "from", peer.Bare().String())
		}
	}
	return n
}

// asIs changes nothing in rewrite.
func asIs(s string) (string, error) { return s, nil }
