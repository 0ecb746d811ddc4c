// Package emp is EMP, a framework for XMPP applications: chat bots, services
// and gateways that answer stanzas as a web application answers requests. It
// does for XMPP what Rails and Merb did for HTTP.
//
// An application declares routes, which are XPath expressions over stanzas, to
// actions, which are methods of its own component structs. The framework is to
// take care of the rest: the connection, the stream, the order of stanzas, and
// the promises of the protocol, such as exactly one answer to each IQ request.
//
// # The flow
//
// Data flows one way, and between the stages there are only values:
//
//	bytes ─▶ element.Node ─▶ stanza.Stanza ─▶ router ─▶ component.Request ─▶ action
//	                                                                           │
//	bytes ◀─ element.Writer ◀─ stanza.Out ◀──────────── component.Response ◀───┘
//
// Nothing downstream knows a socket; nothing upstream knows an action.
//
// # The packages
//
// In the order of the flow; each begins with what flows in and out of it.
//
//   - element: XML as XMPP has it: parser, immutable tree, writer, builders.
//   - jid: addresses (RFC 7622).
//   - stanza: message, presence and IQ as views of a tree; stanzas to send;
//     the defined errors.
//   - component: what authors write against: Action, Request, Response.
//   - router: the routes of an application and the table made of them.
//
// What is not there yet: networking. No package opens a connection, and nothing
// runs an action by itself: this is the language layer, which parses, queries
// and writes stanzas and finds the route of each.
//
// Begin with package router for how an application is written, with package
// element for how a stanza is read. This package itself holds nothing.
package emp
