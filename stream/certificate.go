package stream

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
)

// isCertificate reports whether TLS failed over a certificate or because the
// other side does not speak TLS: for as long as nobody changes something.
func isCertificate(err error) bool {
	var (
		verify    *tls.CertificateVerificationError
		name      x509.HostnameError
		authority x509.UnknownAuthorityError
		invalid   x509.CertificateInvalidError
		noTLS     tls.RecordHeaderError
		alert     tls.AlertError
	)
	return errors.As(err, &verify) || errors.As(err, &name) || errors.As(err, &authority) ||
		errors.As(err, &invalid) || errors.As(err, &noTLS) || errors.As(err, &alert)
}
