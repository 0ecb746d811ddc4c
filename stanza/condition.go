package stanza

import (
	"fmt"

	"github.com/emp-framework/emp/element"
)

// NSErrors is the namespace of the defined stanza error conditions and their
// text (RFC 6120 section 8.3.2).
const NSErrors = "urn:ietf:params:xml:ns:xmpp-stanzas"

// Condition is a defined condition of stanza errors (RFC 6120 section 8.3.3):
// the local name of its element. A Condition is an error that may be returned
// as it is; With and Fault make a whole Fault of it.
type Condition string

// The 22 defined conditions, each with the error type that RFC 6120
// recommends for it.
const (
	BadRequest            Condition = "bad-request"             // malformed or meaningless request; modify
	Conflict              Condition = "conflict"                // something of that name is there already; cancel
	FeatureNotImplemented Condition = "feature-not-implemented" // understood, but not supported; cancel
	Forbidden             Condition = "forbidden"               // the requester lacks the permission; auth
	Gone                  Condition = "gone"                    // no longer here, see Fault.Address; cancel
	InternalServerError   Condition = "internal-server-error"   // a failure on our side; cancel
	ItemNotFound          Condition = "item-not-found"          // no such address or item; cancel
	JIDMalformed          Condition = "jid-malformed"           // an address that breaks RFC 7622; modify
	NotAcceptable         Condition = "not-acceptable"          // does not meet the recipient's criteria; modify
	NotAllowed            Condition = "not-allowed"             // nobody may do this; cancel
	NotAuthorized         Condition = "not-authorized"          // credentials are needed first; auth
	PolicyViolation       Condition = "policy-violation"        // breaks a local policy; modify
	RecipientUnavailable  Condition = "recipient-unavailable"   // the recipient is away for now; wait
	Redirect              Condition = "redirect"                // ask there instead, see Fault.Address; modify
	RegistrationRequired  Condition = "registration-required"   // the requester must register first; auth
	RemoteServerNotFound  Condition = "remote-server-not-found" // no such remote server; cancel
	RemoteServerTimeout   Condition = "remote-server-timeout"   // the remote side did not answer in time; wait
	ResourceConstraint    Condition = "resource-constraint"     // too busy to serve it now; wait
	ServiceUnavailable    Condition = "service-unavailable"     // nothing here provides that; cancel
	SubscriptionRequired  Condition = "subscription-required"   // the requester must subscribe first; auth
	UndefinedCondition    Condition = "undefined-condition"     // see the application's own condition; cancel
	UnexpectedRequest     Condition = "unexpected-request"      // out of order, not at this time; wait
)

// Conditions returns all defined conditions in alphabetical order.
func Conditions() []Condition {
	return []Condition{
		BadRequest, Conflict, FeatureNotImplemented, Forbidden, Gone, InternalServerError, ItemNotFound, JIDMalformed,
		NotAcceptable, NotAllowed, NotAuthorized, PolicyViolation, RecipientUnavailable, Redirect, RegistrationRequired,
		RemoteServerNotFound, RemoteServerTimeout, ResourceConstraint, ServiceUnavailable, SubscriptionRequired,
		UndefinedCondition, UnexpectedRequest,
	}
}

// ErrorType says what the one who gets an error can do about it (RFC 6120
// section 8.3.2).
type ErrorType string

// The error types.
const (
	Auth     ErrorType = "auth"     // retry after providing credentials
	Cancel   ErrorType = "cancel"   // do not retry
	Continue ErrorType = "continue" // go on; it was only a warning
	Modify   ErrorType = "modify"   // retry after changing what was sent
	Wait     ErrorType = "wait"     // retry after waiting
)

func (t ErrorType) valid() bool {
	switch t {
	case Auth, Cancel, Continue, Modify, Wait:
		return true
	}
	return false
}

// Type returns the error type recommended for the condition (RFC 6120 section
// 8.3.3), and "" for what is no defined condition. Undefined-condition may
// have any type; it is Cancel here.
func (c Condition) Type() ErrorType {
	switch c {
	case Forbidden, NotAuthorized, RegistrationRequired, SubscriptionRequired:
		return Auth
	case BadRequest, JIDMalformed, NotAcceptable, PolicyViolation, Redirect:
		return Modify
	case RecipientUnavailable, RemoteServerTimeout, ResourceConstraint, UnexpectedRequest:
		return Wait
	case Conflict, FeatureNotImplemented, Gone, InternalServerError, ItemNotFound, NotAllowed, RemoteServerNotFound,
		ServiceUnavailable, UndefinedCondition:
		return Cancel
	}
	return ""
}

// defined returns c, or UndefinedCondition for what is no defined condition:
// only defined ones go to the wire (RFC 6120 section 8.3.2).
func (c Condition) defined() Condition {
	if c.Type() == "" {
		return UndefinedCondition
	}
	return c
}

// Error returns the condition as an error message, as in
// "stanza: item-not-found".
func (c Condition) Error() string { return "stanza: " + string(c) }

// Fault returns the condition as a Fault of the recommended type, without a
// text.
func (c Condition) Fault() Fault {
	c = c.defined()
	return Fault{Condition: c, Type: c.Type()}
}

// With returns the condition as a Fault of the recommended type with a text
// for humans, formatted as by fmt.Sprintf, in English: see [Fault.WithLang] for
// others. The text goes to the peer: put nothing in it that is none of the peer's
// business.
func (c Condition) With(format string, args ...any) Fault {
	return c.Fault().WithText(fmt.Sprintf(format, args...))
}

// As makes errors.As find a Fault in a plain Condition.
func (c Condition) As(target any) bool {
	f, ok := target.(*Fault)
	if ok {
		*f = c.Fault()
	}
	return ok
}

// conditionOf returns the defined condition that the error child n holds
// (RFC 6120 section 8.3.2). A condition nobody defined is UndefinedCondition.
func conditionOf(n element.Node) (Condition, element.Node) {
	for c := n.FirstElement(); !c.IsZero(); c = c.NextElement() {
		if c.Space() == NSErrors && c.Local() != "text" {
			return Condition(c.Local()).defined(), c
		}
	}
	return UndefinedCondition, element.Node{}
}
