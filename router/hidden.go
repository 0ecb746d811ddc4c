package router

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/emp-framework/emp/stanza"
)

// compare finds routes of one name, and routes that an earlier one hides.
func (b *builder) compare(entries []*Entry) {
	names := map[string]*Entry{}
	earlier := hiders{}
	for i, e := range entries {
		if b.routes[i].name == "" {
			// its name is made, and need not be its own
		} else if first := names[e.Name]; first != nil {
			b.failAt(e.place(), "Name", e.Name, -1, fmt.Sprintf("the route at %s has that name", first.place()), "give each route a name of its own")
		} else {
			names[e.Name] = e
		}
		if first := earlier.of(e); first != nil {
			b.hidden(e, first)
		}
		earlier.add(e)
	}
}

// hidden records that first takes all that e could take.
func (b *builder) hidden(e, first *Entry) {
	cure := "write this one first, or take it out"
	switch {
	case e.hides(first):
		cure = "take one of them out"
	case e.File != first.File: // the one of a plugin, say, and that of the application
		cure = "write that one in r.Last(…), or take this one out"
	}
	b.failAt(e.place(), e.call, e.Expr, -1, fmt.Sprintf("the route at %s takes every stanza that this one could take", first.place()), cure)
}

// hides reports whether e, written first, can be seen to take all that f can
// take: it asks the same, or it asks nothing. In doubt it does not: an error
// for a correct route keeps an application from starting.
func (e *Entry) hides(f *Entry) bool {
	same := e.call == f.call && e.Expr == f.Expr && maps.Equal(e.namespaces, f.namespaces) && maps.Equal(e.vars, f.vars)
	all := e.asksNothing() && e.Kind == f.Kind && (e.Type == "" || e.Type == f.Type) && e.Errors == f.Errors
	return (same || all) && e.mayHide() &&
		(e.Errors || len(f.onlyErrors) == 0 || same && len(f.Where) == 0) &&
		(e.Address == "" || e.Address == f.Address) &&
		(e.Sender == "" || e.Sender == f.Sender)
}

func (e *Entry) asksNothing() bool { return e.Expr == "" && e.call != "Route" }

func (e *Entry) mayHide() bool { return e.Guard == nil && len(e.Where) == 0 && !e.loose }

// hiders are the routes that may hide others, by what a hidden one shares with
// them. Of those that share all of it the first stands for the rest: hides
// tells them apart by nothing else.
type hiders map[shared]*Entry

// shared is what a route has in common with one that it hides: what it asks, or,
// where it asks nothing, what it takes.
type shared struct {
	call, expr, names string // names are its namespaces and variables, in one text

	all    bool
	kind   stanza.Kind
	typ    stanza.Type
	errors bool

	address, sender string // "" if it is for any
}

func (h hiders) add(e *Entry) {
	if !e.mayHide() {
		return
	}
	h.put(e.asked(e.Address, e.Sender), e)
	if e.asksNothing() {
		h.put(e.takes(e.Type, e.Address, e.Sender), e)
	}
}

func (h hiders) put(by shared, e *Entry) {
	if h[by] == nil {
		h[by] = e
	}
}

// of returns the first route that hides e, nil if none does.
func (h hiders) of(e *Entry) (first *Entry) {
	try := func(by shared) {
		if o := h[by]; o != nil && (first == nil || o.index < first.index) && o.hides(e) {
			first = o
		}
	}
	asked := e.asked("", "")
	for _, asked.address = range anyOr(e.Address) {
		for _, asked.sender = range anyOr(e.Sender) {
			try(asked)
			for _, typ := range anyOr(string(e.Type)) {
				try(e.takes(stanza.Type(typ), asked.address, asked.sender))
			}
		}
	}
	return first
}

// anyOr returns the text that stands for any, and s if it is another.
func anyOr(s string) []string {
	if s == "" {
		return []string{""}
	}
	return []string{"", s}
}

func (e *Entry) asked(address, sender string) shared {
	return shared{call: e.call, expr: e.Expr, names: e.names(), address: address, sender: sender}
}

func (e *Entry) takes(typ stanza.Type, address, sender string) shared {
	return shared{all: true, kind: e.Kind, typ: typ, errors: e.Errors, address: address, sender: sender}
}

// names writes the namespaces and variables of e so that those of two routes
// are equal if they are; whether they are, hides decides.
func (e *Entry) names() string {
	var b []byte
	for _, prefix := range slices.Sorted(maps.Keys(e.namespaces)) {
		b = strconv.AppendQuote(b, prefix)
		b = strconv.AppendQuote(b, e.namespaces[prefix])
	}
	for _, name := range slices.Sorted(maps.Keys(e.vars)) {
		value := e.vars[name]
		if f, ok := value.(float64); ok {
			value = f + 0 // 0 for -0, which equals it
		}
		b = fmt.Appendf(b, "$%q%T%q", name, value, fmt.Sprint(value))
	}
	return string(b)
}
