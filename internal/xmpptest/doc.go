// Package xmpptest runs real XMPP servers and real clients for tests: Prosody,
// ejabberd and slixmpp, as Debian packages them, and @xmpp/client from npm.
//
// In:  Options, and stanzas as XML.
// Out: addresses a component or client connects to, stanzas as trees, and the
// server's own log where a test fails.
//
//	func TestAnswers(t *testing.T) {
//		server := xmpptest.Prosody(t, xmpptest.Options{}) // or Ejabberd
//		connect(server.ComponentAddr, xmpptest.Component, xmpptest.Secret)
//
//		alice := xmpptest.Login(t, server, "alice")
//		alice.Send(`<message to='hackity.localhost/hack'><body>hi</body></message>`)
//		answer := alice.Receive(ctx) // an element.Node
//	}
//
// The zero Options give one component, hackity.localhost with the secret
// "hack", and the accounts alice and bob on localhost. All listen on loopback
// alone.
//
// A test owns what it starts: each server is a child process in the foreground,
// with configuration, data and log in a folder of the test's, on ports that are
// kept for it until the test ends, also while the server is down. So tests may
// run in parallel, in as many processes as the go command likes. At the end of
// the test everything is gone, and if the test binary itself dies, the kernel
// ends its servers and clients with it.
//
// For tests of what a server does to a link there are Server.Stop, Kill,
// Restart, Pause and Resume.
//
// A server or client which is not installed skips the test, and fails it where
// nothing may be left out: with EMP_TEST_ALL=1 in the environment, as
// scripts/test --all sets it. The script, as root on Debian, installs them.
//
// The package is for Linux; files of tests that use it end in _linux_test.go.
//
// Whatever fails here ends the test with t.Fatal, so functions and methods are
// to be called in the test's own goroutine, unless they say otherwise.
package xmpptest
