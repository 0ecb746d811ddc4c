// Package devserver is an XMPP server inside the process, for development and
// tests: an application runs, and people talk to it with any client, where no server
// is installed. It is not for production, and says so when it starts: it listens on
// this machine alone, forgets rosters and messages when it ends, knows no other
// servers, and shows its tests how to break it.
//
// In:  connections of external components (XEP-0114) and of clients (RFC 6120: STARTTLS
// with a certificate made at start, or TLS from the first byte; SCRAM), and the stanzas
// that come over them.
// Out: those stanzas, to whom they are addressed (RFC 6121 section 8.5); answers and
// errors of the server's own.
//
//	srv := devserver.New(devserver.Options{Components: map[string]string{"echo.localhost": "secret"}})
//	if err := srv.Start(ctx); err != nil { … }
//	defer srv.Close()
//	connect(srv.ComponentAddr(), "echo.localhost", "secret")
//	login(srv.ClientAddr(), "alice@localhost", "secret", srv.CAs())
//
// An application brings it along as a step of its start: see [Step].
//
// # What it does
//
// Clients log in, bind resources, send presence, have rosters with versions and
// subscriptions (RFC 6121 sections 2 to 4), and get what was sent to them while they were away
// (XEP-0160, XEP-0203). The server answers pings (XEP-0199) and discovery (XEP-0030),
// which lists the components. Of a JID without a resource the messages go to all its
// resources of the highest priority that is not negative.
//
// A second login at a resource ends the first with the stream error conflict, as
// servers have it by default; a second connection for a component is refused with it.
//
// # What it demands and keeps
//
// It reads with [element.Parser] and judges stanzas with package stanza, and what EMP
// demands of servers holds for it. Whatever a stranger can have relayed costs the
// receiver nothing but that stanza: one that is too big is answered with an error,
// and so is what would not fit into the queue of a receiver who does not read. All
// that it keeps for others (queues, rosters, offline messages, resources) has a bound
// that the Options or this package's constants state. A component that sends in
// another's name, or without an address, loses its stream; so does a client that
// claims to be somebody else.
//
// # Faults
//
// Tests break it on command: [Server.Cut], [Server.Stall] and [Server.Resume],
// [Server.Refuse], [Server.Restart].
package devserver
