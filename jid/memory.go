package jid

// A Memory reads addresses that come again and again, as those that the stanzas of a
// stream are sent to: what it has read lately it compares instead of reading it once
// more. It is for one goroutine; the zero Memory is ready for use, and takes some 300 bytes
// whatever comes. It keeps no string alive.
type Memory struct {
	seen   [4]seen  // by length
	domain [60]byte // for Sender
	size   uint8    // of domain
}

// seen is an address that is prepared as it was received.
type seen struct {
	text                [60]byte
	size, local, domain uint8
	lax                 laxity
}

// Received is the function Received.
func (m *Memory) Received(s string) (Address, error) {
	k := &m.seen[len(s)%len(m.seen)]
	if s == string(k.text[:k.size]) && s != "" {
		return Address{JID{s, uint16(k.local), uint16(k.domain), k.lax}, s}, nil
	}
	a, err := Received(s)
	if err == nil && a.JID.text == s && len(s) <= len(k.text) {
		k.size, k.local, k.domain, k.lax = uint8(copy(k.text[:], s)), uint8(a.JID.local), uint8(a.JID.domain), a.JID.lax
	}
	return a, err
}

// Sender is the function Received for addresses that are many, at few domains, as those
// that the stanzas of a stream are from. A domain that is that of the address before is
// not read again, which is a third of the work.
func (m *Memory) Sender(s string) (Address, error) {
	j, fresh, ok := scan(s, m.domain[:m.size])
	if !ok {
		return Received(s)
	}
	if domain := j.Domain(); fresh && len(domain) <= len(m.domain) {
		m.size = uint8(copy(m.domain[:], domain))
	}
	return Address{j, s}, nil
}
