package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A workload is a cycle of stanzas, sent over and over from many senders.
type workload struct {
	about string
	cycle []*template
	pairs int  // recipients
	asks  bool // the component asks each sender before it answers
}

// An answer is what a stanza must get.
type answer uint8

const (
	answerNone   answer = iota // nothing at all
	answerResult               // an iq result with its id
	answerOnce                 // an iq result or error with its id
	answerEcho                 // a message with its body
)

// The senders are u0000000@localhost/r, u0000001@localhost/r, …; answers go to
// them.
const (
	senderStart = "u"
	senderEnd   = "@localhost/r"
	sender      = senderStart + fromMark + senderEnd
)

// workloads returns them by name, for a component of this domain.
func workloads(domain string) map[string]workload {
	ping := newTemplate("<iq type='get' id='"+idMark+"' from='"+sender+"' to='"+domain+"'><ping xmlns='urn:xmpp:ping'/></iq>", answerResult)
	big := newTemplate("<iq type='set' id='"+idMark+"' from='"+sender+"' to='"+domain+"'><data xmlns='urn:example:big'>"+
		strings.Repeat("All work and no play makes Jack a dull boy.\n", 256<<10/44)+"</data></iq>", answerOnce)
	message := func(to, extra string, body int) *template {
		text := "Message " + idMark + ": "
		for len(text) < body {
			text += "lorem ipsum dolor sit amet, "
		}
		return newTemplate("<message type='chat' id='"+idMark+"' from='"+sender+"' to='"+to+"'><body>"+text[:body]+"</body>"+extra+"</message>", answerEcho)
	}
	msg := message("echo@"+domain, "<active xmlns='http://jabber.org/protocol/chatstates'/>", 124)
	rich := message("echo@"+domain, "<active xmlns='http://jabber.org/protocol/chatstates'/>"+
		"<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>"+
		"<origin-id xmlns='urn:xmpp:sid:0' id='de305d54-75b4-431b-adb2-eb6b9e546013'/>"+
		"<stanza-id xmlns='urn:xmpp:sid:0' id='5f3dbc5e-e1d3-4077-a492-693f3769c7ad' by='localhost'/>"+
		"<nick xmlns='http://jabber.org/protocol/nick'>Juliet</nick>", 124)
	disco := newTemplate("<iq type='get' id='"+idMark+"' from='"+sender+"' to='"+domain+"'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>", answerResult)
	publish := newTemplate("<iq type='set' id='"+idMark+"' from='"+sender+"' to='"+domain+"'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='princely_musings'><item id='bnd81g37d61f49fgn581'>"+
		"<entry xmlns='http://www.w3.org/2005/Atom'><title>Soliloquy</title><summary>"+strings.Repeat("To be, or not to be: that is the question. ", 42)+
		"</summary><link rel='alternate' type='text/html' href='http://denmark.lit/2003/12/13/atom03'/><id>tag:denmark.lit,2003:entry-32397</id>"+
		"<published>2003-12-13T18:30:02Z</published><updated>2003-12-13T18:30:02Z</updated></entry></item></publish></pubsub></iq>", answerOnce)
	presence := newTemplate("<presence from='"+sender+"' to='echo@"+domain+"'><show>away</show><status>Gone fishing</status><priority>5</priority>"+
		"<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://code.google.com/p/exodus' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>", answerNone)

	// Of the routes that bench/echo -routes adds, a fifth each.
	routes := make([]*template, 0, 60)
	for i := 0; i < 100; i += 5 {
		from := " id='" + idMark + "' from='" + sender + "' to='" + domain + "'>"
		routes = append(routes,
			newTemplate(fmt.Sprintf("<iq type='get'%s<query%d xmlns='urn:example:other'/></iq>", from, i), answerResult),
			newTemplate(fmt.Sprintf("<iq type='set'%s<order xmlns='urn:example:other' id='%d'/></iq>", from, i+1), answerResult),
			newTemplate(fmt.Sprintf("<message type='chat'%s<body>order %d</body></message>", from, i+2), answerNone))
	}

	return map[string]workload{
		"ping":   {about: "an iq with a ping", cycle: []*template{ping}},
		"msg":    {about: "a chat message that is echoed", cycle: []*template{msg}},
		"mixed":  {about: "60% messages with six payloads, 20% presence, 10% disco#info, 10% publishing 2 KB", cycle: mix(rich, rich, rich, presence, rich, disco, rich, presence, rich, publish)},
		"big":    {about: "an iq of 256 KiB each 1,000 pings", cycle: append(slices.Repeat([]*template{ping}, 1000), big)},
		"ask":    {about: "a chat message that is echoed when its sender has answered a question", cycle: mix(message("ask@"+domain, "", 124)), asks: true},
		"jids":   {about: "chat messages to -recipients addresses, echoed by each", cycle: mix(message("e"+toMark+"@"+domain, "", 124))},
		"routes": {about: "iqs and messages, each for another of 60 routes that bench/echo -routes 100 adds", cycle: routes},
		"slow":   {about: "nine messages echoed at once, and one whose action takes its time", cycle: mix(msg, msg, msg, msg, msg, msg, msg, msg, msg, message("slow@"+domain, "", 124))},
	}
}

func mix(cycle ...*template) []*template { return cycle }

// workloadNamed returns one of them, for so many recipients of those that have
// many.
func workloadNamed(name, domain string, many int) (workload, error) {
	all := workloads(domain)
	if w, ok := all[name]; ok {
		recipients := map[string]int{}
		for _, t := range w.cycle {
			if _, ok := recipients[t.to]; !ok {
				recipients[t.to] = len(recipients)
			}
			t.pair = recipients[t.to]
		}
		w.pairs = len(recipients)
		if w.cycle[0].many >= 0 {
			w.pairs = many
		}
		return w, nil
	}
	return workload{}, fmt.Errorf("no workload %q: there are %s", name, strings.Join(slices.Sorted(maps.Keys(all)), ", "))
}

// meanBytes is the mean size of its stanzas.
func (w workload) meanBytes() int {
	n := 0
	for _, t := range w.cycle {
		n += len(t.text)
	}
	return n / len(w.cycle)
}
