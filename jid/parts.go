package jid

import "strings"

// parts is an address taken apart. An empty part is absent: that a part is
// declared but empty ("@example.org", "example.org/") is settled in splitting.
type parts struct {
	local, domain, resource string
	lax                     laxity
}

// maxRaw bounds a part before preparation, in octets. Mapping shortens text:
// the three octets of a full-width letter become one of ASCII. What shortens
// more than that (marks without end, signs that IDNA drops) is not looked at.
const maxRaw = 3 * MaxPart

// split cuts an address into its parts as they are (RFC 7622 section 3.2): the
// resource begins behind the first "/", the local part ends at the first "@"
// before that.
func split(s string) (parts, *Error) {
	if s == "" {
		return parts{}, &Error{PartAddress, 0, "is empty", nil}
	}
	if len(s) > 3*maxRaw+len("@/") {
		return parts{}, tooLong(PartAddress)
	}
	var p parts
	rest, resource, slash := strings.Cut(s, "/")
	if slash && resource == "" {
		return p, &Error{PartResource, len(s), `is empty behind "/"`, nil}
	}
	local, domain, at := strings.Cut(rest, "@")
	switch {
	case !at:
		local, domain = "", rest
	case local == "":
		return p, &Error{PartLocal, 0, `is empty before "@"`, nil}
	}
	if domain == "" {
		return p, &Error{PartDomain, len(rest), "is empty", nil}
	}
	if i := strings.IndexByte(domain, '@'); i >= 0 {
		return p, &Error{PartDomain, len(rest) - len(domain) + i, `contains a second "@"`, nil}
	}
	return parts{local: local, domain: domain, resource: resource}, nil
}

// offset returns where a part begins in the address that was split into p.
func (p parts) offset(part Part) int {
	domain := 0
	if p.local != "" {
		domain = len(p.local) + 1
	}
	switch part {
	case PartDomain:
		return domain
	case PartResource:
		return domain + len(p.domain) + 1
	}
	return 0
}

// prepare prepares each part that is there. The offset in its error counts in
// the part.
func (p parts) prepare(by preparer) (parts, *Error) {
	for _, f := range [...]struct {
		part Part
		text *string
		lax  laxity
	}{
		{PartLocal, &p.local, laxLocal},
		{PartDomain, &p.domain, laxDomain},
		{PartResource, &p.resource, laxResource},
	} {
		if *f.text == "" {
			continue
		}
		prepared, lax, err := by(f.part, *f.text)
		if err != nil {
			return parts{}, err
		}
		*f.text = prepared
		if lax {
			p.lax |= f.lax
		}
	}
	return p, nil
}

// parts takes an address apart again.
func (j JID) parts() parts {
	return parts{j.Local(), j.Domain(), j.Resource(), j.lax}
}

// join puts prepared parts together.
func (p parts) join() (JID, error) {
	if p.domain == "" {
		return JID{}, &Error{PartDomain, 0, "is empty", nil}
	}
	var b strings.Builder
	b.Grow(len(p.local) + len(p.domain) + len(p.resource) + 2)
	if p.local != "" {
		b.WriteString(p.local)
		b.WriteByte('@')
	}
	b.WriteString(p.domain)
	if p.resource != "" {
		b.WriteByte('/')
		b.WriteString(p.resource)
	}
	return p.over(b.String()), nil
}

// over returns the JID whose text is exactly the parts p.
func (p parts) over(text string) JID {
	return JID{text, uint16(len(p.local)), uint16(p.offset(PartDomain) + len(p.domain)), p.lax}
}
