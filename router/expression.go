package router

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xpath"
	"github.com/emp-framework/emp/stanza"
)

// expression compiles what was written as the argument of call. A mistake is
// recorded, and nil returned. It refuses what can be seen never to match.
func (b *builder) expression(r *Route, p place, call, written string) *xpath.Expr {
	expr, off := written, 0
	if call != "Route" {
		if at, msg, cure := r.misplaced(call, written); msg != "" {
			b.failAt(p, call, written, at, msg, cure)
			return nil
		}
		expr, off = predicates(written)
	}
	x, err := xpath.Compile(expr, xpath.Options{Default: element.NSClient, Namespaces: r.scope.namespaces, Vars: r.vars, Holes: true})
	if err == nil {
		if dead := x.Dead(call == "Route"); dead != nil {
			err = dead
		}
	}
	var xe *xpath.Error
	switch {
	case errors.As(err, &xe):
		b.failAt(p, call, written, max(xe.Offset-off, 0), xe.Msg, xe.Cure)
		return nil
	case err != nil:
		b.failAt(p, call, written, -1, err.Error(), "")
		return nil
	}
	return x
}

// predicates lets an expression begin with predicates of where it stands. It
// returns how many bytes that put in front.
func predicates(expr string) (string, int) {
	if strings.HasPrefix(strings.TrimSpace(expr), "[") {
		return "self::node()" + expr, len("self::node()")
	}
	return expr, 0
}

// misplaced says what is wrong with how an expression begins that is evaluated
// at the stanza: with the stanza's own name, or that of a payload without its
// namespace. The message is empty if nothing is.
func (r *Route) misplaced(call, expr string) (off int, msg, cure string) {
	off, end := firstName(expr)
	name, rest := expr[off:end], strings.TrimLeft(expr[end:], space)
	kind := r.kind.String()
	switch {
	case name == stanza.Message.String() || name == stanza.Presence.String() || name == stanza.IQ.String():
		msg = fmt.Sprintf("%s begins at the stanza already, so this looks for <%s> inside it", call, name)
		switch {
		case kind == "":
			cure = fmt.Sprintf("write self::%s", name)
		case name != kind:
			cure = fmt.Sprintf("write r.%s(…), or the whole of it with r.Route(…)", methods[name])
		case strings.HasPrefix(rest, "//"):
			cure = fmt.Sprintf("write . for %s", name)
		case strings.HasPrefix(rest, "/"):
			cure = fmt.Sprintf("leave %q out", name+"/")
		case rest == "" || rest[0] == '[':
			cure = fmt.Sprintf("leave %q out", name)
		default:
			cure = "write the whole of it with Route"
		}
		return off, msg, cure
	case name == "type" || name == "from" || name == "to" || name == "id": // Dead tells
	case r.kind != stanza.IQ:
	case name == "":
		if off, name = searched(expr); name == "" || slices.Contains(ownElements, name) {
			break
		}
		fallthrough
	default:
		msg, cure = unprefixed(name)
		return off, msg, cure
	}
	return 0, "", ""
}

// unprefixed says what is wrong with the name of a payload without a prefix.
func unprefixed(name string) (msg, cure string) {
	return fmt.Sprintf("<%s> without a prefix is in the namespace of stanzas, where no payload is", name),
		fmt.Sprintf(`bind its namespace, as in r.Namespace("x", "urn:…"), and write x:%s`, name)
}

// methods are those of Router for a kind of stanza.
var methods = map[string]string{
	stanza.Message.String():  "Message",
	stanza.Presence.String(): "Presence",
	stanza.IQ.String():       "Get(…) or r.Set",
}

// ownElements are those that stanzas have in their own namespace, also a stanza
// inside a payload.
var ownElements = []string{"message", "presence", "iq", "body", "subject", "thread", "show", "status", "priority", "error"}

// searched returns the element name without a prefix that expr looks for at any
// depth, as in //query, and where it stands. It is empty if expr begins with
// anything else.
func searched(expr string) (off int, name string) {
	s := strings.TrimPrefix(strings.TrimLeft(expr, space), ".")
	rest, ok := strings.CutPrefix(s, "//")
	if !ok {
		return 0, ""
	}
	off, end := firstName(rest)
	return len(expr) - len(rest) + off, rest[off:end]
}

// space is the white space of XPath.
const space = " \t\r\n"

// firstName returns where the element name without a prefix begins and ends
// that expr begins with. It is empty if expr begins with anything else.
func firstName(expr string) (off, end int) {
	s := strings.TrimLeft(expr, space)
	off = len(expr) - len(s)
	n := strings.IndexFunc(s, func(r rune) bool {
		return !(r == '_' || r == '-' || r == '.' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z')
	})
	if n < 0 {
		n = len(s)
	}
	if n == 0 || strings.IndexByte("-.0123456789", s[0]) >= 0 {
		return 0, 0
	}
	if next := strings.TrimLeft(s[n:], space); next != "" && (next[0] == ':' || next[0] == '(') {
		return 0, 0
	}
	return off, off + n
}
