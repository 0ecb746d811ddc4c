// Package faultproxy is a network that misbehaves, for tests: a TCP proxy on
// loopback between an application and its server.
//
// In: bytes of connections to Addr. Out: the same bytes to the server's address
// and back, cut, stalled, late, in small pieces, slowly or not at all, as the
// test says by calls:
//
//	proxy := faultproxy.New(t, server.ComponentAddr)
//	connect(proxy.Addr)
//	proxy.Split(faultproxy.Down, 1)                           // byte by byte to the application
//	done := proxy.After(faultproxy.Up, 300, faultproxy.Reset) // RST behind 300 bytes more to the server
//	<-done
//
// The test owns the proxy: at its end all connections are closed and no
// goroutine is left. Methods may be called from any goroutine.
package faultproxy
