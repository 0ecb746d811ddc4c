package stanza

import (
	"strconv"

	"github.com/emp-framework/emp/element"
)

// AppendTo writes o into w, which must be between elements, in
// [element.NSClient]: set w.Space to that for a stream. On an error, of Check
// or of w, nothing of o is in w, and w can go on.
func (o Out) AppendTo(w *element.Writer) error {
	if err := o.check(); err != nil {
		return o.cannot(err)
	}
	if err := w.Err(); err != nil {
		return o.cannot(err)
	}
	mark := w.Len()
	o.layOut(w)
	if err := w.Err(); err != nil {
		w.Truncate(mark)
		return o.cannot(err)
	}
	return nil
}

// String returns o as XML, as it is written into a stream, or the error that
// sending it would give.
func (o Out) String() string {
	w := element.Writer{Space: element.NSClient}
	if err := o.AppendTo(&w); err != nil {
		return err.Error()
	}
	return string(w.Bytes())
}

// Node returns the tree that o is when it arrives, so that tests can look at
// it (see [Of]) and other stanzas can carry it. It is made without Check.
func (o Out) Node() element.Node {
	var t treeSink
	o.layOut(&t)
	return t.node
}

// layOut writes o: attributes, texts, payload and at last the error, where the
// receiver's eye expects it (RFC 6120 section 8.3.2).
func (o *Out) layOut(to sink) {
	to.Start(element.NSClient, o.Kind.String())
	if a := o.From.String(); a != "" {
		to.Attr("from", a)
	}
	if a := o.To.String(); a != "" {
		to.Attr("to", a)
	}
	if o.Type != "" {
		to.Attr("type", string(o.Type))
	}
	// The answer to an iq carries the id as it was, even an empty one (RFC 6120
	// section 8.2.3).
	if o.ID != "" || o.Kind == IQ {
		to.Attr("id", o.ID)
	}
	if o.Lang != "" {
		to.AttrNS(element.NSXML, "lang", o.Lang)
	}
	child(to, "subject", o.Subject)
	child(to, "body", o.Body)
	child(to, "thread", o.Thread)
	child(to, "show", string(o.Show))
	child(to, "status", o.Status)
	if o.Priority != 0 {
		child(to, "priority", strconv.Itoa(int(o.Priority)))
	}
	for _, n := range o.Payload {
		to.Node(n)
	}
	if o.origin && o.ID != "" {
		to.Start(NSStanzaID, "origin-id")
		to.Attr("id", o.ID)
		to.End()
	}
	if o.Fault != nil {
		o.Fault.layOut(to)
	}
	to.End()
}

// child writes one of the stanza's own text children, unless it is empty.
func child(to sink, local, text string) {
	if text == "" {
		return
	}
	to.Start(element.NSClient, local)
	to.Text(text)
	to.End()
}
