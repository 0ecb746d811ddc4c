package stream

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/sasl"
	"github.com/emp-framework/emp/jid"
)

const (
	nsBind   = "urn:ietf:params:xml:ns:xmpp-bind"
	nsLimits = "urn:xmpp:stream-limits:0"
)

// features are what a server offers a client at the beginning of a stream (RFC
// 6120 section 4.3.2). What is not here is of no interest, stream compression
// least of all.
type features struct {
	mechanisms []string      // of SASL
	bindings   []string      // for channels (XEP-0440); nil: nothing is said of them
	bind       bool          // a resource
	spaces     []string      // of all of them, the first maxSpaces
	maxBytes   int           // of a stanza that we send (XEP-0478); 0: not said
	idle       time.Duration // after which the server ends the link (XEP-0478); 0: not said
}

// begin opens a stream and reads its features.
func (c *Client) begin(ctx context.Context) error {
	account := c.opts.Account.jid
	h, err := c.open(ctx, element.NSClient, "clients", func(w *element.Writer) {
		w.Attr("to", account.Domain())
		w.Attr("version", "1.0")
		w.AttrNS(element.NSXML, "lang", "en")
		if c.tls.ConnectionState != nil && account.Local() != "" { // who we are is nobody's business on the way
			w.Attr("from", account.String())
		}
	})
	if err != nil {
		return err
	}
	if major, _, _ := strings.Cut(h.version, "."); major != "1" {
		return c.refuse(broken(UnsupportedVersion, "the server speaks version %q of XMPP, not 1.0", h.version))
	}
	ev, err := c.next(ctx) // first, for an error says more than a header that is wrong
	if err != nil {
		return err
	}
	if h.hasFrom {
		if j, err := jid.Parse(h.from); err != nil || j.String() != account.Domain() {
			return c.refuse(broken(ImproperAddressing, "the server speaks for %q, not %s", h.from, account.Domain()))
		}
	}
	if !ev.Node.Is(NSStreams, "features") {
		return c.refuse(broken(UnsupportedStanzaType, "<%s> in place of the stream's features", ev.Node.Local()))
	}
	c.views.Lang = h.lang
	c.features = readFeatures(ev.Node)
	return nil
}

// maxSpaces bounds what is kept of what a server offers. Servers have a dozen.
const maxSpaces = 100

func readFeatures(n element.Node) (f features) {
	for e := n.FirstElement(); !e.IsZero(); e = e.NextElement() {
		if len(f.spaces) < maxSpaces {
			f.spaces = append(f.spaces, strings.Clone(e.Space())) // or the link would keep all of them
		}
		switch {
		case e.Is(sasl.NS, "mechanisms"):
			f.mechanisms = texts(e, "mechanism")
		case e.Is(sasl.NSBinding, "sasl-channel-binding"):
			f.bindings = []string{}
			for b := e.FirstElement(); !b.IsZero(); b = b.NextElement() {
				f.bindings = append(f.bindings, b.Attr("type"))
			}
		case e.Is(nsBind, "bind"):
			f.bind = true
		case e.Is(nsLimits, "limits"):
			f.maxBytes = number(e, "max-bytes")
			f.idle = time.Duration(number(e, "idle-seconds")) * time.Second
		}
	}
	return f
}

// texts returns the texts of the children of a name, in n's own namespace.
func texts(n element.Node, name string) (all []string) {
	for e := n.FirstElement(); !e.IsZero(); e = e.NextElement() {
		if e.Is(n.Space(), name) {
			all = append(all, e.Text())
		}
	}
	return all
}

// number returns the number that a child is the text of; 0 if it is none, or none
// that makes sense.
func number(n element.Node, name string) int {
	v, err := strconv.ParseUint(strings.TrimSpace(n.Child(n.Space(), name).Text()), 10, 31)
	if err != nil {
		return 0
	}
	return int(v)
}
