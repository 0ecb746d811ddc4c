package stanza

import (
	"strings"
	"testing"

	"github.com/emp-framework/emp/jid"
)

func TestT12Lang(t *testing.T) {
	for attr, want := range map[string]string{
		"": "", "xml:lang='de'": "de", "xml:lang='zh-Hant-TW'": "zh-Hant-TW", "xml:lang='x-klingon'": "x-klingon",
		"xml:lang='&lt;script>'" /* sem-041 */ : "", "xml:lang=''": "", "xml:lang='-'": "", "xml:lang='de-'": "", "xml:lang='-de'": "",
		"xml:lang='de--at'": "", "xml:lang='toolongtag'": "", "xml:lang='d e'": "", "xml:lang='1de'": "", "xml:lang='dé'": "",
		"xml:lang='de_AT'": "", "lang='de'": "", "xml:lang='de" + strings.Repeat("-a", 70) + "'": "",
	} {
		if s := read(t, from("message", attr)+"</message>"); s.Lang != want {
			t.Errorf("%s: %q, want %q", attr, s.Lang, want)
		}
	}
}

func TestT12TextsByLanguage(t *testing.T) {
	s := read(t, from("message", "xml:lang='en'")+
		"<body xmlns='urn:x'>foreign</body>"+
		"<body xml:lang='de-AT'>Servus</body><body xml:lang='cs'>Ahoj</body><body>Hello</body><body xml:lang='fr'>Salut</body><body>Again</body>"+
		"<subject xml:lang='de'>Gruß</subject><subject xml:lang='&lt;'>Greeting</subject></message>")
	for _, c := range []struct {
		langs []string
		want  string
	}{
		{nil, "Hello"}, {[]string{"cs"}, "Ahoj"}, {[]string{"CS"}, "Ahoj"}, {[]string{"cs-CZ"}, "Ahoj"}, {[]string{"de"}, "Servus"},
		{[]string{"d"}, "Hello"}, {[]string{"en"}, "Hello"}, {[]string{"en-GB"}, "Hello"}, {[]string{"es"}, "Hello"},
		{[]string{"es", "fr", "cs"}, "Salut"}, {[]string{""}, "Hello"}, {[]string{"de-DE"}, "Servus"},
		{[]string{strings.Repeat("a-", 1000)}, "Hello"}, {[]string{"-"}, "Hello"},
	} {
		if got := s.Body(c.langs...); got != c.want {
			t.Errorf("Body(%q) = %q, want %q", c.langs, got, c.want)
		}
	}
	if s.Subject() != "Greeting" || s.Subject("de") != "Gruß" {
		t.Errorf("subject %q", s.Subject())
	}
	s = read(t, from("message", "")+"<body xml:lang='de'>a</body><body xml:lang='fr'>b</body></message>")
	if s.Body() != "a" || s.Subject() != "" {
		t.Errorf("body %q", s.Body())
	}
}

func TestP07ShowAndPriority(t *testing.T) {
	for _, c := range []struct {
		content  string
		show     Show
		priority int8
	}{
		{"", "", 0},
		{"<show>away</show><priority>5</priority>", ShowAway, 5},
		{"<show> dnd\n</show><priority> -128 </priority>", ShowDND, -128},
		{"<show>party</show>" /* sem-036 */, "", 0},
		{"<show>Away</show><priority>127</priority>", "", 127},
		{"<show>xa</show><show>chat</show><priority>+1</priority>", ShowXA, 1},
		{"<priority>999</priority>" /* sem-035 */, "", 0},
		{"<priority>128</priority>", "", 0},
		{"<priority>-129</priority>", "", 0},
		{"<priority>1.5</priority>", "", 0},
		{"<priority>0x1</priority>", "", 0},
		{"<priority></priority>", "", 0},
		{"<priority>" + strings.Repeat("0", 1000) + "1</priority>", "", 0},
		{"<show xmlns='urn:x'>away</show><priority xmlns='urn:x'>5</priority>", "", 0},
	} {
		s := read(t, from("presence", "")+c.content+"</presence>")
		if s.Show() != c.show || s.Priority() != c.priority {
			t.Errorf("%s: show %q priority %d", c.content, s.Show(), s.Priority())
		}
	}
}

func TestStanzaID(t *testing.T) {
	s := read(t, from("message", "")+"<stanza-id xmlns='urn:xmpp:sid:0' by='evil.localhost' id='no'/>"+
		"<stanza-id xmlns='urn:xmpp:sid:0' by='@' id='no'/><stanza-id xmlns='urn:xmpp:sid:0' id='no'/><stanza-id xmlns='urn:x' by='muc.localhost' id='no'/>"+
		"<stanza-id xmlns='urn:xmpp:sid:0' by='MUC.localhost' id='yes'/><origin-id xmlns='urn:xmpp:sid:0' id='mine'/></message>")
	if got := s.StanzaID(jid.MustParse("muc.localhost")); got != "yes" {
		t.Errorf("stanza-id %q", got)
	}
	if s.StanzaID(jid.JID{}) != "" || s.StanzaID(jid.MustParse("other.localhost")) != "" {
		t.Error("stanza-id of nobody")
	}
	if s.OriginID() != "mine" {
		t.Errorf("origin-id %q", s.OriginID())
	}
}
