package router

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/nearest"
	"github.com/emp-framework/emp/internal/xpath"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A Router is one scope in which routes are written. [Compile] makes the
// outermost and gives it to the route functions.
type Router struct {
	b  *builder
	up *Router // the scope around it, nil for the outermost

	namespaces map[string]string
	address    address
	sender     sender
	filters    []*Filter
	skipped    []*Filter // of scopes around it
	rescues    []rescue
	insertion  *insertion // nil: where they are written

	with   bool // made by With: it has no closure, and lives in that of up
	sealed bool // a route has been written, in it or inside it
	inner  bool // a closure inside it is running
	closed bool // its own closure has ended
	loose  bool // wider than it was meant: its address or sender is a mistake
}

// Namespace binds a prefix for the expressions of this scope and those inside
// it. xml is bound already. Inside, a prefix cannot be bound to anything else.
//
//	r.Namespace("t", "urn:example:tweets")
func (r *Router) Namespace(prefix, space string) {
	if !r.setting("Namespace", prefix) {
		return
	}
	bound, ok := r.namespaces[prefix]
	if prefix == "xml" {
		bound, ok = element.NSXML, true
	}
	switch {
	case prefix == "" || space == "":
		r.b.fail("Namespace", prefix, "an empty prefix or namespace", "give both: elements without a prefix are in the namespace of stanzas")
	case !xpath.IsName(prefix):
		cure := "begin it with a letter, and go on with letters, digits, - and _"
		if name := strings.TrimSuffix(prefix, ":"); name != prefix && xpath.IsName(name) {
			cure = fmt.Sprintf("write it without the colon: r.Namespace(%q, …)", name)
		} else if xpath.IsName(space) {
			cure = fmt.Sprintf("the prefix comes first: r.Namespace(%q, %q)", space, prefix)
		}
		r.b.fail("Namespace", prefix, "the prefix is no name", cure)
	case ok && bound != space:
		r.b.fail("Namespace", prefix, "the prefix is bound to "+bound+" already", "use another prefix")
	default:
		r.namespaces = maps.Clone(r.namespaces)
		r.namespaces[prefix] = space
	}
}

// Use puts middleware around the actions of this scope, the first outermost.
// The middleware of a scope is around that of the scopes inside it, what is
// mounted there included. The [Filter] it returns can be narrowed to some routes
// or requests, and named.
//
//	r.Use(component.Before(users.MustBeKnown)).Except("tweets.index")
func (r *Router) Use(mws ...component.Middleware) *Filter {
	f := r.filtering("Use", mws)
	if r.setting("Use", "") {
		r.filters = append(r.filters, f)
		r.b.filters = append(r.b.filters, f)
	}
	return f // also where it is a mistake, for the calls chained to it
}

// Rescue makes an error of this scope's actions, and of their middleware, a
// protocol reply: where errors.Is finds target, the sender gets as, a
// stanza.Condition or stanza.Fault. Errors that hold a Fault already are left
// alone. What is written first counts, an inner scope before an outer one.
//
//	r.Rescue(sql.ErrNoRows, stanza.ItemNotFound)
func (r *Router) Rescue(target, as error) {
	if !r.setting("Rescue", "") {
		return
	}
	fault, ok := faultOf(as)
	if target == nil || !ok {
		r.b.fail("Rescue", "", "it turns an error into a stanza error", "give the error and a stanza.Condition or stanza.Fault, as in r.Rescue(sql.ErrNoRows, stanza.ItemNotFound)")
		return
	}
	condition := fault.Condition
	errors.As(as, &condition) // as it was written: a Fault made of one has a defined one
	if condition.Type() == "" {
		cure := "use one of those in package stanza, as stanza.ItemNotFound"
		if near := nearest.To(string(condition), conditions()); near != "" {
			cure = fmt.Sprintf("did you mean %q?", near)
		}
		r.b.fail("Rescue", "", fmt.Sprintf("there is no condition %q, so undefined-condition would be sent", string(condition)), cure)
	}
	r.rescues = append(r.rescues, rescue{target, fault})
}

// Group is a scope of its own, for middleware, rescues and namespaces that only
// some routes have.
func (r *Router) Group(routes func(r *Router)) { r.scope("Group", "", routes, func(*Router) {}) }

// With returns a scope with more middleware, for a single route:
//
//	r.With(users.MustBeKnown).Set("t:tweets").To(tweets.Create)
func (r *Router) With(mws ...component.Middleware) *Router {
	in := r.inside()
	in.with = true // whether it may be used now, the next call on it asks
	in.filters = []*Filter{in.filtering("With", mws)}
	return in
}

// Resource is the scope of what is sent to that resource of the application's
// own address: "tweets" stands for tweeter.localhost/tweets. Inside an At with
// a local part it stands for that resource of its users. For a resource that is
// captured write At("/{name}").
func (r *Router) Resource(resource string, routes func(r *Router)) {
	r.scope("Resource", resource, routes, func(in *Router) {
		if hole := firstHole(resource); hole != "" {
			r.b.fail("Resource", resource, "a resource is written out here", fmt.Sprintf(`to capture it write r.At("/%s", …)`, hole))
			return
		}
		if name := strings.TrimLeft(resource, "/"); name != resource && name != "" {
			r.b.fail("Resource", resource, "the / before a resource is not part of it", fmt.Sprintf("write r.Resource(%q, …)", name))
			return
		}
		if resource == "" {
			r.b.fail("Resource", resource, "the resource is empty", `give its name; for any resource or none leave Resource out, for any write r.At("/{name}", …)`)
			return
		}
		part, ok := r.b.literal("Resource", resource, 0, resourcePart, resource)
		if ok {
			in.narrow("Resource", resource, address{local: part0, resource: part})
		}
	})
}

// At is the scope of what is sent to addresses of a pattern: local part,
// domain and resource as in a JID, each of them written out, or a hole that
// captures it, or left out.
//
//	r.At("{user}@", …)           any user of ours, at any resource: req.Arg("user")
//	r.At("{n:\\d+}@", …)         users whose local part is a number
//	r.At("bot@/{room}", …)       a resource of bot
//	r.At("chat.example.org", …)  one of several domains
//
// A domain left out is any domain the application serves. A local part left
// out means that the address has none; what has no @ is a domain, so that
// "{user}" captures domains and "{user}@" users. A resource left out is any
// resource or none. The parts are compared, and captured, in their prepared
// form (RFC 7622): "Bot@" is "bot@".
//
// A scope inside another has all that both say; what one of them says of a part
// the other must leave out. The local part counts as said, but for a Resource
// or "/{resource}" inside: users of one domain are "{user}@chat.example.org".
func (r *Router) At(pattern string, routes func(r *Router)) {
	r.scope("At", pattern, routes, func(in *Router) {
		if a, ok := r.b.parseAddress(pattern); ok {
			in.narrow("At", pattern, a)
		}
	})
}

// From is the scope of what one sender sends: a bare JID stands for the sender
// at any resource, a full JID for that one resource; a domain stands for the
// server itself, not for its users. It is compared with the
// prepared form of the sender's address (RFC 7622), which no expression sees:
// in XPath, @from is spelled as it was received.
func (r *Router) From(address string, routes func(r *Router)) {
	r.scope("From", address, routes, func(in *Router) {
		j, err := jid.Parse(address)
		switch {
		case firstHole(address) != "":
			r.b.fail("From", address, "a sender is written out here", "ask req.From in the action, or capture the spelling that was received with @from={from}")
		case err != nil:
			r.b.fail("From", address, strings.TrimPrefix(err.Error(), "jid: "), "give a bare or full JID")
		case !in.sender.narrow(j):
			r.b.fail("From", address, "the scope around it is for "+in.sender.String(), "write the two side by side")
		}
	})
}

// A Mounter has routes of its own, as features and plugins do.
type Mounter interface {
	Routes(r *Router)
}

// Mount writes the routes of m into a scope of their own here: they have this
// scope's middleware, addresses, sender and rescues, but none of its namespaces:
// m binds its own. What a [component.Offerer] offers is offered where this scope
// takes stanzas.
func (r *Router) Mount(m Mounter) {
	if m == nil {
		r.b.fail("Mount", "", "nothing to mount", "give a value with a method Routes(*router.Router)")
		return
	}
	r.b.mounted = append(r.b.mounted, m)
	r.scope("Mount", "", m.Routes, func(in *Router) {
		in.namespaces = map[string]string{}
		if o, ok := m.(component.Offerer); ok {
			r.b.offers = append(r.b.offers, offer{r.address, r.sender, o.Offers()})
		}
	})
}

// Route writes a route for any stanza; expr is evaluated at the document above
// it, so that "iq/…" and "/iq/…" are the same.
//
//	r.Route("message[body='hack'] | presence").To(bot.Notice)
func (r *Router) Route(expr string) *Route {
	return r.route(Route{call: "Route", expr: expr})
}

// Get writes a route for an iq of type get; expr begins at the iq, so that its
// first step is the payload; it may begin with predicates of the iq. An empty
// expr takes every get.
func (r *Router) Get(expr string) *Route {
	return r.route(Route{call: "Get", expr: expr, kind: stanza.IQ, typ: stanza.TypeGet})
}

// Set writes a route for an iq of type set; expr is as for Get.
func (r *Router) Set(expr string) *Route {
	return r.route(Route{call: "Set", expr: expr, kind: stanza.IQ, typ: stanza.TypeSet})
}

// Message writes a route for messages, those of type error excepted unless
// expr asks for them (see the package text); expr begins at the message and may
// begin with its predicates. An empty expr takes every message but errors.
func (r *Router) Message(expr string) *Route {
	return r.route(Route{call: "Message", expr: expr, kind: stanza.Message})
}

// Presence writes a route for presences, those of type error excepted; expr is
// as for Message. One that says who is there has no type: [not(@type)].
func (r *Router) Presence(expr string) *Route {
	return r.route(Route{call: "Presence", expr: expr, kind: stanza.Presence})
}

// Errors writes a route for messages and presences of type error: bounces of
// what the application sent. An error is never answered: what req.Reply makes
// of one is refused when it is sent, and an error returned is only logged. expr
// is as for Message, of either kind: [self::presence] is one of presence. The
// conditions in an <error> are in the namespace stanza.NSErrors.
//
//	r.Namespace("e", stanza.NSErrors)
//	r.Errors("[self::message][error/e:gone]").To(users.Forget)
func (r *Router) Errors(expr string) *Route {
	return r.route(Route{call: "Errors", expr: expr, errors: true})
}

// route adds a route to the table and seals the scopes it is in.
func (r *Router) route(line Route) *Route {
	line.place = here()
	line.b, line.scope = r.b, r
	if !r.usable(line.call, line.expr) {
		return &line // for the calls chained to it
	}
	for s := r; s != nil; s = s.up {
		s.sealed = true
	}
	r.b.routes = append(r.b.routes, &line)
	return &line
}

// scope runs a closure in a scope inside r.
func (r *Router) scope(call, arg string, routes func(*Router), narrow func(in *Router)) {
	if !r.usable(call, arg) {
		return
	}
	if routes == nil {
		r.b.fail(call, arg, "no function", "give a func(r *router.Router) that writes the routes of the scope")
		return
	}
	in := r.inside()
	before := len(r.b.errs)
	narrow(in)
	in.loose = in.loose || len(r.b.errs) > before
	r.home().inner = true
	routes(in)
	r.home().inner, in.closed = false, true
}

// home returns the scope whose closure r is used in: itself, but for With.
func (r *Router) home() *Router {
	for r.with {
		r = r.up
	}
	return r
}

func (r *Router) inside() *Router {
	return &Router{b: r.b, up: r, namespaces: r.namespaces, address: r.address, sender: r.sender, insertion: r.insertion, loose: r.loose}
}

// narrow adds an address to the scope's own.
func (r *Router) narrow(call, arg string, a address) {
	sum, ok := r.address.and(a)
	if !ok {
		r.b.fail(call, arg, "the scope around it is for "+r.address.String()+", and both cannot be", "write the two side by side, or one pattern that says what both say")
		return
	}
	r.address = sum
}

// usable reports whether r may be written to now.
func (r *Router) usable(call, arg string) bool {
	switch home := r.home(); {
	case home.closed:
		r.b.fail(call, arg, "its scope has ended", "write it inside the closure that got this r")
	case home.inner:
		r.b.fail(call, arg, "the r of an outer scope is used inside a closure", "use the r that the closure gets, func(r *router.Router)")
	default:
		return true
	}
	return false
}

// setting is usable for what is set for a whole scope.
func (r *Router) setting(call, arg string) bool {
	if !r.usable(call, arg) {
		return false
	}
	if r.sealed {
		r.b.fail(call, arg, "it comes behind a route of its scope", "write it before the scope's first route, or in a Group")
		return false
	}
	return true
}

// filtering makes the Filter of middleware that is used in r.
func (r *Router) filtering(call string, mws []component.Middleware) *Filter {
	f := &Filter{b: r.b, scope: r, place: here(), mws: slices.Clone(mws)}
	for _, mw := range mws {
		if mw == nil {
			r.b.fail(call, "", "a middleware is nil", "leave it out")
			f.mws = nil
			break
		}
	}
	return f
}
