// Package sasl authenticates a client to its server (RFC 4422, as RFC 6120
// section 6 uses it): it chooses among the mechanisms that the server offers, and
// holds the conversation of the one it chose. The other side of that, for the server
// of package devserver, is a [Host].
//
// In:  Credentials, once, for an [Account]; for each connection the [Channel]
// below the stream and the server's [Offer]; then the text of each <challenge/>,
// <success/> or <failure/>.
// Out: the text of <auth/> and of each <response/>; at the end nil, which says
// that we are authenticated and, with SCRAM, that the server knows the password
// too; or an error in one line without any secret.
//
//	account, err := sasl.NewAccount(sasl.Credentials{Username: "alice", Password: password})
//	...
//	x, err := account.Begin(channel, offer)    // a mechanism, or why there is none
//	text, err := x.Start()                     // <auth mechanism=x.Mechanism()>text</auth>
//	text, err = x.Next(ctx, challenge)         // <response>text</response>
//	err = x.Done(success)
//
// What it knows, in the order in which it chooses: EXTERNAL (if a client
// certificate was given), SCRAM-SHA-256-PLUS, SCRAM-SHA-1-PLUS, SCRAM-SHA-256,
// SCRAM-SHA-1 (RFC 5802, 7677), PLAIN (RFC 4616), and ANONYMOUS (RFC 4505) alone
// if that is asked for. It binds to the TLS channel by tls-exporter (RFC 9266),
// tls-server-end-point or tls-unique (RFC 5929), minds the list of XEP-0440, and
// checks the hash of XEP-0474 over what was offered.
//
// Nothing is sent over a channel that is not encrypted or whose certificate was
// not checked, unless Credentials.AllowInsecure; a password never is. Names and
// passwords are prepared by SASLprep (RFC 4013), since that is what the keys in the
// servers' stores were made with; its successor OpaqueString (RFC 8265) gives
// other keys for some of them.
package sasl

// The namespaces of SASL in XMPP (RFC 6120 section 6), and of the list of channel
// binding types (XEP-0440).
const (
	NS        = "urn:ietf:params:xml:ns:xmpp-sasl"
	NSBinding = "urn:xmpp:sasl-cb:0"
)
