// Package dispatch runs actions: from a stanza read to its answer sent.
//
// In: stanzas as a link reads them, in their order (Source), beside the error
// that reading found. Out: what their actions return, or the error that is due,
// through the link the stanza came on.
//
// # Order
//
// Stanzas of one pair, the same two addresses as bare JIDs, run one behind the
// other in the order of reading (RFC 6120 section 10.1). Pairs run in parallel,
// and routes marked Concurrent at once. A pair's lane exists only while
// something of the pair is held: pairs that are quiet cost nothing.
//
// # One answer
//
// Every iq get or set gets exactly one result or error: from its action, or
// from whoever is first to find that the action will not give one (the time
// limit, a bound, the end of the application). Setting one atomic flag decides
// who that is; all others find it set, and what they have is counted and thrown
// away.
//
// # Books
//
// Each stanza read is held, handled, refused or dropped, at every instant
// exactly one of them, the latter two under a named reason; see Stats. It is
// held until its action has returned and its answer is handed to the link.
//
// # Inside
//
// A job is a stanza with its route. If nothing else of its pair is held, and
// its route is quick, the goroutine that has read it runs it: a change of
// goroutine costs more than most actions. Reading is handed on to another
// goroutine when the action asks, or takes longer than a millisecond, which a
// clock sees that looks at one word for each link. Any other job waits in its
// lane, then in the queue of those that are ready, until one of a bounded
// number of slots is free. A worker is a goroutine that holds a slot; it is
// started when there is work and ends when there is none. A job that asks gives
// its slot away while it waits for the answer. One mutex guards all of it;
// actions, guards, sending and logging happen outside. Answers other than an
// action's own are sent by a goroutine for each link (outbox), so that neither
// a reader nor the clock waits for a link to take them; but what a reader refuses
// it sends by itself, if the link takes it at once.
package dispatch
