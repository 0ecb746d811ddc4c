package stream

import (
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

func address(t *testing.T, s string) jid.Address {
	a, err := jid.Received(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestK05Addresses: every stanza has a to, and a from under our domain, written
// as the server knows it.
func TestK05Addresses(t *testing.T) {
	for _, tc := range []struct{ from, want string }{
		{"", "comp.localhost"},
		{"comp.localhost", "comp.localhost"},
		{"Bot@comp.localhost/R", "Bot@comp.localhost/R"},
		{"bot@COMP.localhost/R", "bot@comp.localhost/R"},
		{"COMP.LOCALHOST/a@b/c", "comp.localhost/a@b/c"},
		{"x@comp.localhost./r", "x@comp.localhost/r"},
		{"bob@localhost", ""},
		{"x@sub.comp.localhost", ""},
		{"localhost/comp.localhost", ""},
		{"a@xcomp.localhost", ""},
		{"localhost/a@comp.localhost", ""},
	} {
		link, srv := dial(t)
		out := stanza.NewMessage(alice, "")
		if tc.from != "" {
			out.From = address(t, tc.from)
		}
		err := link.Send(t.Context(), out)
		if tc.want == "" {
			if err == nil || !strings.Contains(err.Error(), "not under comp.localhost") {
				t.Errorf("from %s: %v", tc.from, err)
			}
			err = link.Send(t.Context(), stanza.NewMessage(alice, "next"))
			srv.hear("<message from='comp.localhost' to='alice@localhost/r'><body>next</body></message>")
		} else {
			srv.hear("<message from='" + tc.want + "' to='alice@localhost/r'/>")
		}
		if err != nil && tc.want != "" {
			t.Errorf("from %s: %v", tc.from, err)
		}
		link.Abort()
	}
}

// TestK06Refused: what would make a server end the stream is refused with its
// place, and nothing of the call is sent.
func TestK06Refused(t *testing.T) {
	payload := func(b *element.Builder) stanza.Out { return stanza.NewMessage(alice, "").Add(b) }
	deep := element.New("urn:x", "a")
	for at, i := deep, 0; i < 256; i++ {
		at = at.NewChild("a")
	}
	wide, many := element.New("urn:x", "a"), element.New("urn:x", "a")
	for i := range 10000 {
		if i < 257 {
			many.Attr("a"+strings.Repeat("b", i), "")
		}
		wide.NewChild("b")
	}
	for name, tc := range map[string]struct {
		out  stanza.Out
		want string
	}{
		"no to":         {stanza.Out{Kind: stanza.Message}, "stream: cannot send message: it has no to"},
		"no kind":       {stanza.Out{To: alice.Address()}, "stream: cannot send"},
		"no id":         {stanza.Out{Kind: stanza.IQ, Type: stanza.TypeGet, To: alice.Address()}, "stream: cannot send iq to alice@localhost/r: stanza: "},
		"control":       {stanza.NewMessage(alice, "a\x00b"), "U+0000"},
		"U+FFFE":        {stanza.NewMessage(alice, "a\uFFFEb"), "U+FFFE"},
		"UTF-8":         {stanza.NewMessage(alice, "a\xffb"), "UTF-8"},
		"id":            {stanza.Out{Kind: stanza.Message, To: alice.Address(), ID: "\x01"}, "U+0001"},
		"new names":     {payload(element.New("urn:x", "Ͱ")), "not every XML parser"},
		"prefix":        {payload(element.New("urn:x", "stream:error")), "colon"},
		"xmlns":         {payload(element.New("urn:x", "a").Attr("xmlns", "y")), "xmlns"},
		"deep":          {payload(deep), "256 elements deep"},
		"wide":          {payload(wide), "10000 elements"},
		"attributes":    {payload(many), "256 attributes"},
		"big":           {stanza.NewMessage(alice, strings.Repeat("x", 600000)), "524288 bytes"},
		"big in escape": {stanza.NewMessage(alice, strings.Repeat("<", 200000)), "524288 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			link, srv := dial(t)
			err := link.Send(t.Context(), stanza.NewMessage(alice, "with it"), tc.out)
			if err == nil || !strings.HasPrefix(err.Error(), "stream: cannot send ") || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v", err)
			}
			if again := link.Check(stanza.NewMessage(alice, "with it"), tc.out); again == nil || again.Error() != err.Error() {
				t.Errorf("Check: %v", again)
			}
			if len(err.Error()) > 500 || strings.ContainsAny(err.Error(), "\x00\x01\n") {
				t.Errorf("unfit for a log: %q", err)
			}
			if err := link.Send(t.Context(), stanza.NewMessage(alice, "next")); err != nil {
				t.Error(err)
			}
			srv.hear("<message from='comp.localhost' to='alice@localhost/r'><body>next</body></message>")
			link.Abort()
			if err := link.Check(stanza.NewMessage(alice, "next")); err != nil {
				t.Errorf("Check of a good one on a link that is down: %v", err)
			}
		})
	}
}

// TestS09Scope: what came from any stream goes out in ours, without a
// declaration of the content namespace (K06), and with those it needs (S06).
func TestS09Scope(t *testing.T) {
	link, srv := dial(t)
	for in, want := range map[string]string{
		"<message xmlns='jabber:client' to='alice@localhost' from='comp.localhost'><body>x</body></message>":                                                                            "<message from='comp.localhost' to='alice@localhost'><body>x</body></message>",
		"<message xmlns='jabber:client' xmlns:p='urn:p' to='alice@localhost' from='comp.localhost'><p:a p:b='1'><c xmlns='urn:c'/></p:a></message>":                                     "<message from='comp.localhost' to='alice@localhost'><a xmlns='urn:p' xmlns:a1='urn:p' a1:b='1'><c xmlns='urn:c'/></a></message>",
		"<message xmlns='jabber:client' to='alice@localhost' from='comp.localhost'><f xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><body>x</body></message></f></message>": "<message from='comp.localhost' to='alice@localhost'><f xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><body>x</body></message></f></message>",
	} {
		s, err := stanza.ParseString(in)
		if err != nil {
			t.Fatal(err)
		}
		out := stanza.Out{Kind: s.Kind, To: s.To, From: s.From}
		for c := range s.Node.Children() {
			out = out.Add(c)
		}
		if err := link.Send(t.Context(), out); err != nil {
			t.Error(err)
		}
		srv.hear(want)
	}
}
