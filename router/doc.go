// Package router says which stanzas reach which action.
//
// In:  functions that write routes into a Router, read once at start.
// Out: a Table; for a stanza, the first route in written order that matches,
// with what it captured.
//
//	func Routes(r *router.Router) {
//		tweets := &components.Tweets{Store: store}
//		r.Namespace("t", models.NS)
//		r.Rescue(models.ErrNotFound, stanza.ItemNotFound)
//
//		r.Resource("tweets", func(r *router.Router) {
//			r.Get(`t:tweet[@id={id:\d+}]`).To(tweets.Show).Name("tweet")
//			r.Get("t:tweets").To(tweets.Index)
//			r.Set("t:tweets[t:tweet]").To(tweets.Create)
//		})
//		r.At("{user}@", func(r *router.Router) {
//			r.Message("[@type='chat'][body]").To(tweets.Post)
//			r.Presence("[@type='subscribe']").To(users.Follow)
//		})
//	}
//
// # Expressions
//
// A route is an XPath 1.0 expression and is taken by the stanzas for which it
// is true: for a path, those where it finds a node. [Router.Route] evaluates
// it at the document above the stanza; Get, Set, Message, Presence and Errors
// begin at the stanza they name:
//
//	r.Route("iq[@type='get']/p:ping")       an iq get with a ping
//	r.Get("p:ping")                         the same
//	r.Message("[@type='chat'][body]")       a chat message with a body
//	r.Message("[body='hack']")              a message that says hack
//	r.Message("[starts-with(body,'!')]")    …that begins with an exclamation mark
//	r.Presence("")                          any presence
//	r.Get("d:query[not(@node)]")            a disco query without a node
//
// An expression for one kind of stanza may begin with predicates of the stanza
// itself, as those of messages above.
//
// Elements without a prefix are in the namespace of stanzas, whatever the
// stream calls it; every other namespace needs a prefix, see
// [Router.Namespace]. Attributes without a prefix are in no namespace. XPath
// sees the stanza as it was written: a message without a type, though it counts
// as normal, has no @type; write [not(@type) or @type='normal'].
//
// # Captures
//
// To XPath comes one thing, the hole, on the right of "=". It is true of a
// value that exists and keeps it for the action:
//
//	r.Get("t:tweet[@id={id}]")              req.Arg("id")
//	r.Get(`t:tweet[@id={id:\d+}]`)          only digits: RE2, the whole value
//	r.Get(`t:tweet[@id={id:[a-f]{2,8}}]`)   braces in it pair, or are written \{ \}
//
// Where several nodes could fill a hole it holds the first in document order
// that lets the route match; for all of them, walk req.Payload in the action.
//
// A hole that takes no part in the match, in an alternative not taken, gives
// "" and is told from an empty value by req.LookupArg. Inside the arguments of
// functions, as in not(@id={id}), a hole only tests, and req.Arg knows no such
// name. No two holes of a route, those of its address included, have one name.
//
// [Route.Bind] gives captures to a function as arguments of their own types, and
// looks at start whether the route has all that the function wants.
//
// # Which stanzas there are to match
//
// Stanzas of type error reach only [Router.Errors], and expressions that
// compare the stanza's own @type with 'error': no action answers an error by
// accident. Of alternatives (a | b, a or b) only those that say so take them:
//
//	r.Route("message[body] | presence[@type='error']")   no error of a message
//
// Results and errors of iqs reach no route at all: they are answers to
// questions, and whoever asked gets them from [component.Request.Ask].
//
// What a stanza must not be is refused before any route is asked (see
// [stanza.Of]): an iq get or set holds exactly one element, and a presence has a
// known type, or none if it says that somebody is there: [not(@type)].
//
// # Order
//
// The first route in written order that is true of a stanza takes it. What
// takes everything of its kind therefore comes last: an empty expression, or
// for all kinds
//
//	r.Route("*")
//
// A stanza that no route takes needs none: an iq get or set is answered with
// service-unavailable, anything else is let be. Plugins, whose routes stand
// behind those of the application, put them elsewhere by [Router.First],
// [Router.Before] and [Router.After]; [Router.Last] is for a catch-all of the
// application's that shall leave room for them.
//
// # Scopes
//
// Resource, At and From narrow what their routes take, Group and With add to
// what happens around their actions, Mount takes in the routes of a feature.
// Scopes lie inside each other, and inside, the r of the closure is the one to
// use. What is set for a scope holds for those inside it. A scope is sealed by
// its first route: what is set for the whole scope (Use, Skip, Rescue,
// Namespace) comes before it.
//
// What is used in a scope can be for some of its routes only, or for some
// requests, and scopes inside can leave it out ([Filter], [Router.Skip]):
//
//	r.Use(component.Before(users.MustBeKnown)).Except("tweets.index").Name("known")
//
// Groups and mounts inherit the middleware, addresses, senders and rescues of
// the scope around them; groups its namespaces as well, mounts not. Route
// functions that are compiled beside each other, as those of an application and
// of its plugins, share nothing.
//
// # Mistakes
//
// All of them are reported together when the table is compiled, each with file
// and line, the place in the expression, and a cure. Among them are routes that
// take no stanza: because what they ask for never comes to a route, as
// iq[@type='result'], or cannot be, as [@type='chat'][@type='normal']; and
// because an earlier one asks for the same, or for less, in whatever spelling.
// Only what can be proved is a mistake: of the earlier route, that each condition
// is among those of the later one, or follows from one of them as [body] does
// from [body='x'].
//
// # Running a route
//
// The framework matches each stanza and runs the action. Whoever does it by
// hand needs few lines; tests have package emptest for it.
//
//	var m router.Match
//	e, err := table.Match(&s, &m)
//	for e != nil && e.Guard != nil && !e.Guard(ctx, m.Request(s, e)) {
//		e, err = table.MatchAfter(e, &s, &m)
//	}
//	if e == nil || err != nil {
//		… // no route; to an iq get or set: service-unavailable
//	}
//	res, err := e.Action(ctx, m.Request(s, e))
//
// The action has run then, in all middleware, and nothing has been sent: res is
// the stanzas to send, each a [stanza.Out] with its address, and who ran the action
// sends them. The framework looks at all of res first, fills in what is left out,
// and sends it over the link that the stanza came on. To an iq get or set it sends
// exactly one answer: the result in res, an empty one if there is none, or, if err
// is not nil, the error, and nothing of res. An error also goes to the sender of a
// message or presence, where [stanza.Stanza.ErrorReply] makes one.
package router
