package devserver

import (
	"crypto/sha1"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

const nsComponent = "jabber:component:accept"

// A component is an external component (XEP-0114), connected or not.
type component struct {
	server *Server
	domain jid.JID
	secret string
	conn   *conn // nil: it is not connected
}

// AddComponent takes a further component, or gives one another secret.
func (s *Server) AddComponent(domain, secret string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.started {
		return errEarly
	}
	return s.addComponent(domain, secret)
}

func (s *Server) addComponent(domain, secret string) error {
	j, err := jid.Parse(domain)
	switch {
	case err != nil:
		return fmt.Errorf("devserver: component %.80q: %w", domain, err)
	case j.String() != j.Domain():
		return fmt.Errorf("devserver: component %.80q: it is no domain alone", domain)
	case j == s.domain:
		return fmt.Errorf("devserver: component %s: that is the domain of the accounts", j)
	case secret == "":
		return fmt.Errorf("devserver: component %s: its secret is empty", j)
	}
	if c := s.components[j.Domain()]; c != nil {
		c.secret = secret
	} else {
		s.components[j.Domain()] = &component{server: s, domain: j, secret: secret}
	}
	return nil
}

func (p *component) name() jid.JID { return p.domain }

func (p *component) leave() { p.conn = nil }

// serveComponent is the life of a component's stream (XEP-0114 section 3).
func (c *conn) serveComponent() error {
	c.limits = element.Limits{Bytes: c.server.opts.MaxComponentBytes}
	header, err := c.begin(nsComponent)
	if err != nil {
		return err
	}
	n, err := c.word()
	if err != nil {
		return err
	}
	p, err := c.handshake(header.Attr("to"), n)
	if err != nil {
		return err
	}
	return c.stanzas(p.take)
}

// handshake judges the handshake of a component, and takes it in.
func (c *conn) handshake(domain string, n element.Node) (*component, error) {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	j, err := jid.Received(domain)
	p := s.components[j.JID.String()]
	switch {
	case err != nil || p == nil:
		return nil, refuse(stream.HostUnknown, "there is no component %.200q", domain)
	case !n.Is(element.NSClient, "handshake"):
		return nil, refuse(stream.NotAuthorized, "no handshake")
	case s.closed:
		return nil, refuse(stream.SystemShutdown, "")
	}
	digest := sha1.Sum([]byte(c.id + p.secret))
	want := hex.EncodeToString(digest[:])
	if subtle.ConstantTimeCompare([]byte(strings.TrimSpace(n.Text())), []byte(want)) != 1 {
		return nil, refuse(stream.NotAuthorized, "the handshake is wrong; is the secret?")
	}
	if p.conn != nil {
		return nil, refuse(stream.Conflict, "%s is connected already", p.domain)
	}
	p.conn = c
	c.out.raw("<handshake/>")
	c.start(p)
	s.log.Info("a component is connected to the development server", "component", p.domain)
	return p, nil
}

// take judges a stanza of the component's, and routes it. An error ends the stream:
// it is for what no component sends by mistake of somebody else.
func (p *component) take(n element.Node, beyond element.Limit) error {
	st, err := stanza.Of(n)
	var drop stanza.Drop
	if errors.As(err, &drop) && drop == stanza.DropNotStanza {
		return refuse(stream.UnsupportedStanzaType, "%.200q is no stanza", n.Name())
	}
	if st.From.JID.Domain() != p.domain.Domain() {
		return refuse(stream.InvalidFrom, "from=%.200q is no address of %s", n.Attr("from"), p.domain)
	}
	if n.Attr("to") == "" {
		return refuse(stream.ImproperAddressing, "a stanza to nobody")
	}
	p.server.judge(st, err, beyond, p.server.opts.MaxComponentBytes)
	return nil
}
