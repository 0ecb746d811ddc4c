package stanza

import (
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

var juliet = jid.MustParse("juliet@example.org/balcony")

func TestOutRoundTrip(t *testing.T) {
	x := element.New("urn:x", "x").Attr("a", "1").Text("t")
	for _, o := range []Out{
		NewMessage(juliet, "Hi & <bye>\n"),
		NewMessage(juliet, "", x),
		NewPresence(TypeAvailable, juliet),
		NewPresence(TypeProbe, juliet, x),
		NewIQ(TypeGet, juliet, x),
		NewIQ(TypeSet, juliet, x),
		NewMessage(juliet, "x").WithOriginID(),
		{Kind: Message, Type: TypeHeadline, To: juliet.Address(), From: juliet.Bare().Address(), ID: "1", Lang: "de",
			Subject: "s", Body: "b", Thread: "t", Payload: []element.Node{element.Text(element.NSClient, "body", "b2"), x.Node()}},
		{Kind: Presence, To: juliet.Address(), Show: ShowDND, Status: "out", Priority: -128, Payload: []element.Node{x.Node()}},
		{Kind: Presence, Type: TypeUnavailable, To: juliet.Address(), Status: "bye"},
	} {
		if o.From.IsZero() {
			o.From = received(t, bot)
		}
		s := again(t, o)
		if s.Kind != o.Kind || s.From.String() != o.From.String() || s.To.String() != o.To.String() || s.ID != o.ID || s.Lang != o.Lang ||
			s.Subject() != o.Subject || s.Body() != o.Body || s.Thread() != o.Thread ||
			s.Show() != o.Show || s.Status() != o.Status || s.Priority() != o.Priority {
			t.Errorf("%+v became %s", o, dump(s.Node))
		}
		if s.Type != o.Type && !(s.Type == TypeNormal && o.Type == "") {
			t.Errorf("type %q became %q", o.Type, s.Type)
		}
	}
}

func TestOutCheck(t *testing.T) {
	q := element.Text("urn:x", "q", "")
	to := juliet.Address()
	f := Forbidden.Fault()
	for _, c := range []struct {
		name string
		out  Out
		want string // in the error; "" for none
	}{
		{"T01 type", Out{Kind: IQ, To: to, ID: "1", Payload: []element.Node{q}}, "stanza: cannot send iq: an iq needs a type: get, set, result or error"},
		{"T01 id", Out{Kind: IQ, Type: TypeGet, To: to, Payload: []element.Node{q}}, "an iq needs an id"},
		{"T02 empty id", Out{Kind: IQ, Type: TypeResult, To: to}, ""},
		{"T04 none", Out{Kind: IQ, Type: TypeGet, To: to, ID: "1"}, "no payload"},
		{"T04 two", Out{Kind: IQ, Type: TypeSet, To: to, ID: "1", Payload: []element.Node{q, q}}, "2 elements"},
		{"T04 result of two", Out{Kind: IQ, Type: TypeResult, To: to, ID: "1", Payload: []element.Node{q, q}}, "2 elements"},
		{"T05 no error child", Out{Kind: IQ, Type: TypeError, To: to, ID: "1"}, "Fault"},
		{"T05 error", Out{Kind: Message, Type: TypeError, To: to, Fault: &f, Payload: []element.Node{element.Text(element.NSClient, "q", "")}}, ""},
		{"T05 error of an iq", Out{Kind: IQ, Type: TypeError, To: to, Fault: &f, Payload: []element.Node{q}}, ""},
		{"T06 error child", Out{Kind: Message, To: to, Fault: &f}, "Fault"},
		{"T06 error child by hand", Out{Kind: Message, To: to, Payload: []element.Node{f.Node()}}, "see Fault"},
		{"T11 none", NewIQ(TypeGet, juliet, element.New("", "q")), "no namespace"},
		{"T11 not made", NewIQ(TypeSet, juliet, element.From(make(chan int))), "stanza: cannot send iq of type set: element: marshal chan int: xml: unsupported type: chan int"},
		{"T11 no name", NewIQ(TypeSet, juliet, element.New("", "")), "an empty name"},
		{"T11 client", NewIQ(TypeGet, juliet, element.New(element.NSClient, "q")), "jabber:client"},
		{"T11 server", NewMessage(juliet, "", element.New("jabber:server", "q")), "jabber:server"},
		{"T11 component", NewMessage(juliet, "", element.New("jabber:component:accept", "q")), "jabber:component:accept"},
		{"T11 streams", NewMessage(juliet, "", element.New("http://etherx.jabber.org/streams", "error")), "streams"},
		{"T11 another body", NewMessage(juliet, "a", element.Text(element.NSClient, "body", "b")), ""},
		{"text", NewMessage(juliet, "", q.Document().Root().First()), ""}, // none: nothing is added
		{"P07 show", Out{Kind: Presence, Type: TypeUnavailable, To: to, Show: ShowAway}, "available"},
		{"P07 priority", Out{Kind: Presence, Type: TypeUnavailable, To: to, Priority: 1}, "available"},
		{"P07 unknown show", Out{Kind: Presence, To: to, Show: "party"}, `"party": it is away, chat, dnd, xa or none`},
		{"kind", Out{}, "Kind"},
		{"kind 9", Out{Kind: 9}, "Kind"},
		{"type of another kind", Out{Kind: Message, Type: TypeGet, To: to}, "the types of a message are normal, chat, "},
		{"body of an iq", Out{Kind: IQ, Type: TypeResult, To: to, Body: "x"}, "Body"},
		{"body of presence", Out{Kind: Presence, To: to, Body: "x"}, "Body"},
		{"status of a message", Out{Kind: Message, To: to, Status: "x"}, "Status"},
		{"language", Out{Kind: Message, To: to, Lang: "<"}, "language"},
		{"normal", Out{Kind: Message, Type: TypeNormal, To: to}, ""},
	} {
		err := c.out.Check()
		var w element.Writer
		written := c.out.AppendTo(&w)
		switch {
		case c.want == "" && err == nil && written == nil:
		case c.want == "" || err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "stanza: cannot send "):
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		case written == nil || len(w.Bytes()) > 0:
			t.Errorf("%s: written: %s", c.name, w.Bytes())
		}
	}
}

func TestP02RequestsGoToTheBareJID(t *testing.T) {
	if o := NewPresence(TypeSubscribe, juliet); o.To.JID != juliet.Bare() {
		t.Errorf("to %v", o.To)
	}
	if o := NewPresence(TypeProbe, juliet); o.To.JID != juliet {
		t.Errorf("to %v", o.To)
	}
}

// Two stanzas made from one must not write into each other's payload.
func TestOutIsAValue(t *testing.T) {
	base := NewMessage(juliet, "x").Add(element.New("urn:x", "a"), element.New("urn:x", "b"), element.New("urn:x", "c"))
	one, two := base.Add(element.New("urn:x", "one")), base.Add(element.New("urn:x", "two"))
	if len(base.Payload) != 3 || one.Payload[3].Local() != "one" || two.Payload[3].Local() != "two" {
		t.Errorf("%v", one.Payload[3].Name())
	}
}

func TestAddNothing(t *testing.T) {
	var b *element.Builder
	if o := NewMessage(juliet, "x", nil, element.Node{}, b); len(o.Payload) != 0 {
		t.Errorf("%d elements", len(o.Payload))
	}
	if err := NewIQ(TypeGet, juliet, nil).Check(); err == nil {
		t.Error("an iq get of nothing")
	}
}

func TestOriginID(t *testing.T) {
	o := Out{Kind: Message, To: juliet.Address(), From: received(t, bot), ID: "mine"}.WithOriginID()
	if s := again(t, o); s.ID != "mine" || s.OriginID() != "mine" {
		t.Errorf("%+v", s)
	}
	if o := NewMessage(juliet, "x").WithOriginID(); o.ID == "" || o.OriginID() != o.ID || o.Node().Child(NSStanzaID, "origin-id").Attr("id") != o.ID {
		t.Errorf("%+v", o)
	}
	if twice := o.WithOriginID().WithOriginID(); twice.OriginID() != "mine" || strings.Count(twice.String(), "<origin-id") != 1 {
		t.Errorf("twice: %v", twice.String())
	}
	own := Out{Kind: Message, To: juliet.Address(), From: received(t, bot)}.Add(element.New(NSStanzaID, "origin-id").Attr("id", "own"))
	if s := again(t, own.WithOriginID()); s.OriginID() != "own" || s.ID != "" {
		t.Errorf("%v", s.Node)
	}
	iq := NewIQ(TypeGet, juliet, element.New("urn:x", "q")).WithOriginID()
	if iq.Check() == nil {
		t.Error("an iq get of two elements")
	}
}

func TestNewID(t *testing.T) {
	seen := map[string]bool{}
	for range 10000 {
		id := NewID()
		if len(id) != 22 || seen[id] || strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
}

// TestNewIDBits: each of the 128 bits is one that nobody can foresee.
func TestNewIDBits(t *testing.T) {
	var ones [132]int
	const n = 4000
	for range n {
		for i, letter := range NewID() {
			six := strings.IndexRune(letters, letter)
			for bit := range 6 {
				ones[6*i+bit] += six >> bit & 1
			}
		}
	}
	random := 0
	for bit, n1 := range ones {
		if n1 > n/4 && n1 < 3*n/4 {
			random++
		} else if n1 != 0 {
			t.Errorf("bit %d is set in %d of %d ids", bit, n1, n)
		}
	}
	if random != 128 {
		t.Errorf("%d bits are random", random)
	}
}

// What cannot be written as XML leaves nothing behind (out-008, out-009,
// out-017), and the stanzas beside it are whole.
func TestAppendToLeavesNothingOfARefusedStanza(t *testing.T) {
	var w element.Writer
	good := NewMessage(juliet, "x")
	for _, bad := range []Out{
		NewMessage(juliet, "a\ufffeb"), NewMessage(juliet, "a\x00"), NewMessage(juliet, "a\xffb"),
		NewMessage(juliet, "", element.New("urn:x", "\u0370")), NewMessage(juliet, "", element.New("urn:x", "a b")), {},
	} {
		w.Reset()
		if err := good.AppendTo(&w); err != nil {
			t.Fatal(err)
		}
		want := string(w.Bytes())
		if err := bad.AppendTo(&w); err == nil || !strings.HasPrefix(err.Error(), "stanza: cannot send ") {
			t.Errorf("%v: %v", bad.Node(), err)
		}
		if got := string(w.Bytes()); got != want {
			t.Errorf("left behind: %s", got)
		}
		if err := good.AppendTo(&w); err != nil || string(w.Bytes()) != want+want {
			t.Errorf("after an error: %v %s", err, w.Bytes())
		}
	}
}

// outMessage is a message of about 300 bytes.
func outMessage(t testing.TB) Out {
	s := read(t, benchMessage)
	o := s.Reply(s.Body(), element.New("http://jabber.org/protocol/chatstates", "active"))
	o.ID = "purple1234"
	return o
}

func TestWritingCosts(t *testing.T) {
	o := outMessage(t)
	w := new(element.Writer)
	if got := testing.AllocsPerRun(100, func() {
		w.Reset()
		if err := o.AppendTo(w); err != nil {
			t.Fatal(err)
		}
	}); got != 0 {
		t.Errorf("writing allocates %v times", got)
	}
}

func BenchmarkAppendMessage(b *testing.B) {
	o, w := outMessage(b), &element.Writer{Space: element.NSClient}
	b.ReportAllocs()
	for b.Loop() {
		w.Reset()
		if err := o.AppendTo(w); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(len(w.Bytes())))
}

func BenchmarkReply(b *testing.B) {
	s := read(b, benchMessage)
	b.ReportAllocs()
	for b.Loop() {
		if o := s.Reply("Hackity Hack!"); o.Kind != Message {
			b.Fatal(o)
		}
	}
}

func BenchmarkNewID(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		NewID()
	}
}

// Each text by itself is written where it belongs, and refused in an iq.
func TestOutEachText(t *testing.T) {
	for _, o := range []Out{
		{Kind: Message, Subject: "s"}, {Kind: Message, Body: "b"}, {Kind: Message, Thread: "t"},
		{Kind: Presence, Show: ShowAway}, {Kind: Presence, Status: "s"}, {Kind: Presence, Priority: -1},
	} {
		o.To = jid.MustParse("a@b").Address()
		if words := write(t, o); !strings.Contains(words, "</") {
			t.Errorf("%+v is written as %s", o, words)
		}
		if o.Kind, o.Type = IQ, TypeResult; o.Check() == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

// An error is of a kind as well: what is of none is refused, not written.
func TestOutErrorOfNoKind(t *testing.T) {
	for _, kind := range []Kind{0, IQ + 1} {
		if err := (Out{Kind: kind, Type: TypeError, Fault: new(Fault)}).Check(); err == nil {
			t.Errorf("kind %d is taken", kind)
		}
	}
}

func TestOutFaultApp(t *testing.T) {
	attr := element.New("urn:x", "x").Attr("id", "4").Node().AttrNode("", "id")
	for _, app := range []element.Node{attr, element.New("urn:x", "x").Text("t").Node().First()} {
		o := NewIQ(TypeGet, juliet, element.New("urn:x", "x"))
		o.Type, o.Payload, o.Fault = TypeError, nil, &Fault{Condition: BadRequest, App: app}
		if err := o.Check(); err == nil {
			t.Errorf("an App that is %v is taken: %s", app.Kind(), o)
		}
	}
}
