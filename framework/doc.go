// Package framework makes an application of its parts and runs it: it boots,
// keeps the link to the server, has each stanza routed to its action, and stops
// in order.
//
// In:  an [App]: the routes, the configuration, plugins.
// Out: a running program.
//
//	func main() {
//		framework.Main(&framework.App{Name: "hack", Routes: Routes})
//	}
//
// Where to go from here: package router says how routes are written, package
// component what an action is and gets, package stanza what it answers with,
// package emptest how to test it all without a server. [Config] is what can be
// configured, and where.
//
// # The life of an application
//
// The story is told in three literal lists: what happens at the start (boot.go),
// for each link (link.go) and at the end (stop.go).
//
//   - Start: config, log, routes, services (plugins), dispatch, links, ready.
//     While the server is not there the application waits for it. A mistake that
//     only a change mends ends it, with one line that says what to change: exit
//     code 78 for the configuration (also a secret or name that the server
//     refuses), 70 for the program.
//   - Link: connect, stream, authenticate, receive, presence, self-test. A link
//     that is lost is made again, after a random wait whose range doubles from 1
//     to 60 seconds; after at least a minute if the server refuses what it took
//     before, and half a minute if another connection took the name. Presence
//     that was in force is sent again. What is sent meanwhile waits; questions
//     that were open end with stream.ErrInterrupted, for nobody knows whether
//     they were acted upon.
//   - Stop, with SIGTERM, [App.Stop] or the end of the ctx of [App.Run]: new requests are
//     refused (service-unavailable, wait), running actions end, unavailable
//     presence goes to whom presence was sent, a ping to ourselves shows that the
//     server has taken all that, and the stream is closed. Then the start is
//     undone, last step first. All of it ends after Config.DrainTimeout, or at
//     once with [App.StopNow] or a second signal.
package framework
