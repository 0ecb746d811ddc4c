package stream

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/discover"
	"github.com/emp-framework/emp/jid"
)

// ComponentPort is the port that servers listen on for external components
// unless told otherwise.
const ComponentPort = 5347

// Options describe a link. The zero value of each field stands for its default,
// but for who we are: a [Component] needs Domain and Secret, a [Client] Account.
type Options struct {
	// Server is where to connect to: host or host:port. The default of a component
	// is 127.0.0.1 and ComponentPort; of a client, what the records of its domain
	// in the DNS say, with the port 5222 or, for EncryptDirect, 5223.
	Server string

	Domain jid.JID // of a Component: its name
	Secret string  // of a Component: shared with the server; never logged

	Account    *Account   // of a Client: who logs in
	Resource   string     // of a Client: wished for; "": the server chooses one
	Encryption Encryption // of a Client; default EncryptAny
	Resolver   Resolver   // of a Client, for the records; default that of package net
	Session    *Session   // of a Client: to have the stream managed (XEP-0198); see Client.Resume and Client.Enable

	// TLS is how to encrypt: whom to trust (RootCAs), a certificate of our own
	// (Certificates). The server's certificate must fit TLS.ServerName, by
	// default the host of Server for a component, the domain of the account for a
	// client.
	//
	// A Component with it has the connection encrypted from the first byte; nil is
	// plain TCP, which the handshake does not protect at all. A Client is encrypted
	// with nil too, with the authorities of the system.
	TLS *tls.Config
	// AllowPlain allows plain TCP to another machine. Without it that is
	// ErrPlain, before anything is sent.
	AllowPlain bool
	// Dial makes the connection; default a net.Dialer's DialContext. One that has
	// no method ConnectionState, as [tls.Conn] has, must be able to go on after a
	// write that a deadline broke off, as TCP is.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)

	Limits     element.Limits // on each stanza received; Bytes at least 10,000
	MaxSend    int            // bytes of a stanza we send; default what Prosody takes: 512 KiB from components, 256 KiB from clients, or less if the server says so (XEP-0478)
	QueueBytes int            // bytes that wait to be written before Send waits; default 8 MiB

	WriteTimeout time.Duration // for 64 KiB to get into the kernel; default 30 s
	PingInterval time.Duration // of silence before the server is asked whether it is there; default 5 min; negative: never
	PingTimeout  time.Duration // for the answer to that, and to what AwaitAck asks; default 30 s
	AskTimeout   time.Duration // of an Ask whose ctx has no deadline; default 30 s

	// Tap sees what goes over the link; nil: nobody does, and it costs nothing.
	Tap Tap

	// Pending is the table of questions, shared by links that answers may come
	// back on crosswise; default that of the Session, or one of the link's own.
	Pending *Pending
}

// A Resolver looks up the records of services in the DNS (RFC 2782). A
// *net.Resolver is one.
type Resolver interface {
	LookupSRV(ctx context.Context, service, proto, name string) (cname string, addrs []*net.SRV, err error)
}

const (
	defaultStanza   = 1 << 20 // as of element.Limits
	leastStanza     = 10000
	defaultMaxSend  = 512 << 10
	defaultQueue    = 8 << 20
	defaultTimeout  = 30 * time.Second
	defaultInterval = 5 * time.Minute

	// What else bounds a stanza we send: the servers' parsers, and those of the
	// clients behind. 6,000 nested elements bring ejabberd 23.01 down as a whole.
	maxSendDepth    = 256
	maxSendElements = 10000
	maxSendAttrs    = 256
)

// forComponent returns o filled in, or an error that says what is wrong.
func (o Options) forComponent() (Options, error) {
	switch {
	case o.Domain.IsZero():
		return o, errors.New("stream: Options.Domain is missing")
	case o.Domain.Local() != "" || o.Domain.Resource() != "":
		return o, fmt.Errorf("stream: Options.Domain %s is not a domain", o.Domain)
	case o.Secret == "":
		return o, errors.New("stream: Options.Secret is missing")
	}
	addr, err := ServerAddr(o.Server)
	if err != nil {
		return o, err
	}
	o.Server = addr
	return o.withDefaults(defaultMaxSend)
}

// forClient returns o filled in, or an error that says what is wrong.
func (o Options) forClient() (Options, error) {
	if o.Account == nil {
		return o, errors.New("stream: Options.Account is missing")
	}
	if o.Resource != "" {
		if _, err := jid.New("", o.Account.jid.Domain(), o.Resource); err != nil {
			return o, fmt.Errorf("stream: Options.Resource: %w", err)
		}
	}
	if o.Server != "" {
		if _, err := discover.Fixed(o.Server, false); err != nil {
			return o, fmt.Errorf("stream: Options.Server: %w", err)
		}
	}
	if o.TLS == nil {
		o.TLS = new(tls.Config)
	}
	return o.withDefaults(defaultMaxSend / 2)
}

// withDefaults returns o with what links of all kinds have in common filled in.
func (o Options) withDefaults(maxSend int) (Options, error) {
	switch {
	case o.TLS != nil && o.TLS.MaxVersion != 0 && o.TLS.MaxVersion < tls.VersionTLS12:
		return o, errors.New("stream: Options.TLS.MaxVersion is below TLS 1.2, the least that is secure")
	case o.Limits.Bytes > 0 && o.Limits.Bytes < leastStanza:
		return o, fmt.Errorf("stream: Options.Limits.Bytes is %d, less than the %d that everybody may send (RFC 6120 section 13.12)", o.Limits.Bytes, leastStanza)
	}
	if o.Dial == nil {
		o.Dial = new(net.Dialer).DialContext
	}
	switch {
	case o.Pending != nil:
	case o.Session != nil:
		o.Pending = &o.Session.pending
	default:
		o.Pending = new(Pending)
	}
	for _, n := range []struct {
		field *int
		value int
	}{{&o.Limits.Bytes, defaultStanza}, {&o.MaxSend, maxSend}, {&o.QueueBytes, defaultQueue}} {
		if *n.field <= 0 {
			*n.field = n.value
		}
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{{&o.WriteTimeout, defaultTimeout}, {&o.PingTimeout, defaultTimeout}, {&o.AskTimeout, defaultTimeout}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if o.PingInterval == 0 {
		o.PingInterval = defaultInterval
	}
	return o, nil
}

// ServerAddr returns the host:port that a component's server setting stands
// for: "" is this machine, a missing port ComponentPort. IPv6 addresses may
// come with or without brackets.
func ServerAddr(server string) (string, error) {
	if server == "" {
		server = "127.0.0.1"
	}
	host, port, err := net.SplitHostPort(server)
	if err != nil { // no port, then
		host, port = server, strconv.Itoa(ComponentPort)
		if n := len(host); n > 2 && host[0] == '[' && host[n-1] == ']' {
			host = host[1 : n-1]
		}
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return "", fmt.Errorf("stream: server %q: %q is no port from 1 to 65535", server, port)
	}
	// Names are looked up as they are; but what only looks like an address, or
	// like a URL, is a slip that a look-up explains badly.
	_, noIP := netip.ParseAddr(host)
	isName := !strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || r == 0x7F || strings.ContainsRune(":[]/@%", r) })
	if host == "" || noIP != nil && (!isName || server[0] == '[') {
		return "", fmt.Errorf("stream: server %q is neither host nor host:port", server)
	}
	return net.JoinHostPort(host, port), nil
}
