// Package stanza is what XMPP says: messages, presence and iq (RFC 6120
// section 8, RFC 6121), as values.
//
// In:  an element.Node received. [Of] makes a [Stanza] of it: a small view by
// value that knows its kind, type, addresses, id and payload, and says what is
// wrong with it as an error that also says what to do ([Fault]: answer;
// [Drop]: count).
// Out: an [Out], a stanza to send, made by [NewMessage], [NewPresence],
// [NewIQ] or from a received one by [Stanza.Reply], [Stanza.Result],
// [Stanza.ReplyPresence] and [Stanza.ErrorReply]. It writes itself into an
// element.Writer.
//
// # Errors are replies
//
// A stanza error is a [Fault]; its kind is a [Condition]. Both are Go errors,
// so that an action returns what the peer shall get:
//
//	return nil, stanza.ItemNotFound.With("no tweet %d", id)
//
// errors.Is(err, stanza.ItemNotFound) recognizes it under any wrapping, and
// errors.As(err, &fault), with a var fault stanza.Fault, fetches it.
//
// # The namespace
//
// In memory the content of every stanza is in [element.NSClient], whatever the
// stream it came from or goes to.
package stanza
