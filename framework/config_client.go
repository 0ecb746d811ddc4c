package framework

import (
	"fmt"
	"strconv"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stream"
)

// A Mode is how an application is connected to its server.
type Mode string

const (
	// Component: as an external component (XEP-0114), which has a whole domain.
	Component Mode = "component"
	// Client: as a user, who has one address and logs in (RFC 6120). Each
	// Resource of the routes is a link of its own, bound to that resource. The
	// first has what is sent to the bare JID, or the one that the resource in
	// Config.JID names; the server is asked for the names, and may give others.
	Client Mode = "client"
)

func (c *Config) isClient() bool { return c.Mode == Client }

// where names the server, for people.
func (c *Config) where() string {
	if c.Server != "" {
		return c.Server
	}
	j, err := jid.Parse(c.JID)
	if err != nil {
		return c.JID
	}
	return "the server of " + j.Domain()
}

// account makes what a client logs in with.
func (c *Config) account() (*stream.Account, error) {
	j, err := jid.Parse(c.JID)
	if err != nil {
		return nil, err
	}
	credentials := stream.Credentials{
		Anonymous:     c.Anonymous,
		External:      c.TLS.Cert != "",
		AllowPlain:    c.AllowPlainPassword,
		AllowInsecure: c.TLS.Mode == Off,
	}
	if c.Secret.Reveal() != "" {
		credentials.Password = c.Secret.Reveal
	}
	return stream.NewAccount(j.Bare(), credentials)
}

func (c *Config) encryption() stream.Encryption {
	switch c.TLS.Mode {
	case StartTLS:
		return stream.EncryptStartTLS
	case DirectTLS:
		return stream.EncryptDirect
	case Off:
		return stream.EncryptNone
	}
	return stream.EncryptAny
}

// clientSendBytes is what Prosody takes from clients.
const clientSendBytes = 256 << 10

// mode checks the JID, which depends on the mode.
func (ch *checker) mode() {
	if !ch.given("jid") {
		ch.problem("jid", "not given: write the component's domain into %s (jid: echo.example.org), %s", DefaultFile, ch.places("jid", "jid"))
		return
	}
	check := domain
	switch {
	case ch.c.isClient() && ch.c.Anonymous:
		check = anybody
	case ch.c.isClient():
		check = user
	}
	if _, err := check(ch.c.JID); err != nil {
		ch.problem("jid", "%v", err)
	}
}

// user checks that an address is that of a user.
func user(s string) (string, error) {
	j, err := jid.Parse(s)
	if err == nil && j.Local() == "" {
		err = fmt.Errorf("%.80q has no local part: a client logs in as a user, as in bot@%s", s, j.Domain())
	}
	return s, err
}

// anybody checks that an address is that of a domain, perhaps with a resource.
func anybody(s string) (string, error) {
	j, err := jid.Parse(s)
	if err == nil && j.Local() != "" {
		err = fmt.Errorf("%.80q has a local part, and anonymous is on: write %q alone, or set anonymous to off", s, j.Domain())
	}
	return s, err
}

// server settles what has another default in each mode: where the server is, which
// for a client the DNS may say, whether there is TLS, and what the server takes.
func (ch *checker) server() {
	port, mode := defaultPort, Off
	if ch.c.isClient() {
		port, mode = "5222", On
		if ch.c.TLS.Mode == DirectTLS {
			port = "5223"
		}
	}
	if ch.c.TLS.Mode == "" {
		ch.c.TLS.Mode = mode
		ch.settings.Get("tls.mode").Text = string(mode)
	}
	if ch.c.isClient() && !ch.given("max_send_bytes") {
		ch.c.MaxSendBytes = clientSendBytes
		ch.settings.Get("max_send_bytes").Text = strconv.Itoa(clientSendBytes)
	}
	if ch.c.Server == "" && !ch.c.isClient() {
		ch.c.Server = "127.0.0.1"
	}
	if ch.c.Server != "" {
		ch.c.Server, _ = hostPort(ch.c.Server, port) // which has been checked
	}
	ch.settings.Get("server").Text = ch.c.Server
}

// client checks what is for clients alone.
func (ch *checker) client() {
	switch mode := ch.c.TLS.Mode; {
	case ch.c.isClient() && ch.c.Anonymous && ch.given("tls.cert"):
		ch.problem("tls.cert", "given beside anonymous: a certificate says who we are; remove one")
	case !ch.c.isClient() && (mode == StartTLS || mode == DirectTLS):
		ch.problem("tls.mode", "%s is for clients: for a component it is on or off", mode)
	case ch.c.AllowPlainPassword && mode == Off:
		ch.problem("allow_plain_password", "given, but TLS is off, and the password would be open to the network: set tls.mode to on")
	}
}
