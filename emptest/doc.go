// Package emptest is the test kit for apps: stanza in, stanza out.
//
// In:  the app under test, and stanzas as XML, in a test or in plays, which are
// files. Out: what the app sent, or a failed test that shows where that differs
// from what was wanted.
//
// The app runs as it does in production, with its real link, parser, dispatcher
// and checks of what goes out. Only its connection leads to a small server in
// memory, and the test is all its peers:
//
//	func TestHack(t *testing.T) {
//		got := emptest.Do(t, newApp(), `
//			<message from='alice@localhost/desk' to='hackity.localhost/hack'><body>hi</body></message>`)
//		if len(got) != 1 || got[0].Body() != "Hackity Hack!" {
//			t.Errorf("got %v", got)
//		}
//	}
//
//	func TestPlays(t *testing.T) { emptest.Run(t, "testdata/*.txtar", newApp) }
//
// The stanzas are to the domain that the app's Config.JID says, or else to
// DefaultDomain: neither files nor the environment are read. An app that is a client
// (Config.Mode) has its account instead, or else DefaultAccount, with roster,
// subscriptions and presence as a server keeps them.
//
// Do is one exchange, a [Session] a conversation, a [Play] a conversation in a
// file, a [Stage] where it takes place: in memory, or through a [Server]. [Request]
// looks at routes alone, [Dispatch] at one action. docs/testing.md teaches it all.
//
// # Plays
//
// A play is a text in txtar form, to be read aloud: a comment, then who sends and
// who receives what, in this order. A caption stands alone in its line.
//
//	Whoever says something to the hack gets hacked.
//
//	-- alice@localhost/desk sends --
//	<message to='hackity.localhost/hack' type='chat'>
//	  <body>hi</body>
//	</message>
//	-- alice@localhost/desk receives --
//	<message from='hackity.localhost/hack' type='chat'>
//	  <body>Hackity Hack!</body>
//	</message>
//
// The captions are, with the full JID of a peer:
//
//   - JID sends: one or more stanzas go to the app, in this order. A from is
//     added. An iq needs an id.
//   - JID receives: the peer receives these stanzas. Between the same two
//     addresses (bare JIDs) they come in this order; of those from different
//     addresses of the app the order is open. A to that the play leaves out is the
//     peer's address as in the caption.
//   - JID receives in any order: the same, with all order open. Each stanza that
//     comes is taken for the first that it fits.
//   - nothing: the app does all that it has to do, and nobody receives anything
//     that was not written above. A play ends with that in any case.
//   - 90s passes, or any other time.Duration: the clock of app and play goes on by
//     that, when the app has done all that it has to do; nobody waits. This is for
//     the memory alone, and there for a bubble of testing/synctest, which Run makes.
//   - except on prosody, ejabberd: why. The one step below it is left out on these
//     stages, for the reason given, which the test logs.
//
// Only sending waits for what was received above it. What comes for another
// peer, or for a later caption, is kept for that.
//
// # When two stanzas are the same
//
// What is received is compared in canonical form. Prefixes, the order of
// attributes, how characters are escaped and white space between elements are of
// no account; all else is: names with their namespaces, each attribute, the order
// of child elements, and all texts. In an element that has no child elements
// every space of the text counts. Where body, subject, thread, show, status and
// priority stand among the children of a message or presence is of no account:
// ejabberd moves them. An xml:lang of the stanza itself counts only if
// the play has one, since some servers add it; a message of type normal is the
// same as one without a type. The origin-id of a message (XEP-0359), which the
// framework adds, counts only if the play has one, and so does the id beside it.
//
// # Holes
//
// In an attribute's value or a text, {any} stands for whatever is there, the
// whole or a part of it, perhaps nothing; the attribute must be there. {name},
// with any other name of small letters, digits and underscores, stands for the
// same, once: from then on it stands for what it took. So bob can answer what the
// app asks him:
//
//	-- bob@localhost/phone receives --
//	<iq from='shop.localhost' type='get' id='{question}'><offer xmlns='urn:example:shop'/></iq>
//	-- bob@localhost/phone sends --
//	<iq to='shop.localhost' type='result' id='{question}'/>
//
// {app} is known from the beginning: it is the app's address, the domain of a component,
// the bare JID of a client. With to='{app}/hack' one play is for both, on every stage.
//
// Other braces are text, as in JSON. {{name} is the text {name}.
//
// # What is waited for
//
// Nothing here sleeps. That nothing more comes is known when the app has
// answered a barrier, an iq sent behind all the rest, is idle, and has answered
// another, whose answer comes behind all the rest. Actions are waited for;
// goroutines and timers that an author started beside them are not: what those
// send is received if it is wanted and comes within eight seconds, but its
// absence cannot be told from its delay. An
// action that waits for a peer's answer keeps the app from being idle, so a play
// has to give that answer. Each wait ends after ten seconds at the latest, with
// the test.
package emptest
