package models

import (
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// NSCard is the namespace of vCards (XEP-0054).
const NSCard = "vcard-temp"

// A Tweeter is somebody who has joined. As XML it is
//
//	<tweeter xmlns='urn:example:tweeter' id='alice'>
//	  <vCard xmlns='vcard-temp'>…</vCard>
//	</tweeter>
//
// Nobody learns the address that somebody has elsewhere: it is not in there.
type Tweeter struct {
	Name string
	Card Card
}

// A Card is what a tweeter says of himself.
type Card struct{ FullName, URL, About string }

// Node returns the tweeter as an element; domain is that of his address.
func (t Tweeter) Node(domain string) element.Node {
	return element.New(NS, "tweeter").Attr("id", t.Name).Add(t.VCard(domain)).Node()
}

// VCard returns the tweeter's card, as chat clients show it.
func (t Tweeter) VCard(domain string) element.Node {
	card := element.New(NSCard, "vCard")
	add := func(name, text string) {
		if text != "" {
			card.Add(element.Text(NSCard, name, text))
		}
	}
	add("FN", t.Card.FullName)
	add("NICKNAME", t.Name)
	add("URL", t.Card.URL)
	add("JABBERID", t.Name+"@"+domain)
	add("DESC", t.Card.About)
	return card.Node()
}

// CardOf reads a vCard in a tweeter element; none is an empty Card.
func CardOf(tweeter element.Node) (Card, error) {
	card := tweeter.Child(NSCard, "vCard")
	c := Card{card.Child(NSCard, "FN").Text(), card.Child(NSCard, "URL").Text(), card.Child(NSCard, "DESC").Text()}
	if max(len(c.FullName), len(c.URL), len(c.About)) > MaxCard {
		return Card{}, ErrCard
	}
	return c, nil
}

// NameOf reads the name of a tweeter element, checked.
func NameOf(tweeter element.Node) (string, error) {
	name := tweeter.Attr("id")
	if name == "" {
		return "", stanza.BadRequest.With("a tweeter has his name as id")
	}
	return name, CheckName(name)
}
