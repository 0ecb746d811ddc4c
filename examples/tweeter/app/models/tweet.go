package models

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// NSAtom is the namespace of Atom entries (RFC 4287 section 1.2).
const NSAtom = "http://www.w3.org/2005/Atom"

// A Tweet is a text that somebody has said. As XML it is
//
//	<tweet xmlns='urn:example:tweeter' id='7'>
//	  <entry xmlns='http://www.w3.org/2005/Atom'>…</entry>
//	</tweet>
type Tweet struct {
	ID      int64
	Author  string // a name
	Text    string
	Posted  time.Time
	Changed time.Time
}

// Node returns the tweet as an element; domain is that of its author's address.
func (t Tweet) Node(domain string) element.Node {
	return element.New(NS, "tweet").Attr("id", strconv.FormatInt(t.ID, 10)).Add(t.Entry(domain)).Node()
}

// Entry returns the tweet as an Atom entry, with all that RFC 4287 section 4.1.2 wants. Its
// id is a tag URI (RFC 4151), which stays what it is.
func (t Tweet) Entry(domain string) element.Node {
	return element.New(NSAtom, "entry").Add(
		element.Text(NSAtom, "id", fmt.Sprintf("tag:%s,2026:tweets/%d", domain, t.ID)),
		element.New(NSAtom, "title").Attr("type", "text").Text(t.Text),
		element.Text(NSAtom, "published", stanza.Stamp(t.Posted)),
		element.Text(NSAtom, "updated", stanza.Stamp(t.Changed)),
		element.New(NSAtom, "author").Add(
			element.Text(NSAtom, "name", t.Author),
			element.Text(NSAtom, "uri", "xmpp:"+t.Author+"@"+domain),
		),
		element.New(NSAtom, "content").Attr("type", "text").Text(t.Text),
	).Node()
}

// TextOf reads what a peer wants to tweet out of a tweet element: the content of its
// entry, or the title of one without. The text is checked.
func TextOf(tweet element.Node) (string, error) {
	entry := tweet.Child(NSAtom, "entry")
	content := entry.Child(NSAtom, "content")
	if content.IsZero() {
		content = entry.Child(NSAtom, "title")
	}
	if typ := content.Attr("type"); content.IsZero() || typ != "" && typ != "text" {
		return "", stanza.BadRequest.With("a tweet is an Atom entry with a content of type text")
	}
	text := strings.TrimSpace(content.Text())
	return text, CheckText(text)
}
