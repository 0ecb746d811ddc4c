package stanza_test

import (
	"fmt"
	"log"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

func ExampleStanza_Result() {
	s, err := stanza.ParseString(`<iq type='get' id='7' from='alice@example.org/phone' to='tweets.example.org'><list xmlns='urn:example:tweets'/></iq>`)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Result()) // it went well, there is nothing to say
	fmt.Println(s.Result(element.New("urn:example:tweets", "list").Attr("size", "2")))
	// Output:
	// <iq from='tweets.example.org' to='alice@example.org/phone' type='result' id='7'/>
	// <iq from='tweets.example.org' to='alice@example.org/phone' type='result' id='7'><list xmlns='urn:example:tweets' size='2'/></iq>
}

// A subscription goes from bare to bare address, and its answer has no id.
func ExampleStanza_ReplyPresence() {
	s, err := stanza.ParseString(`<presence type='subscribe' id='s1' from='alice@example.org/phone' to='news@tweets.example.org'/>`)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.ReplyPresence(stanza.TypeSubscribed))
	fmt.Println(s.ReplyPresence(stanza.TypeAvailable))
	// Output:
	// <presence from='news@tweets.example.org' to='alice@example.org' type='subscribed'/>
	// <presence from='news@tweets.example.org' to='alice@example.org'/>
}

// The error to a request, with what was asked.
func ExampleStanza_ErrorEcho() {
	s, err := stanza.ParseString(`<iq type='get' id='7' from='alice@example.org/phone' to='tweets.example.org'><tweet xmlns='urn:example:tweets' id='9'/></iq>`)
	if err != nil {
		log.Fatal(err)
	}
	out, ok := s.ErrorEcho(stanza.Gone.Fault().WithAddress("xmpp:archive.example.org"))
	fmt.Println(out, ok)
	// Output:
	// <iq from='tweets.example.org' to='alice@example.org/phone' type='error' id='7'><tweet xmlns='urn:example:tweets' id='9'/><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:archive.example.org</gone></error></iq> true
}

// A message that a component passes on in its own name.
func ExampleStanza_Copy() {
	s, err := stanza.ParseString(`<message type='chat' id='m1' from='alice@example.org/phone' to='room.example.org'><body>hello</body><active xmlns='http://jabber.org/protocol/chatstates'/></message>`)
	if err != nil {
		log.Fatal(err)
	}
	out := s.Copy()
	out.From = s.To
	out.To = jid.MustParse("bob@example.org").Address()
	fmt.Println(out)
	// Output:
	// <message from='room.example.org' to='bob@example.org' type='chat' id='m1'><body>hello</body><active xmlns='http://jabber.org/protocol/chatstates'/></message>
}

// A message in two languages.
func ExampleOut_Add() {
	out := stanza.NewMessage(jid.MustParse("alice@example.org"), "It is done.")
	out.Lang = "en"
	out = out.Add(element.New(element.NSClient, "body").AttrNS(element.NSXML, "lang", "de").Text("Es ist vollbracht."))
	fmt.Println(out)
	// Output:
	// <message to='alice@example.org' xml:lang='en'><body>It is done.</body><body xml:lang='de'>Es ist vollbracht.</body></message>
}

// Two copies of a message can be told to be one.
func ExampleOut_WithOriginID() {
	out := stanza.NewMessage(jid.MustParse("alice@example.org"), "It is done.")
	fmt.Printf("%q %q\n", out.ID, out.OriginID())
	out = out.WithOriginID()
	fmt.Println(len(out.ID), out.OriginID() == out.ID)
	// Output:
	// "" ""
	// 22 true
}

func ExampleNewPresence() {
	away := stanza.NewPresence(stanza.TypeAvailable, jid.MustParse("alice@example.org"))
	away.Show, away.Status = stanza.ShowAway, "back at nine"
	fmt.Println(away)

	away.Type = stanza.TypeUnavailable
	fmt.Println(away.Check())
	// Output:
	// <presence to='alice@example.org'><show>away</show><status>back at nine</status></presence>
	// stanza: cannot send presence of type unavailable: only available presence has Show and Priority
}

// On a client's stream addresses may be missing: they are the account's own.
func ExampleDefaults() {
	bot := jid.MustParse("bot@example.org/hack")
	of := stanza.Defaults{From: bot.Bare().Address(), To: bot.Address(), Lang: "en"}
	n, err := element.ParseIn(element.NSClient, []byte(`<iq type='result' id='7'/>`))
	if err != nil {
		log.Fatal(err)
	}
	s, err := of.Of(n)
	fmt.Println(s.From, s.To, s.Lang, err)
	_, err = stanza.Of(n) // as if it came over a component's stream
	fmt.Println(err)
	// Output:
	// bot@example.org bot@example.org/hack en <nil>
	// stanza: dropped: no-from
}

// A message that was held back on its way.
func ExampleStanza_Delay() {
	s, err := stanza.ParseString(`<message from='alice@example.org/phone' to='hack.example.org'><body>hi</body>
		<delay xmlns='urn:xmpp:delay' from='example.org' stamp='2026-01-02T04:04:05+01:00'>offline</delay></message>`)
	if err != nil {
		log.Fatal(err)
	}
	if delay, ok := s.Delay(); ok {
		fmt.Println(delay.Stamp, delay.From, delay.Reason)
	}
	// Output:
	// 2026-01-02 03:04:05 +0000 UTC example.org offline
}
