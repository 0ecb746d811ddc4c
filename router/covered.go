package router

import (
	"cmp"
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xpath"
	"github.com/emp-framework/emp/stanza"
)

// covered finds routes that no stanza reaches because an earlier one asks for no
// more than they do, whatever the spelling: message[body] takes all that
// [@type='chat'][body='hack'] could. What cannot be proved is let pass: an error
// for a correct route keeps an application from starting.
func (b *builder) covered(entries []*Entry) {
	found := covers{}
	for _, e := range entries {
		a, ok := asks(e)
		if !ok {
			continue
		}
		if first := found.of(&a); first != nil && !b.failed(e.place()) {
			b.hidden(e, first.Entry)
		}
		found.add(&a)
	}
}

// failed reports whether a mistake at this place is known.
func (b *builder) failed(p place) bool {
	return slices.ContainsFunc(b.errs, func(e *Error) bool { return e.File == p.file && e.Line == p.line })
}

// An asked is a route by what it asks of a stanza.
type asked struct {
	*Entry
	kind    stanza.Kind         // 0: any
	all     []string            // conditions in one spelling, the longest first
	implied map[string]struct{} // these, and some that follow from them
}

// asks returns what a route asks of a stanza; ok is false if that cannot be said,
// or if the route has mistakes.
func asks(e *Entry) (a asked, ok bool) {
	a = asked{Entry: e, kind: e.Kind, implied: map[string]struct{}{}}
	if !e.meant() {
		return a, false
	}
	tests := e.tests
	if e.Type != "" {
		tests = append(slices.Clone(tests), typeTests[e.Type])
	}
	for _, t := range tests {
		c, ok := t.Conditions(t.atDocument)
		if !ok {
			return a, false
		}
		switch c.Stanza {
		case stanza.Message.String():
			a.kind = stanza.Message
		case stanza.Presence.String():
			a.kind = stanza.Presence
		case stanza.IQ.String():
			a.kind = stanza.IQ
		}
		a.all = append(a.all, c.All...)
		a.imply(c)
	}
	if a.kind == stanza.IQ { // one that comes to routes holds an element
		c, _ := anyPayload.Conditions(false)
		a.imply(c)
	}
	slices.SortFunc(a.all, func(x, y string) int { return cmp.Or(len(y)-len(x), strings.Compare(x, y)) })
	return a, true
}

// meant reports whether e asks for all that was written: no mistake in it is known.
func (e *Entry) meant() bool {
	written := len(e.Where)
	if e.Expr != "" || e.call == "Route" {
		written++
	}
	return !e.loose && len(e.tests) == written
}

func (a *asked) imply(c xpath.Conditions) {
	for _, text := range c.Implied {
		a.implied[text] = struct{}{}
	}
}

// typeTests are what Get and Set ask of a stanza's type, and anyPayload what every iq
// fulfils.
var (
	typeTests  = map[stanza.Type]test{stanza.TypeGet: constantTest("@type='get'"), stanza.TypeSet: constantTest("@type='set'")}
	anyPayload = constantTest("*")
)

func constantTest(expr string) test {
	x, err := xpath.Compile(expr, xpath.Options{Default: element.NSClient})
	if err != nil {
		panic(err)
	}
	return test{Expr: x}
}

// covers reports whether a, written first, takes all that f can take.
func (a *asked) covers(f *asked) bool {
	return a.Guard == nil && (a.kind == 0 || a.kind == f.kind) &&
		a.Errors == f.Errors && (f.Errors || len(f.onlyErrors) == 0) &&
		a.address.includes(&f.address) && (a.Sender == "" || a.sender.match(f.sender.jid)) &&
		!slices.ContainsFunc(a.all, func(c string) bool { _, ok := f.implied[c]; return !ok })
}

// covers are routes that may cover others, by one thing that the covered ones
// have, so that not all are compared with all.
type covers map[clue][]*asked

// A clue is a condition, "" for a route without any, and a scope.
type clue struct{ condition, address, sender string }

// patterned is the address in a clue of all that hold for more than one pair of
// local part and domain.
const patterned = "{}"

func (c covers) add(a *asked) {
	by := clue{address: patterned, sender: a.Sender}
	if len(a.all) > 0 {
		by.condition = a.all[0]
	}
	if a.Address != "" && len(a.address.holes()) == 0 {
		by.address = a.Address
	}
	c[by] = append(c[by], a)
}

// of returns the first route that covers f, nil if none does.
func (c covers) of(f *asked) *asked {
	var first *asked
	try := func(by clue) {
		for _, a := range c[by] {
			if (first == nil || a.index < first.index) && a.covers(f) {
				first = a
			}
		}
	}
	bare := f.address
	bare.resource = part{}
	conditions := []string{""}
	for text := range f.implied {
		conditions = append(conditions, text)
	}
	for _, address := range uniq(patterned, f.Address, bare.String()) {
		for _, sender := range uniq("", f.Sender, f.sender.jid.Bare().String()) {
			for _, condition := range conditions {
				try(clue{condition, address, sender})
			}
		}
	}
	return first
}

func uniq(all ...string) []string { return sorted(all) }

// includes reports whether a is the pattern of every address that b is of.
func (a *address) includes(b *address) bool {
	return a.local.includes(&b.local) && a.domain.includes(&b.domain) && a.resource.includes(&b.resource)
}

func (p *part) includes(q *part) bool {
	switch p.is {
	case partAny:
		return true
	case partHole:
		switch q.is {
		case partText:
			return p.hole.Takes(q.text)
		case partHole:
			return p.regexp() == "" || p.regexp() == q.regexp()
		}
		return false
	}
	return p.is == q.is && p.text == q.text
}

// regexp is that of a hole, "" if it takes any text.
func (p *part) regexp() string {
	_, re, _ := strings.Cut(strings.TrimSuffix(p.text, "}"), ":")
	return re
}
