package framework_test

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/pipe"
	"github.com/emp-framework/emp/internal/sasl"
	"github.com/emp-framework/emp/stream"
)

// A clientScript is a server of clients in memory. It gives each the resource that it
// asks for, unless a test says otherwise, relays to a client what that sends to itself,
// and hands all else to the test.
type clientScript struct {
	t       testing.TB
	clients chan *scriptedClient // as they are bound
	tls     *tls.Config          // spoken from the first byte; nil: there is no TLS

	mu    sync.Mutex
	give  func(wished string) (resource string)
	refer func(addr string) (host string) // where to send who has come to addr, "" for nowhere
	dials []string                        // the addresses that were connected to

	features string // beside the one of binding
	resume   string // what it says to <resume/>; the words are those of a test
}

func newClientScript(t testing.TB) *clientScript {
	return &clientScript{t: t, clients: make(chan *scriptedClient, 100), give: func(wished string) string { return cmp.Or(wished, "any") }, refer: func(string) string { return "" }}
}

// encrypted has the server speak TLS, and changes a configuration to that.
func (s *clientScript) encrypted(conf framework.Config) framework.Config {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		s.t.Fatal(err)
	}
	s.tls = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	ca := filepath.Join(s.t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		s.t.Fatal(err)
	}
	conf.TLS = framework.TLS{Mode: framework.DirectTLS, CA: ca}
	return conf
}

// clientPassword is that of bot@localhost.
const clientPassword = "pencil"

// config is that of bot@localhost.
func (s *clientScript) config() framework.Config {
	return framework.Config{
		Mode: framework.Client, JID: "bot@localhost", Server: "localhost", Secret: framework.NewSecret(clientPassword),
		TLS: framework.TLS{Mode: framework.Off}, ReconnectMin: 10 * time.Millisecond, ReconnectMax: 10 * time.Millisecond,
	}
}

// Dial is an App's.
func (s *clientScript) Dial(_ context.Context, _, addr string) (net.Conn, error) {
	ours, theirs := pipe.New()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dials = append(s.dials, addr)
	c := &scriptedClient{s: s, conn: ours, addr: addr, got: make(chan element.Node, 1000), out: make(chan string, 1000), gone: make(chan struct{})}
	if s.tls != nil {
		c.conn = tls.Server(ours, s.tls)
	}
	go c.serve()
	return theirs, nil
}

// accept returns the next client.
func (s *clientScript) accept() *scriptedClient {
	s.t.Helper()
	select {
	case c := <-s.clients:
		return c
	case <-time.After(time.Minute):
		s.t.Fatal("the app does not come")
		return nil
	}
}

// A scriptedClient is the server's end of one client's connection.
type scriptedClient struct {
	s      *clientScript
	conn   net.Conn
	addr   string // that it came to
	parser *element.Parser
	jid    string            // what it is bound to
	got    chan element.Node // stanzas to others; closed at the end
	out    chan string
	gone   chan struct{} // closed with got
}

func (c *scriptedClient) serve() {
	defer close(c.gone)
	defer close(c.got)
	defer c.conn.Close()
	if !c.negotiate() {
		return
	}
	go c.write()
	c.s.clients <- c
	for {
		ev, err := c.parser.Read(c.conn)
		switch {
		case err != nil:
			return
		case ev.Kind == element.EventClose:
			c.say("</stream:stream>")
		case ev.Node.Attr("to") == c.jid:
			c.say(strings.Replace(ev.Node.String(), " to=", " from='"+c.jid+"' to=", 1))
		default:
			c.got <- ev.Node
		}
	}
}

func (c *scriptedClient) write() {
	for {
		select {
		case xml := <-c.out:
			if _, err := c.conn.Write([]byte(xml)); err != nil {
				return
			}
		case <-c.gone:
			return
		}
	}
}

// negotiate takes the client to where it is bound.
func (c *scriptedClient) negotiate() bool {
	header := "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='localhost' id='abc' version='1.0'>"
	read := func() element.Node {
		ev, err := c.parser.Read(c.conn)
		if err != nil {
			return element.Node{}
		}
		return ev.Node
	}
	write := func(xml string) { c.conn.Write([]byte(xml)) }

	c.parser = element.NewParser()
	read()
	write(header + "<stream:features><mechanisms xmlns='" + sasl.NS + "'><mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>")
	first, _ := base64.StdEncoding.DecodeString(read().Text())
	_, bare, ok := strings.Cut(string(first), ",,")
	if !ok {
		return false
	}
	_, nonce, _ := strings.Cut(bare, "r=")
	challenge := "r=" + nonce + "srv,s=" + base64.StdEncoding.EncodeToString([]byte("salt")) + ",i=4096"
	write("<challenge xmlns='" + sasl.NS + "'>" + base64.StdEncoding.EncodeToString([]byte(challenge)) + "</challenge>")
	response, _ := base64.StdEncoding.DecodeString(read().Text())
	final, _, _ := strings.Cut(string(response), ",p=")
	write("<success xmlns='" + sasl.NS + "'>" + base64.StdEncoding.EncodeToString([]byte("v="+signature(bare+","+challenge+","+final))) + "</success>")

	c.parser = element.NewParser()
	read()
	c.s.mu.Lock()
	host := c.s.refer(c.addr)
	c.s.mu.Unlock()
	if host != "" {
		write(header + "<stream:error><see-other-host xmlns='" + stream.NSErrors + "'>" + host + "</see-other-host></stream:error></stream:stream>")
		return false
	}
	write(header + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><ver xmlns='urn:xmpp:features:rosterver'/>" + c.s.features + "</stream:features>")
	bind := read()
	if bind.Local() == "resume" {
		write(c.s.resume)
		if strings.HasPrefix(c.s.resume, "<resumed ") {
			c.jid = "bot@localhost/hack"
			return true
		}
		bind = read()
	}
	wished := bind.FirstElement().FirstElement().Text()
	c.s.mu.Lock()
	c.jid = "bot@localhost/" + c.s.give(wished)
	c.s.mu.Unlock()
	write("<iq type='result' id='" + bind.Attr("id") + "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" + c.jid + "</jid></bind></iq>")
	return bind.Local() == "iq"
}

// signature is the server's, of SCRAM-SHA-1 (RFC 5802 section 3).
func signature(message string) string {
	sum := func(key []byte, text string) []byte {
		m := hmac.New(sha1.New, key)
		m.Write([]byte(text))
		return m.Sum(nil)
	}
	salted, err := pbkdf2.Key(sha1.New, clientPassword, []byte("salt"), 4096, sha1.Size)
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(sum(sum(salted, "Server Key"), message))
}

func (c *scriptedClient) say(xml string) { c.out <- xml }

// next returns what the client sent next to others.
func (c *scriptedClient) next() element.Node {
	c.s.t.Helper()
	select {
	case n, ok := <-c.got:
		if !ok {
			c.s.t.Fatalf("%s has gone", c.jid)
		}
		return n
	case <-time.After(time.Minute):
		c.s.t.Fatalf("%s sends nothing", c.jid)
		return element.Node{}
	}
}

// cut closes the connection without a word, and waits until it is over.
func (c *scriptedClient) cut() {
	c.conn.Close()
	<-c.gone
}
