// Package hostlink is the server's end of an application's links, in memory, for what
// plays the server: package emptest, and the replays of package record.
//
// In:  the connections that an application dials, and what to say over them.
// Out: links that are ready for stanzas, by component handshake (XEP-0114) or login and
// binding (RFC 6120 sections 6 and 7, without TLS); then the stanzas that come.
//
// It has no opinion on who is let in, what stanzas mean, or where they go: that is for the
// functions of its Host.
package hostlink
