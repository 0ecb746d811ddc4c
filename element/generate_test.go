package element

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A generator writes documents that are well-formed, or nearly so: the same
// ones for the same seed.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator {
	return generator{rand.New(rand.NewPCG(seed, 0))}
}

func (g generator) pick(of ...string) string { return of[g.IntN(len(of))] }

// maybe returns s once in n times.
func (g generator) maybe(n int, s string) string {
	if g.IntN(n) == 0 {
		return s
	}
	return ""
}

func (g generator) document() []byte {
	var b strings.Builder
	b.WriteString(g.maybe(8, "\uFEFF"))
	b.WriteString(g.maybe(4, g.pick("<?xml version='1.0'?>", "<?xml version=\"1.0\" encoding='UTF-8'?>", "<?xml version='1.0' standalone='yes' ?>\n")))
	for range 1 + g.IntN(4)/3 {
		g.element(&b, 1+g.IntN(5), nil)
		b.WriteString(g.maybe(3, g.pick(" ", "\n", "\r\n\t")))
	}
	return []byte(b.String())
}

// element writes an element with at most depth levels of others in it, where
// the prefixes are declared.
func (g generator) element(b *strings.Builder, depth int, prefixes []string) {
	var attrs []string
	quote := func(value string) string {
		q := g.pick("'", "\"")
		return g.maybe(5, " ") + "=" + g.maybe(5, "\n") + q + strings.ReplaceAll(value, q, "") + q
	}
	if g.IntN(3) == 0 {
		attrs = append(attrs, "xmlns"+quote(g.pick("urn:a", "urn:b", "", "jabber:client", "jabber:server", "a&amp;b")))
	}
	if g.IntN(4) == 0 {
		p := g.pick("p", "q", "stream")
		prefixes = append(prefixes[:len(prefixes):len(prefixes)], p)
		attrs = append(attrs, "xmlns:"+p+quote(g.pick("urn:p", "urn:a", "urn:q\n")))
	}
	for _, name := range []string{"id", "to", "é", "xml:lang", "type"} {
		if g.IntN(5) == 0 {
			attrs = append(attrs, name+quote(g.value()))
		}
	}
	name := g.pick("message", "body", "x", "item", "日本", "a-b.c_d")
	if len(prefixes) > 0 && g.IntN(3) > 0 {
		name = prefixes[g.IntN(len(prefixes))] + ":" + name
	}
	if len(prefixes) > 0 && g.IntN(3) == 0 {
		attrs = append(attrs, prefixes[g.IntN(len(prefixes))]+":id"+quote(g.value()))
	}
	g.Shuffle(len(attrs), func(i, j int) { attrs[i], attrs[j] = attrs[j], attrs[i] })
	b.WriteString("<" + name)
	for _, a := range attrs {
		b.WriteString(g.pick(" ", " ", "\n", "  ") + a)
	}
	b.WriteString(g.maybe(4, " "))
	if g.IntN(5) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteString(">")
	for range g.IntN(5) {
		switch g.IntN(4) {
		case 0, 1:
			if depth > 1 {
				g.element(b, depth-1, prefixes)
			}
		case 2:
			b.WriteString(g.text())
		case 3:
			b.WriteString("<![CDATA[" + g.pick("", "<a>&amp;", "]", "]]", "]] >", "\r\n", "ü]") + "]]>")
		}
	}
	b.WriteString("</" + name + g.maybe(6, " ") + ">")
}

func (g generator) text() string {
	return g.pick("x", "Wherefore?", " ", "\n", "\r\n", "\r", "\t", "é", "€", "😀", "&lt;", "&gt;", "&amp;", "&apos;", "&quot;", "&#65;",
		"&#xA;", "&#13;", "&#x1F600;", "]", "]]", "> ", "'", "\"", "]&#x5D;", "\u0085")
}

func (g generator) value() string {
	var b strings.Builder
	for range g.IntN(4) {
		b.WriteString(g.pick(g.text(), "v", "\r\n", "\t"))
	}
	return b.String()
}

// mutate makes one small change to a document.
func (g generator) mutate(doc []byte) []byte {
	b := append([]byte(nil), doc...)
	if len(b) == 0 {
		return b
	}
	i := g.IntN(len(b))
	j := i + g.IntN(min(len(b)-i, 12)+1)
	switch g.IntN(6) {
	case 0: // leave some out
		return append(b[:i], b[j:]...)
	case 1: // put some in twice
		return append(b[:j], append([]byte(string(doc[i:j])), doc[j:]...)...)
	case 2: // cut off
		return b[:i]
	case 3: // change a byte
		b[i] = byte(g.IntN(256))
		return b
	case 4: // put in a piece of markup
		piece := g.pick("<", ">", "/", "&", ";", "'", "\"", "=", ":", " ", "<!--c-->", "<?p i?>", "<!DOCTYPE a>", "<![CDATA[", "]]>", "]]",
			"xmlns", "xmlns:p=''", " xmlns:xml='u'", " a='1'", " a='2'", "&x;", "&#0;", "&#xD800;", "&#x110000;", "<a>", "</a>", "<a/>", "<p:a/>",
			"\x00", "\xff", "\xed\xa0\x80", "\xc0\x80", "\uFFFE", "\uFEFF", "1", "-", "\u0370", "\U00010000", "<?xml version='1.0'?>", "xml:", "#", "!", "?", "[", "]")
		return append(b[:i], append([]byte(piece), doc[i:]...)...)
	default: // exchange two bytes
		k := g.IntN(len(b))
		b[i], b[k] = b[k], b[i]
		return b
	}
}

// corpus is documents by hand: the traffic of streams, and each thing that
// parsers have been seen to differ in.
var corpus = func() []string {
	docs := []string{
		// traffic
		iq255, message300, queryDoc, navDoc,
		"<handshake>a9b1</handshake>", "<handshake/>",
		"<stream:error xmlns:stream='http://etherx.jabber.org/streams'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>Replaced by new connection</text></stream:error>",
		"<stream:features xmlns:stream='http://etherx.jabber.org/streams'><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>",
		"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>dj1l</success>",
		"<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony</resource></bind></iq>",
		"<presence from='juliet@capulet.example/balcony' to='tweeter.localhost'/>",
		"<presence type='subscribe' from='a@b' to='c'/><presence type='probe' from='a@b' to='c'/>",
		"<presence><show>away</show><status xml:lang='cs'>Ke dvoru</status><priority>-1</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='n' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>",
		"<message type='groupchat' from='room@muc/nick'><subject>Tea &amp; biscuits</subject></message>",
		"<message><body>&lt;b&gt; 'quoted' \"twice\" &#8364; € 😀</body><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'><p style='font-weight:bold'>x<br/>y</p></body></html></message>",
		"<message type='error'><error type='cancel' by='b'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
		"<iq type='result'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='n'><item id='1'><entry xmlns='http://www.w3.org/2005/Atom'><title>t</title></entry></item></items></pubsub></iq>",
		"<message xmlns='jabber:component:accept'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client'><body>x</body></message></forwarded></message>",
		"<iq><x xmlns='jabber:x:data' type='form'><title>T</title><field var='a' type='list-single'><value>1</value><option label='One'><value>1</value></option></field></x></iq>",
		"<r xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='1'/>", " \n<iq/>\n <iq/> ",
		// names and namespaces
		"<a:b xmlns:a='u'><a:c/><d/></a:b>", "<a xmlns='u' xmlns:p='u' p:b='1' b='1'/>", "<a xmlns='u'><b xmlns=''><c xmlns='u'/></b></a>",
		"<p:a xmlns:p='u'><p:a xmlns:p='v'/><p:a/></p:a>", "<xml:a xml:b='1'/>", "<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
		"<é/>", "<a é='1'/>", "<日本語 名='値'/>", "<\u0370/>", "<a \U00010000='1'/>", "<a\u00B7/>", "<\u2C00:\u2C00 xmlns:\u2C00='u'/>",
		"<p:a/>", "<a p:b='1'/>", "<a b='1' b='2'/>", "<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>", "<a xmlns='u' xmlns='v'/>", "<a xmlns:p=''/>",
		"<a xmlns:xml='u'/>", "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", "<a xmlns:xmlns='u'/>", "<a xmlns='http://www.w3.org/2000/xmlns/'/>",
		"<xmlns:a/>", "<a:b:c xmlns:a='u'/>", "<:a/>", "<a:/>", "<a :b='1'/>", "<a b:='1'/>", "<a:1 xmlns:a='u'/>", "<a xmlns:='u'/>", "<a xmlns:1='u'/>",
		"<a xmlns='xmlns' xmlns:p='xmlns' p:b='1'/>", "<a xmlns='xml'/>", "<a xmlns:p='xml' p:b='1'/>", "<a xmlns:p='u' p:xmlns='v'/>",
		// tags
		"<a></a >", "<a ></a\n>", "<a\tb='1'\r\n/>", "<a b = '1'/>", "<a b='1'c='2'/>", "<a b='1'/ >", "< a/>", "<a b/>", "<a b=1/>", "<a></b>", "<a><b></a></b>", "</a>", "<a", "<", "<a>", "<a b='<'/>", "<a b='>'/>",
		// text and values
		"<a b='1\n2\t3\r4\r\n5&#10;6&#9;7&#13;8'>1\n2\t3\r4\r\n5&#10;6&#9;7&#13;8</a>", "<a>]]></a>", "<a>]] ></a>", "<a b=']]>'/>", "<a>></a>",
		"<a><![CDATA[<b>&amp;]]>x<![CDATA[]]]]><![CDATA[>]]></a>", "<a><![CDATA[x</a>", "<![CDATA[x]]>", "<a/><![CDATA[x]]>", "<a><![cdata[x]]></a>", "x<a/>", "<a/>x", "<a/>&#32;", "&lt;<a/>",
		"<a>&amp</a>", "<a>&;</a>", "<a>&x;</a>", "<a>&#;</a>", "<a>&#x;</a>", "<a>&#X41;</a>", "<a>&#xD800;</a>", "<a>&#0;</a>", "<a>&#x110000;</a>", "<a>&#xFFFE;</a>", "<a>& b</a>",
		"<a>\x00</a>", "<a>\x01</a>", "<a b='\x01'/>", "<a>\xff</a>", "<a>\xc0\x80</a>", "<a>\xed\xa0\x80</a>", "<a>\uFFFE</a>", "<a>\u007F\u0085\uFEFF</a>", "<a>\xf4\x90\x80\x80</a>", "<\xff/>",
		// what XMPP has not
		"<!-- c --><a/>", "<a><!-- c --></a>", "<?p i?><a/>", "<a><?p?></a>", "<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a><!b></a>", "<!ELEMENT a ANY><a/>",
		// the beginning
		"", " ", "\n<a/>", "\uFEFF<a/>", "\uFEFF <a/>", "\uFEFF\uFEFF<a/>", " \uFEFF<a/>", "\uFEFF<?xml version='1.0'?><a/>", "\xfe\xff\x00<", "\xff\xfe<\x00",
		"<?xml version='1.0'?><a/>", "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<a/>", "<?xml version='1.0' encoding='UTF-8' ?>", "<?xml version = '1.0'?><a/>",
		"<?xml version='1.1'?><a/>", "<?xml version='1.0' encoding='iso-8859-1'?><a>\xe9</a>", "<?xml encoding='utf-8'?><a/>", "<?xml?><a/>", "<?xml version='1.0¥?><a/>", " <?xml version='1.0'?><a/>",
		"<a/><?xml version='1.0'?>", "<a><?xml version='1.0'?></a>", "<?xml version='1.0' standalone='maybe'?><a/>", "<?xml version='1.0' x='y'?><a/>", "<?XML version='1.0'?><a/>", "<?xml version='1.0'?><?xml version='1.0'?><a/>",
	}
	deep := strings.Repeat("<a>", 300) + strings.Repeat("</a>", 300)
	var attrs strings.Builder
	for i := range 300 {
		fmt.Fprintf(&attrs, " a%d='1'", i)
	}
	return append(docs, "<?xml version='1.0'"+strings.Repeat(" ", 600)+"?><a/>", deep, "<a"+attrs.String()+"/>", "<"+strings.Repeat("n", 2000)+"/>", "<a xmlns='"+strings.Repeat("n", 2000)+"'/>", strings.Repeat("<a/>", 20_000), "<a>"+strings.Repeat("<b/>", 20_000)+"</a>")
}()
