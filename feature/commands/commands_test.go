package commands_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/feature/commands"
	"github.com/emp-framework/emp/feature/disco"
	"github.com/emp-framework/emp/feature/forms"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

type tweet struct {
	Text string `form:"text,required" label:"What?"`
}

func post(_ context.Context, call *commands.Call, in tweet) (commands.Result, error) {
	if len(in.Text) > 20 {
		return commands.Result{}, stanza.NotAcceptable.With("at most 20 characters")
	}
	if in.Text == "bug" {
		return commands.Result{}, errors.New("disk full")
	}
	news := stanza.NewMessage(jid.MustParse("bob@localhost"), in.Text)
	return commands.Result{Text: "posted " + in.Text, Also: []stanza.Out{news}}, nil
}

func list(context.Context, *commands.Call, struct{}) (commands.Result, error) {
	row := func(who, what string) []forms.Field {
		return []forms.Field{{Var: "who", Values: []string{who}}, {Var: "what", Values: []string{what}}}
	}
	return commands.Result{Form: &forms.Form{
		Fields:   []forms.Field{{Var: "n", Label: "Tweets", Values: []string{"2"}}},
		Reported: []forms.Field{{Var: "who"}, {Var: "what"}},
		Items:    [][]forms.Field{row("ann", "hi"), row("bob", "ho")},
	}}, nil
}

// order asks in three stages, the last of which depends on the first.
var order = &commands.Command{
	Name: "order", Title: "Order a pizza",
	Stages: []commands.Stage{
		stage(forms.Form{Title: "Which?", Fields: []forms.Field{
			{Type: forms.Fixed, Values: []string{"Choose well."}},
			{Var: "pizza", Type: forms.List, Required: true, Options: []forms.Option{{Value: "plain"}, {Value: "hot"}}},
			{Var: "secret", Type: forms.Hidden, Values: []string{"s"}},
		}}),
		stage(forms.Form{Fields: []forms.Field{{Var: "large", Type: forms.Boolean}}}),
		func(_ context.Context, call *commands.Call) (forms.Form, error) {
			if call.Values.Value("pizza") == "plain" {
				return forms.Form{}, stanza.NotAllowed.With("no toppings on plain")
			}
			return forms.Form{Fields: []forms.Field{{Var: "toppings", Type: forms.Lines}}}, nil
		},
	},
	Run: func(_ context.Context, call *commands.Call) (commands.Result, error) {
		v := call.Values
		return commands.Result{Text: fmt.Sprintln(v.Value("pizza"), v.Value("large"), v.Values("toppings"), v.Value("secret"), call.Chat)}, nil
	},
}

func stage(f forms.Form) commands.Stage {
	return func(context.Context, *commands.Call) (forms.Form, error) { return f, nil }
}

func newFeature() *commands.Feature {
	secret := commands.Of("reset", "Reset all", list)
	secret.Allow = func(_ context.Context, req *component.Request) bool { return req.From.JID.Local() == "admin" }
	return &commands.Feature{Commands: []*commands.Command{
		commands.Of("tweet", "Post a tweet", post), commands.Of("list", "Show tweets", list), order, secret,
	}}
}

func newApp(f *commands.Feature) *framework.App {
	app := &framework.App{Name: "ordered", Routes: func(r *router.Router) {
		r.Resource("shop", func(r *router.Router) {
			r.Mount(f)
			r.Message("[body]").To(f.Chat)
		})
	}}
	app.Use(&disco.Feature{})
	return app
}

// A person talks to the application of a test.
type person struct {
	*testing.T
	app *framework.App
	jid string
}

func (p person) ask(typ, payload string) stanza.Stanza {
	p.Helper()
	got := emptest.Do(p.T, p.app, "<iq type='"+typ+"' id='1' from='"+p.jid+"' to='app.localhost/shop'>"+payload+"</iq>")
	if len(got) == 0 {
		p.Fatalf("no answer to %s", payload)
	}
	return got[0]
}

// order gives a command, or goes on with one; form has what is filled in.
func (p person) order(attrs, form string) element.Node {
	p.Helper()
	if form != "" {
		form = "<x xmlns='jabber:x:data' type='submit'>" + form + "</x>"
	}
	answer := p.ask("set", "<command xmlns='"+commands.NS+"' "+attrs+">"+form+"</command>")
	if answer.Type == stanza.TypeError {
		return answer.Node.Child(element.NSClient, "error")
	}
	return answer.Payload
}

func (p person) says(text string) []stanza.Stanza {
	p.Helper()
	return emptest.Do(p.T, p.app, element.New(element.NSClient, "message").Attr("from", p.jid).Attr("to", "app.localhost/shop").Attr("type", "chat").
		Add(element.Text(element.NSClient, "body", text)).Node().XML())
}

func field(name, value string) string {
	return "<field var='" + name + "'><value>" + value + "</value></field>"
}

// TestDiscovery: commands list themselves (XEP-0050 sections 2.1 to 2.3), each to
// whom it is for.
func TestDiscovery(t *testing.T) {
	ann, admin := person{t, newApp(newFeature()), "ann@localhost/x"}, person{t, nil, "admin@localhost/x"}
	admin.app = ann.app
	const items, info = "<query xmlns='http://jabber.org/protocol/disco#items' node='%s'/>", "<query xmlns='http://jabber.org/protocol/disco#info' node='%s'/>"
	got := ann.ask("get", fmt.Sprintf(items, commands.NS)).Payload.XML()
	want := "<query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'><item jid='app.localhost/shop' node='tweet' name='Post a tweet'/><item jid='app.localhost/shop' node='list' name='Show tweets'/><item jid='app.localhost/shop' node='order' name='Order a pizza'/></query>"
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if got := admin.ask("get", fmt.Sprintf(items, commands.NS)).Payload.XML(); !strings.Contains(got, "node='reset'") {
		t.Errorf("admin got %s", got)
	}
	for node, want := range map[string]string{
		commands.NS: "<identity category='automation' type='command-list' name='Commands'/>",
		"order":     "<identity category='automation' type='command-node' name='Order a pizza'/><feature var='" + commands.NS + "'/><feature var='jabber:x:data'/>",
		"reset":     "item-not-found",
		"other":     "item-not-found",
	} {
		if got := ann.ask("get", fmt.Sprintf(info, node)).Node.XML(); !strings.Contains(got, want) {
			t.Errorf("%s: %s", node, got)
		}
	}
	got = ann.ask("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>").Payload.XML()
	if !strings.Contains(got, "<feature var='"+commands.NS+"'/>") || !strings.Contains(got, "<feature var='jabber:x:data'/>") {
		t.Errorf("the features lack commands or forms: %s", got)
	}
}

// TestAtOnce: a command that asks nothing is completed at once.
func TestAtOnce(t *testing.T) {
	ann := person{t, newApp(newFeature()), "ann@localhost/x"}
	got := ann.order("node='list' action='execute'", "")
	if got.Attr("status") != "completed" || got.Attr("node") != "list" || got.Attr("sessionid") == "" {
		t.Errorf("got %s", got.XML())
	}
	x, err := forms.Of(got.Child(forms.NS, "x"))
	if err != nil || x.Type != forms.Result || len(x.Items) != 2 {
		t.Errorf("got %v, %v", x, err)
	}
}

// TestOneStage: the form comes, is filled in, and corrected where it is wrong.
func TestOneStage(t *testing.T) {
	ann := person{t, newApp(newFeature()), "ann@localhost/x"}
	got := ann.order("node='tweet'", "")
	actions := "<actions xmlns='http://jabber.org/protocol/commands' execute='complete'><complete/></actions>"
	if got.Attr("status") != "executing" || got.Child(commands.NS, "actions").XML() != actions || got.Child(forms.NS, "x").IsZero() {
		t.Fatalf("got %s", got.XML())
	}
	next := "node='tweet' sessionid='" + got.Attr("sessionid") + "'"
	for _, c := range []struct{ attrs, form, want string }{
		{next + " action='complete'", field("text", ""), "text: is required"},
		{next, field("text", strings.Repeat("x", 21)), "at most 20 characters"},
		{next, field("text", "bug"), "internal-server-error"},
		{next, "", "bad-payload"},
		{next, "<field/>", "has no name"},
		{next + " action='next'", field("text", "hi"), "bad-action"},
		{next + " action='prev'", "", "bad-action"},
		{next + " action='explode'", "", "malformed-action"},
		{next, field("text", "hi"), "<note type='info'>posted hi</note>"},
		{next, field("text", "hi"), "bad-sessionid"},
	} {
		if got := ann.order(c.attrs, c.form).XML(); !strings.Contains(got, c.want) {
			t.Errorf("%s %s: %s, want %s", c.attrs, c.form, got, c.want)
		}
	}
	if got := ann.order("node='other'", "").XML(); !strings.Contains(got, "item-not-found") {
		t.Error(got)
	}
	if got := ann.order("node='reset'", "").XML(); !strings.Contains(got, "item-not-found") {
		t.Errorf("a command that is not for ann: %s", got)
	}
	if got := ann.order("node='tweet' action='complete'", field("text", "hi")).XML(); !strings.Contains(got, "bad-action") {
		t.Errorf("an end without a begin: %s", got)
	}
}

// TestStages goes forth and back through a command of three stages.
func TestStages(t *testing.T) {
	ann := person{t, newApp(newFeature()), "ann@localhost/x"}
	at := "node='order' sessionid='" + ann.order("node='order' action='execute'", "").Attr("sessionid") + "' "
	for _, c := range []struct{ attrs, form, want string }{
		{"action='complete'", field("pizza", "hot"), "bad-action"},
		{"action='next'", field("pizza", "hot"), "execute='next'><prev/><next/></actions>"},
		{"action='prev'", "", "<value>hot</value><option>"},
		{"action='next'", field("pizza", "plain"), "execute='next'><prev/><next/></actions>"},
		{"action='next'", field("large", "1"), "no toppings on plain"},
		{"action='prev'", "", "<value>plain</value><option>"},
		{"", field("pizza", "hot"), "var='large'"},
		{"action='next'", field("large", "yes"), "large: is neither true nor false"},
		{"action='next'", field("large", "1"), "execute='complete'><prev/><complete/></actions>"},
		{"action='complete'", "<field var='toppings'><value>ham</value><value>egg</value></field>", "<note type='info'>hot 1 [ham egg] s false\n</note>"},
		{"action='prev'", "", "bad-sessionid"},
	} {
		if got := ann.order(at+c.attrs, c.form).XML(); !strings.Contains(got, c.want) {
			t.Fatalf("%s %s: %s, want %s", c.attrs, c.form, got, c.want)
		}
	}
	at = "node='order' sessionid='" + ann.order("node='order'", "").Attr("sessionid") + "' "
	if got := ann.order(at+"action='next'", field("pizza", "hot")+field("secret", "t")).XML(); !strings.Contains(got, "secret: was changed") {
		t.Error(got)
	}
	if got := ann.order(at+"action='cancel'", ""); got.Attr("status") != "canceled" {
		t.Error(got.XML())
	}
	if got := ann.order(at+"action='next'", field("pizza", "hot")).XML(); !strings.Contains(got, "bad-sessionid") {
		t.Error(got)
	}
}

// TestSessions: nobody goes on with another's session, elsewhere or with another
// command; they expire and are bounded.
func TestSessions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFeature()
		f.Sessions, f.PerPerson = 3, 2
		ann := person{t, newApp(f), "ann@localhost/x"}
		as := func(jid string) person { return person{t, ann.app, jid} }
		begin := func(p person) string {
			got := p.order("node='tweet'", "")
			if got.Attr("status") != "executing" {
				t.Errorf("%s begins: %s", p.jid, got.XML())
			}
			return "node='tweet' sessionid='" + got.Attr("sessionid") + "' "
		}
		text := field("text", "hi")
		fails := func(what string, got element.Node, want string) {
			t.Helper()
			if !strings.Contains(got.XML(), want) {
				t.Errorf("%s: %s, want %s", what, got.XML(), want)
			}
		}
		first := begin(ann)
		fails("another person", as("bob@localhost/x").order(first, text), "bad-sessionid")
		fails("another device", as("ann@localhost/y").order(first, text), "bad-sessionid")
		fails("another command", ann.order(strings.Replace(first, "tweet", "order", 1), text), "bad-sessionid")
		fails("cancelled by another", as("bob@localhost/x").order(first+"action='cancel'", ""), "bad-sessionid")
		fails("the person", ann.order(first, text), "posted hi")

		first = begin(ann)
		time.Sleep(time.Minute)
		second, third := begin(ann), begin(as("ann@localhost/y"))
		fails("the oldest of too many", ann.order(first, text), "bad-sessionid")
		begin(as("bob@localhost/x"))
		fails("one more than there may be", as("eve@localhost/x").order("node='tweet'", ""), "resource-constraint")
		fails("at another device", as("ann@localhost/y").order(third, text), "posted hi")
		time.Sleep(9*time.Minute + 59*time.Second)
		fails("in time", ann.order(second+"action='next'", text), "bad-action") // and has its time again
		time.Sleep(10*time.Minute + time.Second)
		fails("too late", ann.order(second, text), "session-expired")
		for _, who := range []string{"c@d/e", "f@g/h", "i@j/k"} { // those before are over
			begin(as(who))
		}
	})
}

// TestElsewhere: a session goes on where it was begun alone.
func TestElsewhere(t *testing.T) {
	f := newFeature()
	app := &framework.App{Name: "everywhere", Routes: func(r *router.Router) { r.Mount(f) }}
	ask := func(at, attrs, form string) string {
		return emptest.Do(t, app, "<iq type='set' id='1' from='ann@localhost/x' to='"+at+"'><command xmlns='"+commands.NS+"' node='tweet' "+attrs+">"+form+"</command></iq>")[0].Node.XML()
	}
	_, id, _ := strings.Cut(ask("app.localhost/shop", "", ""), "sessionid='")
	id, _, _ = strings.Cut(id, "'")
	form := "<x xmlns='jabber:x:data' type='submit'>" + field("text", "hi") + "</x>"
	for _, c := range []struct{ at, want string }{{"app.localhost", "bad-sessionid"}, {"app.localhost/bar", "bad-sessionid"}, {"app.localhost/shop", "posted hi"}} {
		if got := ask(c.at, "sessionid='"+id+"'", form); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.at, got, c.want)
		}
	}
}

// TestBackFails: a stage that cannot be shown again leaves the person where he is.
func TestBackFails(t *testing.T) {
	shown := 0
	c := &commands.Command{Name: "two", Title: "Two", Run: func(_ context.Context, call *commands.Call) (commands.Result, error) {
		return commands.Result{Text: call.Values.Value("one") + call.Values.Value("two")}, nil
	}, Stages: []commands.Stage{
		func(context.Context, *commands.Call) (forms.Form, error) {
			if shown++; shown == 2 {
				return forms.Form{}, stanza.ResourceConstraint
			}
			return forms.Form{Fields: []forms.Field{{Var: "one"}}}, nil
		},
		stage(forms.Form{Fields: []forms.Field{{Var: "two"}}}),
	}}
	ann := person{t, newApp(&commands.Feature{Commands: []*commands.Command{c}}), "ann@localhost/x"}
	at := "node='two' sessionid='" + ann.order("node='two'", "").Attr("sessionid") + "' "
	for _, c := range []struct{ attrs, form, want string }{
		{"action='next'", field("one", "a"), "var='two'"},
		{"action='prev'", "", "resource-constraint"},
		{"action='complete'", field("two", "b"), "ab</note>"},
	} {
		if got := ann.order(at+c.attrs, c.form).XML(); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s, want %s", c.attrs, got, c.want)
		}
	}
}

// TestLongAnswers: what is kept of strangers between stages is bounded.
func TestLongAnswers(t *testing.T) {
	long := &commands.Command{Name: "long", Title: "Long", Run: order.Run, Stages: []commands.Stage{
		stage(forms.Form{Fields: []forms.Field{{Var: "pizza"}}}), stage(forms.Form{Fields: []forms.Field{{Var: "large"}}}),
	}}
	ann := person{t, newApp(&commands.Feature{Commands: []*commands.Command{long}}), "ann@localhost/x"}
	at := "node='long' sessionid='" + ann.order("node='long'", "").Attr("sessionid") + "' "
	if got := ann.order(at, field("pizza", strings.Repeat("x", 20000))).XML(); !strings.Contains(got, "that is too long") {
		t.Error(got)
	}
	if got := ann.order(at, field("pizza", strings.Repeat("x", 2000))); got.Attr("status") != "executing" {
		t.Error(got.XML())
	}
}

// TestChat: the same commands in words.
func TestChat(t *testing.T) {
	ann := person{t, newApp(newFeature()), "ann@localhost/x"}
	for _, c := range []struct{ say, want string }{
		{"tweet hi there", "posted hi there"},
		{"  Tweet\thi\nthere ", "posted hi\nthere"},
		{"tweet", "text: is required\nSay it like this: tweet TEXT"},
		{"tweet " + strings.Repeat("x", 21), "at most 20 characters"},
		{"list", "Tweets: 2\nann  hi\nbob  ho"},
		{"order hot yes ham", "hot yes"},
		{"order hot", "hot  [] s true\n"},
		{"order cold", "pizza: \"cold\" is not among the options\nSay it like this: order PIZZA"},
		{"order plain no", "no toppings on plain"},
		{"reset", `I do not know "reset". Say help for what I know.`},
		{"help", "I know these commands:\ntweet TEXT: Post a tweet\nlist: Show tweets\norder PIZZA [LARGE] …: Order a pizza"},
	} {
		got := ann.says(c.say)
		if c.say == "order hot yes ham" {
			c.want = "hot true [ham] s true\n"
		}
		if c.say == "help" {
			c.want = strings.Replace(c.want, "…", "[TOPPINGS]", 1)
		}
		if len(got) == 0 || got[0].Body() != c.want || got[0].To.String() != "ann@localhost/x" {
			t.Errorf("%q: got %v\nwant %q", c.say, got, c.want)
		}
	}
	if got := ann.says("tweet news"); len(got) != 2 || got[1].To.String() != "bob@localhost" {
		t.Errorf("the news: %v", got)
	}
	if got := ann.says("tweet bug"); len(got) != 1 || got[0].Type != stanza.TypeError {
		t.Errorf("a fault of ours: %v", got)
	}
}

// TestTwice: two commands of one name are a mistake that the start reports.
func TestTwice(t *testing.T) {
	f := &commands.Feature{Commands: []*commands.Command{commands.Of("a", "A", list), commands.Of("a", "B", list)}}
	if _, err := router.Compile(f.Routes); err == nil {
		t.Error("no error")
	}
}

func ExampleOf() {
	greet := func(_ context.Context, call *commands.Call, in struct {
		Name string `form:"name,required" label:"Whom?"`
	}) (commands.Result, error) {
		return commands.Result{Text: "Hello, " + in.Name + "!"}, nil
	}
	orders := &commands.Feature{Commands: []*commands.Command{commands.Of("greet", "Say hello", greet)}}
	table, err := router.Compile(func(r *router.Router) {
		r.Mount(orders)
		r.Message("[@type='chat'][body]").To(orders.Chat)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, route := range table.Catalog().Routes() {
		fmt.Println(route.Method, route.Expr)
	}
	// Output:
	// Get items:query[@node=$node]
	// Get info:query[@node=$node]
	// Get info:query[@node=$node]
	// Set c:command
	// Message [@type='chat'][body]
}
