// Package emp is EMP, a framework for XMPP applications: chat bots, services
// and gateways that answer stanzas as a web application answers requests. It
// does for XMPP what Rails and Merb did for HTTP.
//
// An application declares routes, which are XPath expressions over stanzas, to
// actions, which are methods of its own component structs. The framework takes
// care of the rest: the connection, the stream, the order of stanzas, and the
// promises of the protocol, such as exactly one answer to each IQ request.
//
// # The flow
//
// Data flows one way, and between the stages there are only values:
//
//	bytes ─▶ stream ─▶ element.Node ─▶ stanza.Stanza ─▶ router ─▶ dispatch ─▶ component.Request ─▶ action
//	                                                                                                │
//	bytes ◀─ stream ◀─ element.Writer ◀─ stanza.Out ◀─ dispatch ◀────────────── component.Response ◀─┘
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
//   - stream: the link to a server, as an external component (XEP-0114) or a
//     client (RFC 6120), for what is above and for programs without the framework.
//   - boot: a start as one literal list of steps; services that go on.
//   - framework: App, its configuration, its life; Main, the program.
//   - feature/...: parts to mount, a XEP each: discovery, commands, receipts, more.
//   - emptest: the test kit: an App with a server in memory, plays.
//   - devserver: an XMPP server inside the process, for development and tests.
//   - admin, record: plugins for operators: metrics and health; recordings.
//
// Begin with package framework for a program, with package router for what it
// answers, with package emptest for its tests. This package itself holds nothing.
package emp
