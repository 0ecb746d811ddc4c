package framework

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/emp-framework/emp/internal/supervise"
	"github.com/emp-framework/emp/stream"
)

// A report is what an operator needs to know when a link failed: what happened,
// and what to change, if anything. What happens next is for the caller to say.
type report struct {
	level  slog.Level
	what   string
	change string // "": nothing, it will pass
}

// A silence is a step of a link that the server did nothing for.
type silence struct {
	step string
	took time.Duration
	err  error
}

func (s *silence) Error() string { return fmt.Sprintf("%v (step %s)", s.err, s.step) }
func (s *silence) Unwrap() error { return s.err }

// A hungUp is a server that closes the connection without a word.
type hungUp struct{ error }

func (h *hungUp) Unwrap() error { return h.error }

// explain makes a report of the error that a link ended with.
func explain(c *Config, err error) report {
	var (
		e     *stream.Error
		quiet *silence
		taken *replaced
		mute  *hungUp
		dns   *net.DNSError
		op    *net.OpError
	)
	warn := func(what, change string) report { return report{slog.LevelWarn, what, change} }
	fail := func(what, change string) report { return report{slog.LevelError, what, change} }
	if r, ok := explainClient(c, err); ok {
		return r
	}
	switch {
	case errors.As(err, new(*astray)):
		return fail("the server's hosts send us from one to the next", "see to their configuration; we begin again where ours says")
	case errors.Is(err, stream.ErrNotXMPP):
		return fail("what answers at "+c.where()+" is no XMPP server", c.portHint())
	case errors.As(err, &taken):
		return fail("another connection took the name "+c.JID+" from us", "stop one of the two instances; several may share a name only where the server supports that")
	case errors.As(err, &e):
		return explainStream(c, e)
	case errors.Is(err, stream.ErrPlain):
		return fail(c.where()+" is another machine, and the connection would not be encrypted",
			"set tls.mode to on, or allow_plain to on if that network is yours alone")
	case isCertificate(err):
		return explainCertificate(c, err)
	case errors.Is(err, stream.ErrDeaf):
		return fail("the server took the handshake, but relays nothing to "+c.JID,
			"look for another component of this name; with ejabberd's domain_balancing no more may connect than component_number says; self_test: off if your server does not relay a component's stanzas to itself")
	case errors.As(err, &quiet):
		return warn(fmt.Sprintf("%s does not answer: nothing came in %s (%s)", c.where(), round(quiet.took), quiet.step),
			"see whether the server is overloaded or stopped; "+c.portHint())
	case errors.As(err, &dns):
		return warn(fmt.Sprintf("the host name of %s cannot be looked up (%s)", c.where(), dns.Err), "correct server (EMP_SERVER) if it is misspelt, or see to the name service")
	case errors.Is(err, syscall.ECONNREFUSED):
		return warn("nothing listens at "+c.where(), "start the server, or "+c.portHint())
	case errors.Is(err, stream.ErrEnded):
		return warn("the server ended the stream", "")
	case errors.As(err, &mute):
		return warn("the server closed the connection without a word", "if that goes on: perhaps the port wants TLS (tls.mode), or else "+c.portHint())
	case errors.Is(err, stream.ErrCut), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return warn("the server closed the connection; it may be shutting down", "")
	case errors.Is(err, syscall.ETIMEDOUT):
		return warn("the connection is dead: the server acknowledges nothing", "see to the server and the network between")
	case errors.Is(err, os.ErrDeadlineExceeded):
		return warn("the server does not read what we send", "see whether the server is overloaded or stopped")
	case errors.As(err, &op) && op.Op == "dial":
		return warn(c.where()+" cannot be reached", "see to the network between, or correct server (EMP_SERVER)")
	case errors.Is(err, context.Canceled):
		return report{slog.LevelInfo, "the connection was given up", ""}
	}
	return warn("the link failed", "")
}

// serves says what the server's port has to be for.
func (c *Config) serves() string {
	if c.isClient() {
		return "clients"
	}
	return "components"
}

func (c *Config) portHint() string {
	if c.isClient() {
		return "let server (EMP_SERVER) name the port for clients (usually 5222, with tls.mode direct 5223)"
	}
	return "let server (EMP_SERVER) name the port for components (usually 5347), not the one for clients"
}

// secretHint is what helps when a server refuses a component. Prosody says
// host-unknown for a name it does not know, ejabberd the same as for a wrong
// secret, so all of it may be wrong either way.
func secretHint(c *Config) string {
	if c.isClient() {
		return "correct jid (EMP_JID), or let server (EMP_SERVER) name the server of its domain"
	}
	return fmt.Sprintf("give the server and us the same name and secret: in Prosody Component %q with component_secret, "+
		"in ejabberd hosts and password of the listener with ejabberd_service; here jid (EMP_JID) with secret_file (EMP_SECRET_FILE) or EMP_SECRET", c.JID)
}

func explainStream(c *Config, e *stream.Error) report {
	warn := func(what, change string) report { return report{slog.LevelWarn, what, change} }
	fail := func(what, change string) report { return report{slog.LevelError, what, change} }
	if !e.Received {
		switch e.Condition {
		case stream.ConnectionTimeout:
			return warn("the server is silent, also when asked", "see to the server and the network between")
		case stream.InvalidNamespace, stream.BadFormat, stream.NotWellFormed, stream.UnsupportedEncoding, stream.ImproperAddressing:
			return fail("what came from "+c.where()+" is not the stream of a server for "+c.serves(), c.portHint())
		}
		return fail("the server sent what no server may send", "report it to the makers of the server")
	}
	switch e.Condition {
	case stream.NotAuthorized, stream.HostUnknown:
		return fail("the server refuses "+c.JID, secretHint(c))
	case stream.ImproperAddressing:
		return fail("the server does not take "+c.JID+" for a name", secretHint(c))
	case stream.Conflict:
		return warn("another connection has the name "+c.JID, "stop the other instance, if there is one, or choose a name that is not one of the server's own hosts; if it was our own connection from before, the server gives that up soon")
	case stream.InvalidNamespace, stream.UnsupportedVersion, stream.UnsupportedFeature:
		return fail("the port at "+c.where()+" is not for "+c.serves(), c.portHint())
	case stream.SeeOtherHost:
		if _, ok := stream.Elsewhere(e); ok {
			return report{slog.LevelInfo, fmt.Sprintf("the server sends us to %q, and we go there", e.Host), ""}
		}
		return warn(fmt.Sprintf("the server sends us to %q, and EMP does not go where it was not told to", e.Host), "let server (EMP_SERVER) name that host, if it is yours")
	case stream.HostGone:
		return warn("the server no longer serves "+c.JID, secretHint(c))
	case stream.SystemShutdown, stream.Reset:
		return warn("the server is shutting down", "")
	case stream.InvalidFrom, stream.PolicyViolation, stream.NotWellFormed, stream.InvalidXML, stream.RestrictedXML, stream.BadFormat,
		stream.BadNamespacePrefix, stream.UnsupportedStanzaType, stream.UnsupportedEncoding:
		return fail("the server did not like what we sent", "a stanza larger than the server's limit needs max_send_bytes set to that; anything else is a fault of EMP: report it, with the server's log")
	case stream.ResourceConstraint, stream.InternalServerError, stream.RemoteConnectionFailed, stream.ConnectionTimeout:
		return warn("the server has a problem of its own", "")
	}
	return warn("the server ended the stream with an error", "")
}

func isCertificate(err error) bool {
	var (
		verify *tls.CertificateVerificationError
		noTLS  tls.RecordHeaderError
	)
	return errors.As(err, &verify) || errors.As(err, &noTLS) || isAlert(err)
}

// isAlert reports whether the server refused our TLS: crypto/tls exports no type for
// what it then says.
func isAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error"
}

func explainCertificate(c *Config, err error) report {
	var (
		name      x509.HostnameError
		authority x509.UnknownAuthorityError
		invalid   x509.CertificateInvalidError
		noTLS     tls.RecordHeaderError
	)
	fail := func(what, change string) report { return report{slog.LevelError, what, change} }
	switch {
	case errors.As(err, &name):
		if c.isClient() {
			return fail("the server's certificate is not for the domain of "+c.JID, "have the server show one for that domain; or let tls.name be a name that the certificate has, if you know that to be the right server")
		}
		return fail("the server's certificate is for another name", "let tls.name be a name that the certificate has, or get one for the host of server")
	case errors.As(err, &authority):
		return fail("the server's certificate is from an authority we do not know", "let tls.ca name a file with that authority's certificate")
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fail("the server's certificate has expired or is not valid yet", "renew it, or set the clock")
	case errors.As(err, &noTLS):
		if c.isClient() {
			return fail("the port at "+c.where()+" does not speak TLS", "set tls.mode to starttls, or let server name the port with TLS")
		}
		return fail("the port at "+c.where()+" does not speak TLS", "let server name the port with TLS for components, or set tls.mode to off (Prosody has no such port)")
	case isAlert(err):
		return fail("the server refused TLS with us", "see what its log says: it may have no certificate to show, or want one of ours (tls.cert and tls.key)")
	}
	return fail("the server's certificate is not valid", "see to the certificate")
}

// announceFailure tells the operator of a link that failed and will be tried
// again.
func (e *endpoint) announceFailure(f supervise.Failure) {
	e.outage.failed(f)
	r := explain(e.reached(), f.Err)
	// A name that is taken is our own connection from before, most times.
	if errors.Is(f.Err, stream.Conflict) && !errors.As(f.Err, new(*replaced)) && time.Since(f.Since) < time.Minute {
		r.level = slog.LevelInfo
	}
	args := []any{"link", e.name, "error", oneLine(f.Err), "next", "trying again in " + round(f.Wait)}
	if r.change != "" {
		args = append(args, "change", r.change)
	}
	args = append(args, stackOf(f.Err)...)
	e.app.log.Log(context.Background(), r.level, r.what, args...)
	e.inTrouble(r.what + "; trying again in " + round(f.Wait))
}

// A fatalError ends the application, since only an operator can help.
type fatalError struct {
	report
	err error
}

// Error says in one line what happened, what comes next, and what to change.
func (e *fatalError) Error() string {
	line := fmt.Sprintf("framework: %s (%s); not trying again, it would only fail again", e.what, oneLine(e.err))
	if e.change != "" {
		line += "; change: " + e.change
	}
	return line
}

func (e *fatalError) Unwrap() error { return e.err }

// ExitCode returns 78, EX_CONFIG of sysexits.h.
func (e *fatalError) ExitCode() int { return exitConfig }

const exitConfig = 78

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }
