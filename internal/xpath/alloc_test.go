package xpath

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
)

// Stanzas of the size that the targets speak of: 255 and 300 bytes.
const (
	typicalIQ = `<iq type='get' id='purple7a8f3c21' from='alice@montague.example.org/orchard-desktop' ` +
		`to='tweeter.capulet.example.org/tweets' xml:lang='en'><tweet xmlns='urn:example:p' id='42' since='2024-05-01T10:00:00Z' node='a'/></iq>`
	typicalMessage = `<message type='chat' id='purple7a8f3c22' from='alice@montague.example.org/orchard-desktop' ` +
		`to='bob@tweeter.capulet.example.org'><active xmlns='http://jabber.org/protocol/chatstates'/>` +
		`<body>!echo the quick brown fox jumps over the lazy dog</body><thread>e0ffe42b28561960c6b12b944a092794</thread></message>`
)

// A shape is one way that routes are written, with the antchfx form of it if
// it has one.
type shape struct {
	expr   string
	stanza string
	match  bool
	peer   string
}

var shapes = []shape{
	{`/iq[@type='get']/p:tweet[@id={id:\d+}]`, typicalIQ, true, `/c:iq[@type='get']/p:tweet[matches(@id,'^\d+$')]`},
	{`/iq[@type='get']/p:tweet[@id={id}]`, typicalIQ, true, `/c:iq[@type='get']/p:tweet[@id]`},
	{`/iq[@type='get']/p:tweet[@id={id:[a-z]+\d{2,3}}]`, typicalIQ, false, ``},
	{`iq/p:tweet[@node='a']`, typicalIQ, true, `c:iq/p:tweet[@node='a']`},
	{`iq[@type='set']/p:tweet`, typicalIQ, false, `c:iq[@type='set']/p:tweet`},
	{`message[@type='chat'][body]`, typicalMessage, true, `c:message[@type='chat'][c:body]`},
	{`message[body='x']`, typicalMessage, false, `c:message[c:body='x']`},
	{`message[starts-with(body,'!')]`, typicalMessage, true, `c:message[starts-with(c:body,'!')]`},
	{`message[body={text:!echo .*}]`, typicalMessage, true, ``},
	{`message[substring-after(body,'!echo ')={text}]`, typicalMessage, true, ``},
	{`message[substring-before(@to,'@')={user}]/body`, typicalMessage, true, ``},
	{`message[contains(body,'fox') and not(subject)]`, typicalMessage, true, `c:message[contains(c:body,'fox') and not(c:subject)]`},
	{`//p:tweet[@id='42']`, typicalIQ, true, `//p:tweet[@id='42']`},
	{`*[@type='error']/error`, typicalMessage, false, `*[@type='error']/c:error`},
	{`iq/*[1][self::p:tweet]`, typicalIQ, true, `c:iq/*[1][self::p:tweet]`},
	{`iq/*[last()]/@id`, typicalIQ, true, `c:iq/*[last()]/@id`},
	{`iq[count(*) = 1]`, typicalIQ, true, `c:iq[count(*) = 1]`},
	{`message[translate(substring(body, 1, 5), 'ECHO', 'echo') = '!echo']`, typicalMessage, true, ``},
	{`message[concat(@type, ':', substring(body, 2, 4)) = 'chat:echo']`, typicalMessage, true, ``},
	{`message[string-length(.) > 20]`, typicalMessage, true, ``},
	{`message[normalize-space(.) != '']`, typicalMessage, true, ``},
	{`message[@from != @to]`, typicalMessage, true, `c:message[@from != @to]`},
	{`message[* = //cs:active]`, typicalMessage, true, ``},
	{`(//body | //thread)[2]`, typicalMessage, true, `(//c:body | //c:thread)[2]`},
	{`//body/preceding::*/..`, typicalMessage, true, `//c:body/preceding::*/..`},

	{`message | presence`, typicalMessage, true, `c:message | c:presence`},
	{`message[@type='chat' or not(@type)][body!='']`, typicalMessage, true, `c:message[@type='chat' or not(@type)][c:body!='']`},
	{`message[cs:*[local-name()={state}]]`, typicalMessage, true, ``},
	{`message/thread/preceding-sibling::body`, typicalMessage, true, `c:message/c:thread/preceding-sibling::c:body`},
}

// events are shapes that are asked of a larger stanza, what a publishing service sends
// of four entries.
var events = []shape{
	{`message/pubsub:event/pubsub:items[@node={node}]/pubsub:item`, typicalEvent, true, ``},
	{`message/pubsub:event/pubsub:items/pubsub:item[last()]/atom:entry`, typicalEvent, true, `c:message/pubsub:event/pubsub:items/pubsub:item[last()]/atom:entry`},
	{`message[count(pubsub:event/pubsub:items/pubsub:item) > 3]`, typicalEvent, true, `c:message[count(pubsub:event/pubsub:items/pubsub:item) > 3]`},
	{`message//atom:link[@rel='alternate' and @type='text/html']/@href={href}`, typicalEvent, true, ``},
	{`//atom:entry[atom:title='Soliloquy 3']`, typicalEvent, true, `//atom:entry[atom:title='Soliloquy 3']`},
	{`(//atom:title)[3]`, typicalEvent, true, `(//atom:title)[3]`},
	{`//pubsub:retract`, typicalEvent, false, `//pubsub:retract`},
	{`//pubsub:item[following-sibling::pubsub:item/@id='0']`, typicalEvent, false, ``},
	{`//*[preceding::pubsub:retract]`, typicalEvent, false, `//*[preceding::pubsub:retract]`},
	{`//*[@id = //pubsub:retract/@id]`, typicalEvent, false, ``},
	{`//*[concat(@id, '') = //atom:entry or . < //atom:id]`, typicalEvent, false, ``},
	{`//atom:title[. = string((//atom:title)[5])]`, typicalEvent, false, ``},
	{`//atom:title[count(//atom:entry) = 5]`, typicalEvent, false, `//atom:title[count(//atom:entry) = 5]`},
	{`message[contains(., 'nobler')]`, typicalEvent, true, `c:message[contains(., 'nobler')]`},
}

// typicalEvent has 2,100 bytes.
var typicalEvent = func() string {
	var items strings.Builder
	for i := range 4 {
		fmt.Fprintf(&items, `<item id='ae890ac52d0df67ed7cfdf51b64%[1]d' publisher='francisco@denmark.example.org'><entry xmlns='http://www.w3.org/2005/Atom'>`+
			`<title>Soliloquy %[1]d</title><summary>To be, or not to be: that is the question: whether 'tis nobler in the mind to suffer</summary>`+
			`<link rel='alternate' type='text/html' href='http://denmark.example.org/2003/12/13/atom%[1]d'/><id>tag:denmark.example.org,2003:entry-%[1]d</id>`+
			`<published>2003-12-13T18:30:02Z</published><updated>2003-12-13T18:30:02Z</updated></entry></item>`, i)
	}
	return `<message from='pubsub.shakespeare.example.org' to='bernardo@denmark.example.org/elsinore' id='foo' type='headline'>` +
		`<event xmlns='http://jabber.org/protocol/pubsub'><items node='princely_musings'>` + items.String() + `</items></event></message>`
}()

// TestAllocations: a match allocates nothing, with and without captures, once
// the scratch of its Match has grown.
func TestAllocations(t *testing.T) {
	for _, s := range slices.Concat(shapes, events) {
		e := compiled(t, s.expr)
		n := tree(t, s.stanza)
		var m Match
		ok, err := e.Match(n, &m)
		if ok != s.match || err != nil {
			t.Errorf("%s: %v, %v; want %v", s.expr, ok, err, s.match)
		}
		if ok && len(e.Holes()) != m.Len() {
			t.Errorf("%s: %d captures of %d", s.expr, m.Len(), len(e.Holes()))
		}
		if got := testing.AllocsPerRun(100, func() { e.Match(n, &m) }); got != 0 {
			t.Errorf("%s: %v allocations a match", s.expr, got)
		}
		if raceEnabled { // sync.Pool drops what is put back now and then
			continue
		}
		if got := testing.AllocsPerRun(100, func() { e.Match(n, nil) }); got != 0 {
			t.Errorf("%s: %v allocations a match without a Match", s.expr, got)
		}
	}
}

func compiled(t testing.TB, expr string) *Expr {
	t.Helper()
	e, err := Compile(expr, testOptions)
	if err != nil {
		t.Fatalf("%s: %v", expr, err)
	}
	return e
}

// document is tree for those who built it themselves.
func document(b *element.Builder) element.Node { return b.Node().Document() }
