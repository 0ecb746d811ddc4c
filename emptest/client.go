package emptest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/sasl"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stream"
)

// A client is a peer of a play who is logged in at a server. It sends whatever the play
// says, wrong stanzas too, which a stream.Client would refuse.
type client struct {
	conn   net.Conn
	parser *element.Parser
	jid    jid.JID // as the server bound it
}

const (
	nsTLS  = "urn:ietf:params:xml:ns:xmpp-tls"
	nsBind = "urn:ietf:params:xml:ns:xmpp-bind"
)

// login logs a peer in, and returns when the peer is available. ctx bounds that.
func (srv Server) login(ctx context.Context, peer jid.JID) (*client, error) {
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", srv.ClientAddr)
	if err != nil {
		return nil, err
	}
	c := &client{conn: raw}
	stop := context.AfterFunc(ctx, func() { raw.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := c.negotiate(ctx, srv, peer); err != nil {
		raw.Close()
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return nil, err
	}
	return c, nil
}

func (c *client) negotiate(ctx context.Context, srv Server, peer jid.JID) error {
	features, err := c.open(peer)
	if err != nil {
		return err
	}
	channel := sasl.Channel{}
	if srv.CA != nil {
		if _, err := c.ask("<starttls xmlns='"+nsTLS+"'/>", nsTLS, "proceed"); err != nil {
			return err
		}
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(srv.CA)
		encrypted := tls.Client(c.conn, &tls.Config{RootCAs: roots, ServerName: peer.Domain()})
		if err := encrypted.HandshakeContext(ctx); err != nil {
			return err
		}
		state := encrypted.ConnectionState()
		c.conn, channel = encrypted, sasl.Channel{TLS: &state, Verified: true}
		if features, err = c.open(peer); err != nil {
			return err
		}
	}
	if err := c.authenticate(ctx, channel, features, peer.Local(), srv.Password(peer.Local())); err != nil {
		return err
	}
	if _, err := c.open(peer); err != nil {
		return err
	}
	bind := element.New(nsBind, "bind")
	if r := peer.Resource(); r != "" {
		bind.Add(element.Text(nsBind, "resource", r))
	}
	bound, err := c.ask("<iq type='set' id='bind'>"+bind.Node().XML()+"</iq>", element.NSClient, "iq")
	if err != nil {
		return err
	}
	if c.jid, err = jid.Parse(bound.Child(nsBind, "bind").Child(nsBind, "jid").Text()); err != nil {
		return fmt.Errorf("bound to nothing: %s", bound.XML())
	}
	if err := c.send("<presence/>"); err != nil {
		return err
	}
	for { // the server's copy of our own presence: from now on what is for the bare JID reaches us
		n, err := c.Next()
		if err != nil {
			return err
		}
		if from, err := jid.Received(n.Attr("from")); n.Local() == "presence" && err == nil && from.JID == c.jid {
			return nil
		}
	}
}

// open begins a stream, and returns what the server offers.
func (c *client) open(peer jid.JID) (element.Node, error) {
	c.parser = element.NewParser()
	header := "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='" + stream.NSStreams + "' to='" + peer.Domain() + "' version='1.0'>"
	if err := c.send(header); err != nil {
		return element.Node{}, err
	}
	if _, err := c.parser.Read(c.conn); err != nil {
		return element.Node{}, err
	}
	return c.Next()
}

// authenticate proves that we know the password.
func (c *client) authenticate(ctx context.Context, ch sasl.Channel, features element.Node, user, password string) error {
	account, err := sasl.NewAccount(sasl.Credentials{
		Username: user, Password: func() string { return password }, AllowInsecure: ch.TLS == nil, AllowPlain: true,
	})
	if err != nil {
		return err
	}
	var offer sasl.Offer
	for m := range features.Child(sasl.NS, "mechanisms").ChildrenNamed(sasl.NS, "mechanism") {
		offer.Mechanisms = append(offer.Mechanisms, m.Text())
	}
	for b := range features.Child(sasl.NSBinding, "sasl-channel-binding").Children() {
		offer.Bindings = append(offer.Bindings, b.Attr("type"))
	}
	x, err := account.Begin(ch, offer)
	if err != nil {
		return err
	}
	text, err := x.Start()
	word := element.New(sasl.NS, "auth").Attr("mechanism", x.Mechanism())
	for err == nil {
		if err := c.send(word.Text(text).Node().XML()); err != nil {
			return err
		}
		n, fault := c.Next()
		switch {
		case fault != nil:
			return fault
		case n.Is(sasl.NS, "success"):
			return x.Done(n.Text())
		case !n.Is(sasl.NS, "challenge"):
			return x.Refused(n.FirstElement().Local(), "")
		}
		text, err = x.Next(ctx, n.Text())
		word = element.New(sasl.NS, "response")
	}
	return err
}

// ask sends something and returns what comes next, which has to be of that name.
func (c *client) ask(xml, space, local string) (element.Node, error) {
	if err := c.send(xml); err != nil {
		return element.Node{}, err
	}
	n, err := c.Next()
	if err == nil && !n.Is(space, local) {
		err = fmt.Errorf("the server said %s", n.XML())
	}
	return n, err
}

func (c *client) send(xml string) error {
	_, err := io.WriteString(c.conn, xml)
	return err
}

var errStreamEnd = errors.New("the server has ended the stream")

// Address is Peer's.
func (c *client) Address() jid.JID { return c.jid }

// Write is Peer's.
func (c *client) Write(n element.Node) error {
	c.conn.SetWriteDeadline(time.Now().Add(serverPatience))
	return c.send(n.XML())
}

// Close is Peer's: it just goes.
func (c *client) Close() error { return c.conn.Close() }

// Next is Peer's.
func (c *client) Next() (element.Node, error) {
	ev, err := c.parser.Read(c.conn)
	switch {
	case err != nil:
		return ev.Node, err
	case ev.Kind == element.EventClose:
		return ev.Node, errStreamEnd
	case ev.Node.Is(stream.NSStreams, "error"):
		return ev.Node, fmt.Errorf("%w: %s", errStreamEnd, ev.Node.FirstElement().Local())
	}
	return ev.Node, nil
}
