package element

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

const testHeader = "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='comp.localhost' id='abc'>"

// events runs input through a Parser in pieces of the given sizes, the last
// size repeating, and returns what came out as text.
func events(p *Parser, input string, sizes ...int) string {
	var out strings.Builder
	drain := func() bool {
		for {
			ev, err := p.Next()
			if err == ErrIncomplete {
				return true
			}
			if err != nil {
				fmt.Fprintf(&out, "error %v\n", err)
				return false
			}
			fmt.Fprintf(&out, "%s %s %s @%d\n", ev.Kind, ev.Excess, dump(ev.Node), ev.Offset)
		}
	}
	for k := 0; len(input) > 0; k++ {
		n := len(input)
		if len(sizes) > 0 {
			n = min(n, sizes[min(k, len(sizes)-1)])
		}
		p.Feed([]byte(input[:n]))
		input = input[n:]
		if !drain() {
			return out.String()
		}
	}
	if err := p.End(); err != nil {
		fmt.Fprintf(&out, "end %v\n", errors.Is(err, io.ErrUnexpectedEOF))
	}
	return out.String()
}

// dump writes a tree in a form that shows each of its properties.
func dump(n Node) string {
	var b strings.Builder
	for i := n.Index(); i < n.End(); i++ {
		switch c := n.At(i); c.Kind() {
		case KindElement:
			fmt.Fprintf(&b, "<%s ^%d>", c.Name(), c.Parent().Index())
		case KindAttribute:
			fmt.Fprintf(&b, "@%s=%q", c.Name(), c.Value())
		case KindText:
			fmt.Fprintf(&b, "%q^%d", c.Value(), c.Parent().Index())
		}
	}
	return b.String()
}

func TestParseTree(t *testing.T) {
	tests := []struct{ in, want string }{
		{"<a/>", "<a ^0>"},
		{" <?xml version='1.0'?><a/>", "error"},
		{"<?xml version='1.0' encoding='utf-8'?>\n<a/>\n", "<a ^0>"},
		{"\uFEFF<a></a >", "<a ^0>"},
		{"<a b='1' c=\"2'\"/>", `<a ^0>@b="1"@c="2'"`},
		{"<a xmlns='urn:x'><b/><p:c xmlns:p='urn:p' p:d='1' d='2'>t</p:c></a>",
			`<{urn:x}a ^0><{urn:x}b ^1><{urn:p}c ^1>@{urn:p}d="1"@d="2""t"^3`},
		{"<a xml:lang='de'>&lt;&#x20AC;&#8364;&amp;x]]&gt;</a>", `<a ^0>@{http://www.w3.org/XML/1998/namespace}lang="de""<€€&x]]>"^1`},
		{"<a>x<![CDATA[<y>]]]]><![CDATA[>]]>z</a>", `<a ^0>"x<y>]]>z"^1`},
		{"<a>1\r\n2\r3&#13;\n</a>", `<a ^0>"1\n2\n3\r\n"^1`},
		{"<a b='1\r\n2\r3\t4\n5&#10;6\r'/>", `<a ^0>@b="1 2 3 4 5\n6 "`},
		{"<a><![CDATA[]]></a>", `<a ^0>`},
		{"<a> <b> </b> </a>", `<a ^0>" "^1<b ^1>" "^3" "^1`},
		{"<message xmlns='jabber:component:accept'><body>x</body><x xmlns='urn:x'><y xmlns='jabber:server'/></x><b xmlns='jabber:server'/></message>",
			`<{jabber:client}message ^0><{jabber:client}body ^1>"x"^2<{urn:x}x ^1><{jabber:server}y ^4><{jabber:client}b ^1>`},
		{"<p:x xmlns:p='urn:p' xmlns='jabber:server'><y/></p:x>", `<{urn:p}x ^0><{jabber:server}y ^1>`},
		{"<p:message xmlns:p='jabber:component:accept'><p:body/><q/></p:message>", `<{jabber:client}message ^0><{jabber:client}body ^1><q ^1>`},
	}
	for _, tt := range tests {
		n, err := ParseString(tt.in)
		got := dump(n)
		if err != nil {
			got = "error"
		}
		if got != tt.want {
			t.Errorf("%s\n got %s %v\nwant %s", tt.in, got, err, tt.want)
		}
	}
}

func TestStreamEvents(t *testing.T) {
	in := testHeader + "<handshake/> <message to='a'><body>x</body><stream:x/></message><iq xmlns='jabber:client'/><x xmlns='urn:x'/>\n</stream:stream> "
	want := `open  <{http://etherx.jabber.org/streams}stream ^0>@from="comp.localhost"@id="abc" @21
element  <{jabber:client}handshake ^0> @147
element  <{jabber:client}message ^0>@to="a"<{jabber:client}body ^1>"x"^3<{http://etherx.jabber.org/streams}x ^1> @160
element  <{jabber:client}iq ^0> @211
element  <{urn:x}x ^0> @238
close   @257
`
	if got := events(NewParser(), in); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	for cut := range len(in) {
		if got := events(NewParser(), in, cut+1, 1<<20); got != want {
			t.Fatalf("cut at %d:\n%s", cut, got)
		}
	}
	if got := events(NewParser(), in, 1); got != want {
		t.Errorf("byte by byte:\n%s", got)
	}
}

// TestX11Readers: a Parser that reads finds what one finds that is fed.
func TestX11Readers(t *testing.T) {
	for _, in := range []string{testHeader + " " + iq255 + "<a>é</a>" + message300 + "</stream:stream>", "<s/>", "<s/> "} {
		want := events(NewParser(), in)
		for name, cut := range map[string]func(io.Reader) io.Reader{"one": iotest.OneByteReader, "half": iotest.HalfReader, "error": iotest.DataErrReader} {
			p, r := NewParser(), cut(strings.NewReader(in))
			var got strings.Builder
			for {
				ev, err := p.Read(r)
				if err != nil {
					if err != io.EOF {
						t.Errorf("%s: %s: %v", in, name, err)
					}
					break
				}
				fmt.Fprintf(&got, "%s %s %s @%d\n", ev.Kind, ev.Excess, dump(ev.Node), ev.Offset)
			}
			if got.String() != want {
				t.Errorf("%s: %s:\n%swant\n%s", in, name, got.String(), want)
			}
		}
	}
}

func TestExcess(t *testing.T) {
	head := "<message from='a@b/c' to='d' id='7' x='y'>"
	tests := []struct {
		name   string
		limits Limits
		in     string
		want   Limit
	}{
		{"bytes", Limits{Bytes: 100}, head + strings.Repeat("x", 200) + "</message>", LimitBytes},
		{"bytes in value", Limits{Bytes: 100}, head + "<a b='" + strings.Repeat("x", 200) + "'/></message>", LimitBytes},
		{"bytes in cdata", Limits{Bytes: 100}, head + "<a><![CDATA[" + strings.Repeat("]", 200) + "]]></a></message>", LimitBytes},
		{"bytes in refs", Limits{Bytes: 100}, head + "<a b='" + strings.Repeat("&amp;&#x20AC;", 40) + "'>" + strings.Repeat("&amp;&#x1F600;]", 30) + "</a></message>", LimitBytes},
		{"bytes in end tag", Limits{Bytes: 60}, head + "<aaaaaa-a9></aaaaaa-a9></message>", LimitBytes},
		{"bytes in root tag", Limits{Bytes: 30}, "<message from='a@b/c' zzzzzzzzzzzzzz='&amp;' to='d' id='7'>" + strings.Repeat("x", 200) + "</message>", LimitBytes},
		{"depth", Limits{Depth: 3}, head + "<a><a><a/></a></a></message>", LimitDepth},
		{"elements", Limits{Elements: 3}, head + "<a/><b/><c>t</c></message>", LimitElements},
		{"attrs", Limits{Attrs: 4}, head + "<a a='' b='' c='' d='' e=''/></message>", LimitAttrs},
		{"attrs in root", Limits{Attrs: 2}, "<message a='' b='' c='' to='d' d='' from='a@b/c' id='7'><body/></message>", LimitAttrs},
		{"declarations", Limits{Attrs: 4}, head + "<a xmlns:a='u'><a xmlns:a='u'><a xmlns:a='u'><a xmlns:a='u'><a xmlns:a='u'/></a></a></a></a></message>", LimitAttrs},
		{"name", Limits{Name: 15}, head + "<" + strings.Repeat("é", 20) + "/></message>", LimitName},
		{"attribute name", Limits{Name: 15}, head + "<a " + strings.Repeat("n", 20) + "=''/></message>", LimitName},
		{"namespace name", Limits{Name: 15}, head + "<a xmlns='" + strings.Repeat("n", 20) + "'/></message>", LimitName},
	}
	for _, tt := range tests {
		open := "<s xmlns='jabber:client'>"
		in := open + "<iq/>" + tt.in + "<presence/>" + tt.in + "</s>"
		run := func(sizes ...int) string {
			p := NewParser()
			p.Limits = tt.limits
			return events(p, in, sizes...)
		}
		want := run()
		lines := strings.Split(want, "\n")
		if len(lines) != 7 || !strings.HasPrefix(lines[2], "excess "+string(tt.want)+" <{jabber:client}message") || cutOffset(lines[4]) != cutOffset(lines[2]) || !strings.HasPrefix(lines[5], "close ") {
			t.Errorf("%s:\n%s", tt.name, want)
			continue
		}
		for _, attr := range []string{`@from="a@b/c"`, `@to="d"`, `@id="7"`} {
			if !strings.Contains(lines[2], attr) {
				t.Errorf("%s: %s is lost: %s", tt.name, attr, lines[2])
			}
		}
		for cut := range len(in) {
			if got := run(cut+1, 1<<20); got != want {
				t.Fatalf("%s, cut at %d of %s:\n%s\nwant\n%s", tt.name, cut, in, got, want)
			}
		}
		for size := 1; size < 20; size++ {
			if got := run(size); got != want {
				t.Fatalf("%s, in pieces of %d:\n%s\nwant\n%s", tt.name, size, got, want)
			}
		}
	}
}

func cutOffset(line string) string { return line[:strings.LastIndexByte(line, '@')] }

// idleReader gives neither bytes nor an error.
type idleReader struct{}

func (idleReader) Read([]byte) (int, error) { return 0, nil }

func TestReadEnds(t *testing.T) {
	p := NewParser()
	if _, err := p.Read(idleReader{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader without progress: %v", err)
	}
	in := strings.NewReader(testHeader + "<iq/></stream:stream>")
	var got []EventKind
	p = NewParser()
	for {
		ev, err := p.Read(in)
		if err != nil {
			if err != io.EOF {
				t.Error(err)
			}
			break
		}
		got = append(got, ev.Kind)
	}
	if fmt.Sprint(got) != "[open element close]" {
		t.Error(got)
	}
}
