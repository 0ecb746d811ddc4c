package sasl

import (
	"crypto"
	_ "crypto/sha256" // tls-server-end-point
	_ "crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"slices"
	"strings"
)

// The channel binding types (RFC 9266, RFC 5929).
const (
	tlsExporter  = "tls-exporter"
	tlsEndPoint  = "tls-server-end-point"
	tlsUnique    = "tls-unique"
	exporterName = "EXPORTER-Channel-Binding" // RFC 9266 section 2
	exporterSize = 32
)

// A binding is what ties an authentication to its TLS connection.
type binding struct {
	kind string
	data []byte
}

// bindings returns what the channel can be bound by, the best first.
func (ch Channel) bindings() []binding {
	if !ch.encrypted() {
		return nil
	}
	var all []binding
	add := func(kind string, data []byte) {
		if len(data) > 0 {
			all = append(all, binding{kind, data})
		}
	}
	// It fails without TLS 1.3 or the extended master secret (RFC 7627), where
	// two connections can be made to share their secret and neither this nor
	// tls-unique is of use.
	exported, err := ch.TLS.ExportKeyingMaterial(exporterName, nil, exporterSize)
	if err == nil {
		add(tlsExporter, exported)
	}
	if len(ch.TLS.PeerCertificates) > 0 {
		add(tlsEndPoint, endPoint(ch.TLS.PeerCertificates[0]))
	}
	if err == nil && ch.TLS.Version < tls.VersionTLS13 {
		add(tlsUnique, ch.TLS.TLSUnique)
	}
	return all
}

// endPoint returns the hash of a certificate by the hash of its signature, of
// which MD5 and SHA-1 count as SHA-256 (RFC 5929 section 4.1). It is nil for a
// signature with none, as of Ed25519: for that the type is not defined.
func endPoint(cert *x509.Certificate) []byte {
	var h crypto.Hash
	switch cert.SignatureAlgorithm {
	case x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1,
		x509.SHA256WithRSA, x509.DSAWithSHA256, x509.ECDSAWithSHA256, x509.SHA256WithRSAPSS:
		h = crypto.SHA256
	case x509.SHA384WithRSA, x509.ECDSAWithSHA384, x509.SHA384WithRSAPSS:
		h = crypto.SHA384
	case x509.SHA512WithRSA, x509.ECDSAWithSHA512, x509.SHA512WithRSAPSS:
		h = crypto.SHA512
	default:
		return nil
	}
	w := h.New()
	w.Write(cert.Raw)
	return w.Sum(nil)
}

// A plan is how the SCRAM mechanisms are to treat channel binding.
type plan struct {
	bound    binding // for those with PLUS; its kind is empty: they cannot be used
	flag     string  // for the others: the gs2-cbind-flag n or y (RFC 5802 section 6)
	mustHash bool    // the others only if XEP-0474 shows that the server really offered this
}

// plan compares what the channel can be bound by with what the server offers.
//
// A server that announces PLUS without a list of types (XEP-0440) is older than
// the list. Prosody 0.12 and ejabberd 23.01 then mean tls-unique, the default of RFC
// 5802; ejabberd announces PLUS over TLS 1.3 too, which has no tls-unique and where
// it knows no other type. So there is nothing to try but to go without, as a client
// that does not support binding.
func (ch Channel) plan(o Offer) plan {
	ours := ch.bindings()
	theirs := o.Bindings
	if theirs == nil {
		theirs = []string{tlsUnique}
	}
	i := slices.IndexFunc(ours, func(b binding) bool { return slices.Contains(theirs, b.kind) })
	plus := slices.ContainsFunc(o.Mechanisms, func(name string) bool {
		return strings.HasSuffix(name, plusSuffix) && find(name) != nil
	})
	switch {
	case plus && i >= 0:
		return plan{bound: ours[i], flag: "n"}
	case plus:
		return plan{flag: "n", mustHash: o.Bindings != nil}
	case len(ours) > 0:
		return plan{flag: "y"} // it tells the server if somebody took PLUS away
	}
	return plan{flag: "n"}
}
