package element

import (
	"fmt"
	"strings"
	"testing"
)

// sameWithShapes checks that a Parser that remembers shapes finds in input what
// one finds that never does.
func sameWithShapes(t *testing.T, limits Limits, fragments bool, input string) {
	t.Helper()
	read := Parser{Limits: limits, Fragments: fragments}
	know := Parser{Limits: limits, Fragments: fragments}
	know.known = new([shapeSets][shapeWays]shape)
	read.Feed([]byte(input))
	know.Feed([]byte(input))
	for {
		want, err := read.Next()
		read.known, read.stems = nil, nil
		got, err2 := know.Next()
		if fmt.Sprint(err2) != fmt.Sprint(err) || got.Kind != want.Kind || got.Offset != want.Offset || got.Excess != want.Excess || dump(got.Node) != dump(want.Node) {
			t.Fatalf("%s\n got %v %v %s\nwant %v %v %s", input, got, err2, dump(got.Node), want, err, dump(want.Node))
		}
		if err != nil {
			return
		}
		if got.Kind == EventElement {
			var heads [2]Head
			var insides [2]Inside
			for k, n := range []Node{got.Node, want.Node} {
				n.Head(&heads[k])
				n.Inside(&insides[k])
				insides[k].First.t, insides[k].Extension.t = nil, nil
			}
			if heads[0] != heads[1] || insides[0] != insides[1] {
				t.Fatalf("%s: %+v %+v", dump(got.Node), heads, insides)
			}
			checkTree(t, got, limits.withDefaults())
		}
	}
}

// TestX11Shapes: a tag of a known shape is the same in the tree as one that is
// read, and where it is wrong or excessive the same is found.
func TestX11Shapes(t *testing.T) {
	limits := Limits{Depth: 3, Attrs: 4, Elements: 6, Name: 20, Bytes: 400}
	for _, in := range []string{
		iq255, message300,
		`<a/>`, `<a></a>`, `<a b=''/>`, `<a b='1' c="2">x</a>`, `<a b='&lt;'/>`, `<a b='>'/>`, "<a b='\t'/>", `<a b='é'>é</a>`,
		`<a b='1' xml:lang='de'/>`, `<a xml:lang='de' lang='en'/>`, `<a xmlns='urn:x' b='1'><b/></a>`, `<a b='1' xmlns='urn:x'/>`,
		`<a b='1' xmlns='urn:x' c='2'><c xmlns=''/></a>`, `<a xmlns='jabber:server'><b xmlns='jabber:client'/></a>`,
		`<a xmlns='urn:x'><b xmlns='jabber:server'/></a>`, `<a xmlns="urn:&apos;"/>`, `<a xmlns='urn:x' xmlns='urn:y'/>`,
		`<a b='1' b='2'/>`, `<a xml:lang='1' xml:lang='2'/>`, `<a xmlns='http://www.w3.org/2000/xmlns/'/>`,
		`<a xmlns='http://www.w3.org/XML/1998/namespace'/>`, `<stream:stream/>`, `<stream b='1'/>`, `<a><b><c><d/></c></b></a>`,
		`<a><b/><b/><b/><b/><b/><b/></a>`, `<a b='' c='' d='' e='' f=''/>`, `<a xmlns='u' b='' c='' d=''/>`, `<a xmlns='u' b='' c='' d='' e=''/>`,
		`<abcdefghijklmnopqrstuvwxyz/>`, `<a abcdefghijklmnopqrstuvwxyz=''/>`, `<a xmlns='abcdefghijklmnopqrstuvwxyz'/>`,
		`<a xml:abcdefghijklmnopqrst=''/>`, `<a  b='1'/>`, `<a b = '1'/>`, `<a b='1' />`, `<a b='1'c='2'/>`, `<a b=1/>`, `<a b='<'/>`, `<a -b='1'/>`, `<a xml:='1'/>`,
		`<s:a xmlns:s='jabber:client' xmlns='jabber:server'><b/><c d='1'><b/></c><e xmlns='u'><b xmlns='jabber:server'><b/></b></e></s:a>`,
		`<a xmlns='u'><a xmlns='u'><b/></a></a>`, `<a xmlns='u'><a xmlns='u'/></a>`,
		`<a><b c='1'>x</b><b c='2'/>y<b c='3'></b></a>`, `<a b='` + strings.Repeat("x", 500) + `'/>`, `<a a123456789012='` + strings.Repeat("y", 100) + `' b='2'/>`,
	} {
		for _, wrap := range []string{"", "<w xmlns='urn:w'>", "<w>"} {
			one := in
			if wrap != "" {
				one = wrap + in + "</w>"
			}
			for _, l := range []Limits{{}, limits, {Attrs: 2}} {
				many := strings.Repeat(one+`<z y='1'/>`, 3)
				sameWithShapes(t, l, true, many)
				sameWithShapes(t, l, false, testHeader+many)
			}
		}
	}
}

// TestX11ShapesHeader: a second stream header is refused though an element inside of a
// stanza was like it.
func TestX11ShapesHeader(t *testing.T) {
	for _, header := range []string{testHeader, "<stream xmlns='" + nsStreams + "'>"} {
		for _, second := range []string{"<stream xmlns='" + nsStreams + "' b='1'>", "<stream b='1'>"} {
			inside := "<a>" + second + "</stream></a>"
			sameWithShapes(t, Limits{}, false, header+inside+inside+second+"</stream>")
		}
	}
}

// TestX11ShapesLimit: a limit in the middle of a known tag strikes where it does
// in one that is read, whatever the bytes behind it are.
func TestX11ShapesLimit(t *testing.T) {
	var longer strings.Builder // each with the tags of the one before it
	for n := range 20 {
		fmt.Fprintf(&longer, "<m>%*s<body/><b c='1' d='2'/></m>", n, "")
	}
	for _, in := range []string{iq255, message300, longer.String()} {
		for n := 1; n <= 100; n++ {
			sameWithShapes(t, Limits{Bytes: n}, true, in+in)
		}
	}
}

// TestX11ShapesKnown: the tags of the usual stanzas are known from the second on.
func TestX11ShapesKnown(t *testing.T) {
	p := Parser{Fragments: true}
	for _, in := range []string{iq255, message300, iq255, message300, iq255, message300} {
		p.turn = 0
		p.Feed([]byte(in))
		if _, err := p.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if p.turn != 0 {
		t.Errorf("%d tags of a stanza seen before are not known", p.turn)
	}
}

// TestX11ShapesPlain: that a value need not be escaped is seen of a known tag too, whatever
// was in the tag that it was known from.
func TestX11ShapesPlain(t *testing.T) {
	p := Parser{Fragments: true}
	for i, in := range []string{`<m>` + strings.Repeat("room ", 40) + `</m>`, `<m/>`, `<a b='>' c=">" xml:lang='>'/>`, `<a b='1' c="2" xml:lang='3'/>`, `<a b='>' c="'" xml:lang='>'/>`} {
		p.Feed([]byte(in))
		ev, err := p.Next()
		if err != nil {
			t.Fatal(err)
		}
		for a := range ev.Node.Attrs() {
			if want := i == 3 && a.Local() != "c"; a.t.cells[a.i].plain != want {
				t.Errorf("%s: that %s needs no escape is %t, want %t", in, a, !want, want)
			}
		}
	}
}

// FuzzShapes: what is read again is the same as when it was read first.
func FuzzShapes(f *testing.F) {
	seeds(func(data []byte) { f.Add(byte(2), data); f.Add(byte(1), data) })
	f.Fuzz(func(t *testing.T, mode byte, data []byte) {
		in := strings.Repeat(string(data), 2) + vary(string(data), len(data))
		if mode&2 == 0 {
			in = testHeader + in
		}
		sameWithShapes(t, fuzzLimits[mode&1], mode&2 != 0, in)
	})
}
