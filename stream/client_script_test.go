package stream

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/pipe"
	"github.com/emp-framework/emp/jid"
)

// The words of a server to its clients.
const (
	featuresTLS  = "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>"
	featuresSASL = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>"
	featuresBind = "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>"
	proceed      = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
	success      = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
)

// A host is the other end of a client's link.
type host struct {
	t      testing.TB
	tcp    *pipe.Conn
	conn   net.Conn
	parser *element.Parser
	heard  []string // headers and elements, as XML
	over   bool
}

// An accounting is the account of the tests, at a host whose certificate is good.
var accounting = sync.OnceValue(func() (a struct {
	cert tls.Certificate
	pool *x509.CertPool
}) {
	a.cert, a.pool = certificate(nil, "capulet.example", time.Now().Add(24*time.Hour))
	return a
})

// newHost returns a host, and options to reach it as juliet@capulet.example/balcony. What
// the host does runs beside the test, which waits for it at its end.
func newHost(t testing.TB, does func(h *host), change ...func(*Options, *Credentials)) Options {
	t.Helper()
	ours, its := pipe.New()
	credentials := Credentials{Password: func() string { return "secret" }, AllowPlain: true}
	opts := Options{
		Server: "xmpp.example", Resource: "balcony", TLS: &tls.Config{RootCAs: accounting().pool},
		Dial: func(context.Context, string, string) (net.Conn, error) { return ours, nil },
	}
	for _, f := range change {
		f(&opts, &credentials)
	}
	account := jid.MustParse("juliet@capulet.example")
	if credentials.Anonymous {
		account = jid.MustParse("capulet.example")
	}
	var err error
	if opts.Account, err = NewAccount(account, credentials); err != nil {
		t.Fatal(err)
	}
	h := &host{t: t, tcp: its, conn: its, parser: element.NewParser()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer its.Close()
		does(h)
	}()
	t.Cleanup(func() {
		its.Close()
		<-done
	})
	return opts
}

func (h *host) say(words string) {
	if h.over {
		return
	}
	if _, err := io.WriteString(h.conn, words); err != nil {
		h.over = true
	}
}

// hear returns what comes next; the zero Event when nothing more does.
func (h *host) hear() element.Event {
	ev, err := h.parser.Read(h.conn)
	if err != nil {
		h.over = true
		return element.Event{}
	}
	if ev.Kind == element.EventClose {
		h.say("</stream:stream>")
		h.over = true
		return element.Event{}
	}
	h.heard = append(h.heard, ev.Node.XML())
	return ev
}

// stream answers the header of a stream.
func (h *host) stream(features string) {
	h.hear()
	h.say("<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='capulet.example' id='abc' version='1.0' xml:lang='de'>" + features)
}

// again has the stream begin anew.
func (h *host) again(features string) {
	h.parser = element.NewParser()
	h.stream(features)
}

// encrypt answers <starttls/> and does so.
func (h *host) encrypt(config *tls.Config) {
	h.hear()
	h.say(proceed)
	h.secure(config)
}

func (h *host) secure(config *tls.Config) {
	if config == nil {
		config = &tls.Config{Certificates: []tls.Certificate{accounting().cert}}
	}
	h.conn = tls.Server(h.tcp, config)
}

// bind answers the request with a JID.
func (h *host) bind(local string) {
	id := h.hear().Node.Attr("id")
	h.say("<iq type='result' id='" + id + "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" + local + "</jid></bind></iq>")
}

// login does all that a host does, up to the link's being ready.
func (h *host) login() {
	h.authenticate(featuresBind)
	h.bind("juliet@capulet.example/balcony")
}

// authenticate does so up to the features of the stream behind it.
func (h *host) authenticate(features string) {
	h.stream(featuresTLS)
	h.encrypt(nil)
	h.again(featuresSASL)
	h.hear()
	h.say(success)
	h.again(features)
}

// rest hears what comes until the link has ended.
func (h *host) rest() {
	for !h.over {
		h.hear()
	}
}
