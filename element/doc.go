// Package element is XML as XMPP has it (RFC 6120 section 11): a parser for
// bytes nobody vouches for, the immutable tree it makes, a writer that turns a
// tree back into bytes, and builders for trees of one's own.
//
// In:  bytes of a stream, in any cutting (Parser), one document (Parse),
// Go values (New, Marshal), trees of another library (FromXMLQuery).
// Out: Node values; bytes again (Writer, Node.XML); Go structs
// (Node.Decode), answers to ad-hoc XPath (Query), *xmlquery.Node.
//
// # The tree
//
// One stanza is its source bytes once and one slice of cells, if it is small in
// one piece of memory: a string of it that is kept keeps the whole. A Node is the
// pair {tree, index}, passed by value. Trees never change and are never
// recycled: keep a Node, share it between goroutines, send it over a channel.
// The zero Node stands for "there is none"; all its methods answer with zero
// values, so look-ups chain without checks:
//
//	jid := iq.Child(NS, "query").Child(NS, "item").Attr("jid") // "" if any is missing
//
// Names are pairs of namespace and local name. Prefixes are not kept.
//
// Elements of the stream's content namespace read as [NSClient] whatever the
// stream calls them (jabber:client, jabber:component:accept, jabber:server):
// see [Parser]. What is written into a stream is scoped to it again.
package element
