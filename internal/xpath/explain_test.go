package xpath

import (
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
)

func TestExplain(t *testing.T) {
	const (
		iq      = `<iq type='set' id='1' to='x'><tweets xmlns='urn:example:p'><tweet id='a'/><tweet id='b'>two</tweet></tweets></iq>`
		message = `<message type='chat' to='d'><body>hi there</body><subject/></message>`
	)
	for _, tt := range []struct {
		expr, xml string
		want      string // the condition, what is there instead
		passed    int
	}{
		{"iq", message, "iq: the stanza is <message>", 0},
		{"iq/p:tweet", iq, `p:tweet: <iq> holds <tweets xmlns="urn:example:p">`, 1},
		{"iq[@type='get']/p:tweets", iq, `[@type='get']: @type is "set"`, 1},
		{"iq[@type='set'][@lang]", iq, `[@lang]: <iq> has @type @id @to`, 2},
		{"iq[@lang='de']", iq, `[@lang='de']: <iq> has @type @id @to`, 1},
		{`iq/p:tweets/p:tweet[@id={id:\d+}]`, iq, `[@id={id:\d+}]: @id is "a", in the first of 2`, 3},
		{"iq/p:tweets/p:tweet[3]", iq, "[3]: there are 2", 3},
		{"(//p:tweet)[3]", iq, "[3]: there are 2", 1},
		{"iq[p:tweets/p:tweet/body]", iq, `body: <tweet xmlns="urn:example:p"> holds no element`, 3},
		{"iq[@type='set' and p:tweets='x']", iq, `p:tweets='x': p:tweets is "two"`, 2},
		{"message[not(body)]", message, `[not(body)]: body is "hi there"`, 1},
		{"message[not(@type='chat')]", message, `[not(@type='chat')]: @type='chat' is true`, 1},
		{"message[starts-with(body, '!')]", message, `[starts-with(body, '!')]: body is "hi there"`, 1},
		{"message[contains(thread, 'x')]", message, `[contains(thread, 'x')]: <message> holds <body> <subject>`, 1},
		{"message[count(*) = 3]", message, `[count(*) = 3]: count(*) is 2`, 1},
		{"message[body = subject]", message, `[body = subject]: body is "hi there", subject is ""`, 1},
		{"message[* = 'x']", message, `[* = 'x']: * is "hi there" (the first of 2)`, 1},
		{"iq | message[thread]", message, `[thread]: <message> holds <body> <subject>`, 1},
		{"message[thread or body='x']", message, `thread: <message> holds <body> <subject>`, 1},
		{"iq/p:tweets[id='1']", "<iq><tweets xmlns='urn:example:p' id='1'><x/></tweets></iq>", `[id='1']: <tweets xmlns="urn:example:p"> holds <x xmlns="urn:example:p">, and has @id`, 2},
		{"iq/p:tweets[@id='1']", "<iq><tweets xmlns='urn:example:p'><x/><id>1</id></tweets></iq>", `[@id='1']: <tweets xmlns="urn:example:p"> has no attribute, and holds <id xmlns="urn:example:p">`, 2},
		{"iq/p:tweets[*]", "<iq><tweets xmlns='urn:example:p' id='1'/></iq>", `[*]: <tweets xmlns="urn:example:p"> holds no element`, 2},
		{"message[body]/@lang", message, `@lang: <message> has @type @to`, 2},
		{"string-length(message/body) > 100", message, `string-length(message/body) > 100: string-length(message/body) is 8`, 0},
		{"//p:*", message, `p:*: there is none`, 0},
		{"message/body/following::p:x", message, `following::p:x: there is none from <body>`, 2},
		{"false()", message, `false(): false() is false`, 0},
		{"message[subject/text()]", message, `text(): <subject> holds no text`, 2},
	} {
		e := compiled(t, tt.expr)
		n, err := element.ParseIn(element.NSClient, []byte(tt.xml))
		if err != nil {
			t.Fatal(err)
		}
		m, err := e.Explain(n.Document())
		if err != nil || m == nil {
			t.Errorf("%s: %v, %v", tt.expr, m, err)
			continue
		}
		if got := tt.expr[m.Offset:m.End] + ": " + m.Has; got != tt.want || m.Passed != tt.passed {
			t.Errorf("%s:\n got %s, %d passed\nwant %s, %d passed", tt.expr, got, m.Passed, tt.want, tt.passed)
		}
	}
}

// explained checks what Explain says of e at n by what Match says.
func explained(t *testing.T, e *Expr, n element.Node) {
	t.Helper()
	ok, err := e.Match(n, nil)
	m, explainErr := e.Explain(n)
	switch {
	case err != explainErr, (m == nil) != (ok || err != nil):
		t.Errorf("%s: matches %v, %v; explained with %v, %v", e, ok, err, m, explainErr)
		return
	case m == nil:
		return
	case m.Offset < 0 || m.End <= m.Offset || m.End > len(e.source) || m.Passed < 0:
		t.Errorf("%s: %+v", e, m)
		return
	}
	// A path is false up to and with what fails, and true up to there.
	if p, ok := e.root.(*path); !ok || p.base != nil || strings.HasPrefix(e.source, "(") {
		return
	}
	if with, err := Compile(e.source[:m.End], e.options); err == nil {
		if ok, _ := with.Match(n, nil); ok {
			t.Errorf("%s: %q is said to fail, and is true", e, with)
		}
	}
	if before, err := Compile(strings.TrimRight(e.source[:m.Offset], "/"), e.options); err == nil {
		if ok, _ := before.Match(n, nil); !ok {
			t.Errorf("%s: %q is said to hold, and is false", e, before)
		}
	}
}

// TestExplainAgrees holds Explain to Match for every expression on every stanza.
func TestExplainAgrees(t *testing.T) {
	trees := stanzaTrees(t)
	for _, x := range expressions() {
		e := compiled(t, x)
		for _, n := range trees {
			explained(t, e, n)
		}
	}
}

func FuzzExplain(f *testing.F) {
	for i := range 64 {
		f.Add(uint8(i), []byte(strings.Repeat(string(rune('a'+i%26))+string(rune('~'-i)), i/2)))
	}
	trees := stanzaTrees(f)
	f.Fuzz(func(t *testing.T, stanza uint8, choices []byte) {
		if len(choices) > 80 {
			return
		}
		e, err := Compile(generate(choices), testOptions)
		if err != nil {
			t.Fatal(err)
		}
		explained(t, e, trees[int(stanza)%len(trees)])
	})
}

// TestExplainBudget: what takes too long is not explained, and not said to fail
// anywhere in particular.
func TestExplainBudget(t *testing.T) {
	n, err := element.ParseIn(element.NSClient, []byte("<message>"+strings.Repeat("<a><b/></a>", 500)+"</message>"))
	if err != nil {
		t.Fatal(err)
	}
	const x = "message/a[b][c]"
	e, err := Compile(x, Options{Default: element.NSClient, Budget: 3000})
	if err != nil {
		t.Fatal(err)
	}
	m, err := e.Explain(n.Document())
	if err != nil || m.Has != "" || x[m.Offset:m.End] != x {
		t.Errorf("%+v, %v", m, err)
	}
	if e, err = Compile(x, Options{Default: element.NSClient, Budget: 100}); err != nil {
		t.Fatal(err)
	}
	if m, err = e.Explain(n.Document()); m != nil || err != ErrBudget {
		t.Errorf("%+v, %v", m, err)
	}
}
