// Package stream holds the links to XMPP servers: how a connection is made,
// secured and authenticated, how stanzas are read from it and written to it,
// and how it ends.
//
// In:  bytes from a server, and [stanza.Out] to send.
// Out: [Received], the stanzas that came, each with what is wrong with it; and
// bytes to the server.
//
// [Link] is what everything above sees of a connection. [Component] is the
// link of an external component (XEP-0114):
//
//	link, err := stream.NewComponent(stream.Options{
//		Server: "127.0.0.1:5347",
//		Domain: jid.MustParse("hackity.localhost"),
//		Secret: "hack",
//	})
//	…
//	if err := link.Connect(ctx); err != nil { … }      // TCP, TLS
//	if err := link.Open(ctx); err != nil { … }         // stream headers
//	if err := link.Authenticate(ctx); err != nil { … } // handshake
//	for {
//		batch, err := link.Read(nil)
//		…
//	}
//
// [Client] is that of a client (RFC 6120), which is encrypted, and which the server
// gives an address: Connect, Open, Encrypt, Authenticate, Bind.
//
//	account, err := stream.NewAccount(jid.MustParse("bot@example.org"), stream.Credentials{
//		Password: func() string { return password },
//	})
//	…
//	link, err := stream.DialClient(ctx, stream.Options{Account: account})
//
// A stanza that a stranger can have relayed to us never ends a link: what is
// malformed, too deep or too big comes out of Read with the error to answer it
// with. Only bytes that no correct server sends end it, with the stream error
// that RFC 6120 asks for. What goes out is checked before it is written, so
// that no mistake of an application ends a link that all its users share.
package stream
