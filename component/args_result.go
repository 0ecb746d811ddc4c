package component

import (
	"encoding/xml"
	"fmt"
	"reflect"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// A result says what a function's result is made of.
type result uint8

const (
	resultOuts    result = iota // a Response or what is like one
	resultNothing               // struct{}
	resultText                  // string
	resultOne                   // one payload
	resultMany                  // a slice of payloads
	resultUnknown
)

// planResult says what a result of the type out is, and what is wrong with it as
// the answer of a route.
func planResult(out reflect.Type, t Target) (kind result, mistakes []Mistake) {
	kind = kindOf(out)
	item := out
	if kind == resultMany {
		item = out.Elem()
	}
	fail := func(msg, cure string) { mistakes = append(mistakes, Mistake{msg, cure}) }
	switch {
	case kind == resultUnknown:
		fail(fmt.Sprintf("the function returns %s, which no answer is made of", out), "return a struct with xml tags, an element.Node, a slice of these, a string for a message, or a component.Response")
	case kind == resultOuts, kind == resultNothing:
	case t.Errors:
		fail(fmt.Sprintf("the function returns %s, and errors are never answered", out), "return struct{}{}, or a component.Response of stanzas to others")
	case t.Kind == stanza.Presence:
		fail(fmt.Sprintf("the function returns %s, which says not which presence is to be the answer", out), "embed *component.Request in the arguments, and return the component.Response of its ReplyPresence")
	case kind == resultText && t.Kind == stanza.IQ:
		fail("the function returns a string, which is the body of a message, to answer an iq", "return an element, as of element.Text, or a struct with xml tags")
	}
	if (kind == resultOne || kind == resultMany) && !sendableName(item) {
		fail(fmt.Sprintf("the function returns %s, whose element is in no namespace, so it cannot be sent", out),
			fmt.Sprintf("give %s a field XMLName xml.Name with a tag as in `xml:\"urn:example:tweets tweet\"`", structOf(item)))
	}
	return kind, mistakes
}

func kindOf(t reflect.Type) result {
	switch {
	case t == reflect.TypeFor[Response](), t == reflect.TypeFor[[]stanza.Out](), t == reflect.TypeFor[stanza.Out]():
		return resultOuts
	case t == reflect.TypeFor[string]():
		return resultText
	case isPayload(t):
		return resultOne
	case t.Kind() == reflect.Struct && t.NumField() == 0:
		return resultNothing
	case t.Kind() == reflect.Slice && isPayload(t.Elem()):
		return resultMany
	}
	return resultUnknown
}

// isPayload reports whether an element is made of values of t.
func isPayload(t reflect.Type) bool {
	s := structOf(t)
	return isPart(t) || s.Kind() == reflect.Struct && (s.NumField() > 0 || implements[xml.Marshaler](s))
}

func isPart(t reflect.Type) bool { return t.Implements(reflect.TypeFor[element.Part]()) }

func structOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// sendableName reports whether elements made of a t can be in a namespace.
func sendableName(t reflect.Type) bool {
	if isPart(t) || implements[xml.Marshaler](structOf(t)) {
		return true
	}
	field, has := xmlNameField(t)
	name := xmlName(t)
	byValue := name.Local == "" && has && field.Type == reflect.TypeFor[xml.Name]()
	return name.Space != "" || byValue
}

// respondText answers req with the body of a message.
func respondText(req *Request, body string) (Response, error) {
	if req.Kind != stanza.Message {
		return nil, fmt.Errorf("component: a string returned to answer %s: it is the body of a message", req.Kind)
	}
	if body == "" {
		return nil, nil
	}
	return req.Reply(body), nil
}

// respond answers req with out, which is of the kind, and neither a Response nor
// a text.
func respond(req *Request, kind result, out any) (Response, error) {
	switch kind {
	case resultNothing:
		return nil, nil
	case resultOuts:
		if outs, ok := out.([]stanza.Out); ok {
			return outs, nil
		}
		return Response{out.(stanza.Out)}, nil
	case resultOne:
		n, err := nodeOf(out)
		if err != nil || n.IsZero() {
			return nil, err
		}
		return answerWith(req, n)
	case resultMany:
		return respondMany(req, reflect.ValueOf(out))
	}
	panic("component: a result that was refused") // planResult reported it
}

// respondMany answers req with the items of a slice.
func respondMany(req *Request, items reflect.Value) (Response, error) {
	nodes := make([]element.Node, 0, items.Len())
	for i := range items.Len() {
		n, err := nodeOf(items.Index(i).Interface())
		if err != nil {
			return nil, err
		}
		if !n.IsZero() {
			nodes = append(nodes, n)
		}
	}
	if req.Kind == stanza.IQ {
		all := element.New(req.Payload.Space(), req.Payload.Local())
		for _, n := range nodes {
			all.Add(n)
		}
		return answerWith(req, all.Node())
	}
	if len(nodes) == 0 {
		return nil, nil
	}
	return answerWith(req, nodes...)
}

// answerWith is the result of an iq, or the reply to a message, with that
// payload.
func answerWith(req *Request, payload ...element.Node) (Response, error) {
	var out stanza.Out
	switch req.Kind {
	case stanza.IQ:
		out = req.Stanza.Result()
	case stanza.Message:
		out = req.Stanza.Reply("")
	default:
		return nil, fmt.Errorf("component: a payload returned to answer %s: return a Response, as of req.ReplyPresence", req.Kind)
	}
	out.Payload = payload
	return Response{out}, nil
}

// nodeOf makes a payload of v, which is of a type for payloads; none of nil.
func nodeOf(v any) (element.Node, error) {
	if r := reflect.ValueOf(v); !r.IsValid() || r.Kind() == reflect.Pointer && r.IsNil() {
		return element.Node{}, nil
	}
	if part, ok := v.(element.Part); ok {
		return part.Node(), nil
	}
	return element.Marshal(v)
}
