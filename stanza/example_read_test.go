package stanza_test

import (
	"fmt"
	"log"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// What is taken out of each stanza, and where the rest is.
func ExampleStanza() {
	s, err := stanza.ParseString(`<message type='chat' from='Alice@example.org/phone' to='hack.example.org' xml:lang='en'>
		<body>hello</body><body xml:lang='fr'>bonjour</body>
		<card xmlns='urn:example:cards' suit='hearts'/>
	</message>`)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(s.Kind, s.Type, s.From, s.From.JID.Bare())
	fmt.Println(s.Body(), s.Body("fr"), s.Body("de"))
	fmt.Println(s.Payload.Name(), s.Payload.Attr("suit"))
	for body := range s.Node.ChildrenNamed(element.NSClient, "body") {
		fmt.Println(body.Text())
	}
	// Output:
	// message chat Alice@example.org/phone alice@example.org
	// hello bonjour hello
	// {urn:example:cards}card hearts
	// hello
	// bonjour
}

// The answer to a question of ours says what went wrong.
func ExampleStanza_Fault() {
	s, err := stanza.ParseString(`<iq type='error' id='7' from='tweets.example.org' to='hack.example.org'>
		<error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>in a minute</text></error>
	</iq>`)
	if err != nil {
		log.Fatal(err)
	}
	if fault, ok := s.Fault(); ok && fault.Type == stanza.Wait {
		fmt.Println("again later:", fault)
	}
	// Output: again later: stanza: resource-constraint: in a minute
}

// A message that was kept for somebody says since when.
func ExampleDelay() {
	s, err := stanza.ParseString("<message from='alice@example.org/phone' to='room.example.org'><body>hi</body></message>")
	if err != nil {
		log.Fatal(err)
	}
	late := s.Reply("hi, too").Add(stanza.Delay{Stamp: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), From: s.To})
	fmt.Println(late)
	// Output: <message from='room.example.org' to='alice@example.org/phone'><body>hi, too</body><delay xmlns='urn:xmpp:delay' stamp='2026-01-02T03:04:05.000Z' from='room.example.org'/></message>
}
