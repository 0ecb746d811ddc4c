package framework

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/discover"
	"github.com/emp-framework/emp/internal/sasl"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares got with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("not as in %s (-update writes it anew). Got:\n%s", path, got)
	}
}

// TestExplain: whatever ends a link, an operator learns in one line what
// happened, what comes next and what to change.
func TestExplain(t *testing.T) {
	conf := &Config{JID: "hackity.localhost", Server: "xmpp.example.org:5347"}
	dial := func(err error) error {
		return fmt.Errorf("stream: connect: %w", &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 5347}, Err: err})
	}
	cert := func(err error) error {
		return fmt.Errorf("stream: TLS with xmpp.example.org: %w", &tls.CertificateVerificationError{Err: err})
	}
	causes := []error{
		dial(os.NewSyscallError("connect", syscall.ECONNREFUSED)),
		dial(&net.DNSError{Err: "no such host", Name: "xmpp.example.org", IsNotFound: true}),
		dial(os.NewSyscallError("connect", syscall.ENETUNREACH)),
		&silence{"connect", 30 * time.Second, context.DeadlineExceeded},
		&silence{"stream", 10 * time.Second, context.DeadlineExceeded},
		&silence{"authenticate", 10 * time.Second, context.DeadlineExceeded},
		stream.ErrPlain,
		fmt.Errorf("%w: it sent <html>", stream.ErrNotXMPP),
		cert(x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"example.net"}}, Host: "xmpp.example.org"}),
		cert(x509.UnknownAuthorityError{}),
		cert(x509.CertificateInvalidError{Reason: x509.Expired}),
		cert(x509.CertificateInvalidError{Reason: x509.NotAuthorizedToSign}),
		fmt.Errorf("stream: TLS with xmpp.example.org: %w", tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}),
		fmt.Errorf("stream: TLS with xmpp.example.org: %w", &net.OpError{Op: "remote error", Err: tls.AlertError(40)}),
		stream.ErrDeaf,
		stream.ErrEnded,
		stream.ErrCut,
		&hungUp{stream.ErrCut},
		fmt.Errorf("stream: %w", syscall.ECONNRESET),
		fmt.Errorf("stream: %w", syscall.ETIMEDOUT),
		fmt.Errorf("stream: writing: %w", os.ErrDeadlineExceeded),
		&replaced{&stream.Error{Condition: stream.Conflict, Received: true, Text: "Replaced by a new connection"}},
		&stream.Error{Condition: stream.ConnectionTimeout, Text: "nothing came for 5m30s, not even the answer to a ping"},
		&stream.Error{Condition: stream.InvalidNamespace, Text: "the stream's content is in the namespace \"jabber:client\""},
		&stream.Error{Condition: stream.RestrictedXML, Cause: errors.New("element: a comment at byte 7")},
		io.ErrShortWrite,
	}
	for _, c := range stream.Conditions() {
		causes = append(causes, &stream.Error{Condition: c, Received: true, Text: "said\nthe server"})
	}
	golden(t, "explain.golden", explained(t, conf, causes))
}

// TestExplainClient: what only clients meet, and what they are told in other words.
func TestExplainClient(t *testing.T) {
	refused := func(c sasl.Condition) error {
		return fmt.Errorf("%w: %w", stream.ErrAuthentication, &sasl.Refusal{Mechanism: "SCRAM-SHA-1", Condition: c, Text: "said\nthe server"})
	}
	failed := func(err error) error { return fmt.Errorf("%w: %w", stream.ErrAuthentication, err) }
	cert := func(err error) error {
		return fmt.Errorf("stream: TLS with example.org: %w", &tls.CertificateVerificationError{Err: err})
	}
	none := failed(fmt.Errorf("%w: the server offers DIGEST-MD5", sasl.ErrNoMechanism))
	golden(t, "explain_certificate.golden", explained(t, &Config{Mode: Client, JID: "bot@example.org", TLS: TLS{Cert: "bot.pem", Key: "bot.pem"}}, []error{none}))
	golden(t, "explain_anonymous.golden", explained(t, &Config{Mode: Client, JID: "example.org", Anonymous: true}, []error{none}))
	golden(t, "explain_client.golden", explained(t, &Config{Mode: Client, JID: "bot@example.org", Secret: NewSecret("x")}, []error{
		&net.DNSError{Err: "server misbehaving", Name: "_xmpp-client._tcp.example.org", IsTemporary: true},
		fmt.Errorf("stream: connect: %w", discover.ErrNotOffered),
		stream.ErrNoTLS,
		&stream.Error{Condition: stream.PolicyViolation, Text: "something came in the clear behind <proceed/>"},
		cert(x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"example.net"}}, Host: "example.org"}),
		cert(x509.CertificateInvalidError{Reason: x509.Expired}),
		fmt.Errorf("stream: TLS with example.org: %w", tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}),
		refused(sasl.NotAuthorized),
		refused(sasl.AccountDisabled),
		fmt.Errorf("%w: %w", stream.ErrAuthentication, &sasl.Refusal{Mechanism: "EXTERNAL", Condition: sasl.NotAuthorized}),
		fmt.Errorf("%w: %w", stream.ErrAuthentication, &sasl.Refusal{Mechanism: "ANONYMOUS", Condition: sasl.NotAuthorized}),
		refused(sasl.TemporaryAuthFailure),
		none,
		failed(sasl.ErrDowngrade),
		failed(sasl.ErrInsecure),
		failed(sasl.ErrServer),
		failed(sasl.ErrEncoding),
		fmt.Errorf("%w: %w", stream.ErrBind, stanza.Conflict.Fault()),
		fmt.Errorf("%w: %w", stream.ErrBind, stanza.NotAllowed.Fault()),
		fmt.Errorf("%w: %w", stream.ErrBind, stanza.ResourceConstraint.Fault()),
		fmt.Errorf("%w: we are bot@example.org, and it says that we are mallory@example.org/x", stream.ErrBind),
		&replaced{&stream.Error{Condition: stream.Conflict, Received: true, Text: "Replaced by new connection"}},
		&stream.Error{Condition: stream.HostUnknown, Received: true},
		&stream.Error{Condition: stream.InvalidNamespace, Text: "the stream's content is in the namespace \"jabber:component:accept\""},
	}))
}

// explained is what operators are told of the causes.
func explained(t *testing.T, conf *Config, causes []error) string {
	var b strings.Builder
	for _, err := range causes {
		r := explain(conf, err)
		fmt.Fprintf(&b, "# %s\n%s: %s\n", oneLine(err), r.level, r.what)
		next := "tries again"
		if stream.Misconfigured(err) {
			next = "exits with 78 before the first success, else tries again after a minute"
			if r.change == "" {
				t.Errorf("%v: only a change helps, but which?", err)
			}
		}
		fmt.Fprintf(&b, "  next: %s\n", next)
		if r.change != "" {
			fmt.Fprintf(&b, "  change: %s\n", r.change)
		}
	}
	return b.String()
}

func TestFatalError(t *testing.T) {
	conf := &Config{JID: "hackity.localhost", Server: "127.0.0.1:5347"}
	cause := &stream.Error{Condition: stream.NotAuthorized, Received: true}
	err := error(&fatalError{explain(conf, cause), cause})
	if !errors.Is(err, stream.NotAuthorized) || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v", err)
	}
	var coded interface{ ExitCode() int }
	if !errors.As(err, &coded) || coded.ExitCode() != 78 {
		t.Error("exit code")
	}
}
