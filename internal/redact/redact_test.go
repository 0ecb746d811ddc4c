package redact_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/adversarial"
	"github.com/emp-framework/emp/internal/redact"
)

func masked(bodies bool, also ...string) *redact.Rules {
	return &redact.Rules{Bodies: bodies, Also: also, Mask: func(s string) string { return fmt.Sprintf("[%d]", len(s)) }}
}

func parse(t testing.TB, xml string) element.Node {
	t.Helper()
	n, err := element.ParseIn(element.NSClient, []byte(xml))
	if err != nil {
		t.Fatalf("%s: %v", xml, err)
	}
	return n.Root()
}

// TestXML: what is masked, and what is left as it is.
func TestXML(t *testing.T) {
	form := func(typ, fields string) string {
		return "<iq type='set' id='1'><x xmlns='jabber:x:data' type='" + typ + "'>" + fields + "</x></iq>"
	}
	for _, tc := range []struct {
		name, in   string
		safe, open string // without bodies, and with; "": like safe
	}{
		{"body", "<message to='a@b'><body xml:lang='en'>hällo</body><subject>s</subject><thread>t</thread></message>",
			"<message to='a@b'><body xml:lang='en'>[6]</body><subject>[1]</subject><thread>t</thread></message>",
			"<message to='a@b'><body xml:lang='en'>hällo</body><subject>s</subject><thread>t</thread></message>"},
		{"forwarded", "<message><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><body>x &amp; y</body></message></forwarded></message>",
			"<message><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><body>[5]</body></message></forwarded></message>",
			"<message><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><body>x &amp; y</body></message></forwarded></message>"},
		{"xhtml", "<message><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'> <a href='h'>l</a></body></html></message>",
			"<message><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'> <a href='[1]'>[1]</a></body></html></message>",
			"<message><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'> <a href='h'>l</a></body></html></message>"},
		{"status", "<presence><show>away</show><status>out</status></presence>",
			"<presence><show>away</show><status>[3]</status></presence>", "<presence><show>away</show><status>out</status></presence>"},
		{"handshake", "<handshake>deadbeef</handshake>", "<handshake>[8]</handshake>", ""},
		{"auth", "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>",
			"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>[8]</auth>", ""},
		{"failure", "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text>no</text></failure>",
			"<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text>no</text></failure>", ""},
		{"sasl2", "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>AGEA</initial-response></authenticate>",
			"<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>[4]</initial-response></authenticate>", ""},
		{"fast", "<success xmlns='urn:xmpp:sasl:2'><token xmlns='urn:xmpp:fast:0' token='t0k' expiry='e'/></success>",
			"<success xmlns='urn:xmpp:sasl:2'><token xmlns='urn:xmpp:fast:0' token='[3]' expiry='e'/></success>", ""},
		{"register", "<iq type='set' id='1'><query xmlns='jabber:iq:register'><username>u</username><password>pw</password><key>k</key></query></iq>",
			"<iq type='set' id='1'><query xmlns='jabber:iq:register'><username>u</username><password>[2]</password><key>[1]</key></query></iq>", ""},
		{"iq:auth", "<iq type='set' id='1'><query xmlns='jabber:iq:auth'><digest>48f</digest><password>p</password><resource>r</resource></query></iq>",
			"<iq type='set' id='1'><query xmlns='jabber:iq:auth'><digest>[3]</digest><password>[1]</password><resource>r</resource></query></iq>", ""},
		{"room", "<presence><x xmlns='http://jabber.org/protocol/muc'><password>cauldron</password></x></presence>",
			"<presence><x xmlns='http://jabber.org/protocol/muc'><password>[8]</password></x></presence>", ""},
		{"invitation", "<message><x xmlns='jabber:x:conference' jid='r@c' password='p'/></message>",
			"<message><x xmlns='jabber:x:conference' jid='r@c' password='[1]'/></message>", ""},
		{"upload", "<iq type='result' id='1'><slot xmlns='urn:xmpp:http:upload:0'><put url='u'><header name='Cookie'>c=1</header></put></slot></iq>",
			"<iq type='result' id='1'><slot xmlns='urn:xmpp:http:upload:0'><put url='u'><header name='Cookie'>[3]</header></put></slot></iq>", ""},
		{"private field", form("form", "<field type='text-private' var='pin'><value>1234</value></field><field type='boolean' var='b'><value>1</value></field>"),
			form("form", "<field type='text-private' var='pin'><value>[4]</value></field><field type='boolean' var='b'><value>1</value></field>"), ""},
		{"form sent in", form("submit", "<field type='hidden' var='FORM_TYPE'><value>urn:f</value></field><field var='pin'><value>1234</value></field><field var='api_token'><value>a</value></field>"),
			form("submit", "<field type='hidden' var='FORM_TYPE'><value>urn:f</value></field><field var='pin'><value>[4]</value></field><field var='api_token'><value>[1]</value></field>"),
			form("submit", "<field type='hidden' var='FORM_TYPE'><value>urn:f</value></field><field var='pin'><value>1234</value></field><field var='api_token'><value>[1]</value></field>")},
		{"table", form("result", "<reported><field type='text-private' var='k'/></reported><item><field var='k'><value>v</value></field><field var='n'><value>w</value></field></item>"),
			form("result", "<reported><field type='text-private' var='k'/></reported><item><field var='k'><value>[1]</value></field><field var='n'><value>w</value></field></item>"), ""},
		{"in an attribute", "<iq type='set' id='1'><login xmlns='urn:x' api-key='k1' user='u'><Password value='pw' kind='k'/></login></iq>",
			"<iq type='set' id='1'><login xmlns='urn:x' api-key='[2]' user='u'><Password value='[2]' kind='k'/></login></iq>", ""},
		{"ice", "<iq type='set' id='1'><transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' pwd='asd88' ufrag='8hhy'/></iq>",
			"<iq type='set' id='1'><transport xmlns='urn:xmpp:jingle:transports:ice-udp:1' pwd='[5]' ufrag='8hhy'/></iq>", ""},
		{"tweet", "<iq type='set' id='1'><tweet xmlns='urn:t' id='7'>text<by>me</by></tweet></iq>",
			"<iq type='set' id='1'><tweet xmlns='urn:t' id='7'>text<by>me</by></tweet></iq>", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.open == "" {
				tc.open = tc.safe
			}
			n := parse(t, tc.in)
			if got := masked(false).XML(n); got != tc.safe {
				t.Errorf("got  %s\nwant %s", got, tc.safe)
			}
			if got := masked(true).XML(n); got != tc.open {
				t.Errorf("with bodies: got  %s\nwant %s", got, tc.open)
			}
		})
	}
}

// TestPrivateLater: a field that was private in a form is so in the form that is sent in,
// which need not say it again; bodies asked for or not.
func TestPrivateLater(t *testing.T) {
	form := "<iq type='result' id='1'><x xmlns='jabber:x:data' type='form'><field type='text-private' var='%s'/><field type='text-single' var='city'/></x></iq>"
	in := parse(t, "<iq type='set' id='2'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>f</value></field><field var='pin'><value>1234</value></field><field var='city'><value>Rome</value></field></x></iq>")
	rules := masked(true)
	if got := rules.XML(in); !strings.Contains(got, "1234") {
		t.Errorf("before the form: %s", got)
	}
	rules.XML(parse(t, fmt.Sprintf(form, "pin")))
	if got := rules.XML(in); strings.Contains(got, "1234") || !strings.Contains(got, "Rome") {
		t.Errorf("behind the form: %s", got)
	}
	for i := range 1000 {
		rules.XML(parse(t, fmt.Sprintf(form, fmt.Sprintf("f%d", i))))
	}
	if got := rules.XML(in); strings.Contains(got, "1234") || strings.Contains(got, "Rome") || !strings.Contains(got, ">f<") {
		t.Errorf("when no more are remembered: %s", got)
	}
}

// TestAlso: further elements, by their names in one namespace or in any.
func TestAlso(t *testing.T) {
	n := parse(t, "<iq type='set' id='1'><tweet xmlns='urn:t' id='7'>text<by a='b'>me</by></tweet></iq>")
	want := "<iq type='set' id='1'><tweet xmlns='urn:t' id='7'>[4]<by a='[1]'>[2]</by></tweet></iq>"
	for name, hides := range map[string]bool{"tweet": true, "{urn:t}tweet": true, "{urn:u}tweet": false, "twee": false} {
		if got := masked(true, name).XML(n); (got == want) != hides {
			t.Errorf("%s: got %s", name, got)
		}
	}
	if got := masked(false).XML(element.Node{}); got != "" {
		t.Errorf("of nothing: %q", got)
	}
}

// private finds what no log may show in the words of a server or a peer, by another
// way than the package does.
var private = regexp.MustCompile(`<(challenge|response|success|auth|handshake|body|subject|password)\b[^>]*>([^<]+)<`)

// TestAdversarial: nothing of what the bad inputs say in secret, or in bodies, is left.
func TestAdversarial(t *testing.T) {
	found := 0
	for _, c := range adversarial.Cases() {
		if len(c.Data) > 1<<16 || c.Context == "config" || c.Context == "jid" || c.Context == "xpath" {
			continue
		}
		p := element.Parser{Fragments: true, Space: element.NSClient}
		p.Feed(c.Data)
		for {
			ev, err := p.Next()
			if err != nil {
				break
			}
			if ev.Kind != element.EventElement {
				continue
			}
			rules := masked(false)
			rules.Mask = func(string) string { return "\u2588" }
			got := rules.XML(ev.Node)
			if got == "" && ev.Node.XML() != "" {
				t.Errorf("%s: nothing to show for %s", c.ID, ev.Node)
			}
			for _, m := range private.FindAllStringSubmatch(got, -1) {
				if text := strings.Trim(m[2], " \t\r\n"); text != "\u2588" && text != "" {
					t.Errorf("%s: %s shows %q: %s", c.ID, m[1], text, got)
				}
			}
			found += len(private.FindAllString(ev.Node.XML(), -1))
		}
	}
	if found < 30 {
		t.Errorf("only %d texts to hide were found: the test looks at nothing", found)
	}
}

// FuzzXML: what comes out is well-formed, of the same shape, and without any text of
// an element that is to be masked.
func FuzzXML(f *testing.F) {
	f.Add("<message><body>secret words</body></message>")
	f.Add("<iq><x xmlns='jabber:x:data' type='submit'><field var='a'><value>v</value></field></x></iq>")
	f.Add("<a><password>p<b c='d'>e</b></password>f</a>")
	f.Fuzz(func(t *testing.T, xml string) {
		n, err := element.ParseIn(element.NSClient, []byte(xml))
		if err != nil {
			return
		}
		got := masked(false).XML(n.Root())
		again, err := element.ParseIn(element.NSClient, []byte(got))
		if err != nil {
			t.Fatalf("%s: %v", got, err)
		}
		if again.End() < n.End() { // a text may be cut in two by CDATA, and not by us
			t.Errorf("%s\nbecame %s", xml, got)
		}
		for i := range again.End() {
			at := again.At(i)
			if at.Kind() != element.KindText || at.Parent().Local() != "password" {
				continue
			}
			if v := strings.Trim(at.Value(), " \t\r\n"); v != "" && !strings.HasPrefix(v, "[") {
				t.Errorf("%s shows %q", got, v)
			}
		}
	})
}
