package xpath

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
)

// testOptions are what all test expressions are compiled with.
var testOptions = Options{
	Default: element.NSClient,
	Namespaces: map[string]string{
		"c":      element.NSClient,
		"p":      "urn:example:p",
		"xml":    element.NSXML,
		"disco":  "http://jabber.org/protocol/disco#info",
		"items":  "http://jabber.org/protocol/disco#items",
		"pubsub": "http://jabber.org/protocol/pubsub",
		"atom":   "http://www.w3.org/2005/Atom",
		"muc":    "http://jabber.org/protocol/muc#user",
		"x":      "jabber:x:data",
		"st":     "urn:ietf:params:xml:ns:xmpp-stanzas",
		"cs":     "http://jabber.org/protocol/chatstates",
		"delay":  "urn:xmpp:delay",
		"ping":   "urn:xmpp:ping",
		"caps":   "http://jabber.org/protocol/caps",
		"cmd":    "http://jabber.org/protocol/commands",
		"html":   "http://www.w3.org/1999/xhtml",
		"roster": "jabber:iq:roster",
	},
	Holes: true,
}

// stanzas are of the kinds that servers deliver, and some that only an enemy
// would write. The namespace of the stanza itself is put in by stanzaTrees.
var stanzas = []string{
	`<iq type='get' id='1' from='alice@example.org/desk' to='tweeter.example.org/tweets'><tweet xmlns='urn:example:p' id='42'/></iq>`,
	`<iq type='get' id='2' from='alice@example.org/desk' to='tweeter.example.org'><tweet xmlns='urn:example:p' id='x1'/></iq>`,
	`<iq type='set' id='3' from='a@b' to='c'><tweets xmlns='urn:example:p'><tweet id='1'>one</tweet><tweet id='2'>two <b>bold</b> end</tweet><tweet id='3'/></tweets></iq>`,
	`<iq type='get' id='d1' from='romeo@montague.example/orchard' to='mim.example'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>`,
	`<iq type='get' id='d2' from='romeo@montague.example/orchard' to='mim.example'><query xmlns='http://jabber.org/protocol/disco#info' node='a'/></iq>`,
	`<iq type='result' id='d1' to='romeo@montague.example/orchard' from='mim.example'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text' name='Play-Specific Chatrooms'/><identity category='directory' type='chatroom'/><feature var='http://jabber.org/protocol/disco#info'/><feature var='http://jabber.org/protocol/muc'/><feature var='urn:xmpp:ping'/></query></iq>`,
	`<iq type='result' id='d3' from='s.example'><query xmlns='http://jabber.org/protocol/disco#items'><item jid='a@s.example' name='A'/><item jid='b@s.example'/><item jid='a@s.example' node='n' name='A'/></query></iq>`,
	`<iq type='set' id='p1' from='hamlet@denmark.example' to='pubsub.shakespeare.example'><pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='princely_musings'><item id='bnd81g37'><entry xmlns='http://www.w3.org/2005/Atom'><title>Soliloquy</title><summary>To be, or not to be: that is the question</summary><link rel='alternate' type='text/html' href='http://denmark.example/1'/><id>tag:denmark.example,2003:entry-32397</id><published>2003-12-13T18:30:02Z</published></entry></item></publish></pubsub></iq>`,
	`<iq type='error' id='e1' from='x.example' to='y'><error type='cancel' by='z'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>no such thing</text></error></iq>`,
	`<iq type='get' id='ping-1' from='s.example' to='c.example'><ping xmlns='urn:xmpp:ping'/></iq>`,
	`<iq type='result' id='r1'/>`,
	`<iq type='set' id='x1'><command xmlns='http://jabber.org/protocol/commands' node='list' action='execute'/></iq>`,
	`<iq type='set' id='x2'><command xmlns='http://jabber.org/protocol/commands' node='config' sessionid='s1'><x xmlns='jabber:x:data' type='submit'><field var='mode'><value>0</value></field><field var='state'><value>on</value><value>off</value></field><field var='count' type='text-single'><value> 12 </value></field></x></command></iq>`,
	`<iq type='set' id='ro'><query xmlns='jabber:iq:roster'><item jid='nurse@capulet.example' name='Nurse' subscription='both'><group>Servants</group><group>Friends</group></item><item jid='b@c'/></query></iq>`,
	`<message type='chat' from='romeo@montague.example/orchard' to='juliet@capulet.example' id='m1'><body>Art thou not Romeo, and a Montague?</body><thread>e0ffe42b28561960c6b12b944a092794b9683a38</thread><active xmlns='http://jabber.org/protocol/chatstates'/></message>`,
	`<message type='chat' from='a@b/c' to='d'><body>!echo hello world</body></message>`,
	`<message from='a@b/c' to='d'><body>x</body></message>`,
	`<message to='d'><body xml:lang='en'>hello</body><body xml:lang='de-AT'>hallo</body><subject>s</subject></message>`,
	`<message xml:lang='en-GB' to='d'><body>colour</body><subject xml:lang=''>none</subject></message>`,
	`<message type='groupchat' from='room@muc.example/nick' to='d'><body>12</body><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='participant'/><status code='110'/><status code='100'/></x></message>`,
	`<message type='headline' from='pubsub.example'><event xmlns='http://jabber.org/protocol/pubsub'><items node='n'><item id='1'/><item id='2'><p xmlns='urn:example:p'>deep</p></item><retract id='0'/></items></event></message>`,
	`<message type='error'><body>echoed</body><error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
	`<message><body/></message>`,
	`<message><body>  two   spaces
and	tabs </body></message>`,
	`<message><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>mixed <b>bold <i>both</i></b> and <i>italic</i>.</body></html><body>mixed bold both and italic.</body></message>`,
	`<message type=''><body>empty type</body></message>`,
	`<message type='normal' id='Äöü'><body>Grüße, Jürgen ☃ 𝄞 ß</body></message>`,
	`<message><delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z' from='capulet.example'>Offline</delay><body>12.5</body><body>-3</body><body>1e3</body></message>`,
	`<presence/>`,
	`<presence from='a@b/c' to='d' type='subscribe'/>`,
	`<presence from='a@b/c'><show>away</show><status>be right back</status><priority>5</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://code.example' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>`,
	`<presence from='room@muc.example/n'><x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='member' role='visitor' jid='a@b/c'/></x><priority>-1</priority></presence>`,
	`<presence type='unavailable'><status xml:lang='en'>gone</status><status xml:lang='fr'>parti</status></presence>`,
	// Names nested in themselves, where paths meet nodes twice.
	`<message><a xmlns='urn:example:p'><a><b>1</b><a><b>2</b><c>3</c></a><b>4</b></a><b><c>5</c><a><b>6</b></a></b></a></message>`,
	`<message><a xmlns='urn:example:p' n='1'><b n='2'><c n='3'/><c n='4'/></b><b n='5'><c n='6'/><b n='7'><c n='8'/></b></b><c n='9'/></a><a xmlns='urn:example:p' n='10'/></message>`,
	`<message><a xmlns='urn:example:p'>t1<b>t2</b>t3<b>t4<c>t5</c>t6</b>t7</a>t8<a xmlns='urn:example:p'>t1</a></message>`,
	`<message><n xmlns='urn:example:p'>1</n><n xmlns='urn:example:p'>2</n><n xmlns='urn:example:p'>3.25</n><n xmlns='urn:example:p'>-4</n><n xmlns='urn:example:p'/><n xmlns='urn:example:p'>NaN</n></message>`,
	`<message><v xmlns='urn:example:p'>10</v><w xmlns='urn:example:p'>9</w><w xmlns='urn:example:p'>11</w><v xmlns='urn:example:p'>9</v><u xmlns='urn:example:p'>9</u></message>`,
	`<message><a xmlns='urn:example:p' xmlns:o='urn:example:o' o:id='1' id='2' o:x='3'><o:a id='4'/></a></message>`,
	`<message><div xmlns='urn:example:p'><or and='1'>mod</or><mod div='2'/></div></message>`,
	`<message from='a@b' to='a@b'><a xmlns='urn:example:p' jid='a@b'/><a xmlns='urn:example:p' jid='c@d'/></message>`,
}

// inStream declares the stanza's own namespace, as the stream's header does.
func inStream(s string) string {
	end := strings.IndexAny(s, " />")
	return s[:end] + " xmlns='" + element.NSClient + "'" + s[end:]
}

// tree parses one of stanzas.
func tree(t testing.TB, s string) element.Node {
	t.Helper()
	n, err := element.ParseString(inStream(s))
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return n.Document()
}

func stanzaTrees(t testing.TB) []element.Node {
	var all []element.Node
	for _, s := range stanzas {
		all = append(all, tree(t, s))
	}
	return all
}

// expressions returns what the differential tests run: those written down, and
// every path of a list in every frame of another.
func expressions() []string {
	all := append([]string(nil), written...)
	for _, frame := range frames {
		for _, p := range framed {
			all = append(all, fmt.Sprintf(frame, p))
		}
	}
	return all
}

var framed = []string{
	"//p:b", "//@id", "/message/body", "//p:a/p:b", "//p:a//p:b", "*/*", "//text()", "//p:c/ancestor::p:a",
	"//p:b/preceding::*", "//p:b/following::p:c", "//p:w", "//missing",
}

var frames = []string{
	"count(%s)", "string(%s)", "boolean(%s)", "not(%s)", "sum(%s)", "name(%s)", "%s = '9'", "%s != '1'",
	"%s > 2", "%s <= 1", "string-length(%s)", "normalize-space(%s)", "(%s)[1]", "(%s)[last()]", "%s/..", "%s[2]",
	"%s | /message", "//*[%s]", "number(%s)", "%s = //p:v", "%s < //p:v", "//p:v != %s", "%s = true()", "count(%[1]s | %[1]s/..)",
	"%s/ancestor-or-self::*", "concat('[', %s, ']')",
}

var written = []string{
	"/", ".", "..", "*", "iq", "/iq", "message", "presence", "node()", "text()", "@*", "//node()", "//*", "//@*", "//text()",
	"/iq[@type='get']/p:tweet[@id='42']", "message[@type='chat'][body]", "message[body='x']", "message[starts-with(body,'!')]",
	"iq/disco:query[@node='a']", "iq[@type='get']/disco:query[not(@node)]", "iq[@type='set' or @type='get']", "iq[@type='get' and @id]",
	"message[not(@type) or @type='normal']", "message[@type != 'chat']", "message[not(@type = 'chat')]", "message[body]/@from",
	"presence[not(@type)]", "presence[@type='subscribe']", "presence/priority", "presence[priority > 0]", "presence[priority < 0]",
	"iq/*[1]", "iq/*[last()]", "iq/*/*[2]", "iq/*/*[position()=2]", "iq/*/*[position()>1]", "iq/*/*[position()<last()]",
	"iq/*/*[position()=last()]", "iq/*/*[last()-1]", "iq/*/*[position() mod 2 = 1]", "iq/items:query/items:item[@name][2]",
	"iq/items:query/items:item[2][@name]", "iq/items:query/items:item[@name][last()]", "iq/items:query/items:item[@jid=../items:item[1]/@jid]",
	"iq/items:query/items:item[@jid=preceding-sibling::items:item/@jid]", "iq/items:query/items:item[not(@jid=following-sibling::*/@jid)]",
	"iq/disco:query/disco:feature[@var='urn:xmpp:ping']", "iq/disco:query/disco:identity[@category='directory']/following-sibling::disco:feature[1]/@var",
	"iq/disco:query/disco:feature[last()]/preceding-sibling::*[1]/@var", "iq/disco:query/disco:feature[last()]/preceding-sibling::*[2]",
	"iq/disco:query/disco:feature[last()]/preceding-sibling::disco:identity", "count(iq/disco:query/*)", "count(//disco:feature) > 2",
	"message/body/text()", "message[contains(body,'a')][contains(body,'b')]", "message[number(body) div 0 > 1]", "message[substring(body, 0 div 0)]",
	"message/ancestor::*", "message[string-length(translate(body,'abc','xyz'))>0]", "message[position()=last()]",
	"//p:a", "//p:a/p:b", "//p:a//p:b", "//p:a//p:b//p:c", "//p:a/p:a", "//p:a[p:a]", "//p:a[.//p:c]", "//p:a[not(p:a)]", "//p:a[p:b[p:c]]",
	"//p:b[1]", "//p:b[last()]", "(//p:b)[1]", "(//p:b)[last()]", "(//p:b)[2]/p:c", "(//p:b)[position()>1]", "(//p:b)[p:c][1]", "(//p:b | //p:c)[3]",
	"//p:b[2]", "//p:b[position()=2]", "/descendant::p:b[2]", "//p:a/descendant::p:b[1]", "//p:a/descendant::p:b[last()]", "//p:a//p:b[1]",
	"//p:c/..", "//p:c/../..", "//p:c/ancestor::p:a", "//p:c/ancestor::p:a[1]", "//p:c/ancestor::*[last()]", "//p:c/ancestor::*[2]", "//p:c/ancestor-or-self::p:b",
	"//p:c/ancestor-or-self::*[1]", "//p:b/preceding::p:c", "//p:b/preceding::*[1]", "//p:b/following::*", "//p:b/following::p:b[1]", "//p:c/following::p:c",
	"//p:c/following-sibling::*", "//p:c/preceding-sibling::*", "//p:b/following-sibling::p:b", "//p:b/preceding-sibling::*[1]", "//p:b/following-sibling::*[last()]",
	"//p:c/preceding::node()", "//p:c/following::node()", "//text()/..", "//text()/following::text()[1]", "//text()/preceding::text()[1]", "//@n/..", "//@n/../@n",
	"//@id/parent::*/@id", "//@*/..", "//@n/following::*", "//@n/preceding::*", "//@n/ancestor::*", "//@n/self::node()", "//@n/self::n", "//@n/ancestor-or-self::node()",
	"//@n/following-sibling::*", "//@n/preceding-sibling::node()", "//@n/descendant-or-self::node()", "//@n/child::node()", "//@n/descendant::node()",
	"//p:a/.", "//p:a/self::p:a", "//p:a/self::p:b", "//p:a/self::*/p:b", "./message", "./.", "././/p:b", "/./message", "/.//p:c", "//.", "//..", ".//.", "message/./body",
	"child::message/child::body", "descendant::body", "descendant-or-self::node()", "descendant-or-self::*", "self::node()", "parent::node()", "ancestor-or-self::node()",
	"//*[@n > 3]", "//*[@n > 3][2]", "//*[@n > 3][last()]", "//*[@n mod 2 = 0]", "//*[@n = 2 or @n = 9]", "//*[@n][not(*)]", "//*[count(*) = 2]", "//*[count(p:c) > 1]/@n",
	"//*[@n = ../@n + 1]", "//*[../@n = 5]", "//*[position() = @n]", "//*[@n = count(preceding::*) + count(ancestor::*)]", "//*[last() = 2]", "//*[last() = 2][1]",
	"sum(//@n)", "sum(//p:n)", "sum(//p:n[. > 0])", "count(//p:n)", "count(//p:n[number(.) = number(.)])", "//p:n[. = 2]", "//p:n[. != 2]", "//p:n[. < 2]", "//p:n[number(.) != number(.)]",
	"//p:n[not(. < //p:n)]", "//p:n[not(//p:n > .)]", "//p:v = //p:w", "//p:v != //p:w", "//p:v < //p:w", "//p:v > //p:w", "//p:v <= //p:u", "//p:u >= //p:w", "//p:v = //p:v", "//p:u != //p:u",
	"//p:v != //p:v", "//p:v = 9", "9 = //p:v", "'9' = //p:v", "'9' != //p:v", "10 <= //p:v", "8 > //p:v", "true() = //p:v", "//p:v = false()", "false() != //p:missing", "//p:missing = //p:missing",
	"//p:v[. = //p:w]", "//p:v[. > //p:w]", "not(//p:v = //p:missing)", "//p:missing != 'x'", "//p:missing = ''", "string(//p:missing) = ''", "message/@from = message/@to", "//p:a[@jid = /message/@from]",
	"//p:a[@jid != /message/@from]", "//@jid = /message/@from", "/message/@from = //@jid", "message/body = message/subject", "//body = //html:body",
	"string(.)", "string(//body)", "string(message)", "string(//@id)", "string(1 div 3)", "string(-0)", "string(1 div 0)", "string(-1 div 0)", "string(0 div 0)", "string(123456789012345678)", "string(0.1 + 0.2)",
	"string(1000000 * 1000000 * 1000000 * 1000000)", "string(0.000001 div 1000)", "string(true())", "string(1 = 2)", "string(5)", "string(5.0)", "string(-5.50)", "string(.5)", "string(5.)", "string(00012)",
	"number('12')", "number(' 12 ')", "number('-12')", "number('- 12')", "number('+12')", "number('1e3')", "number('0x10')", "number('')", "number('.5')", "number('5.')", "number('.')", "number('-')", "number('1.2.3')", "number('Infinity')",
	"number('NaN')", "number('inf')", "number('1_0')", "number(true())", "number(false())", "number(//body)", "number(//missing)", "number('12345678901234567890')", "number('&#160;1')", "number(\"\u00a01\")",
	"1 + 2 * 3", "(1 + 2) * 3", "10 div 4", "10 mod 4", "-10 mod 4", "10 mod -4", "5.5 mod 2", "1 mod 0", "5 mod (1 div 0)", "- 3", "--3", "---3", "-(-3)", "2 - 1 - 1", "2-1", "1 - -1", "8 div 2 div 2", "7 mod 4 mod 2", "1 < 2 < 3", "3 > 2 > 1", "1 = 1 = 1", "2 = 2 = 1",
	"1 div 0 = 1 div 0", "0 div 0 = 0 div 0", "0 div 0 != 0 div 0", "-0 = 0", "1 div -0", "1 div round(-0.2)", "1 < 2 and 2 < 3", "1 > 2 or 2 > 1", "true() and false() or true()", "true() or false() and false()", "'a' = 'a'", "'a' < 'b'", "'1' < '2'", "'10' > '9'",
	"'1' = 1", "1 = '1.0'", "'1' = '1.0'", "true() = 'x'", "true() = ''", "true() = 2", "false() = 0", "true() > false()", "true() < 2", "'true' = true()", "1 = true()", "2 != true()", "'' = false()", "0 div 0 = false()",
	"floor(2.6)", "floor(-2.6)", "ceiling(2.2)", "ceiling(-2.2)", "round(2.5)", "round(-2.5)", "round(2.4)", "round(-0.5)", "round(0.49999999999999994)", "round(0 div 0)", "round(1 div 0)", "round(//body)", "floor('2.5')", "ceiling(//@n)", "floor(//missing)",
	"boolean(0)", "boolean(-0)", "boolean(0 div 0)", "boolean('')", "boolean('false')", "boolean(' ')", "boolean(//body)", "boolean(//missing)", "not(0)", "not('')", "not(not(//body))", "not(1)", "not('x')",
	"concat('a','b')", "concat('a', 1, true(), //@id)", "concat(//@id, '-', //@type)", "concat(//body, //subject, '')", "concat(concat('a', 'b'), concat('c', //@id))", "concat(string(1), string(2), string(3))",
	"starts-with('abc','ab')", "starts-with('abc','')", "starts-with('','a')", "starts-with(//body, 'Art')", "starts-with(//@to, //@from)", "starts-with(123, 12)", "starts-with(//missing, '')", "contains('abc','b')", "contains('abc','')", "contains('','')", "contains(//body, 'and')", "contains(123, 2)", "contains(true(), 'ru')",
	"contains(concat(' ', normalize-space(//body), ' '), ' and ')", "contains(//missing, '')", "contains(//body, //subject)",
	"substring-before('1999/04/01','/')", "substring-after('1999/04/01','/')", "substring-after('1999/04/01','19')", "substring-before('abc','x')", "substring-after('abc','x')", "substring-before('abc','')", "substring-after('abc','')", "substring-before(//@from,'@')", "substring-after(//@from,'/')",
	"substring-before(substring-after(//@from,'@'),'/')", "substring-after(//body,'!echo ')", "substring-after('a☃b', '☃')", "substring-before(12345, 3)",
	"substring('12345',2,3)", "substring('12345',2)", "substring('12345',1.5,2.6)", "substring('12345',0,3)", "substring('12345',0 div 0,3)", "substring('12345',1,0 div 0)", "substring('12345',-42,1 div 0)", "substring('12345',-1 div 0,1 div 0)", "substring('12345',-1 div 0)", "substring('12345', 6)", "substring('12345', 5)", "substring('12345', 0)",
	"substring('12345', 1 div 0)", "substring('12345', 2, -1)", "substring('12345', -1, 3)", "substring('12345', 0.5, 1)", "substring('12345', -0.5, 3)", "substring('Grüße ☃', 3, 2)", "substring(//body, 2, 3)", "substring('12345', '2', '3')", "substring(//body, string-length(//body) - 1)", "substring('abc', 1, 1 div 0)", "substring('abc', -5)",
	"string-length('')", "string-length('abc')", "string-length('☃𝄞')", "string-length(//body)", "string-length(.)", "string-length()", "//*[string-length() > 5]", "//*[string-length(.) > 5]", "string-length(12.50)",
	"normalize-space('  a  b ')", "normalize-space('a b')", "normalize-space('')", "normalize-space(' ')", "normalize-space(//body)", "normalize-space()", "normalize-space(\"\u00a0a\u00a0\")", "//*[normalize-space()]", "//*[normalize-space() = '12']",
	"translate('bar','abc','AB')", "translate('--aaa--','abc-','ABC')", "translate('abc','aab','xyz')", "translate('Grüße','ü☃','u')", "translate(//body,'ABCDEFGHIJKLMNOPQRSTUVWXYZ','abcdefghijklmnopqrstuvwxyz')", "translate('abc','','x')", "translate('abc','abc','')", "translate('☃','☃','x')", "translate('x','x','☃')", "translate(12, 1, 3)", "translate('aßb', 'ßß', 'sz')",
	"name()", "name(*)", "name(*/*)", "name(//@*)", "name(//@xml:lang)", "local-name()", "local-name(*)", "local-name(*/*)", "local-name(//@*)", "local-name(//text())", "name(//text())", "namespace-uri()", "namespace-uri(*)", "namespace-uri(*/*)", "namespace-uri(//@*)", "namespace-uri(//@xml:lang)", "local-name(//missing)", "//*[local-name()='query']", "//*[name()='body']", "//*[namespace-uri()='urn:example:p']", "//*[local-name()=name()]",
	"//*[starts-with(namespace-uri(), 'http')]", "//@*[local-name()='id']", "//@*[namespace-uri()]", "local-name(..)", "name(/)", "string(//*[last()])", "local-name((//*)[last()])",
	"lang('en')", "//body[lang('en')]", "//body[lang('EN')]", "//body[lang('de')]", "//body[lang('de-AT')]", "//body[lang('de-CH')]", "//*[lang('en')]", "//*[lang('en-GB')]", "//*[lang('en-G')]", "//*[lang('')]", "//text()[lang('en')]", "//@*[lang('en')]", "//status[lang('fr')]", "//st:text[lang('en')]", "//subject[lang('en')]",
	"//@xml:lang", "//@xml:*", "message/@xml:lang", "//*[@xml:lang]", "//p:*", "*/p:*", "p:*", "//p:*/p:*", "//c:*", "c:message/c:body", "//@p:id", "//@p:*", "self::p:*", "//p:*[1]", "//p:*[@id]",
	"iq | message", "iq | iq", "(//body | //subject)[2]", "(//p:c | //p:bc | //p:b)[3]/..", "count(//p:a/p:b | //p:a//p:c)", "count(//p:a/@n | //p:a/p:n)", "//@*[self::id | self::n]", "substring(//body, 99999999999999999999)", "count(//@id | //@jid)", "(*/@type | */@id)[2]", "iq[not(not(@id) or starts-with(@id, '1'))]", "iq[not(@id='1' and @type)]", "//body | //subject", "//subject | //body", "//@id | //body", "//p:c | //p:b | //p:a", "(//p:c | //p:b)/@n", "(iq | message | presence)/@from", "count(//p:a | //p:a/p:b)", "(//p:b/p:c | //p:a)[2]", "string(//subject | //body)", "//body | /", "(//p:a)/p:b", "(//p:a)//p:c", "(//p:a)[1]//p:c", "((//p:a)[1]/p:b)[1]", "(//p:b)[1] | (//p:c)[1]", "(message)", "((message))", "(message)/body", "(message)[1]", "(message/body)[1]/text()",
	"(//p:a)[position()<3][2]", "(//p:a | //p:b)[last()]", "(//p:b/ancestor::*)[1]", "(//p:b/preceding::*)[1]", "//p:b/ancestor::*[1]", "(//p:c/..)[2]", "(//p:c/..)/p:c[1]",
	"//div", "//p:div/p:or", "//p:div/p:mod", "//p:div/p:or[@and=1]", "//p:mod[@div mod 2 = 0]", "//p:div div 2", "//p:or or //p:mod", "//p:mod and //p:or", "* * 2", "//*[* * 2 = 2]", "count(*)*2", "count(*) * count(*)", "count(//*)div 2", "//*[@*]", "count(//@*)", "/*/*", "/*[1]/*[1]", "*[*]", "*/*/*", "count(/*)",
	"message[body = 'x' and not(@type)]", "message[(body or subject) and @to]", "message[*]", "message[body][1]", "message[1][body]", "message[2]", "message[true()]", "message[false()]", "message['']", "message['x']", "message[0]", "message[-1]", "message[1.5]", "message[1 div 0]", "message[count(body)]", "message/body[count(../body)]", "message[string(body)]", "message/*[self::body or self::subject]",
	"message/*[not(self::body)]", "message[body[. = 'x']]", "message[body[text() = 'x']]", "message[.//p:c = '3']", "message[descendant::p:c]", "iq[p:tweets[p:tweet[@id='2']]]", "iq/p:tweets/p:tweet[p:b]", "iq/p:tweets[p:tweet]/p:tweet[. = 'two bold end']", "iq/p:tweets/p:tweet[contains(., 'bold')]/@id", "iq/p:tweets/p:tweet[@id > 1]/@id", "iq/p:tweets/p:tweet[text()]/text()[2]",
	"iq/cmd:command[@node='config']/x:x/x:field[@var='state']/x:value[2]", "iq//x:field[x:value = 'off']/@var", "iq//x:field[x:value = 12]/@var", "iq//x:field[x:value != 'on']/@var", "iq//x:field[not(x:value = 'on')]/@var", "iq//x:field[count(x:value) = 2]", "iq/pubsub:pubsub/pubsub:publish/pubsub:item/atom:entry/atom:title", "//atom:link[@rel='alternate']/@href", "//atom:*[contains(., 'be')]", "iq/error/st:*", "*[@type='error']/error/*[1]", "//st:text[@xml:lang='en']",
	"presence/muc:x/muc:item[@role='visitor']/@jid", "message[muc:x/muc:status/@code=110]", "message[muc:x/muc:status/@code='100']/body", "message/muc:x/muc:status[@code > 100]", "presence/caps:c/@ver", "presence[caps:c[@hash='sha-1']]", "message[delay:delay]/body[2]", "message[cs:active and body]", "message/body[. > 0]", "message/body[number(.) = .]", "sum(message/body)", "message/body[last()]", "message/body[3]/preceding-sibling::body[1]", "message/body[position() != 2]",
}
