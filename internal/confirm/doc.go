// Package confirm has stanzas sent at least once over links that know no receipt.
//
// In:  stanzas to send, and links, one after another.
// Out: the stanzas on the link, and after a reconnect those again on the next
// link that the server may not have got.
//
// XEP-0114 has no acknowledgement. But a server works off what a component sends
// in order (RFC 6120 section 10.1), so an answer that takes the way of all stanzas
// shows that it has taken everything before the question. A [Ring] keeps what was
// sent, and from time to time puts a barrier behind it: a ping to ourselves through
// the server. When the ping is back the Ring forgets what was sent before it.
//
// The answer shows that the server took the stanzas, not more: not that it has
// stored them, and not that a recipient saw them. A server that crashes may lose
// what it took.
//
// What is sent again may have arrived: the receiver can tell by the origin-id of a
// message (XEP-0359), which each gets, or the id of an iq result. First copies
// arrive in the order in which they were sent.
package confirm
