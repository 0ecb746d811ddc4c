package router

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xpath"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// Reverse makes a stanza that the route of that name takes, with these captures:
// args are the names of its holes, each followed by its value. to is the
// address of the application, and what the route's address leaves open.
//
//	out, err := table.Reverse("tweet", jid.MustParse("tweeter.localhost"), "id", "7")
//	// <iq to='tweeter.localhost/tweets' type='get' …><tweet xmlns='…' id='7'/></iq>
//
// It serves those who link to a route (out.To is its address), who ask another
// application of the same routes, and tests. What else the stanza is to say may
// be added to it.
//
// Expressions are inverted as far as they name elements and equate attributes
// and texts with literals and holes, joined by and, or and |; a sender is that
// of the scope. Other conditions, as starts-with(body, '!') and not(@node), must
// happen to hold, else the error says which of them cannot be inverted. It is an
// error as well if an argument is missing, is none of the route's or is not what
// the hole takes, or if a route in front takes the stanza. Guards are not asked:
// a route in front that has one counts as declining. Errors begin with
// "router: route".
func (t *Table) Reverse(name string, to jid.JID, args ...string) (stanza.Out, error) {
	i := slices.IndexFunc(t.entries, func(e *Entry) bool { return e.Name == name })
	if i < 0 {
		return stanza.Out{}, fmt.Errorf("router: route %q: there is none of that name", name)
	}
	out, err := t.reverse(t.entries[i], to, args)
	if err != nil {
		return stanza.Out{}, fmt.Errorf("router: route %q: %w", name, err)
	}
	return out, nil
}

func (t *Table) reverse(e *Entry, to jid.JID, pairs []string) (stanza.Out, error) {
	args, err := e.arguments(pairs)
	if err != nil {
		return stanza.Out{}, err
	}
	if e.Errors {
		return stanza.Out{}, errors.New("it takes errors, which answer a stanza and are not made by themselves")
	}
	base := stanza.Out{From: e.sender.jid.Address()}
	at, err := e.address.reverse(to, args)
	if err != nil {
		return stanza.Out{}, err
	}
	base.To = at.Address()

	begin := func() *xpath.Draft {
		d := &xpath.Draft{Name: element.Name{Space: element.NSClient, Local: e.Kind.String()}}
		if e.Type != "" {
			d.Attrs = []xpath.DraftAttr{{Name: element.Name{Local: "type"}, Value: string(e.Type)}}
		}
		return d
	}
	var goals []xpath.Goal
	for _, t := range e.tests {
		goals = append(goals, xpath.Goal{Expr: t.Expr, AtDocument: t.atDocument})
	}
	var first error
	for draft, err := range xpath.Drafts(begin, goals, args) {
		out := base
		if err == nil {
			err = fill(&out, draft)
		}
		if err == nil {
			err = out.AppendTo(&element.Writer{Space: element.NSClient})
		}
		if err == nil {
			err = t.verify(e, out, args)
		}
		if err == nil {
			return out, nil
		}
		if first == nil || errors.Is(first, errUnused) && !errors.Is(err, errUnused) {
			first = err
		}
	}
	return stanza.Out{}, first
}

// arguments reads names and values in turn.
func (e *Entry) arguments(pairs []string) (map[string]string, error) {
	args := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		name := pairs[i]
		_, twice := args[name]
		switch {
		case !slices.Contains(e.holes, name):
			return nil, fmt.Errorf("no hole has the name %q, only [%s]", name, strings.Join(e.holes, " "))
		case i+1 == len(pairs):
			return nil, fmt.Errorf("the argument %q has no value: give names and values in turn", name)
		case twice:
			return nil, fmt.Errorf("the argument %q is given twice", name)
		}
		args[name] = pairs[i+1]
	}
	return args, nil
}

// reverse returns the address of a, as to where a leaves it open.
func (a *address) reverse(to jid.JID, args map[string]string) (jid.JID, error) {
	text := func(p *part, open string) (string, error) {
		switch p.is {
		case partNone:
			return "", nil
		case partText:
			return p.text, nil
		case partHole:
			value, ok := args[p.hole.Name()]
			switch {
			case !ok:
				return "", fmt.Errorf("the argument %q is missing", p.hole.Name())
			case value == "" || !p.hole.Takes(value):
				return "", fmt.Errorf("the argument %q is %q, and has to match %s", p.hole.Name(), value, p.text)
			}
			return value, nil
		}
		return open, nil
	}
	local, err := text(&a.local, to.Local())
	if err != nil {
		return jid.JID{}, err
	}
	domain, err := text(&a.domain, to.Domain())
	if err != nil {
		return jid.JID{}, err
	}
	resource, err := text(&a.resource, to.Resource())
	if err != nil {
		return jid.JID{}, err
	}
	if domain == "" {
		return jid.JID{}, errors.New("to is empty, and the route does not say a domain")
	}
	return jid.New(local, domain, resource)
}

// fill makes out what the draft is.
func fill(out *stanza.Out, draft *xpath.Draft) (err error) {
	switch draft.Name.Local {
	case stanza.Message.String():
		out.Kind = stanza.Message
	case stanza.Presence.String():
		out.Kind = stanza.Presence
	case stanza.IQ.String():
		out.Kind = stanza.IQ
	default:
		return errors.New("it does not say which kind of stanza it takes")
	}
	for _, a := range draft.Attrs {
		switch a.Name {
		case element.Name{Local: "type"}:
			out.Type = stanza.Type(a.Value)
		case element.Name{Local: "id"}:
			out.ID = a.Value
		case element.Name{Local: "to"}:
			out.To, err = jid.Received(a.Value)
		case element.Name{Local: "from"}:
			out.From, err = jid.Received(a.Value)
		case element.Name{Space: element.NSXML, Local: "lang"}:
			out.Lang = a.Value
		default:
			err = fmt.Errorf("@%s is no attribute of a stanza to send", a.Name.Local)
		}
		if err != nil {
			return err
		}
	}
	if draft.HasText {
		return errors.New("a stanza has no text of its own")
	}
	for _, c := range draft.Children {
		own := ownText(out, c.Name.Local)
		switch {
		case c.Name.Space != element.NSClient || own == nil || len(c.Attrs)+len(c.Children) > 0 || *own != "":
			out.Payload = append(out.Payload, build(c).Node())
		case c.Text == "":
			return fmt.Errorf("it does not say the text of <%s>: capture it, as in %[1]s={%[1]s}", c.Name.Local)
		default:
			*own = c.Text
		}
	}
	if out.Kind == stanza.IQ && out.ID == "" {
		out.ID = stanza.NewID()
	}
	return nil
}

// ownText returns the field of out for one of the stanza's own texts, nil for
// other children.
func ownText(out *stanza.Out, local string) *string {
	switch kind := out.Kind; {
	case kind == stanza.Message && local == "body":
		return &out.Body
	case kind == stanza.Message && local == "subject":
		return &out.Subject
	case kind == stanza.Message && local == "thread":
		return &out.Thread
	case kind == stanza.Presence && local == "show":
		return (*string)(&out.Show)
	case kind == stanza.Presence && local == "status":
		return &out.Status
	}
	return nil
}

// build makes the element that a draft is. It recurses as deep as expressions
// nest.
func build(d *xpath.Draft) *element.Builder {
	b := element.New(d.Name.Space, d.Name.Local)
	for _, a := range d.Attrs {
		b.AttrNS(a.Name.Space, a.Name.Local, a.Value)
	}
	b.Text(d.Text)
	for _, c := range d.Children {
		b.Add(build(c))
	}
	return b
}

// errUnused is of an alternative that captures less than is given.
var errUnused = errors.New("it is not captured there")

// verify reports, as an error, that out does not reach e, or with other captures
// than args.
func (t *Table) verify(e *Entry, out stanza.Out, args map[string]string) error {
	somebody := stanza.Defaults{From: jid.MustParse("reverse.invalid").Address()}
	s, err := somebody.Of(out.Node())
	if err != nil {
		return err
	}
	var m Match
	taken, err := t.Match(&s, &m)
	for err == nil && taken != nil && taken != e && taken.Guard != nil {
		taken, err = t.MatchAfter(taken, &s, &m)
	}
	switch {
	case err != nil:
		return err
	case taken == e:
		return captured(m.args, args)
	}
	v := Verdict{Entry: e}
	if ok, err := e.match(&s, &m); err != nil {
		return err
	} else if ok {
		return fmt.Errorf("the route %q at %s, which is asked first, takes this stanza", taken.Name, taken.place())
	}
	v.explain(&s, s.To.JID)
	if len(v.Misses) == 0 { // too many steps to tell
		return errors.New("it cannot be inverted")
	}
	return fmt.Errorf("it cannot be inverted: nothing says how to fulfil %s", v.Misses[0].String())
}

// captured reports, as an error, that a route did not capture what was given.
func captured(got []component.Arg, want map[string]string) error {
	rest := maps.Clone(want)
	for _, a := range got {
		value, ok := rest[a.Name]
		if a.OK && (!ok || value != a.Value) {
			return fmt.Errorf("the argument %q is %q, and would be captured as %q", a.Name, value, a.Value)
		}
		if a.OK {
			delete(rest, a.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		return fmt.Errorf("the argument %q is of no use: %w", name, errUnused)
	}
	return nil
}
