package xpath

import (
	"strings"
	"testing"
)

func TestPayloads(t *testing.T) {
	for x, want := range map[string]string{
		"iq/p:tweet":                          "urn:example:p",
		"/iq/p:*[disco:x]":                    "urn:example:p",
		"message[p:a or not(delay:delay)]":    "urn:example:p",
		"message[body][count(p:a)=0]":         "",
		"message[p:a/@id='1' and caps:c]/p:b": "urn:example:p http://jabber.org/protocol/caps",
		"message/body | iq/ping:ping":         "urn:xmpp:ping",
		"(iq/ping:ping)[1]":                   "urn:xmpp:ping",
		"//p:a":                               "",
		"message[starts-with(p:a/@id, 'x')]":  "urn:example:p",
		"iq/*":                                "",
		"message/x:x/p:a/muc:item":            "jabber:x:data",
		"iq[@type='get']/p:a/../disco:query":  "urn:example:p", // nobody goes up again

		"message[@id={id}][p:a={text}]/c:body": "urn:example:p",
	} {
		if got := strings.Join(compiled(t, x).Payloads(true), " "); got != want {
			t.Errorf("%s: %s, want %s", x, got, want)
		}
	}
	for x, want := range map[string]string{
		"p:tweet[@id]":             "urn:example:p",
		"self::node()[p:a]/ping:*": "urn:example:p urn:xmpp:ping",
		"body":                     "",
	} {
		if got := strings.Join(compiled(t, x).Payloads(false), " "); got != want {
			t.Errorf("%s at the stanza: %s, want %s", x, got, want)
		}
	}
}
