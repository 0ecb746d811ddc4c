package dispatch

// Limit puts other bounds in place of those there are: Stanzas, Bytes, PairStanzas,
// PairBytes, Asks, Stuck, Rate and Burst of o, with the same defaults as at first.
// What is held or open beyond them stays; nothing is added until there is room again.
// With another Rate or Burst every sender begins anew. All else in o counts for
// nothing; Workers is only the default of Stuck.
func (d *Dispatcher) Limit(o Options) {
	o = o.withDefaults()
	d.mu.Lock()
	defer d.mu.Unlock()
	if o.Rate != d.opts.Rate || o.Burst != d.opts.Burst {
		d.meter = newMeter(o.Rate, o.Burst)
	}
	d.opts.Stanzas, d.opts.Bytes, d.opts.PairStanzas, d.opts.PairBytes = o.Stanzas, o.Bytes, o.PairStanzas, o.PairBytes
	d.opts.Asks, d.opts.Stuck, d.opts.Rate, d.opts.Burst = o.Asks, o.Stuck, o.Rate, o.Burst
	d.room.Broadcast() // who waits for room looks again
}
