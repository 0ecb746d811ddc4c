package xpath

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
)

// words writes a disjunctive form: "a and b or c", "anything" where an
// alternative has no condition, "never" for no alternative.
func words(form [][]Clue) string {
	if len(form) == 0 {
		return "never"
	}
	var any []string
	for _, all := range form {
		var and []string
		for _, c := range all {
			if s := c.String(); !slices.Contains(and, s) {
				and = append(and, s)
			}
		}
		if len(and) == 0 {
			and = []string{"anything"}
		}
		if s := strings.Join(and, " and "); s != "anything" || !slices.Contains(any, s) {
			any = append(any, s)
		}
	}
	return strings.Join(any, " or ")
}

// TestClues: what an index learns of an expression. What it could not learn
// without risk is not there.
func TestClues(t *testing.T) {
	const all = "anything"
	for _, tc := range []struct{ expr, atDocument, atStanza string }{
		// paths
		{"message", "message", "payload message"},
		{"/iq[@type='get']/p:tweet[@id={id}]", "iq and @type = 'get' and payload {urn:example:p}tweet", "iq and @type = 'get' and payload {urn:example:p}tweet"},
		{"iq/p:tweet[@node='a']/p:x", "iq and payload {urn:example:p}tweet and {urn:example:p}tweet/@node = 'a'", "payload iq and iq/{urn:example:p}tweet/@node = 'a'"},
		{"self::message[body='x']", all, "message and payload body and body = 'x'"},
		{"self::node()[body='x']", all, "payload body and body = 'x'"},
		{"*", all, all},
		{"p:*[@id='1']", "@id = '1'", all},
		{"*[@id='1']", "@id = '1'", all},
		{"//p:tweet[@id='1']", all, all},
		{"//*[/iq/@from='a@b']", "iq and @from = 'a@b'", "iq and @from = 'a@b'"},
		{"p:tweet/parent::node()[@id='1']", all, "payload {urn:example:p}tweet and @id = '1'"},
		{"p:a/p:b/../@id='1'", "payload {urn:example:p}b and @id = '1'", "payload {urn:example:p}a and {urn:example:p}a/@id = '1'"},
		{"p:a/../p:b", all, "payload {urn:example:p}a and payload {urn:example:p}b"},
		{"body/text()='x'", all, "payload body"},
		{"p:a/self::p:b/@x='1'", "@x = '1'", "payload {urn:example:p}a and {urn:example:p}a/@x = '1'"},
		{"p:a/following-sibling::p:b[@x='1']", all, "payload {urn:example:p}a"},
		{"@id", all, all},
		{"p:a[2][@x='1']", "@x = '1'", "payload {urn:example:p}a and {urn:example:p}a/@x = '1'"},
		{"(p:a[@x='1'])[1][@y='2']", "@x = '1' and @y = '2'", "payload {urn:example:p}a and {urn:example:p}a/@x = '1' and {urn:example:p}a/@y = '2'"},
		{"@p:x='1' and @xml:lang='de'", all, "@{urn:example:p}x = '1' and @xml:lang = 'de'"},

		// texts
		{"message[@type='chat']", "message and @type = 'chat'", "payload message and message/@type = 'chat'"},
		{"'chat'=@type", all, "@type = 'chat'"},
		{"@type=$text", all, "@type = 'a'"},
		{"@type=$number", all, all},
		{"@type!='chat'", all, all},
		{"body!='chat'", all, "payload body"},
		{"body < 5", all, "payload body"},
		{"body = p:a", all, "payload body and payload {urn:example:p}a"},
		{"body = ''", all, "payload body and body = ''"},
		{"string(body) = 'x'", all, "payload body and body = 'x'"},
		{"'x' = string(@id)", all, "@id = 'x'"},
		{"string(body) = ''", all, all},
		{"string(body) != 'x'", all, all},
		{"string(body)", all, "payload body"},
		{"string() = 'x'", all, all},
		{". = 'x'", all, all},
		{"normalize-space(body) = 'x'", all, all},
		{"concat(@a, @b) = 'x'", all, all},
		{`body = "it's"`, all, `payload body and body = "it's"`},

		// beginnings
		{"starts-with(body, '!')", all, "payload body and starts-with(body, '!')"},
		{"starts-with(string(@id), '!')", all, "starts-with(@id, '!')"},
		{"starts-with(body, '')", all, all},
		{"starts-with('!', body)", all, all},
		{"starts-with(normalize-space(body), '!')", all, all},
		{"contains(body, '!')", all, "payload body"},
		{"contains(body, '')", all, all},
		{`body={text:!echo .*}`, all, "payload body and starts-with(body, '!echo ')"},
		{`body={text:echo}`, all, "payload body and body = 'echo'"},
		{`body={text:(?i)echo}`, all, "payload body"},
		{`body={text:echo|reverse}`, all, "payload body"},
		{`body={text:echo(es)?}`, all, "payload body and starts-with(body, 'echo')"},
		{`substring-after(body,'!')={text:x}`, all, all},

		// logic
		{"@id='1' and body", all, "@id = '1' and payload body"},
		{"@id='1' or body", all, "@id = '1' or payload body"},
		{"@id='1' or not(body)", all, "@id = '1' or anything"},
		{"(@a='1' or @a='2') and (@b='1' or body)", all, "@a = '1' and @b = '1' or @a = '1' and payload body or @a = '2' and @b = '1' or @a = '2' and payload body"},
		{"boolean(body)", all, "payload body"},
		{"not(@id='1')", all, all},
		{"not(not(body))", all, all},
		{"true() and body", all, "payload body"},
		{"false() and body", "never", "never"},
		{"false() or body", all, "payload body"},
		{"$yes", all, all},
		{"count(body) = 1", all, all},
		{"lang('de')", all, all},
		{"-body", all, all},
		{"1", all, all},
		{"''", "never", "never"},
		{"message[body] | presence", "message and payload body or presence", "payload message or payload presence"},
		{"(message | presence)[@id='1']/p:a", "message and @id = '1' and payload {urn:example:p}a or presence and @id = '1' and payload {urn:example:p}a", "payload message and message/@id = '1' or payload presence and presence/@id = '1'"},
		{"(p:a | p:b)/@id = '1'", "@id = '1' or @id = '1'", "payload {urn:example:p}a and {urn:example:p}a/@id = '1' or payload {urn:example:p}b and {urn:example:p}b/@id = '1'"},
		{"p:a[@id='1' or @id='2']", "@id = '1' or @id = '2'", "payload {urn:example:p}a and {urn:example:p}a/@id = '1' or payload {urn:example:p}a and {urn:example:p}a/@id = '2'"},
	} {
		o := testOptions
		o.Vars = map[string]any{"text": "a", "number": 5, "yes": true}
		e, err := Compile(tc.expr, o)
		if err != nil {
			t.Fatal(err)
		}
		if got := words(e.Clues(true)); got != tc.atDocument {
			t.Errorf("%s, at the document:\n got %s\nwant %s", tc.expr, got, tc.atDocument)
		}
		if got := words(e.Clues(false)); got != tc.atStanza {
			t.Errorf("%s, at the stanza:\n got %s\nwant %s", tc.expr, got, tc.atStanza)
		}
	}
}

// TestCluesAreBounded: what would have too many alternatives keeps what
// they have in common, or what says most.
func TestCluesAreBounded(t *testing.T) {
	many := func(n int, s, sep string) string {
		return strings.TrimSuffix(strings.Repeat(s+sep, n), sep)
	}
	for _, tc := range []struct{ expr, want string }{
		{"message[" + many(65, "body='x'", " or ") + "]", "message and payload body and body = 'x'"},
		{"message[" + many(64, "body='x'", " or ") + " or @id='1']", "message"},
		{many(65, "message/body", " | "), "message and payload body"},
		{"(" + many(65, "message", " | ") + ")[body]", "message"},
		{"message[" + many(9, "body='x'", " or ") + "][" + many(8, "body", " or ") + "]", many(9, "message and payload body and body = 'x'", " or ")},
		{"message[" + many(9, "body", " or ") + "][" + many(8, "body='x'", " or ") + "]", many(8, "payload body and body = 'x'", " or ")},
		{"(" + many(9, "message", " or ") + ") and (" + many(8, "message/body", " or ") + ")", many(8, "message and payload body", " or ")},
	} {
		if got := words(compiled(t, tc.expr).Clues(true)); got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.expr, got, tc.want)
		}
	}
	deep := "body" + strings.Repeat("[(a or b) and (a or c)]", 150)
	if form := compiled(t, deep).Clues(false); len(form) > maxAlternatives {
		t.Errorf("%d alternatives", len(form))
	}
}

// TestPathsAreTold: no two paths are written the same, whatever a namespace
// looks like.
func TestPathsAreTold(t *testing.T) {
	name := func(space, local string) element.Name { return element.Name{Space: space, Local: local} }
	seen := map[string]Path{}
	for _, p := range []Path{
		{},
		Path{}.child(name(element.NSClient, "a")), Path{}.child(name("", "a")), Path{}.child(name("a", "a")),
		Path{}.attribute(name("", "a")), Path{}.attribute(name("a", "a")), Path{}.attribute(name(element.NSXML, "a")),
		Path{}.child(name("a}b/{c", "d")), Path{}.child(name("a", "b")).child(name("c", "d")), Path{}.child(name("a}}b/{c", "d")),
		Path{}.child(name("a", "b")).attribute(name("c", "d")), Path{}.child(name("a}b/@{c", "d")),
	} {
		if q, ok := seen[p.String()]; ok {
			t.Errorf("%#v and %#v are both %s", p, q, p)
		}
		seen[p.String()] = p
	}
}

// holdsAt evaluates a condition at the document n in the plainest way.
func (c Clue) holdsAt(n element.Node) bool {
	root := n.Document().Root()
	switch c.Asks {
	case AsksKind:
		return root.Is(element.NSClient, c.Text)
	case AsksChild:
		return !root.Child(c.Name.Space, c.Name.Local).IsZero()
	}
	at := []element.Node{root}
	for i, name := range c.Path.names {
		var next []element.Node
		for _, n := range at {
			if c.Path.attr && i == len(c.Path.names)-1 {
				next = append(next, n.AttrNode(name.Space, name.Local))
			} else {
				next = slices.AppendSeq(next, n.ChildrenNamed(name.Space, name.Local))
			}
		}
		at = slices.DeleteFunc(next, element.Node.IsZero)
	}
	return slices.ContainsFunc(at, func(n element.Node) bool {
		if c.Asks == AsksText {
			return n.StringValue() == c.Text
		}
		return strings.HasPrefix(n.StringValue(), c.Text)
	})
}

// necessary reports whether a stanza that e is true of has what e's conditions
// ask for. n is the document.
func necessary(t testing.TB, e *Expr, n element.Node) (matched bool) {
	t.Helper()
	for _, atDocument := range []bool{true, false} {
		at := n
		if !atDocument {
			at = n.Root()
		}
		ok, err := e.Match(at, nil)
		if err != nil || !ok {
			continue
		}
		matched = true
		form := e.Clues(atDocument)
		if !slices.ContainsFunc(form, func(all []Clue) bool {
			return !slices.ContainsFunc(all, func(c Clue) bool { return !c.holdsAt(n) })
		}) {
			t.Errorf("%s is true of %v (document: %v), but not %s", e, n.Root(), atDocument, words(form))
		}
	}
	return matched
}

// condition writes what conditions are found in, mostly. holes are named by
// where they stand.
func (g *generator) condition(depth int) {
	paths := []string{
		"@type", "@from", "@id", "body", "body/@xml:lang", "p:a/@n", "p:a/p:b", "p:a/p:b/@n", "p:tweet/@id", "p:a", "p:n", "p:v", "disco:query/@node",
		"error/@type", "p:tweets/p:tweet", "p:tweets/p:tweet/@id", "text()", "*/@n", "p:a/..//p:b", "p:a/p:b/../@n", "(p:a | p:n)", "p:a[2]", "body[last()]", "../*/@type",
	}
	texts := []string{"'chat'", "'1'", "'2'", "'42'", "'x'", "'get'", "'a@b'", "'a@b/c'", "'a'", "'t1'", "'12'", "'en'", "'one'", "'5'", "''", "'error'", "'!echo hello world'"}
	switch c := g.choose(12); {
	case c < 3 || depth <= 0:
		g.pick(paths...)
		g.pick(" = ", " = ", " = ", " != ")
		g.pick(texts...)
	case c == 3:
		g.pick(texts...)
		g.pick(" = string(", " != string(")
		g.pick(paths...)
		g.put(")")
	case c == 4:
		g.pick("starts-with(", "contains(")
		g.pick(paths...)
		g.pick(", '!')", ", 'a')", ", 't')", ", '1')", ", '')", ", 'tw')")
	case c == 5:
		g.pick(paths...)
		fmt.Fprintf(&g.b, "={h%d", g.b.Len())
		g.pick("}", `:\d+}`, ":a.*}", ":a@b(/c)?}", ":1}", ":!echo .+}")
	case c == 6:
		g.pick(paths...)
	case c < 10:
		g.put("(")
		g.condition(depth - 1)
		g.pick(" and ", " or ", " and ")
		g.condition(depth - 1)
		g.put(")")
	case c == 10:
		g.pick("boolean(", "not(")
		g.condition(depth - 1)
		g.put(")")
	default:
		g.boolean(2)
	}
}

// generateClues writes an expression as routes have them.
func generateClues(data []byte) string {
	g := generator{data: data}
	frame := [][]string{{"message[", "]"}, {"iq[", "]"}, {"", ""}, {"*[", "]"}, {"(message | iq)[", "]/*"}, {"message[", "] | iq[", "]"}, {"/*[", "][", "]"}, {"/message[", "]"}}[g.choose(8)]
	for i, s := range frame {
		if g.put(s); i < len(frame)-1 {
			g.condition(3)
		}
	}
	return g.b.String()
}

// TestCluesAreNecessary holds random expressions to their conditions on
// all stanzas.
func TestCluesAreNecessary(t *testing.T) {
	const trials = 6_000
	rng := rand.New(rand.NewPCG(1, 2))
	trees := stanzaTrees(t)
	matched, told := 0, 0
	for i := range trials {
		choices := make([]byte, 60)
		for i := range choices {
			choices[i] = byte(rng.Uint32())
		}
		x := generateClues(choices)
		if i%4 == 0 {
			x = generate(choices)
		}
		e := compiled(t, x)
		tells := !strings.Contains(words(e.Clues(true)), "anything")
		for _, n := range trees {
			if necessary(t, e, n) {
				matched++
				if tells {
					told++
				}
			}
		}
	}
	if told < trials {
		t.Errorf("%d matches, %d of expressions with conditions: these trials prove nothing", matched, told)
	}
}

// FuzzClues is the same for a fuzzer, with expressions of its own as well.
func FuzzClues(f *testing.F) {
	for i := range 32 {
		f.Add(uint8(i), "", []byte(strings.Repeat(string(rune('a'+i%26))+string(rune('~'-i)), i/2)))
	}
	for i, s := range shapes {
		f.Add(uint8(i), s.expr, []byte{})
	}
	trees := stanzaTrees(f)
	f.Fuzz(func(t *testing.T, stanza uint8, x string, choices []byte) {
		if x == "" {
			x = generateClues(choices[:min(len(choices), 80)])
		}
		e, err := Compile(x, testOptions)
		if err != nil {
			return
		}
		necessary(t, e, trees[int(stanza)%len(trees)])
	})
}
