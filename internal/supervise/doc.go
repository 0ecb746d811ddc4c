// Package supervise runs what is to go on for as long as the program does, and
// starts it again when it ends: the links to servers, an application's services.
//
// In:  a [Serve] function and a Policy: how long to wait before the next try.
// Out: nothing while it goes on; each failure with the wait behind it goes to
// Policy.Announce, an error that no further try can help is returned.
//
// The waits follow RFC 6120 section 3.3, truncated binary exponential back-off:
// the range of the wait doubles with each failure in a row, from Base to Cap, and
// the wait is anywhere in the range, so that the clients of a server that was
// restarted do not all come back at once. Time is measured by the monotonic
// clock; a change of the wall clock does not matter.
package supervise
