package stanza

import (
	"strings"
)

// Clone returns o with memory of its own. Keep a clone where what was made of a
// stanza outlives that, as in a queue for who is offline: an address, a text or a
// payload out of a stanza holds on to all of it.
func (o Out) Clone() Out {
	o.To, o.From = o.To.Clone(), o.From.Clone()
	for _, s := range []*string{&o.ID, &o.Lang, &o.Subject, &o.Body, &o.Thread, &o.Status} {
		*s = strings.Clone(*s)
	}
	o.Type, o.Show = Type(strings.Clone(string(o.Type))), Show(strings.Clone(string(o.Show)))
	payload := o.Payload
	o.Payload = nil
	for _, n := range payload {
		o.Payload = append(o.Payload, n.Clone())
	}
	if o.Fault != nil {
		f := o.Fault.clone()
		o.Fault = &f
	}
	return o
}

// clone is Clone for a fault.
func (f Fault) clone() Fault {
	f.Condition, f.Type = Condition(strings.Clone(string(f.Condition))), ErrorType(strings.Clone(string(f.Type)))
	f.Text, f.Lang, f.Address = strings.Clone(f.Text), strings.Clone(f.Lang), strings.Clone(f.Address)
	f.By, f.App = f.By.Clone(), f.App.Clone()
	return f
}
