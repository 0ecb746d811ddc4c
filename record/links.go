package record

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/recording"
	"github.com/emp-framework/emp/jid"
)

// recordedLinks returns the links of a recording, and whose they are: domains of
// components, and bare JIDs of clients, which may have several.
func recordedLinks(records []recording.Record) (links, owners []string, err error) {
	for _, rec := range records {
		if rec.Link == "" || slices.Contains(links, rec.Link) {
			continue
		}
		j, err := jid.Parse(rec.Link)
		if err != nil || j.Local() == "" && j.Resource() != "" {
			return nil, nil, fmt.Errorf("record: the link %s is that of an anonymous client, which cannot be replayed", rec.Link)
		}
		links = append(links, rec.Link)
		if owner := j.Bare().String(); !slices.Contains(owners, owner) {
			owners = append(owners, owner)
		}
	}
	if len(links) == 0 {
		return nil, nil, errors.New("record: no link was up in the recording")
	}
	return links, owners, nil
}

// mainLink returns the link of a client that has what is sent to the bare JID: the one
// whose presence has another priority than -1. "": there is none.
func mainLink(records []recording.Record, links []string) string {
	if len(links) == 1 {
		return links[0]
	}
	for _, rec := range records {
		if rec.Kind != recording.Sent {
			continue
		}
		n, err := parse(rec.XML)
		if err == nil && isBroadcast(n) && n.Child(element.NSClient, "priority").Text() != "-1" {
			return rec.Link
		}
	}
	return ""
}

func isBroadcast(n element.Node) bool {
	return n.Is(element.NSClient, "presence") && n.Attr("to") == "" && n.Attr("type") == ""
}

// know has the server take links in the order in which they came up in the recording, and
// give clients what they were given there: their addresses,
// and rosters with versions if they asked for such.
func (s *server) know(records []recording.Record, links []string) {
	for _, rec := range records {
		if rec.Kind == recording.Up && !slices.Contains(s.order, rec.Link) {
			s.order = append(s.order, rec.Link)
		}
	}
	for _, rec := range records {
		n, err := parse(rec.XML)
		if err != nil || !slices.Contains(links, rec.Link) {
			continue
		}
		own, err := jid.Parse(rec.Link)
		if err != nil || own.Local() == "" {
			continue
		}
		switch to, err := jid.Parse(n.Attr("to")); {
		case rec.Kind == recording.Sent:
			if q := n.Child("jabber:iq:roster", "query"); !q.AttrNode("", "ver").IsZero() && n.Attr("type") == "get" {
				s.host.Features = "<ver xmlns='urn:xmpp:features:rosterver'/>"
			}
		case err == nil && to.Bare() == own.Bare() && to.Resource() != "" && rec.Kind == recording.Read:
			if _, ok := s.given[rec.Link]; !ok {
				s.given[rec.Link] = to
			}
		}
	}
}

// isStanza reports whether an element is a stanza: others are about the stream alone, which
// a replay has another of.
func isStanza(n element.Node) bool {
	return n.Space() == element.NSClient && strings.Contains(" message presence iq ", " "+n.Local()+" ")
}
