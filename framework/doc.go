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
// The story of an application is told in three literal lists: what happens at
// the start (boot.go), for each link (link.go) and at the end (stop.go).
package framework
