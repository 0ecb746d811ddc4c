package devserver

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/sasl"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stream"
)

const (
	nsTLS     = "urn:ietf:params:xml:ns:xmpp-tls"
	nsBind    = "urn:ietf:params:xml:ns:xmpp-bind"
	nsSession = "urn:ietf:params:xml:ns:xmpp-session"
	nsLimits  = "urn:xmpp:stream-limits:0"

	nsRosterVer = "urn:xmpp:features:rosterver"
)

// maxTries is how often a client may try to authenticate on one stream (RFC 6120
// section 6.4.5 wants 2 to 5).
const maxTries = 5

// serveClient is the life of a client's stream: one header after the other, each
// with what is left to negotiate.
func (c *conn) serveClient() error {
	c.limits = element.Limits{Bytes: c.server.opts.MaxClientBytes}
	channel, err := c.direct()
	if err != nil {
		return err
	}
	if err := c.open(c.features(channel)); err != nil {
		return err
	}
	for channel.TLS == nil && !c.server.opts.AllowPlain {
		n, err := c.word()
		if err != nil {
			return err
		}
		if !n.Is(nsTLS, "starttls") {
			return refuse(stream.PolicyViolation, "%.200q before STARTTLS, which is required", n.Name())
		}
		if channel, err = c.encrypt(); err != nil {
			return err
		}
		if err := c.open(c.features(channel)); err != nil {
			return err
		}
	}
	a, err := c.authenticate(channel)
	if err != nil {
		return err
	}
	if err := c.open("<bind xmlns='" + nsBind + "'/><session xmlns='" + nsSession + "'><optional/></session><ver xmlns='" + nsRosterVer + "'/>" + c.bounds()); err != nil {
		return err
	}
	sess, err := c.bind(a)
	if err != nil {
		return err
	}
	return c.stanzas(sess.take)
}

// A peeked connection has been looked into.
type peeked struct {
	duplex
	r *bufio.Reader
}

func (p peeked) Read(b []byte) (int, error) { return p.r.Read(b) }

// tlsHandshake is the first byte of TLS, which no XML begins with.
const tlsHandshake = 0x16

// direct makes the connection encrypted if the client begins with that (XEP-0368).
func (c *conn) direct() (sasl.Channel, error) {
	p := peeked{c.raw, bufio.NewReader(c.raw)}
	c.net = p
	first, err := p.r.Peek(1)
	if err != nil || first[0] != tlsHandshake {
		return sasl.Channel{}, err
	}
	return c.handshakeTLS(p)
}

// encrypt does STARTTLS (RFC 6120 section 5).
func (c *conn) encrypt() (sasl.Channel, error) {
	if c.parser.Buffered() > 0 { // what somebody wrote before it was protected must not count as the client's
		return sasl.Channel{}, refuse(stream.PolicyViolation, "more behind <starttls/>")
	}
	if err := c.say("<proceed xmlns='" + nsTLS + "'/>"); err != nil {
		return sasl.Channel{}, err
	}
	return c.handshakeTLS(c.net)
}

func (c *conn) handshakeTLS(below net.Conn) (sasl.Channel, error) {
	encrypted := tls.Server(below, c.server.cert.tls)
	ctx, cancel := context.WithTimeout(context.Background(), loginTime)
	defer cancel()
	if err := encrypted.HandshakeContext(ctx); err != nil {
		return sasl.Channel{}, fmt.Errorf("devserver: TLS: %w", err)
	}
	c.net, c.said = encrypted, false
	state := encrypted.ConnectionState()
	return sasl.Channel{TLS: &state}, nil
}

// open begins a stream and offers features.
func (c *conn) open(features string) error {
	n, err := c.begin(element.NSClient)
	if err != nil {
		return err
	}
	to, err := jid.Received(n.Attr("to"))
	switch major, _, _ := strings.Cut(n.Attr("version"), "."); {
	case err != nil || to.JID != c.server.domain:
		return refuse(stream.HostUnknown, "this server is %s, not %.200q", c.server.domain, n.Attr("to"))
	case major != "1":
		return refuse(stream.UnsupportedVersion, "version %.20q of XMPP, not 1.0", n.Attr("version"))
	}
	c.lang = n.AttrNode(element.NSXML, "lang").Value()
	return c.say("<stream:features>" + features + "</stream:features>")
}

// features are what a client is offered that is not authenticated yet.
func (c *conn) features(ch sasl.Channel) string {
	var b strings.Builder
	if ch.TLS == nil {
		b.WriteString("<starttls xmlns='" + nsTLS + "'>")
		if !c.server.opts.AllowPlain {
			b.WriteString("<required/></starttls>")
			return b.String()
		}
		b.WriteString("</starttls>")
	}
	offer := c.server.host.Offer(c.bound(ch))
	b.WriteString("<mechanisms xmlns='" + sasl.NS + "'>")
	for _, name := range offer.Mechanisms {
		b.WriteString("<mechanism>" + name + "</mechanism>")
	}
	b.WriteString("</mechanisms>")
	if len(offer.Bindings) > 0 {
		b.WriteString("<sasl-channel-binding xmlns='" + sasl.NSBinding + "'>")
		for _, kind := range offer.Bindings {
			b.WriteString("<channel-binding type='" + kind + "'/>")
		}
		b.WriteString("</sasl-channel-binding>")
	}
	return b.String() + c.bounds()
}

// bound is the channel as far as authentication is to know it.
func (c *conn) bound(ch sasl.Channel) sasl.Channel {
	if !c.server.opts.ChannelBinding {
		return sasl.Channel{}
	}
	return ch
}

// bounds is what the server takes (XEP-0478).
func (c *conn) bounds() string {
	return fmt.Sprintf("<limits xmlns='%s'><max-bytes>%d</max-bytes></limits>", nsLimits, c.limits.Bytes)
}

// authenticate finds out who the client is (RFC 6120 section 6).
func (c *conn) authenticate(ch sasl.Channel) (*account, error) {
	for range maxTries {
		n, err := c.word()
		if err != nil {
			return nil, err
		}
		if ch.TLS == nil && n.Is(nsTLS, "starttls") { // it is not required, but here it is
			if ch, err = c.encrypt(); err == nil {
				err = c.open(c.features(ch))
			}
			if err != nil {
				return nil, err
			}
			continue
		}
		if !n.Is(sasl.NS, "auth") {
			return nil, refuse(stream.NotAuthorized, "%.200q before authentication", n.Name())
		}
		a, err := c.exchange(ch, n)
		var condition sasl.Condition
		if !errors.As(err, &condition) {
			return a, err
		}
		c.server.log.Debug("a client is not let in", "error", err)
		if err := c.say("<failure xmlns='" + sasl.NS + "'><" + string(condition) + "/></failure>"); err != nil {
			return nil, err
		}
	}
	return nil, refuse(stream.PolicyViolation, "%d attempts to authenticate are enough", maxTries)
}

// exchange is one attempt. An error that is a sasl.Condition does not end the stream.
func (c *conn) exchange(ch sasl.Channel, auth element.Node) (*account, error) {
	x, err := c.server.host.Accept(c.bound(ch), auth.Attr("mechanism"))
	if err != nil {
		return nil, err
	}
	for n := auth; ; {
		answer, done, err := x.Next(n.Text())
		if err != nil {
			return nil, err
		}
		if done {
			return c.welcome(x, answer)
		}
		if err := c.say("<challenge xmlns='" + sasl.NS + "'>" + answer + "</challenge>"); err != nil {
			return nil, err
		}
		if n, err = c.word(); err != nil {
			return nil, err
		}
		switch {
		case n.Is(sasl.NS, "abort"):
			return nil, sasl.Aborted
		case !n.Is(sasl.NS, "response"):
			return nil, refuse(stream.NotAuthorized, "%.200q in place of a <response/>", n.Name())
		}
	}
}

// welcome says success to who knows the password.
func (c *conn) welcome(x *sasl.Acceptance, answer string) (*account, error) {
	s := c.server
	username, authzid := x.Username()
	s.mu.Lock()
	a := s.find(username)
	s.mu.Unlock()
	if a == nil {
		return nil, sasl.NotAuthorized
	}
	if j, err := jid.Parse(authzid); authzid != "" && (err != nil || j != a.jid) {
		return nil, sasl.InvalidAuthzID
	}
	if c.parser.Buffered() > 0 {
		return nil, refuse(stream.PolicyViolation, "more behind the last <response/>")
	}
	c.raw.SetDeadline(time.Now().Add(loginTime))
	return a, c.say("<success xmlns='" + sasl.NS + "'>" + answer + "</success>")
}
