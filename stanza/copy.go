package stanza

import "github.com/emp-framework/emp/element"

// Copy makes a stanza to send of s: with its addresses, type, id and language, its
// texts in their fields and all other content as payload. Of what Out has no place
// for nothing is left but attributes that RFC 6120 does not know.
//
// It is for what was written before, and read back. To pass on what somebody else
// wrote set From anew: nobody may send as another.
func (s Stanza) Copy() Out {
	o := Out{Kind: s.Kind, Type: s.Type, To: s.To, From: s.From, ID: s.ID, Lang: s.Node.AttrNode(element.NSXML, "lang").Value()}
	if s.Node.Attr("type") == "" {
		o.Type = ""
	}
	for c := s.Node.FirstElement(); !c.IsZero(); c = c.NextElement() {
		switch {
		case s.Type == TypeError && c.Is(element.NSClient, "error"):
			f := faultOf(c)
			o.Fault = &f
		case !o.takeText(c, &s):
			o.Payload = append(o.Payload, c)
		}
	}
	return o
}

// takeText puts the text of c, a child of s, into the field that it belongs to, and
// reports whether there is one, and free. A text with attributes, as xml:lang, is
// no field's.
func (o *Out) takeText(c element.Node, s *Stanza) bool {
	if c.Space() != element.NSClient || !c.FirstAttr().IsZero() || !c.FirstElement().IsZero() {
		return false
	}
	var field *string
	switch name := c.Local(); {
	case o.Kind == Message && name == "subject":
		field = &o.Subject
	case o.Kind == Message && name == "body":
		field = &o.Body
	case o.Kind == Message && name == "thread":
		field = &o.Thread
	case o.Kind == Presence && name == "status":
		field = &o.Status
	case o.Kind == Presence && name == "show" && o.Show == "":
		o.Show = s.Show()
		return o.Show != ""
	case o.Kind == Presence && name == "priority" && o.Priority == 0:
		o.Priority = s.Priority()
		return o.Priority != 0
	}
	text := c.Text()
	if field == nil || *field != "" || text == "" {
		return false
	}
	*field = text
	return true
}
