package devserver

import (
	"io"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// begin reads the header of a stream, with a parser of its own (RFC 6120 section
// 4.3.3), and answers it. content is what it has to carry.
func (c *conn) begin(content string) (element.Node, error) {
	c.parser, c.said = &element.Parser{Limits: c.limits}, false
	ev, err := c.next()
	if err != nil {
		return element.Node{}, err
	}
	n := ev.Node
	from := c.server.domain.String()
	if content != element.NSClient {
		from = n.Attr("to")
	}
	if err := c.say(c.header(content, from)); err != nil {
		return n, err
	}
	if !n.Is(stream.NSStreams, "stream") || c.parser.Content() != content {
		return n, refuse(stream.InvalidNamespace, "the header is %.200q around %.200q, want %q", n.Name(), c.parser.Content(), content)
	}
	return n, nil
}

// header returns our stream header, and notes that it is sent.
func (c *conn) header(content, from string) string {
	c.said, c.id = true, stanza.NewID()
	var w element.Writer
	w.Start("", "s")
	w.Attr("id", c.id)
	if from != "" {
		w.Attr("from", from)
	}
	if content == element.NSClient {
		w.Attr("version", "1.0")
		w.AttrNS(element.NSXML, "lang", "en")
	}
	attrs := string(w.Bytes()[len("<s"):])
	return "<?xml version='1.0'?><stream:stream xmlns='" + content + "' xmlns:stream='" + stream.NSStreams + "'" + attrs + ">"
}

// next returns the next thing that came. The error is io.EOF behind the end of the
// stream.
func (c *conn) next() (element.Event, error) {
	ev, err := c.parser.Read(c.net)
	c.server.pass(c)
	if err == nil && ev.Kind == element.EventClose {
		return ev, io.EOF
	}
	return ev, err
}

// word is next for an element of the negotiation: one beyond the limits is none.
func (c *conn) word() (element.Node, error) {
	ev, err := c.next()
	if err == nil && ev.Kind != element.EventElement {
		err = refuse(stream.PolicyViolation, "too large for a negotiation: %s", ev.Excess)
	}
	return ev.Node, err
}

// say writes at once, in the negotiation.
func (c *conn) say(words string) error {
	c.server.pass(c)
	_, err := io.WriteString(c.net, words)
	return err
}

// get ready has stanzas go out through the queue, with peer as who gets them. It is
// called with the server locked.
func (c *conn) start(peer peer) {
	c.peer, c.ready = peer, true
	c.raw.SetDeadline(time.Time{})
	c.writing.Go(func() {
		for b := c.out.next(); len(b) > 0; b = c.out.next() {
			c.server.pass(c)
			if _, err := c.net.Write(b); err != nil {
				c.raw.Close() // which ends the reading
				return
			}
		}
	})
}

// stanzas reads stanzas until the stream ends, and gives each to take, with the
// server locked, and with the limit that it is beyond if it is too large: n is then
// its start tag.
func (c *conn) stanzas(take func(n element.Node, beyond element.Limit) error) error {
	for {
		ev, err := c.next()
		if err != nil {
			return err
		}
		c.server.mu.Lock()
		if !c.over {
			err = take(ev.Node, ev.Excess)
		}
		c.server.mu.Unlock()
		if err != nil {
			return err
		}
	}
}
