package jid

// Parse reads an address strictly by RFC 7622, and prepares it. The error is an
// *[Error].
//
// A text in ASCII that is prepared already, as almost all are, is neither
// copied nor looked at twice: the JID shares the memory of s.
//
// Addresses that a peer sent are better read with [Received].
func Parse(s string) (JID, error) {
	if j, _, ok := scan(s, nil); ok {
		return j, nil
	}
	return parse(s, strict)
}

// MustParse is [Parse] for addresses that stand in the program's own text. It
// panics if s is no address.
func MustParse(s string) JID {
	j, err := Parse(s)
	if err != nil {
		panic(err.Error() + ": " + s)
	}
	return j
}

// New makes an address of its parts, each prepared strictly by RFC 7622. An
// empty local part or resource is absent; the domain must be there. The error
// is an *[Error], whose offset counts in the part it names.
//
// A local part out of another system (an e-mail address, a name with a space)
// wants [Escape] first.
func New(local, domain, resource string) (JID, error) {
	p, err := parts{local: local, domain: domain, resource: resource}.prepare(strict)
	if err != nil {
		return JID{}, err
	}
	return p.join()
}

// WithLocal returns the address with another local part, prepared as [New]
// does it; "" takes the local part away. The error is an *[Error].
func (j JID) WithLocal(local string) (JID, error) {
	fresh, err := parts{local: local}.prepare(strict)
	if err != nil {
		return JID{}, err
	}
	p := j.parts()
	p.local, p.lax = fresh.local, p.lax&^laxLocal
	return p.join()
}

// WithResource returns the address with another resource, prepared as [New]
// does it; "" takes the resource away. The error is an *[Error].
func (j JID) WithResource(resource string) (JID, error) {
	fresh, err := parts{resource: resource}.prepare(strict)
	if err != nil {
		return JID{}, err
	}
	p := j.parts()
	p.resource, p.lax = fresh.resource, p.lax&^laxResource
	return p.join()
}

// parse is Parse and Received for what scan leaves to it: they differ in how they
// prepare a part.
func parse(s string, by preparer) (JID, error) {
	raw, err := split(s)
	if err != nil {
		return JID{}, err
	}
	p, err := raw.prepare(by)
	if err != nil {
		err.Offset += raw.offset(err.Part)
		return JID{}, err
	}
	if p.local == raw.local && p.domain == raw.domain && p.resource == raw.resource {
		return p.over(s), nil
	}
	return p.join()
}
