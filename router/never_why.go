package router

import (
	"fmt"
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/nearest"
	"github.com/emp-framework/emp/internal/xpath"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// cureAnswers is what to do where a route asks for the answer to a question.
const cureAnswers = "Ask returns it to whoever asked, as in answer, err := req.Ask(ctx, question)"

// why says what is wrong with a condition behind which no stanza is left, and what to
// do about it.
func (x *clash) why(e *Entry) (msg, cure string) {
	c, kind := x.clue, x.kind()
	switch c.Asks {
	case xpath.AsksKind:
		cure = fmt.Sprintf("leave it out, or write r.%s(…)", methods[c.Text])
		switch {
		case e.Errors && c.Text == stanza.IQ.String():
			return "an iq of type error is the answer to a question, and no route gets it", cureAnswers
		case kind == 0:
			return "what is asked before leaves no " + c.Text, cure
		}
		return article(kind) + " is no " + c.Text, cure
	case xpath.AsksChild:
		switch {
		case isErrorChild(c.Name) && kind == stanza.IQ:
			return "an iq with an <error> is the answer to a question, and no route gets it", cureAnswers
		case isErrorChild(c.Name):
			return "what has an <error> is of type error, and none of that comes to this route", "write r.Errors(…)"
		case c.Name.Space == element.NSClient:
			return unprefixed(c.Name.Local)
		}
		return fmt.Sprintf("an iq holds one payload, not both %s and %s", payloadName(x.known.child), payloadName(c)),
			"to look for one inside the other write x:a[x:b], for either of the two x:a | x:b"
	}
	path := c.Path.String()
	if known, ok := x.known.texts[path]; ok && !agree(&known, c) {
		return fmt.Sprintf("%s and %s cannot both be", known, c), "join the two by or, or leave one out"
	}
	if path == "@type" {
		return x.whyType(e, kind)
	}
	if _, err := jid.Received(c.Text); err != nil {
		return "a stanza with such an address comes to no route: " + strings.TrimPrefix(err.Error(), "jid: "), "write an address, as in " + path + "='user@example.org'"
	}
	return "its scope is for what " + e.Sender + " sends", "leave it out, or write the route outside of this From"
}

// whyType is why for conditions on the type.
func (x *clash) whyType(e *Entry, kind stanza.Kind) (msg, cure string) {
	typ := stanza.Type(x.clue.Text)
	if kind == stanza.IQ && (typ == stanza.TypeResult || typ == stanza.TypeError) {
		return "an iq of type " + string(typ) + " is the answer to a question, and no route gets it", cureAnswers
	}
	cure = "leave it out"
	if method := methodsOf[typ]; method != "" {
		cure += ", or write r." + method + "(…)"
	}
	switch {
	case e.Errors && slices.Contains(errorTypes, string(typ)):
		return "a stanza has the type error, and its <error> this one", fmt.Sprintf("write [error/@type='%s']", typ)
	case e.Errors:
		return "Errors is for stanzas of type error", cure
	case e.Type != "":
		return e.call + " is for iqs of type " + string(e.Type), cure
	case typ == stanza.TypeError: // of a hole, else the route would get errors
		return "no error comes to this route", "write r.Errors(…), or @type='error'"
	}
	var types []string
	for _, s := range sorts {
		if s.kind == kind && s.typ != "" && s.typ != stanza.TypeError {
			types = append(types, string(s.typ))
		}
	}
	text := string(typ)
	near := nearest.To(text, types)
	switch {
	case kind == stanza.Presence && typ == "available":
		cure = "one that says who is there has no type: write [not(@type)]"
	case kind == stanza.Presence && slices.Contains(shows, text):
		cure = fmt.Sprintf("it is what <show> says: write [show='%s']", text)
	case near != "":
		cure = fmt.Sprintf("did you mean '%s'?", near)
	default:
		cure = "the types are " + strings.Join(types, ", ")
	}
	return "no " + kind.String() + " that comes to routes has such a type", cure
}

// shows are what a presence says in <show> (RFC 6121 section 4.7.2.1).
var shows = []string{"away", "chat", "dnd", "xa"}

// errorTypes are those of an <error> (RFC 6120 section 8.3.2).
var errorTypes = []string{"auth", "cancel", "continue", "modify", "wait"}

// kind returns the kind of the stanzas that were left, 0 if they are of several.
func (x *clash) kind() stanza.Kind {
	kind := x.sorts[0].kind
	if slices.ContainsFunc(x.sorts, func(s sort) bool { return s.kind != kind }) {
		return 0
	}
	return kind
}

func payloadName(c *xpath.Clue) string { return strings.TrimPrefix(c.String(), "payload ") }

// methodsOf names the method of Router that is for stanzas of a type.
var methodsOf = map[stanza.Type]string{
	stanza.TypeGet: "Get", stanza.TypeSet: "Set", stanza.TypeError: "Errors",
	stanza.TypeNormal: "Message", stanza.TypeChat: "Message", stanza.TypeGroupchat: "Message", stanza.TypeHeadline: "Message",
	stanza.TypeUnavailable: "Presence", stanza.TypeSubscribe: "Presence", stanza.TypeSubscribed: "Presence",
	stanza.TypeUnsubscribe: "Presence", stanza.TypeUnsubscribed: "Presence", stanza.TypeProbe: "Presence",
}
