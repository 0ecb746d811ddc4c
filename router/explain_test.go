package router_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// read parses a stanza that a test has written.
func read(t testing.TB, xml string) *stanza.Stanza {
	t.Helper()
	s, err := stanza.ParseString(xml)
	if err != nil {
		t.Fatalf("%s: %v", xml, err)
	}
	return &s
}

// verdicts writes one line for each verdict.
func verdicts(all []router.Verdict) string {
	var b strings.Builder
	for _, v := range all {
		fmt.Fprintf(&b, "%s:", v.Entry.Name)
		for i, m := range v.Misses {
			b.WriteString(strings.Repeat(" |", min(i, 1)) + " " + m.String())
		}
		if v.Takes() {
			fmt.Fprintf(&b, " takes it %v", v.Args)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func explained(r *router.Router) {
	r.Namespace("t", tweets)
	r.Resource("tweets", func(r *router.Router) {
		r.Get(`t:tweet[@id={id:\d+}]`).To(nothing).Name("show")
		r.Set("t:tweet").Where("[@xml:lang]").To(nothing).Name("create")
	})
	r.At("{user}@", func(r *router.Router) {
		r.Message("[@type='chat'][body={text:!.*}]").To(nothing).Name("command")
	})
	r.From("boss@localhost", func(r *router.Router) { r.Route("message[body='now']").To(nothing).Name("boss") })
	r.Errors("[body]").To(nothing).Name("bounce")
	r.Message("[body]").To(nothing).Name("rest")
}

func TestExplain(t *testing.T) {
	table := compile(t, explained)
	for xml, want := range map[string]string{
		"<iq type='get' id='1' from='a@b/c' to='app.localhost/tweets'><tweet xmlns='urn:example:tweets' id='x1'/></iq>": `
show: [@id={id:\d+}] at byte 7: @id is "x1"
create: type set: it is get | Where [@xml:lang] at byte 0: <iq> has @type @id @from @to
command: message: it is an iq
boss: from boss@localhost: it is from a@b/c | message at byte 0: the stanza is <iq>
bounce: type error: it is get | [body] at byte 0: <iq> holds <tweet xmlns="urn:example:tweets">
rest: message: it is an iq`,
		"<message type='chat' from='Boss@localhost/x' to='Ann@app.localhost'><body>now</body></message>": `
show: iq: it is a message
create: iq: it is a message
command: [body={text:!.*}] at byte 14: body is "now"
boss: takes it []
bounce: type error: it is chat
rest: takes it []`,
		"<message type='error' from='a@b/c' to='ann@app.localhost'><body>!now</body><error type='cancel'/></message>": `
show: iq: it is a message
create: iq: it is a message
command: a type other than error: it is error, which the route does not ask for | [@type='chat'] at byte 0: @type is "error"
boss: a type other than error: it is error, which the route does not ask for | from boss@localhost: it is from a@b/c | [body='now'] at byte 7: body is "!now"
bounce: takes it []
rest: a type other than error: it is error, which the route does not ask for`,
		"<iq type='result' id='1' from='a@b/c' to='app.localhost/tweets'/>": `
show: a request, message or presence: no route gets answers to questions
create: a request, message or presence: no route gets answers to questions
command: a request, message or presence: no route gets answers to questions
boss: a request, message or presence: no route gets answers to questions
bounce: a request, message or presence: no route gets answers to questions
rest: a request, message or presence: no route gets answers to questions`,
		"<iq type='get' id='1' from='a@b/c' to='bot@app.localhost/tweets'><tweet xmlns='urn:example:tweets' id='7'/></iq>": `
show: to /tweets, without a local part: it is to bot@app.localhost/tweets
create: type set: it is get | to /tweets, without a local part: it is to bot@app.localhost/tweets | Where [@xml:lang] at byte 0: <iq> has @type @id @from @to
command: message: it is an iq
boss: from boss@localhost: it is from a@b/c | message at byte 0: the stanza is <iq>
bounce: type error: it is get | [body] at byte 0: <iq> holds <tweet xmlns="urn:example:tweets">
rest: message: it is an iq`,
	} {
		if got := verdicts(table.Explain(read(t, xml), jid.JID{})); got != want[1:]+"\n" {
			t.Errorf("%s\n got:\n%s\nwant:%s", xml, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	table := compile(t, explained)
	for xml, want := range map[string]string{
		"<iq type='get' id='1' from='a@b/c' to='app.localhost/tweets'><tweet xmlns='urn:example:tweets' id='x1'/></iq>": "show create",
		"<message from='a@b/c' to='ann@app.localhost'/>":                                                                "command rest",
		"<presence from='a@b/c' to='ann@app.localhost'/>":                                                               "bounce boss",
	} {
		var names []string
		for _, v := range table.Nearest(read(t, xml), jid.JID{}, 2) {
			names = append(names, v.Entry.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %s, want %s", xml, got, want)
		}
	}
	items := compile(t, func(r *router.Router) {
		r.Namespace("s", "urn:s")
		r.Get("s:item").To(nothing).Name("item")
		r.Get("s:items").Where("@xml:lang").To(nothing).Name("items")
	})
	if near := items.Nearest(read(t, "<iq type='get' id='1' from='a@b' to='c'><items xmlns='urn:s'/></iq>"), jid.JID{}, 1); near[0].Entry.Name != "items" {
		t.Errorf("%s is nearer than what misses its Where only", near[0].Entry.Name)
	}
	if all := table.Nearest(read(t, "<presence from='a@b/c' to='app.localhost'/>"), jid.JID{}, 100); len(all) != 2 {
		t.Errorf("%d routes are near", len(all))
	}
	if all := new(router.Table).Nearest(read(t, "<presence from='a@b/c' to='app.localhost'/>"), jid.JID{}, 3); len(all) != 0 {
		t.Errorf("an empty table has %d routes", len(all))
	}
}

// randomRoutes writes routes that overlap a lot.
func randomRoutes(rnd *rand.Rand, n int) func(r *router.Router) {
	pick := func(from ...string) string { return from[rnd.IntN(len(from))] }
	line := func(r *router.Router) {
		var line *router.Route
		stanzas := pick("", "[@type='chat']", "[body]", "[body={b}]", "[x:log | body]", "[@id][starts-with(body,'a')]", "[not(subject)]", "[@type='error']", "[body or @type='error']", "[count(*)>1]")
		switch rnd.IntN(6) {
		case 0:
			line = r.Get(pick("", "x:q", "x:q[@id={id:[0-9]+}]", "*[@id]", "x:r | x:q[@id]", "x:q/x:item[2]"))
		case 1:
			line = r.Set(pick("", "x:q", "x:q[x:item='a']", "*", "x:r[last()]"))
		case 2:
			line = r.Message(stanzas)
		case 3:
			line = r.Presence(stanzas)
		case 4:
			line = r.Errors(pick("", "[body]", "[self::presence]"))
		default:
			line = r.Route(pick("*", "message", "message/body='a'", "iq[@type='get']/x:q | presence", "//x:item", "message[@type='error'] | iq"))
		}
		if rnd.IntN(5) == 0 {
			line.Where(pick("@id", "[@id={w}]", "body", "string-length(@id)>1"))
		}
		if rnd.IntN(8) == 0 {
			line.If(always)
		}
		line.To(nothing)
	}
	return func(r *router.Router) {
		r.Namespace("x", "urn:x")
		for range n {
			scope := line
			if rnd.IntN(3) == 0 {
				at, inner := pick("{user}@", "app.localhost", "ann@", "/{res:[a-z]+}", "bot@{d}/x"), scope
				scope = func(r *router.Router) { r.At(at, inner) }
			}
			if rnd.IntN(4) == 0 {
				from, inner := pick("a@b", "a@b/c", "b"), scope
				scope = func(r *router.Router) { r.From(from, inner) }
			}
			r.Group(scope)
		}
	}
}

func randomStanza(rnd *rand.Rand) string {
	pick := func(from ...string) string { return from[rnd.IntN(len(from))] }
	head := pick("", " id='1'", " id='22'") + pick("", " from='a@b'", " from='a@b/c'", " from='b'") +
		pick("", " to='ann@app.localhost'", " to='app.localhost/x'", " to='bot@app.localhost/x'", " to='app.localhost'")
	texts := pick("", "<body>a</body>", "<body>b</body><subject/>", "<subject/><log xmlns='urn:x'/>")
	switch rnd.IntN(3) {
	case 0:
		payload := pick("", "<q xmlns='urn:x'/>", "<q xmlns='urn:x' id='5'/>", "<q xmlns='urn:x' id='y'><item>a</item><item/></q>", "<r xmlns='urn:x'/>", "<q xmlns='urn:y' id='5'/>")
		return "<iq id='i' type='" + pick("get", "set", "get", "set", "result") + "'" + strings.ReplaceAll(strings.ReplaceAll(head, " id='1'", ""), " id='22'", "") + ">" + payload + "</iq>"
	case 1:
		return "<message" + pick("", " type='chat'", " type='error'") + head + ">" + texts + "</message>"
	}
	return "<presence" + pick("", " type='subscribe'", " type='error'") + head + ">" + texts + "</presence>"
}

// TestExplainAgrees: for random tables the first route that Explain says takes
// a stanza is the one that Match returns, with its captures, and every other one
// misses something.
func TestExplainAgrees(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 4))
	taken, missed := 0, 0
	for range 120 {
		table, err := router.Compile(randomRoutes(rnd, 1+rnd.IntN(12)))
		if err != nil { // one route hides another
			continue
		}
		for range 30 {
			s, err := stanza.ParseString(randomStanza(rnd))
			if err != nil {
				continue
			}
			var m router.Match
			e, err := table.Match(&s, &m)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, v := range table.Explain(&s, jid.JID{}) {
				if v.Err != nil {
					t.Fatal(v.Err)
				}
				for _, miss := range v.Misses {
					if miss.Want == "" || miss.Has == "" || miss.Offset >= 0 && !strings.HasPrefix(miss.Arg[miss.Offset:], miss.Want) {
						t.Errorf("%s: %+v", s.Node, miss)
					}
				}
				switch {
				case !v.Takes():
					missed++
					if v.Entry == e || len(v.Args) > 0 {
						t.Errorf("%s: %s takes it, and misses %v", s.Node, v.Entry.Name, v.Misses)
					}
				case !found:
					found = true
					taken++
					if v.Entry != e || fmt.Sprint(v.Args) != fmt.Sprint(m.Args()) {
						t.Errorf("%s: Explain says %s %v, Match %v %v", s.Node, v.Entry.Name, v.Args, e, m.Args())
					}
				}
			}
			if !found && e != nil {
				t.Errorf("%s: Match says %s, Explain none", s.Node, e.Name)
			}
		}
	}
	if taken < 300 || missed < 3000 {
		t.Errorf("%d taken, %d missed: the tables test little", taken, missed)
	}
}

// TestExplainBudget: an expression that takes too long is no miss.
func TestExplainBudget(t *testing.T) {
	table := compile(t, func(r *router.Router) {
		r.Message("[.//*[count(.//*[count(.//*[count(.//*) = 500]) = 500]) = 500]]").To(nothing)
		r.Message("").To(nothing).Name("all")
	})
	s := read(t, "<message from='a@b' to='c'>"+strings.Repeat("<x>", 200)+strings.Repeat("</x>", 200)+"</message>")
	all := table.Explain(s, jid.JID{})
	if all[0].Err == nil || all[0].Takes() || !all[1].Takes() {
		t.Errorf("%+v", all)
	}
}
