package stanza

import (
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// TestCopy: what Out can say Copy reads back, letter by letter, and what stands in other
// places it keeps.
func TestCopy(t *testing.T) {
	to, from := jid.MustParse("alice@localhost/a").Address(), jid.MustParse("bot.localhost").Address()
	fault := ItemNotFound.With("nothing here")
	hello := element.New("urn:x", "hello").Text("you").Node()
	for name, o := range map[string]Out{
		"message":       {Kind: Message, To: to, From: from, Body: "x"},
		"all texts":     {Kind: Message, Type: TypeChat, To: to, ID: "1", Lang: "de", Subject: "s", Body: "b < c", Thread: "t", Payload: []element.Node{hello}},
		"normal":        {Kind: Message, Type: TypeNormal, To: to},
		"origin-id":     Out{Kind: Message, To: to, Body: "x"}.WithOriginID(),
		"presence":      {Kind: Presence},
		"all of it":     {Kind: Presence, To: to, Show: ShowDND, Status: "busy", Priority: -3, Payload: []element.Node{hello}},
		"subscribed":    {Kind: Presence, Type: TypeSubscribed, To: to, Status: "welcome"},
		"result":        {Kind: IQ, Type: TypeResult, To: to, From: from, ID: "7", Payload: []element.Node{hello}},
		"error":         {Kind: IQ, Type: TypeError, To: to, ID: "7", Fault: &fault},
		"message error": {Kind: Message, Type: TypeError, To: to, Body: "x", Fault: &fault},
	} {
		if got := parsed(t, o.String()).Copy(); got.String() != o.String() {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, o)
		} else if got.Subject != o.Subject || got.Body != o.Body || got.Thread != o.Thread || got.Show != o.Show || got.Status != o.Status || got.Priority != o.Priority {
			t.Errorf("%s: the texts are not in their fields: %+v", name, got)
		}
	}
	for _, words := range []string{
		`<message to='a@b'><body>x</body><body xml:lang='de'>y</body></message>`,
		`<message to='a@b'><body xml:lang='de'>y</body></message>`,
		`<message to='a@b'><body/></message>`,
		`<presence><show>asleep</show></presence>`,
		`<presence to='a@b'><priority>0</priority><body>of a message</body></presence>`,
		`<message to='a@b'><body>x<b xmlns='urn:x'/></body></message>`,
	} {
		if got := parsed(t, words).Copy().String(); got != words {
			t.Errorf("%s became\n%s", words, got)
		}
	}
}

func parsed(t *testing.T, words string) Stanza {
	t.Helper()
	n, err := element.ParseIn(element.NSClient, []byte(words))
	if err != nil {
		t.Fatalf("%s: %v", words, err)
	}
	s, _ := Of(n)
	return s
}
