package stanza

import (
	"errors"
	"fmt"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/adversarial"
	"github.com/emp-framework/emp/jid"
)

// judge runs Of over stanzas and compares what it says.
func judge(t *testing.T, cases []struct{ name, stanza, want string }) {
	t.Helper()
	for _, c := range cases {
		s, err := ParseString(c.stanza)
		if got := outcome(s, err); got != c.want {
			t.Errorf("%s: %s: got %s, want %s", c.name, c.stanza, got, c.want)
		}
	}
}

const errorChild = "<error type='cancel'><conflict xmlns='" + NSErrors + "'/></error>"

func TestT01IQNeedsIDAndType(t *testing.T) {
	judge(t, []struct{ name, stanza, want string }{
		{"in order", from("iq", "id='1' type='get'") + "<q xmlns='urn:x'/></iq>", "ok"},
		{"empty id is an id", from("iq", "id='' type='get'") + "<q xmlns='urn:x'/></iq>", "ok"},
		{"no id", from("iq", "type='get'") + "<q xmlns='urn:x'/></iq>", "bad-request"},
		{"no id, result", from("iq", "type='result'") + "</iq>", "drop:malformed-stanza"},
		{"no id, error", from("iq", "type='error'") + errorChild + "</iq>", "drop:malformed-stanza"},
		{"no type", from("iq", "id='1'") + "<q xmlns='urn:x'/></iq>", "bad-request"},
		{"empty type", from("iq", "id='1' type=''") + "<q xmlns='urn:x'/></iq>", "bad-request"},
		{"sem-011 case", from("iq", "id='1' type='GET'") + "<q xmlns='urn:x'/></iq>", "bad-request"},
		{"type of a message", from("iq", "id='1' type='chat'") + "<q xmlns='urn:x'/></iq>", "bad-request"},
	})
}

// What a sender is told says what was wanted of him.
func TestT01TextsOfErrors(t *testing.T) {
	const q = "<q xmlns='urn:x'/></iq>"
	for in, want := range map[string]string{
		from("iq", "id='1'") + q:                         "an iq needs a type: get, set, result or error",
		from("iq", "id='1' type='chat'") + q:             "an iq needs a type: get, set, result or error",
		from("iq", "type='get'") + q:                     "an iq needs an id",
		from("presence", "type='bogus'") + "</presence>": "the types of presence are unavailable, subscribe, subscribed, unsubscribe, unsubscribed, probe and error, or none",
		from("iq", "id='1' type='set'") + "</iq>":        "an iq get or set holds exactly one element, a result at most one",
		from("message", "") + errorChild + "</message>":  "an error element belongs into a stanza of type error",
		"<message from='a@b' to='@'/>":                   "the recipient's address is malformed",
		"<message from='a@b'><body>hi</body></message>":  "no recipient: the stanza has no to",
	} {
		var f Fault
		if _, err := ParseString(in); !errors.As(err, &f) || f.Text != want {
			t.Errorf("%s: %v, want %s", in, err, want)
		}
	}
}

func TestT04IQChildren(t *testing.T) {
	judge(t, []struct{ name, stanza, want string }{
		{"sem-012 get, none", from("iq", "id='1' type='get'") + "</iq>", "bad-request"},
		{"set, only text", from("iq", "id='1' type='set'") + "x</iq>", "bad-request"},
		{"get, two", from("iq", "id='1' type='get'") + "<a xmlns='urn:x'/><b xmlns='urn:x'/></iq>", "bad-request"},
		{"set, space around", from("iq", "id='1' type='set'") + " <a xmlns='urn:x'/>\n</iq>", "ok"},
		{"result, none", from("iq", "id='1' type='result'") + "</iq>", "ok"},
		{"result, one", from("iq", "id='1' type='result'") + "<a xmlns='urn:x'/></iq>", "ok"},
		{"result, two", from("iq", "id='1' type='result'") + "<a xmlns='urn:x'/><b xmlns='urn:x'/></iq>", "drop:malformed-stanza"},
		{"error, error child", from("iq", "id='1' type='error'") + "<a xmlns='urn:x'/>" + errorChild + "</iq>", "ok"},
		{"error, no error child", from("iq", "id='1' type='error'") + "</iq>", "ok"},
		{"sem-025 message error, no error child", from("message", "id='1' type='error'") + "</message>", "ok"},
	})
}

func TestT06ErrorChild(t *testing.T) {
	judge(t, []struct{ name, stanza, want string }{
		{"sem-047 get", from("iq", "id='1' type='get'") + errorChild + "</iq>", "bad-request"},
		{"result", from("iq", "id='1' type='result'") + errorChild + "</iq>", "drop:malformed-stanza"},
		{"chat", from("message", "type='chat'") + "<body>x</body>" + errorChild + "</message>", "bad-request"},
		{"groupchat", from("message", "type='groupchat'") + errorChild + "</message>", "drop:malformed-stanza"},
		{"subscribe", from("presence", "type='subscribe'") + errorChild + "</presence>", "bad-request"},
		{"available", from("presence", "") + errorChild + "</presence>", "drop:malformed-stanza"},
		{"another's error", from("message", "") + "<error xmlns='urn:x'/></message>", "ok"},
	})
}

func TestT19Types(t *testing.T) {
	judge(t, []struct{ name, stanza, want string }{
		{"sem-028", from("presence", "type='bogus'") + "</presence>", "bad-request"},
		{"type of an iq", from("presence", "type='get'") + "</presence>", "bad-request"},
		{"case", from("presence", "type='Probe'") + "</presence>", "bad-request"},
	})
	for attr, want := range map[string]Type{
		"": TypeNormal, "type=''": TypeNormal, "type='bogus'": TypeNormal /* sem-027 */, "type='CHAT'": TypeNormal,
		"type='subscribe'": TypeNormal, "type='normal'": TypeNormal, "type='chat'": TypeChat, "type='groupchat'": TypeGroupchat,
		"type='headline'": TypeHeadline, "type='error'": TypeError,
	} {
		if s := read(t, from("message", attr)+"</message>"); s.Type != want {
			t.Errorf("message %s: type %q, want %q", attr, s.Type, want)
		}
	}
	for _, want := range []Type{
		TypeAvailable, TypeUnavailable, TypeSubscribe, TypeSubscribed, TypeUnsubscribe, TypeUnsubscribed, TypeProbe, TypeError,
	} {
		attr := "type='" + string(want) + "'"
		if want == TypeAvailable {
			attr = ""
		}
		if s := read(t, from("presence", attr)+"</presence>"); s.Type != want {
			t.Errorf("presence %s: type %q", attr, s.Type)
		}
	}
}

func TestJ07Addresses(t *testing.T) {
	judge(t, []struct{ name, stanza, want string }{
		{"sem-001 no from", "<message to='bot@comp.localhost'><body>x</body></message>", "drop:no-from"},
		{"sem-005 bad from", "<message from='a@@b' to='bot@comp.localhost'><body>x</body></message>", "drop:malformed-from"},
		{"empty from", "<message from='' to='bot@comp.localhost'/>", "drop:malformed-from"},
		{"bad from, bad to", "<message from='@b' to='@'/>", "drop:malformed-from"},
		{"sem-006 bad to, get", "<iq type='get' id='1' from='alice@localhost/r' to='a b@comp.localhost'><ping xmlns='urn:xmpp:ping'/></iq>", "jid-malformed"},
		{"bad to beats bad content", "<iq type='get' id='1' from='alice@localhost/r' to='a b@comp.localhost'/>", "jid-malformed"},
		{"bad to, chat", "<message type='chat' from='a@b' to='@b'/>", "jid-malformed"},
		{"bad to, subscribe", "<presence type='subscribe' from='a@b' to='@b'/>", "jid-malformed"},
		{"bad to, result", "<iq type='result' id='1' from='a@b' to='@b'/>", "drop:malformed-to"},
		{"bad to, available", "<presence from='a@b' to='@b'/>", "drop:malformed-to"},
		{"bad to, groupchat", "<message type='groupchat' from='a@b' to='@b'/>", "drop:malformed-to"},
		{"no to", "<message from='a@b'/>", "bad-request"},
		{"no to, error", "<message type='error' from='a@b'/>", "drop:no-to"},
		{"attribute of another namespace", "<message xmlns:x='urn:x' x:from='a@b' to='c@d'/>", "drop:no-from"},
	})
}

func TestJ08ReceivedSpelling(t *testing.T) {
	s := read(t, "<message from='Alice@LOCALHOST/R' to='Bot@comp.localhost'/>")
	if s.From.JID != jid.MustParse("alice@localhost/R") || s.From.String() != "Alice@LOCALHOST/R" || s.To.String() != "Bot@comp.localhost" {
		t.Errorf("from %v to %v", s.From, s.To)
	}
}

func TestT13Defaults(t *testing.T) {
	d := Defaults{From: received(t, "me@example.org"), To: received(t, "me@example.org/here"), Lang: "de"}
	n, err := element.ParseString("<iq xmlns='jabber:client' type='result' id='1'/>")
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.Of(n)
	if err != nil || s.From != d.From || s.To != d.To || s.Lang != "de" {
		t.Errorf("%v: from %v to %v lang %q", err, s.From, s.To, s.Lang)
	}
}

func TestDropNotStanza(t *testing.T) {
	judge(t, []struct{ name, stanza, want string }{
		{"another element", "<r from='a@b' to='c@d'/>", "drop:not-a-stanza"},
		{"case", "<Message from='a@b' to='c@d'/>", "drop:not-a-stanza"},
		{"another namespace", "<message xmlns='urn:x' from='a@b' to='c@d'/>", "drop:not-a-stanza"},
	})
	if _, err := Of(element.Node{}); err != DropNotStanza {
		t.Errorf("none: %v", err)
	}
	s := read(t, from("message", "")+"</message>")
	if again, err := Of(s.Node.Document()); err != nil || again.Node != s.Node {
		t.Errorf("document: %v", err)
	}
	if _, err := Of(s.Node.FirstAttr()); err != DropNotStanza {
		t.Errorf("attribute: %v", err)
	}
}

// A forged carbon (sem-040): what is forwarded has no say in who sent it.
func TestForwardedIsPayload(t *testing.T) {
	s := read(t, from("message", "")+"<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>"+
		"<message xmlns='jabber:client' from='boss@localhost' to='bot@comp.localhost'><body>pay</body><thread>t</thread>"+
		"<delay xmlns='urn:xmpp:delay' stamp='2020-01-01T00:00:00Z'/></message></forwarded></received></message>")
	if s.From.String() != alice || s.Body() != "" || s.Thread() != "" || s.Payload.Local() != "received" {
		t.Errorf("from %v, body %q", s.From, s.Body())
	}
	if _, ok := s.Delay(); ok {
		t.Error("delay of the forwarded message")
	}
	if o := s.Reply("no"); o.To.String() != alice {
		t.Errorf("reply to %v", o.To)
	}
	inner := s.Payload.FirstElement().FirstElement()
	if _, err := Of(inner); err != DropNotStanza {
		t.Errorf("inner message: %v", err)
	}
}

func TestPayload(t *testing.T) {
	for _, c := range []struct{ stanza, want string }{
		{from("iq", "id='1' type='get'") + "<q xmlns='urn:x'/></iq>", "q"},
		{from("iq", "id='1' type='result'") + "</iq>", ""},
		{from("iq", "id='1' type='error'") + "<q xmlns='urn:x'/>" + errorChild + "</iq>", "q"},
		{from("iq", "id='1' type='error'") + errorChild + "<q xmlns='urn:x'/></iq>", "q"},
		{from("message", "") + "<body>x</body><active xmlns='urn:x'/></message>", "active"},
		{from("message", "type='error'") + "<body>x</body>" + errorChild + "</message>", ""},
		{from("presence", "") + "<show>away</show><c xmlns='urn:x'/><d xmlns='urn:x'/></presence>", "c"},
	} {
		if s := read(t, c.stanza); s.Payload.Local() != c.want {
			t.Errorf("%s: payload %q, want %q", c.stanza, s.Payload.Local(), c.want)
		}
	}
}

func TestRequestOrAnswer(t *testing.T) {
	for typ, want := range map[string][2]bool{"get": {true, false}, "set": {true, false}, "result": {false, true}, "error": {false, true}} {
		s, _ := ParseString(from("iq", "id='1' type='"+typ+"'") + "</iq>")
		if got := [2]bool{s.IsRequest(), s.IsAnswer()}; got != want {
			t.Errorf("%s: %v", typ, got)
		}
	}
	if s := read(t, from("message", "type='error'")+"</message>"); s.IsAnswer() || s.IsRequest() {
		t.Error("a message is neither")
	}
}

// Beside an error the view holds what could be read: a broken answer can still
// be given to who waits for it.
func TestViewBesideError(t *testing.T) {
	s, err := ParseString(from("iq", "id='7' type='result'") + "<a xmlns='urn:x'/><b xmlns='urn:x'/></iq>")
	if err == nil || s.ID != "7" || s.From.String() != alice || s.Kind != IQ || s.Type != TypeResult {
		t.Errorf("%v %+v", err, s)
	}
}

func TestViewCosts(t *testing.T) {
	n := read(t, benchMessage).Node
	if got := testing.AllocsPerRun(100, func() {
		if s, err := Of(n); err != nil || s.Body() == "" {
			t.Fatal(err)
		}
	}); got != 0 {
		t.Errorf("Of and Body allocate %v times", got)
	}
}

const benchMessage = "<message from='alice@example.org/desktop' to='bot@comp.localhost' type='chat' id='purple1234' xml:lang='en'>" +
	"<body>Parting is such sweet sorrow that I shall say good night till it be morrow.</body>" +
	"<thread>e0ffe42b28561960c6b12b944a092794b9683a38</thread><active xmlns='http://jabber.org/protocol/chatstates'/></message>"

const benchPing = "<iq from='alice@example.org/desktop' to='comp.localhost' type='get' id='1234'><ping xmlns='urn:xmpp:ping'/></iq>"

func BenchmarkOfMessage(b *testing.B) { benchmarkOf(b, benchMessage) }
func BenchmarkOfPing(b *testing.B)    { benchmarkOf(b, benchPing) }

func benchmarkOf(b *testing.B, s string) {
	n := read(b, s).Node
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Of(n); err != nil {
			b.Fatal(err)
		}
	}
}

func TestStanzaString(t *testing.T) {
	s, err := ParseString("<message from='a@b' to='c'><body>hi</body></message>")
	if got := fmt.Sprint(s); err != nil || got != "<message xmlns='jabber:client' from='a@b' to='c'><body>hi</body></message>" {
		t.Errorf("%s, %v", got, err)
	}
}

// A Viewer sees what Of does, whatever it has seen before.
func TestViewer(t *testing.T) {
	v := Viewer{Defaults: Defaults{Lang: "de"}}
	var got Stanza
	inputs := []string{benchPing, "<x/>", benchMessage, "<iq xmlns='urn:x'/>"}
	for _, c := range adversarial.Cases("stanza-semantics") {
		inputs = append(inputs, string(c.Data))
	}
	for range 2 {
		for _, in := range inputs {
			n, err := element.ParseIn(element.NSClient, []byte(in))
			if err != nil {
				continue
			}
			want, wantErr := v.Defaults.Of(n)
			if err := v.View(n, &got); got != want || err != wantErr {
				t.Errorf("%s: %+v, %v, want %+v, %v", in, got, err, want, wantErr)
			}
		}
	}
}
