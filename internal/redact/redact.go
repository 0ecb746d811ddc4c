// Package redact takes out of stanzas what logs and recordings must not show: secrets
// always, and what people write to each other unless that is asked for.
//
// In:  an element as it goes over a link, the negotiation included.
// Out: the same element as XML, with a mask in place of each such text.
//
// Secrets are known by where protocols have them (SASL, the handshake of components,
// jabber:iq:auth, jabber:iq:register, data forms, the passwords of rooms, the headers
// of uploads) and by their names: an element or attribute called password is one in
// any namespace, for the protocols of applications have theirs too.
package redact

import (
	"crypto/sha256"
	"strings"
	"sync"

	"github.com/emp-framework/emp/element"
)

// Rules say what is masked beside secrets.
type Rules struct {
	// Bodies leaves what people write as it is: bodies, subjects, the status of
	// presence, XHTML, the values of forms that are sent in.
	Bodies bool
	// Also names further elements to mask, with all that is in them: "tweet" in any
	// namespace, "{urn:example:tweets}tweet" in that one.
	Also []string
	// Mask returns what stands in the place of a text.
	Mask func(text string) string

	// A form that is sent in need not repeat the types of its fields (XEP-0004 section
	// 3.3), so those that were private when it was sent out are remembered, by name.
	mu      sync.Mutex
	private map[[sha256.Size]byte]bool // by their hashes: a name may be long
}

// maxPrivate is how many names of private fields are remembered. Behind that each field of
// a form that is sent in without its type counts as private.
const maxPrivate = 1000

// XML returns the element with masks, in the namespace [element.NSClient] as in a
// stream. It is "" for what cannot be written. It may be called by several goroutines at
// once; a form that is sent out has to be given to it before the one that is sent in.
func (r *Rules) XML(n element.Node) string {
	w := element.Writer{Space: element.NSClient}
	private := r.remember(privateFields(n))
	var masked element.Node // the element inside of which all is masked
	for at := n; ; {
		if at.Kind() == element.KindElement {
			inside, named := !masked.IsZero(), isSecret(at.Local())
			if !inside && r.hides(at, private) {
				masked = at
			}
			w.Start(at.Space(), at.Local())
			for a := range at.Attrs() {
				value := a.Value()
				if inside || isSecret(a.Local()) || named && a.Local() == "value" {
					value = r.mask(value)
				}
				w.AttrNS(a.Space(), a.Local(), value)
			}
		} else if masked.IsZero() {
			w.Text(at.Value())
		} else {
			w.Text(r.mask(at.Value()))
		}
		if first := at.First(); !first.IsZero() {
			at = first
			continue
		}
		for { // up to where there is a next one
			if at.Kind() == element.KindElement {
				w.End()
				if at == masked {
					masked = element.Node{}
				}
			}
			if at == n {
				if w.Err() != nil {
					return ""
				}
				return string(w.Bytes())
			}
			if next := at.Next(); !next.IsZero() {
				at = next
				break
			}
			at = at.Parent()
		}
	}
}

// mask leaves white space between elements alone.
func (r *Rules) mask(text string) string {
	if strings.Trim(text, " \t\r\n") == "" {
		return text
	}
	return r.Mask(text)
}

// hides reports whether what is in an element is masked.
func (r *Rules) hides(n element.Node, private func(name, typ string) bool) bool {
	name := n.Name()
	switch {
	case isSecret(name.Local), secrets[name]:
		return true
	case name == field:
		return r.hidesField(n, private)
	case !r.Bodies && (words[name.Local] || name == xhtml):
		return true
	}
	for _, also := range r.Also {
		if also == name.Local || also == name.String() {
			return true
		}
	}
	return false
}

const (
	nsSASL  = "urn:ietf:params:xml:ns:xmpp-sasl"
	nsSASL2 = "urn:xmpp:sasl:2"
	nsAuth  = "jabber:iq:auth"
	nsForm  = "jabber:x:data"

	formType = "FORM_TYPE" // XEP-0068
)

var (
	field = element.Name{Space: nsForm, Local: "field"}
	xhtml = element.Name{Space: "http://jabber.org/protocol/xhtml-im", Local: "html"}

	// secrets are those that no name gives away.
	secrets = map[element.Name]bool{
		{Space: element.NSClient, Local: "handshake"}:                true, // XEP-0114
		{Space: nsSASL, Local: "auth"}:                               true, // RFC 6120 section 6
		{Space: nsSASL, Local: "challenge"}:                          true,
		{Space: nsSASL, Local: "response"}:                           true,
		{Space: nsSASL, Local: "success"}:                            true,
		{Space: nsSASL2, Local: "initial-response"}:                  true, // XEP-0388
		{Space: nsSASL2, Local: "challenge"}:                         true,
		{Space: nsSASL2, Local: "response"}:                          true,
		{Space: nsSASL2, Local: "additional-data"}:                   true,
		{Space: nsAuth, Local: "digest"}:                             true, // XEP-0078
		{Space: nsAuth, Local: "hash"}:                               true,
		{Space: nsAuth, Local: "sequence"}:                           true,
		{Space: "jabber:iq:register", Local: "key"}:                  true, // XEP-0077
		{Space: "urn:xmpp:http:upload:0", Local: "header"}:           true, // XEP-0363
		{Space: "http://jabber.org/protocol/http-auth", Local: "id"}: true,
	}

	// words are elements with what people write, in any namespace.
	words = map[string]bool{"body": true, "subject": true, "status": true}
)

// isSecret reports whether what has such a name is a secret.
func isSecret(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"password", "passwd", "pwd", "passphrase", "secret", "token", "credential", "apikey", "api_key", "api-key"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// hidesField reports whether the values of a data form's field are masked (XEP-0004).
// A form that is sent in need not repeat the types, so there a field without one
// counts as something that a person wrote.
func (r *Rules) hidesField(n element.Node, private func(name, typ string) bool) bool {
	name := n.Attr("var")
	switch typ := n.Attr("type"); {
	case typ == "text-private", isSecret(name), private(name, typ):
		return true
	case r.Bodies, typ == "hidden", name == formType:
		return false
	case typ == "":
		return n.Parent().Attr("type") == "submit"
	default:
		return strings.HasPrefix(typ, "text-")
	}
}

// remember takes note of the private fields of a stanza, and returns a function that
// reports whether a field is private there, or was before.
func (r *Rules) remember(here map[string]bool) func(name, typ string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range here {
		if len(r.private) < maxPrivate && name != formType {
			if r.private == nil {
				r.private = make(map[[sha256.Size]byte]bool)
			}
			r.private[sha256.Sum256([]byte(name))] = true
		}
	}
	return func(name, typ string) bool {
		if here[name] || name == formType || typ != "" && !strings.HasPrefix(typ, "text-") {
			return here[name]
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.private[sha256.Sum256([]byte(name))] || len(r.private) >= maxPrivate
	}
}

// privateFields returns the names of fields that are private anywhere in the stanza:
// a form's table names the types in its head alone.
func privateFields(n element.Node) map[string]bool {
	var names map[string]bool
	for i := n.Index(); i < n.End(); i++ {
		if f := n.At(i); f.Kind() == element.KindElement && f.Name() == field && f.Attr("type") == "text-private" {
			if names == nil {
				names = make(map[string]bool)
			}
			names[f.Attr("var")] = true
		}
	}
	return names
}
