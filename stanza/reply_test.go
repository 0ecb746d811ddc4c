package stanza

import (
	"math/rand/v2"
	"testing"

	"github.com/emp-framework/emp/element"
)

func TestT02ResultMirrorsID(t *testing.T) {
	for _, id := range []string{"1", "", "../../etc/passwd", "a&lt;b&quot;&apos;"} {
		s := read(t, from("iq", "type='get' id='"+id+"'")+"<q xmlns='urn:x'/></iq>")
		o := s.Result(element.New("urn:x", "r"))
		r := again(t, o)
		if r.Kind != IQ || r.Type != TypeResult || r.ID != s.ID || r.Node.AttrNode("", "id").IsZero() ||
			r.To.String() != alice || r.From.String() != bot || r.Payload.Local() != "r" {
			t.Errorf("%q: %+v", id, r)
		}
	}
	s, err := ParseString(from("iq", "type='get'") + "<q xmlns='urn:x'/></iq>")
	f, ok := err.(Fault)
	if !ok {
		t.Fatal(err)
	}
	o, _ := s.ErrorReply(f)
	if r := again(t, o); r.ID != "" || r.Node.AttrNode("", "id").IsZero() {
		t.Error("the answer to an iq without id has an empty one")
	}
	if got := s.Result().Check(); got != nil {
		t.Errorf("empty result: %v", got)
	}
}

func TestT03AnswersAreNotAnswered(t *testing.T) {
	for _, c := range []string{
		from("iq", "type='result' id='1'") + "</iq>", from("iq", "type='error' id='1'") + errorChild + "</iq>",
		from("message", "id='1'") + "</message>",
	} {
		if err := read(t, c).Result().Check(); err == nil {
			t.Errorf("%s has a result", c)
		}
	}
}

// Which stanzas may be answered with an error: DESIGN "An error is a protocol
// reply".
func TestT06WhoGetsErrors(t *testing.T) {
	yes := map[Kind][]Type{
		IQ: {TypeGet, TypeSet}, Message: {TypeNormal, TypeChat},
		Presence: {TypeSubscribe, TypeSubscribed, TypeUnsubscribe, TypeUnsubscribed, TypeProbe},
	}
	no := map[Kind][]Type{
		IQ: {TypeResult, TypeError}, Message: {TypeGroupchat, TypeHeadline, TypeError},
		Presence: {TypeAvailable, TypeUnavailable, TypeError},
	}
	for want, table := range map[bool]map[Kind][]Type{true: yes, false: no} {
		for kind, types := range table {
			for _, typ := range types {
				b := element.New(element.NSClient, kind.String()).Attr("from", alice).Attr("to", bot).Attr("id", "1")
				if typ != "" {
					b.Attr("type", string(typ))
				}
				if s, _ := Of(b.Node()); s.Kind != kind {
					t.Errorf("%v", s)
				} else if _, ok := s.ErrorReply(Forbidden.Fault()); ok != want {
					t.Errorf("%s %q: error reply %v", kind, typ, ok)
				}
			}
		}
	}
	if _, ok := (Stanza{Kind: IQ, Type: TypeGet}).ErrorReply(Forbidden.Fault()); ok {
		t.Error("an error to nobody")
	}
}

func TestT05ErrorReply(t *testing.T) {
	s := read(t, "<message from='Alice@localhost/R' to='Bot@comp.localhost' id='x' type='chat' xml:lang='de'><body>x</body></message>")
	o, ok := s.ErrorReply(Forbidden.Fault())
	if !ok {
		t.Fatal("none")
	}
	r := again(t, o)
	if r.Kind != Message || r.Type != TypeError || r.ID != "x" || r.To.String() != "Alice@localhost/R" ||
		r.From.String() != "Bot@comp.localhost" || r.Body() != "" {
		t.Errorf("%+v", r)
	}
	if n := r.Node.FirstElement(); n.Local() != "error" || !n.NextElement().IsZero() {
		t.Error("one error child and nothing else")
	}
	// sem-006: the malformed address is not written back.
	s, _ = ParseString("<iq type='get' id='1' from='alice@localhost/r' to='a b@comp.localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
	o, ok = s.ErrorReply(JIDMalformed.Fault())
	if n := o.Node(); !ok || !n.AttrNode("", "from").IsZero() || n.Attr("to") != "alice@localhost/r" {
		t.Errorf("%v from %q", ok, n.Attr("from"))
	}
}

// K05: a domain in another form than ours closes the stream.
func TestK05RepliesComeFromOurDomain(t *testing.T) {
	for to, want := range map[string]string{
		"bot@COMP.localhost": "bot@comp.localhost", "COMP.LOCALHOST": "comp.localhost", "comp.localhost.": "comp.localhost",
		"COMP.localhost/A@B": "comp.localhost/A@B", "Bot@comp.localhost/a@B/c": "Bot@comp.localhost/a@B/c",
		"comp.localhost/X@Y": "comp.localhost/X@Y", "BOT@Comp.localhost": "bot@comp.localhost",
	} {
		s := read(t, "<iq type='get' id='1' from='"+alice+"' to='"+to+"'><q xmlns='urn:x'/></iq>")
		if got := s.Result().From.String(); got != want {
			t.Errorf("to %s: reply from %s, want %s", to, got, want)
		}
	}
}

func TestT07Echo(t *testing.T) {
	s := read(t, from("iq", "type='get' id='1'")+"<q xmlns='urn:x' a='1'>t</q></iq>")
	o, ok := s.ErrorEcho(Forbidden.Fault())
	if !ok {
		t.Fatal("none")
	}
	r := again(t, o)
	same(t, r.Payload, s.Payload)
	if f, _ := r.Fault(); f.Condition != Forbidden {
		t.Errorf("%+v", f)
	}
	s = read(t, from("iq", "type='get' id='1'")+"<q xmlns='http://etherx.jabber.org/streams'/></iq>")
	if o, ok := s.ErrorEcho(Forbidden.Fault()); !ok || len(o.Payload) != 0 || o.Check() != nil {
		t.Error("what must not be sent is echoed")
	}
	s, err := ParseString(from("iq", "type='get'") + "<q xmlns='urn:x'/></iq>")
	if err == nil {
		t.Fatal("no fault")
	}
	if o, ok := s.ErrorEcho(BadRequest.Fault()); !ok || len(o.Payload) != 0 {
		t.Error("a malformed stanza is echoed")
	}
	if o, _ := s.ErrorReply(TooBig(1)); len(o.Payload) != 0 {
		t.Error("an oversize stanza is echoed")
	}
}

// Of a stanza beyond a limit the parser hands over the start tag; that is
// enough to tell the sender.
func TestT17ExcessIsAnswered(t *testing.T) {
	for stanza, want := range map[string]bool{
		from("iq", "type='set' id='1'") + "<q xmlns='urn:x'><r/></q></iq>":     true,
		from("message", "type='chat'") + "<q xmlns='urn:x'><r/></q></message>": true,
		from("iq", "type='result' id='1'") + "<q xmlns='urn:x'><r/></q></iq>":  false,
		from("presence", "") + "<q xmlns='urn:x'><r/></q></presence>":          false,
	} {
		p := element.Parser{Fragments: true, Space: element.NSClient, Limits: element.Limits{Depth: 2}}
		p.Feed([]byte(stanza))
		ev, err := p.Next()
		if err != nil || ev.Kind != element.EventExcess {
			t.Fatalf("%v %v", ev.Kind, err)
		}
		s, _ := Of(ev.Node)
		o, ok := s.ErrorReply(TooBig(2))
		if ok != want {
			t.Errorf("%s: answer %v", stanza, ok)
		}
		if !ok {
			continue
		}
		r := again(t, o)
		if f, _ := r.Fault(); f.Condition != PolicyViolation || f.App.Local() != "stanza-too-big" || r.ID != s.ID || !r.Payload.IsZero() {
			t.Errorf("%s: %s", stanza, dump(r.Node))
		}
	}
}

func TestReply(t *testing.T) {
	for _, c := range []struct {
		stanza string
		typ    Type
		to     string
		thread string
	}{
		{from("message", "type='chat' id='1'") + "<thread>t1</thread></message>", TypeChat, alice, "t1"},
		{from("message", "") + "</message>", TypeNormal, alice, ""},
		{from("message", "type='headline'") + "</message>", TypeHeadline, alice, ""},
		{"<message from='Room@muc.localhost/nick' to='" + bot + "' type='groupchat'/>", TypeGroupchat, "Room@muc.localhost", ""},
		{from("presence", "type='subscribe'") + "</presence>", TypeNormal, alice, ""},
	} {
		o := read(t, c.stanza).Reply("hi", element.New("urn:x", "more"))
		r := again(t, o)
		if r.Kind != Message || r.Type != c.typ || r.To.String() != c.to || r.From.String() != bot || r.ID != "" ||
			r.Thread() != c.thread || r.Body() != "hi" || r.Payload.Local() != "more" {
			t.Errorf("%s: %+v", c.stanza, r)
		}
	}
	for _, kind := range []string{"message", "presence"} {
		s := read(t, from(kind, "type='error'")+errorChild+"</"+kind+">")
		if s.Reply("hi").Check() == nil || s.ReplyPresence(TypeAvailable).Check() == nil {
			t.Errorf("%s of type error is replied to", kind)
		}
	}
}

func TestP02SubscriptionReplies(t *testing.T) {
	s := read(t, "<presence type='subscribe' id='s' from='Alice@localhost/r' to='Bot@comp.localhost/x'/>")
	for _, typ := range []Type{TypeSubscribed, TypeUnsubscribed, TypeSubscribe, TypeUnsubscribe, TypeAvailable} {
		r := again(t, s.ReplyPresence(typ))
		if r.Type != typ || r.To.String() != "Alice@localhost" || r.From.String() != "Bot@comp.localhost" || r.ID != "" {
			t.Errorf("%s: %+v", typ, r)
		}
	}
	// P05, P09: a probe is answered where it came from; its denial from bare to bare.
	s = read(t, "<presence type='probe' id='p' from='alice@localhost/r' to='bot@comp.localhost/x'/>")
	if r := again(t, s.ReplyPresence(TypeAvailable)); r.To.String() != alice || r.From.String() != bot+"/x" || r.ID != "" {
		t.Errorf("%+v", r)
	}
	if r := again(t, s.ReplyPresence(TypeUnsubscribed)); r.To.String() != "alice@localhost" || r.From.String() != bot {
		t.Errorf("%+v", r)
	}
}

// randomStanza makes a stanza that may break any rule.
func randomStanza(r *rand.Rand) element.Node {
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	b := element.New(element.NSClient, pick("iq", "message", "presence"))
	for _, a := range [][]string{
		{"from", alice, "alice@localhost", "a@@b", ""},
		{"to", bot, "comp.localhost", "COMP.localhost", "@", ""},
		{"id", "1", ""},
		{"type", "get", "set", "result", "error", "normal", "chat", "groupchat", "headline", "unavailable", "subscribe",
			"subscribed", "unsubscribe", "unsubscribed", "probe", "bogus", ""},
	} {
		if r.IntN(8) > 0 {
			b.Attr(a[0], pick(a[1:]...))
		}
	}
	for range r.IntN(3) {
		b.Add(element.New(pick(element.NSClient, "urn:x"), pick("error", "body", "thread", "q")).Text(pick("", "x")))
	}
	return b.Node()
}

// Whatever comes in: an error reply can be sent, is in order when it arrives,
// and gets no error reply itself.
func TestT03NoErrorLoops(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	answered := 0
	for range 20000 {
		s, err := Of(randomStanza(r))
		if checkView(t, s, err) {
			answered++
		}
	}
	if answered < 1000 {
		t.Errorf("only %d error replies", answered)
	}
}

// checkView holds what is true of every view; it reports whether there is an
// error reply.
func checkView(t *testing.T, s Stanza, err error) bool {
	t.Helper()
	switch err := err.(type) {
	case nil, Drop:
	case Fault:
		if _, ok := s.ErrorReply(err); !ok {
			t.Errorf("%s: Fault %v, but no answer", dump(s.Node), err)
		}
	default:
		t.Errorf("%s: %v", dump(s.Node), err)
	}
	if err == nil && (s.From.JID.IsZero() || s.To.JID.IsZero() || !s.Kind.knows(s.Type) || s.IsRequest() && s.Payload.IsZero()) {
		t.Errorf("%s: accepted", dump(s.Node))
	}
	if err == nil && s.IsRequest() {
		if r := again(t, s.Result()); r.ID != s.ID || r.To.JID != s.From.JID {
			t.Errorf("%s: result %s", dump(s.Node), dump(r.Node))
		}
	}
	o, ok := s.ErrorEcho(Forbidden.With("x"))
	if !ok {
		return false
	}
	if s.From.JID.IsZero() || s.Type == TypeError || s.IsAnswer() {
		t.Errorf("%s: error reply %s", dump(s.Node), dump(o.Node()))
	}
	if o.From.IsZero() {
		o.From = received(t, "comp.localhost") // as the link does
	}
	reply := again(t, o)
	if f, ok := reply.Fault(); !ok || f.Condition != Forbidden || reply.Kind != s.Kind || reply.ID != s.ID || reply.To.JID != s.From.JID {
		t.Errorf("%s: error reply %s", dump(s.Node), dump(reply.Node))
	}
	if _, ok := reply.ErrorReply(BadRequest.Fault()); ok {
		t.Errorf("%s: an error reply to an error reply", dump(s.Node))
	}
	if reply.Reply("x").Check() == nil || reply.Result().Check() == nil {
		t.Errorf("%s: a reply to an error reply", dump(s.Node))
	}
	return true
}
