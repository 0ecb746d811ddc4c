package stream

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
)

// encrypt makes a TLS connection, checked against the configured name, which is
// name unless Options.TLS says otherwise, for one of the protocols (ALPN). If that
// fails nc is closed.
func (c *conn) encrypt(ctx context.Context, nc net.Conn, name string, protocols ...string) (*tls.Conn, error) {
	cfg := c.opts.TLS.Clone()
	if cfg.NextProtos == nil {
		cfg.NextProtos = protocols
	}
	if cfg.ServerName == "" {
		cfg.ServerName = name
	}
	cfg.MinVersion = max(cfg.MinVersion, tls.VersionTLS12)
	cfg.DynamicRecordSizingDisabled = true // see recordEnds
	tc := tls.Client(nc, cfg)
	if err := tc.HandshakeContext(ctx); err != nil {
		nc.Close()
		if !ofTransport(err) {
			err = tlsError{err}
		}
		return nil, fmt.Errorf("stream: TLS with %s: %w", cfg.ServerName, err)
	}
	return tc, nil
}

// A tlsError is why TLS failed for as long as nobody changes something: a
// certificate that is not to be trusted, no version in common, no TLS at all.
type tlsError struct{ error }

func (e tlsError) Unwrap() error { return e.error }

// ofTransport reports whether a TLS handshake failed over the connection below.
func ofTransport(err error) bool {
	var (
		nerr  net.Error
		errno syscall.Errno
	)
	return !isAlert(err) && (errors.As(err, &nerr) || errors.As(err, &errno) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded))
}

// isTLS reports whether err is TLS that failed until somebody changes something,
// as encrypt marked it or as crypto/tls says by type.
func isTLS(err error) bool {
	var (
		marked    tlsError
		verify    *tls.CertificateVerificationError
		noTLS     tls.RecordHeaderError
		name      x509.HostnameError
		authority x509.UnknownAuthorityError
		invalid   x509.CertificateInvalidError
		alert     tls.AlertError
	)
	return errors.As(err, &marked) || errors.As(err, &verify) || errors.As(err, &noTLS) || errors.As(err, &name) ||
		errors.As(err, &authority) || errors.As(err, &invalid) || errors.As(err, &alert) || isAlert(err)
}

// isAlert reports whether the peer refused our TLS: crypto/tls exports no type
// for its alerts. One about our certificate comes only behind the handshake, in
// TLS 1.3.
func isAlert(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error" && !isTorn(err)
}

// isTorn reports whether the peer says that it got half a record: the connection broke,
// and there is nothing wrong with our TLS.
func isTorn(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "remote error" && op.Err.Error() == "tls: error decoding message"
}
