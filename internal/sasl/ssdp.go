package sasl

import (
	"bytes"
	"slices"
	"strings"
)

// hasHash reports whether sum, which the server's first message of SCRAM has as
// its attribute h, is the hash of this offer (XEP-0474). Our proof covers that
// message: who changes the offer on its way can neither leave the hash as it is,
// nor change it.
//
// Version 0.4 of the XEP changed what stands between the names, from characters
// that a name in XML may hold to some that it may not. Servers of both kinds
// exist; the old one is believed if no name holds its characters.
func (o Offer) hasHash(h *mechanismHash, sum string) bool {
	if o.hashed(h, "\x1e", "\x1f") == sum {
		return true
	}
	clear := func(name string) bool { return !strings.ContainsAny(name, ",|") }
	return every(o.Mechanisms, clear) && every(o.Bindings, clear) && o.hashed(h, ",", "|") == sum
}

// hashed returns the hash with comma between names and bar between both lists.
func (o Offer) hashed(h *mechanismHash, comma, bar string) string {
	var b bytes.Buffer
	list := func(names []string) {
		b.WriteString(strings.Join(slices.Sorted(slices.Values(names)), comma))
	}
	list(o.Mechanisms)
	if o.Bindings != nil {
		b.WriteString(bar)
		list(o.Bindings)
	}
	return string(h.sum(b.Bytes()))
}

func every(names []string, ok func(string) bool) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !ok(name) })
}
