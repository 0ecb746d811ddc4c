package stream

import (
	"context"
	"fmt"

	"github.com/emp-framework/emp/element"
)

// NSStreams is the namespace of the stream's own elements (RFC 6120 section
// 4.8.1).
const NSStreams = "http://etherx.jabber.org/streams"

// A streamHeader is what a server says of its stream in the first tag.
type streamHeader struct {
	from, id, lang, version string
	hasFrom, hasID          bool
}

// open sends our stream header, with the attributes that attrs writes, and reads
// the server's (RFC 6120 section 4.7). What the stream carries is in the namespace
// content, on a port for whom says.
func (c *conn) open(ctx context.Context, content, whom string, attrs func(*element.Writer)) (streamHeader, error) {
	var w element.Writer // for the escaping alone
	w.Start("", "stream")
	attrs(&w)
	if err := w.Err(); err != nil {
		return streamHeader{}, fmt.Errorf("stream: %w", err)
	}
	words := string(w.Bytes()[len("<stream"):])
	words = "<?xml version='1.0'?><stream:stream xmlns='" + content + "' xmlns:stream='" + NSStreams + "'" + words + ">"
	if err := c.say(ctx, words); err != nil {
		return streamHeader{}, err
	}
	ev, err := c.next(ctx)
	if err != nil {
		return streamHeader{}, err
	}
	n := ev.Node
	switch said := c.parser.Content(); {
	case n.Local() != "stream":
		err = fmt.Errorf("%w: it sent <%s>", ErrNotXMPP, n.Local())
	case n.Space() != NSStreams:
		err = broken(InvalidNamespace, "the stream is in the namespace %q", n.Space())
	case said != content && said != NSStreams && said != "": // a header that declares none leaves that to each stanza
		err = broken(InvalidNamespace, "the stream's content is in the namespace %q, not %s: is this a port for %s?", said, content, whom)
	}
	if err != nil {
		return streamHeader{}, c.refuse(err)
	}
	from, id := n.AttrNode("", "from"), n.AttrNode("", "id")
	return streamHeader{
		from: from.Value(), hasFrom: !from.IsZero(),
		id: id.Value(), hasID: !id.IsZero(),
		lang:    n.AttrNode(element.NSXML, "lang").Value(),
		version: n.AttrNode("", "version").Value(),
	}, nil
}
