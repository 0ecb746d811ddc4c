package framework

import "github.com/emp-framework/emp/internal/confirm"

// Stats is a snapshot of what became of the stanzas read. At every instant
//
//	Read = Held + Handled + the sum of Refused + the sum of Dropped
//
// over all links that the application has had. Answers to its own questions are
// not among them: they are taken on the way.
type Stats struct {
	Read    int // stanzas read
	Held    int // waiting, running, or with an answer on its way to the link
	Handled int // an action ran, whatever came of it

	// Refused is what was answered with an error without an action, Dropped
	// what was neither answered nor run, each by its reason: "no-route",
	// "pair-full", "jid-malformed".
	Refused, Dropped map[string]int

	Bytes   int // memory that what is held takes, as estimated
	Running int // actions running, those that wait for an answer included
	Asking  int // questions open
	Stuck   int // actions that do not return although their time is over

	// What happened to the stanzas handled, beside.
	Failed   int // actions that panicked, or returned what is no protocol reply or cannot be sent
	Timeouts int // actions that ran out of time
	Late     int // actions that returned something after their stanza had been answered
	Unsent   int // answers that could not be sent, as their link was gone

	// Sent is what became of the stanzas that are sent at least once.
	Sent Sent
}

// Sent counts the stanzas that are sent at least once (component.Sender says
// which those are). At every instant
//
//	Taken = Kept + Confirmed + Aged + Refused + Unknown
//
// It stays zero where Config.SelfTest is Off: nothing is kept then.
type Sent struct {
	Taken     int // that Send or an action's answer gave
	Kept      int // that the server has not confirmed yet
	Confirmed int // that the server has taken
	Aged      int // given up, too old to be of use
	Refused   int // that a later link would not send, as the server would close the stream

	Unknown int // given up, since the server may have taken them; see Config.Unconfirmed

	Unkept     int // answers that were sent once, as there was no room to keep them
	Repeated   int // sends beyond the first
	Barriers   int // pings to ourselves that came back
	Unanswered int // pings that did not come back, though the link was up
}

// Balanced reports whether the books balance, which they always do.
func (s Stats) Balanced() bool {
	sum := s.Held + s.Handled
	for _, reasons := range []map[string]int{s.Refused, s.Dropped} {
		for _, n := range reasons {
			sum += n
		}
	}
	return s.Read == sum
}

// Stats returns a snapshot of the books. Before the application is ready for
// the first time it is zero.
func (a *App) Stats() Stats {
	select {
	case <-a.Ready():
	default:
		return Stats{}
	}
	var sent Sent
	for _, e := range a.ends {
		sent.add(e.ring)
	}
	s := a.work.Stats()
	return Stats{
		Read: s.Read, Held: s.Held, Handled: s.Handled,
		Refused: named(s.Refused), Dropped: named(s.Dropped),
		Bytes: s.Bytes, Running: s.Running, Asking: s.Asking, Stuck: s.Stuck,
		Failed: s.Failed, Timeouts: s.Timeouts, Late: s.Late, Unsent: s.Unsent,
		Sent: sent,
	}
}

// named gives the reasons in plain strings.
func named[R ~string](m map[R]int) map[string]int {
	names := make(map[string]int, len(m))
	for r, n := range m {
		names[string(r)] = n
	}
	return names
}

// add adds what a ring has counted.
func (s *Sent) add(r *confirm.Ring) {
	if r == nil {
		return
	}
	n := r.Stats()
	s.Taken += n.Taken
	s.Kept += n.Kept
	s.Confirmed += n.Confirmed
	s.Aged += n.Aged
	s.Refused += n.Refused
	s.Unknown += n.Unknown
	s.Unkept += n.Unkept
	s.Repeated += n.Repeated
	s.Barriers += n.Barriers
	s.Unanswered += n.Unanswered
}
