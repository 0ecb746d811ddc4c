package element

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// values are the places where a test writes other values.
var values = regexp.MustCompile(`=(?:'[^'<]*'|"[^"<]*")|>[^<>]+<`)

// with returns in with other values, those that value returns. What has a colon is left:
// it may be the name of a namespace.
func with(in string, value func() string) string {
	return values.ReplaceAllStringFunc(in, func(v string) string {
		if strings.Contains(v, ":") {
			return v
		}
		begin, end := v[:1], v[len(v)-1:]
		if begin == "=" {
			begin = v[:2]
		}
		return begin + value() + end
	})
}

var goodValues = []string{"", "a", "é", "\n", "0123456", "12345678", "x]y>", strings.Repeat("long ", 40), "]", "&lt;&#65;b&#x1F600;&apos;",
	"&amp;lt;", "a&#9;&#10;", "a]]b", "&quot;&gt;", "\r\n", "&#x10FFFF;é&#xe9;", "&#00000000065;", "\t\r", "]&amp;]"}

var badValues = []string{"&#0;", "&#xD800;", "&#x;", "&#;", "&;", "&lt", "&no;", "&#99999999999;", "&#9999999;", "&#1114112;", "&65;", "&x41;", "&#xg;", "&#6a;", "&lt ;", "&#X41;", "]]>", "a]]>b", "&amp;]]>", "\x01", "a&amp;\x02", "<", "&amp;<", "&", "&a"}

// vary returns in with other values, a different one for each n.
func vary(in string, n int) string {
	return with(in, func() string {
		n++
		return goodValues[n%len(goodValues)]
	})
}

// TestX11Skeletons: a stanza of a known skeleton is the same tree as one that is read tag
// by tag, whatever its values are; and where it is wrong or excessive the same is found.
func TestX11Skeletons(t *testing.T) {
	limits := Limits{Depth: 3, Attrs: 4, Elements: 6, Name: 20, Bytes: 400}
	for _, in := range []string{
		iq255, message300, `<a/>`, `<a></a>`, `<a b='1'/>`, `<a b="1" c='2'>x</a>`, `<a>x<b/>y<b>z</b></a>`, `<a> <b/> </a>`,
		`<a xmlns='urn:x' b='1'><b/></a>`, `<a b='1' xmlns='urn:x' c='2'><c d='1' xmlns='' e='2'>y</c></a>`, `<a b='1'><c d='e' xmlns='urn:c'><f>x</f></c></a>`,
		`<a xmlns='jabber:server'><b xmlns='jabber:client' c='1'>x</b></a>`, `<a xml:lang='de' b='1'>x</a>`, `<a><stream:x b='1'/></a>`,
		`<a><b>1</b><b>2</b><b>3</b><b/></a>`, `<a b='1'>x</a
>`, `<a><b><c><d>x</d></c></b></a>`, `<a b='&lt;' c='1'>x</a>`, `<a>&#65;<b>x</b></a>`, `<a>x<![CDATA[]]></a>`, "<a>\r\n<b>x</b></a>", "<a b='1\t2'>x</a>",
		`<a p:b='1' xmlns:p='urn:p'>x</a>`, `<a  b='1'>x</a>`, `<é b='1'>x</é>`, `<message to='1'><error>x</error><x xmlns='urn:x'>y</x></message>`,
	} {
		var many strings.Builder
		for n := range 40 {
			many.WriteString(in + vary(in, n) + `<z y='1'/>`)
		}
		for _, l := range []Limits{{}, limits, {Bytes: 60}} {
			sameWithShapes(t, l, true, many.String())
			sameWithShapes(t, l, false, testHeader+many.String())
		}
		for _, bad := range badValues {
			sameWithShapes(t, Limits{}, true, in+in+in+with(in, func() string { return bad }))
		}
	}
}

// TestX11SkeletonsAlike: stanzas that begin alike do not get in each other's way, nor
// does what begins like a stanza and is none.
func TestX11SkeletonsAlike(t *testing.T) {
	one := []string{`<a b='1'>`, `<a b='1' c='2'>`, `<a b="1">`, `<a b='1' xmlns='urn:x'>`}
	two := []string{``, `x`, `<b/>`, `<b></b>`, `<b>x</b>`, `<b>x</b>y`, `x<b/>`, `<b c='1'/>`, `<b>x</b><c/>`, `<b>x</b><c>x</c>`}
	wrong := []string{`<a b='1'<b/></a>`, `<a b='1'><b>x</c></a>`, `<a b='1'>x`, `<a b='<'>x</a>`, "<a b='1'>\x01</a>", `<a b='1'>]]></a>`, `<a b='1'>x</a`}
	for _, w := range wrong {
		var many strings.Builder
		for range 2 {
			for _, x := range one {
				for _, y := range two {
					many.WriteString(x + y + `</a>` + vary(x+y+`</a>`, len(y)))
				}
			}
		}
		sameWithShapes(t, Limits{}, true, many.String()+w)
		sameWithShapes(t, Limits{}, true, many.String()+w+`</a><a b='1'/>`)
	}
}

// TestX11SkeletonsHighBits: characters beyond ASCII are not those with the same low bits.
func TestX11SkeletonsHighBits(t *testing.T) {
	sameWithShapes(t, Limits{}, true, "<B0/><B0/><\u00b0/>")
}

// TestX11SkeletonsDecoded: of what was decoded there are bytes left behind the value,
// which are no part of a skeleton.
func TestX11SkeletonsDecoded(t *testing.T) {
	for _, in := range []string{`<a><![CDATA[<12345678]]></a><a>x<12345678]]></a>`, `<a>&amp;amp;</a><a>xamp;amp;</a>`, "<a>x\r\n</a><a>x\n\n</a>",
		`<a>1<![CDATA[]]>2</a><a>3<![CDATA[]]>4</a>`, `<a>12<![CDATA[]]></a><a>3<![CDATA[]]></a>`} {
		sameWithShapes(t, Limits{}, true, in)
	}
}

// TestX11SkeletonsShorter: a stanza may be shorter than the one whose skeleton it has, with
// no place outside of it, not even of a name that is empty.
func TestX11SkeletonsShorter(t *testing.T) {
	long := strings.Repeat("long ", 80)
	for _, in := range []string{`<a b='%s' xmlns=''><c xmlns=''/>%[1]s</a>`, `<a b="%s"><c xmlns='urn:c'>%[1]s<d xmlns=''/></c></a>`,
		`<a>%s<b xmlns='' c='%[1]s'>%[1]s<d/></b></a>`, `<a>%s<stream:b>%[1]s</stream:b></a>`} {
		for _, again := range []string{"s", "&lt;"} {
			all := fmt.Sprintf(in, long) + fmt.Sprintf(in, again) + fmt.Sprintf(in, "t")
			sameWithShapes(t, Limits{}, true, all)
			sameWithShapes(t, Limits{}, false, testHeader+all)
		}
	}
}

// TestX11SkeletonsPlaces: as many values as there may be, and more.
func TestX11SkeletonsPlaces(t *testing.T) {
	for n := maxPlaces - 2; n < maxPlaces+3; n++ {
		in := "<a>" + strings.Repeat("<b>1</b>", n/2) + strings.Repeat("<c d='1'/>", n-n/2) + "</a>"
		sameWithShapes(t, Limits{}, true, in+in+vary(in, 1)+vary(in, 5)+in)
	}
}

// TestX11SkeletonsLimit: a limit in the middle of a stanza of a known skeleton strikes
// where it does in one that is read, whatever stands there.
func TestX11SkeletonsLimit(t *testing.T) {
	const short, long = "<a b='1'>x</a>", "<a b='12>&#65;&lt;]3]'>x]y&amp;]z>]&gt;</a>"
	for n := len(short); n <= len(long); n++ {
		sameWithShapes(t, Limits{Bytes: n}, true, short+short+long+short+long)
	}
}

// TestX11SkeletonsKnown: the usual stanzas are of a known skeleton when they come again.
func TestX11SkeletonsKnown(t *testing.T) {
	p := Parser{Fragments: true}
	p.Feed([]byte("<a/><b/>"))
	for range 2 {
		if _, err := p.Next(); err != nil {
			t.Fatal(err)
		}
	}
	message := strings.Replace(message300, "&amp;", "and", 1)
	for n, in := range []string{iq255, message, `<a b="1">x</a>`, message, iq255, message300, `<a b="22">yy</a>`, iq255} {
		p.misses = 0
		p.Feed([]byte(in))
		if _, err := p.Next(); err != nil {
			t.Fatal(err)
		}
		if known := p.misses == 0; known != (n > 2) {
			t.Errorf("stanza %d is known: %t", n, known)
		}
	}
}

// TestX11SkeletonsReuse: a skeleton has nothing of the memory of the stanza that it was
// made of, and keeps nothing of it alive.
func TestX11SkeletonsReuse(t *testing.T) {
	p := Parser{Fragments: true}
	p.Feed([]byte("<z/>"))
	p.Next()
	const in, other = `<message first='1' second='2'><body third='3'>x</body><x xmlns='urn:x'/></message>`, `<another first='1' second='2'><boxy third='3'>x</boxy><y xmlns='urn:y'/></another>`
	want := mustParse(t, in)
	for n, in := range []string{in, other, in, other, in} {
		p.Feed([]byte(in))
		ev, err := p.Next()
		if err != nil {
			t.Fatal(err)
		}
		if o := ev.Node.t.outline; (o != nil) != (n >= 2) || o != nil && (o.inside.First.t != nil || o.inside.Extension.t != nil) {
			t.Errorf("stanza %d has the outline %+v", n, o)
		}
		if n%2 == 0 && dump(ev.Node) != dump(want) {
			t.Errorf("stanza %d is %s", n, dump(ev.Node))
		}
		p.Reuse(ev.Node)
	}
}

// TestX11SkeletonsCut: a skeleton is not made once more of a stanza that came in two pieces.
func TestX11SkeletonsCut(t *testing.T) {
	p := Parser{Fragments: true}
	var first *origin
	for n, in := range []string{"<z/>", "<a b='1'>x</a>", "<a b='2'>y</a>", "<a b='3'", ">z</a>", "<a b='4'>x</a>"} {
		p.Feed([]byte(in))
		ev, err := p.Next()
		switch {
		case n == 2:
			first = ev.Node.t.origin
		case n == 3 && err != ErrIncomplete || n != 3 && err != nil:
			t.Fatal(err)
		case n == 5 && (first == nil || first.outline == nil || ev.Node.t.origin != first):
			t.Error("it is")
		}
	}
}

// TestX12SkeletonsHostile: who sends a stanza of a new skeleton behind each two of known ones
// soon has none remembered: to remember costs more than knowing saves.
func TestX12SkeletonsHostile(t *testing.T) {
	p := Parser{Fragments: true}
	hopeless := 0
	for n := range 300 {
		for _, in := range []string{"<a/>", "<b c='1'/>", fmt.Sprintf("<c d%d='1'/>", n)} {
			p.Feed([]byte(in))
			if _, err := p.Next(); err != nil {
				t.Fatal(err)
			}
		}
		if p.hopeless() {
			hopeless++
		}
	}
	if hopeless < 100 {
		t.Errorf("hopeless after %d of 300 rounds", hopeless)
	}
}

// TestX12Skeletons: what stanzas of all kinds leave behind is bounded, and they are
// soon no more looked for; stanzas that come again are known again.
func TestX12Skeletons(t *testing.T) {
	p := Parser{Fragments: true}
	most := 0
	for n := range 20000 {
		if n < 10000 {
			p.misses = 0
		}
		p.Feed(fmt.Appendf(nil, "<a b%d='1'><b c%d='2'>%s</b></a>", n%20, n/20%20, strings.Repeat("<c/>", n/400%60)))
		if ev, err := p.Next(); err != nil || ev.Kind != EventElement {
			t.Fatal(ev, err)
		}
		most = max(most, p.size)
		if p.size > maxSkeletons+maxCells*2*cellSize {
			t.Fatalf("%d bytes", p.size)
		}
		size := 0
		for _, br := range p.stems {
			size += br.size()
		}
		if size != p.size {
			t.Fatalf("%d bytes, counted as %d", size, p.size)
		}
	}
	if most < maxSkeletons/2 {
		t.Errorf("%d bytes at the most: the bound was not met", most)
	}
	size := p.size
	for range 2 * 256 { // more cells than are remembered, in short pieces
		p.Feed([]byte("<a>" + strings.Repeat("<b>x</b>"+strings.Repeat("<c/>", 20), 40) + "</a>"))
		if ev, err := p.Next(); err != nil || ev.Kind != EventElement {
			t.Fatal(ev, err)
		}
	}
	if p.size != size {
		t.Errorf("a stanza of 1,000 cells takes %d bytes", p.size-size)
	}
	if p.misses != manyMisses {
		t.Errorf("%d misses", p.misses)
	}
	for range 2 * 256 {
		p.Feed([]byte("<a b='1'/>"))
		if _, err := p.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if p.hopeless() {
		t.Error("stanzas that come again are not known")
	}
}
