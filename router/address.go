package router

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/xpath"
	"github.com/emp-framework/emp/jid"
)

// An address is the pattern of the recipients of a scope. The zero address is
// any.
type address struct {
	local, domain, resource part
}

// A part is the pattern of one part of an address. The zero part is any.
type part struct {
	is   partKind
	text string // the text, or the hole as it was written
	hole *xpath.Hole
}

type partKind uint8

const (
	partAny partKind = iota
	partNone
	partText
	partHole
)

// part0 is the part that an address must not have.
var part0 = part{is: partNone}

// parseAddress reads the pattern of At.
func (b *builder) parseAddress(pattern string) (a address, ok bool) {
	slash := outsideHoles(pattern, '/')
	bare, resource := pattern[:slash], pattern[slash:]
	at := outsideHoles(bare, '@')
	local, domain, domainOff := "", bare, 0
	if at < len(bare) {
		local, domain, domainOff = bare[:at], bare[at+1:], at+1
	}
	ok = true
	read := func(s string, off int, in partOf) part {
		p, good := b.part(pattern, s, off, in)
		ok = ok && good
		return p
	}
	switch {
	case at == len(bare):
		a.local = part0
	case local == "":
		b.failAt(here(), "At", pattern, 0, "an empty local part", `leave the "@" out for addresses without a local part, or write {name}@ for any`)
		ok = false
	default:
		a.local = read(local, 0, localPart)
	}
	if i := outsideHoles(domain, '@'); i < len(domain) {
		b.failAt(here(), "At", pattern, domainOff+i, `a second "@"`, "an address is local@domain/resource, each of them at most once")
		ok = false
	} else if domain != "" {
		a.domain = read(domain, domainOff, domainPart)
	}
	switch {
	case resource == "/":
		b.failAt(here(), "At", pattern, slash, "an empty resource", `leave the "/" out for any resource, or write /{name} to capture it`)
		ok = false
	case resource != "":
		a.resource = read(resource[1:], slash+1, resourcePart)
	}
	if pattern == "" {
		b.fail("At", pattern, "an empty address", `write "{user}@" for users, "/{resource}" for resources, or no At for everything`)
		ok = false
	}
	return a, ok
}

// part reads one part of the pattern of At, which begins at off.
func (b *builder) part(pattern, s string, off int, in partOf) (part, bool) {
	if !strings.HasPrefix(s, "{") {
		if i := strings.IndexAny(s, "{}"); i >= 0 {
			b.failAt(here(), "At", pattern, off+i, "a brace inside a part", `a hole takes a whole part, as in {name}@ or {name:user-\d+}@`)
			return part{}, false
		}
		if s == "*" {
			b.failAt(here(), "At", pattern, off, "* is a character like any, and stands for nothing", "write {name} for any text there, or leave the part out")
			return part{}, false
		}
		return b.literal("At", pattern, off, in, s)
	}
	hole, n, err := xpath.ParseHole(s)
	switch {
	case err != nil:
		b.failAt(here(), "At", pattern, off+err.Offset, err.Msg, err.Cure)
		return part{}, false
	case n < len(s):
		b.failAt(here(), "At", pattern, off+n, "something behind a hole", `a hole takes a whole part: write what goes with it into its regexp, as in {id:user-\d+}`)
		return part{}, false
	}
	return part{is: partHole, text: s, hole: hole}, true
}

// A partOf is one of the three parts of an address: how to take it out of a JID,
// what makes one of it, and what it is made of (RFC 7622 section 3).
type partOf struct {
	of            func(jid.JID) string
	before, after string
	rule          string
}

var (
	localPart    = partOf{jid.JID.Local, "", "@x", "a local part has no white space, no control characters, and none of \" & ' / : < > @"}
	domainPart   = partOf{jid.JID.Domain, "", "", "a domain is letters, digits and hyphens with dots between them, or an IP address"}
	resourcePart = partOf{jid.JID.Resource, "x/", "", "a resource has at most 1023 bytes, and no control characters"}
)

// literal prepares a part that is written out (RFC 7622) and begins at off in arg.
func (b *builder) literal(call, arg string, off int, in partOf, s string) (part, bool) {
	j, err := jid.Parse(in.before + s + in.after)
	var bad *jid.Error
	switch {
	case errors.As(err, &bad):
		off += max(bad.Offset-len(in.before), 0)
		b.failAt(here(), call, arg, off, fmt.Sprintf("%s %s", bad.Part, bad.Reason), in.rule)
	case in.of(j) == "":
		b.failAt(here(), call, arg, off, "it is no part of an address", in.rule)
	default:
		return part{is: partText, text: in.of(j)}, true
	}
	return part{}, false
}

// outsideHoles returns the index of the first c that is not inside {…}, or
// len(s).
func outsideHoles(s string, c byte) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case c:
			return i
		case '{':
			if n := xpath.HoleLength(s[i:]); n > 0 {
				i += n - 1
			}
		}
	}
	return len(s)
}

// firstHole returns the first hole in s, as it is written, or "". Other braces
// are characters like any.
func firstHole(s string) string {
	for i := range len(s) {
		if s[i] != '{' {
			continue
		}
		if _, n, err := xpath.ParseHole(s[i:]); err == nil {
			return s[i : i+n]
		}
	}
	return ""
}

// and returns the address that is both a and b; ok is false if none is or if a
// part would have two patterns.
func (a address) and(b address) (sum address, ok bool) {
	ok = true
	join := func(x, y part) part {
		switch {
		case x.is == partAny:
			return y
		case y.is == partAny || x.is == y.is && x.is != partHole && x.text == y.text:
			return x
		}
		ok = false
		return x
	}
	// A resource inside a user: the resource's "no local part" gives way.
	if a.local.is != partAny && b.local.is == partNone && b.domain.is == partAny && b.resource.is != partAny {
		b.local = part{}
	}
	sum = address{join(a.local, b.local), join(a.domain, b.domain), join(a.resource, b.resource)}
	return sum, ok
}

// match reports whether j is such an address, and appends its captures.
func (a *address) match(j jid.JID, args []component.Arg) (_ []component.Arg, ok bool) {
	ok = true
	if a.local.is != partAny {
		args, ok = a.local.match(j.Local(), args)
	}
	if ok && a.domain.is != partAny {
		args, ok = a.domain.match(j.Domain(), args)
	}
	if ok && a.resource.is != partAny {
		args, ok = a.resource.match(j.Resource(), args)
	}
	return args, ok
}

func (p *part) match(text string, args []component.Arg) ([]component.Arg, bool) {
	switch p.is {
	case partNone:
		return args, text == ""
	case partText:
		return args, text == p.text
	case partHole:
		if text == "" || !p.hole.Takes(text) {
			return args, false
		}
		args = append(args, component.Arg{Name: p.hole.Name(), Value: text, OK: true})
	}
	return args, true
}

// holes returns the names that match captures, in its order.
func (a *address) holes() (names []string) {
	for _, p := range []*part{&a.local, &a.domain, &a.resource} {
		if p.is == partHole {
			names = append(names, p.hole.Name())
		}
	}
	return names
}

// String writes the address as At reads it.
func (a address) String() string {
	s := a.domain.text
	if a.local.is >= partText {
		s = a.local.text + "@" + s
	}
	if a.resource.is >= partText {
		s += "/" + a.resource.text
	}
	return s
}

// A sender is who the stanzas of a scope come from. The zero sender is anybody.
type sender struct{ jid jid.JID }

// narrow makes it j; false if it was somebody else.
func (s *sender) narrow(j jid.JID) bool {
	if !s.jid.IsZero() && !s.match(j) {
		return false
	}
	s.jid = j
	return true
}

func (s *sender) match(j jid.JID) bool {
	return s.jid.IsZero() || s.jid == j || s.jid.IsBare() && s.jid == j.Bare()
}

func (s sender) String() string { return s.jid.String() }
