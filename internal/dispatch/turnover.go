package dispatch

import "time"

// turnOver is settle and admit in one, for when all that is held is what the reader has
// run last: j takes its place, its slot and its lane, so that most of the books stay as
// they are. It is called locked, and reports whether it was so. Then j is for the reader
// to run. It is how most stanzas go, in some 200 instructions instead of 500.
func (in *input) turnOver(j *job, now time.Duration) bool {
	d, old := in.d, in.last
	if old == nil || d.stats.Held != 1 || old.lane != &in.own || !old.slot ||
		d.draining || d.meter.sets != nil || d.idle != nil || d.waits > 0 || len(d.back) > 0 ||
		d.slow.has(j.first) || now-old.since >= slowAction {
		return false
	}
	d.slow.note(old.first, now-old.since)
	old.delivery.job = nil
	d.count(old.hold.verdict)
	d.stats.Read++
	d.stats.Bytes += j.hold.bytes - old.hold.bytes
	in.own.pair, in.own.bytes, in.own.shut = j.pair(), j.hold.bytes, !j.alone
	j.lane, j.hold.claims = &in.own, 1
	in.running, in.last = j, nil
	j.begin(now)
	d.wind(now+handOnAfter, now)
	in.recycle(old)
	return true
}
