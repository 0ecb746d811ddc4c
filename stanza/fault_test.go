package stanza

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// errorStanza returns the stanza of TypeError with this error child.
func errorStanza(t *testing.T, child string) Stanza {
	t.Helper()
	return read(t, from("message", "type='error' id='1'")+child+"</message>")
}

func TestT05ErrorChildRoundTrip(t *testing.T) {
	app := element.New("urn:x", "quota").Attr("left", "0")
	faults := []Fault{
		TooBig(10000),
		Gone.Fault().WithAddress("xmpp:romeo@afterlife.example?a&b"),
		Redirect.With("there").WithAddress("xmpp:c@d").WithApp(app),
		ItemNotFound.With("kein <Tweet> & %d", 7).WithLang("de").WithBy(jid.MustParse("proxy.localhost")),
		PolicyViolation.With("slow down").WithType(Wait),
		UndefinedCondition.Fault().WithType(Continue).WithApp(app),
	}
	for _, c := range Conditions() {
		faults = append(faults, c.Fault())
	}
	s := read(t, from("iq", "type='get' id='1'")+"<q xmlns='urn:x'/></iq>")
	for _, f := range faults {
		o, ok := s.ErrorReply(f)
		if !ok {
			t.Fatalf("%v: no reply", f)
		}
		reply := again(t, o)
		got, ok := reply.Fault()
		if !ok {
			t.Fatalf("%v: not an error", f)
		}
		same(t, got.App, f.App)
		got.App, f.App = element.Node{}, element.Node{}
		if got.By.JID != f.By.JID {
			t.Errorf("by %v, want %v", got.By, f.By)
		}
		got.By, f.By = jid.Address{}, jid.Address{}
		if got != f {
			t.Errorf("got %+v, want %+v", got, f)
		}
	}
}

func TestT08ForeignErrors(t *testing.T) {
	ns := " xmlns='" + NSErrors + "'"
	for _, c := range []struct {
		name, child string
		want        Fault
	}{
		{"none", "", Fault{Condition: UndefinedCondition, Type: Cancel}},
		{"empty", "<error/>", Fault{Condition: UndefinedCondition, Type: Cancel}},
		{"unknown", "<error type='wait'><teapot" + ns + "/></error>", Fault{Condition: UndefinedCondition, Type: Wait}},
		{"unknown type", "<error type='never'><conflict" + ns + "/></error>", Fault{Condition: Conflict, Type: Cancel}},
		{"no type", "<error><remote-server-timeout" + ns + "/></error>", Fault{Condition: RemoteServerTimeout, Type: Wait}},
		{"text first", "<error type='auth'><text" + ns + ">item-not-found</text><forbidden" + ns + "/></error>",
			Fault{Condition: Forbidden, Type: Auth, Text: "item-not-found"}},
		{"text only", "<error type='auth'><text" + ns + " xml:lang='en'>conflict</text></error>",
			Fault{Condition: UndefinedCondition, Type: Auth, Text: "conflict", Lang: "en"}},
		{"no language", "<error type='auth'><forbidden" + ns + "/><text" + ns + " xml:lang='&lt;b>'>x</text></error>",
			Fault{Condition: Forbidden, Type: Auth, Text: "x"}},
		{"malformed by", "<error type='auth' by='@'><forbidden" + ns + "/></error>", Fault{Condition: Forbidden, Type: Auth}},
		{"condition in another namespace", "<error type='auth'><forbidden/></error>", Fault{Condition: UndefinedCondition, Type: Auth}},
		{"address of another condition", "<error type='auth'><forbidden" + ns + ">xmpp:a@b</forbidden></error>", Fault{Condition: Forbidden, Type: Auth}},
	} {
		if got, ok := errorStanza(t, c.child).Fault(); !ok || got != c.want {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
	if _, ok := read(t, from("message", "")+"</message>").Fault(); ok {
		t.Error("a Fault of what is no error")
	}
}

// RFC 6120 section 8.3.2: the text of an error names its language.
func TestT05ErrorTextHasLanguage(t *testing.T) {
	german := ItemNotFound.With("kein Tweet").WithLang("de")
	for _, c := range []struct {
		fault Fault
		want  string
	}{
		{ItemNotFound.With("no tweet"), "en"},
		{ItemNotFound.Fault().WithText("no tweet"), "en"},
		{TooBig(10), "en"},
		{*noID, "en"},
		{german, "de"},
		{german.WithText("nichts da"), "de"},
		{Fault{Condition: ItemNotFound, Text: "says no language"}, ""},
	} {
		text := c.fault.Node().Child(NSErrors, "text")
		if got := text.AttrNode(element.NSXML, "lang").Value(); got != c.want {
			t.Errorf("%s: language %q, want %q", text, got, c.want)
		}
	}
	if ItemNotFound.Fault().Lang != "" {
		t.Error("a language of no text")
	}
}

// No text may keep an error from being sent: the answer is owed.
func TestT02FaultTextIsAlwaysSendable(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a\x00b\x1fc\ufffed\uffffe", "a\ufffdb\ufffdc\ufffdd\ufffde"},
		{"\xff\xc0 ok \ufffd\t\n", "\ufffd\ufffd ok \ufffd\t\n"},
		{"]]> <&'\"", "]]> <&'\""},
		{strings.Repeat("x", MaxFaultText+1), strings.Repeat("x", MaxFaultText)},
		{strings.Repeat("x", MaxFaultText-1) + "é", strings.Repeat("x", MaxFaultText-1)},
		{strings.Repeat("\x80", MaxFaultText+9), ""},
	} {
		s := read(t, from("iq", "type='get' id='1'")+"<q xmlns='urn:x'/></iq>")
		o, _ := s.ErrorReply(BadRequest.With("%s", c.text))
		f, _ := again(t, o).Fault()
		if f.Text != c.want {
			t.Errorf("%q: got %q, want %q", c.text, f.Text, c.want)
		}
	}
	if got := cut("aé", 2); got != "a" || !utf8.ValidString(got) {
		t.Errorf("cut: %q", got)
	}
}

// What the author wrote as condition, type or language cannot break the XML or
// the rules.
func TestT05FaultLiterals(t *testing.T) {
	s := read(t, from("iq", "type='get' id='1'")+"<q xmlns='urn:x'/></iq>")
	o, _ := s.ErrorReply(Fault{Condition: "no such>", Type: "x'y", Text: "t", Lang: "<"})
	if f, _ := again(t, o).Fault(); f != (Fault{Condition: UndefinedCondition, Type: Cancel, Text: "t"}) {
		t.Errorf("%+v", f)
	}
	o, _ = s.ErrorReply(Forbidden.Fault().WithAddress("xmpp:a@b"))
	if got := again(t, o).Node.StringValue(); got != "" {
		t.Errorf("the address of a condition that has none: %q", got)
	}
}
