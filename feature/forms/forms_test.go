package forms_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/feature/forms"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

func parse(t *testing.T, xml string) element.Node {
	t.Helper()
	n, err := element.ParseString(xml)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// bot is the example of XEP-0004 section 4, a form with nearly everything.
var bot = forms.Form{
	Type: forms.Ask, Title: "Bot Configuration", Instructions: "Fill out this form\nto configure your new bot!",
	Fields: []forms.Field{
		{Var: "FORM_TYPE", Type: forms.Hidden, Values: []string{"jabber:bot"}},
		{Type: forms.Fixed, Values: []string{"Section 1: Bot Info"}},
		{Var: "botname", Type: forms.Text, Label: "The name of your bot"},
		{Var: "description", Type: forms.Lines, Label: "Helpful description of your bot", Desc: "A line or more"},
		{Var: "public", Type: forms.Boolean, Label: "Public bot?", Required: true},
		{Var: "password", Type: forms.Password},
		{Var: "features", Type: forms.ListMany, Values: []string{"news", "search"}, Options: []forms.Option{{"contests", "Contests"}, {"news", "News"}, {"polls", ""}, {"search", "Search"}}},
		{Var: "maxsubs", Type: forms.List, Values: []string{"20"}, Options: []forms.Option{{"10", "10"}, {"20", "20"}, {"none", "None"}}},
		{Var: "boss", Type: forms.JID},
		{Var: "invitelist", Type: forms.JIDs},
	},
}

var table = forms.Form{
	Type: forms.Result, Title: "Results",
	Reported: []forms.Field{{Var: "name", Type: forms.Text, Label: "Name"}, {Var: "url", Type: forms.Text}},
	Items: [][]forms.Field{
		{{Var: "name", Type: forms.Text, Values: []string{"Verona"}}, {Var: "url", Type: forms.Text, Values: []string{"http://verona.example"}}},
		{{Var: "name", Type: forms.Text, Values: []string{"Milan"}}, {Var: "url", Type: forms.Text, Values: []string{"http://milan.example"}}},
	},
}

// TestRoundTrip: what is written reads as it was.
func TestRoundTrip(t *testing.T) {
	for _, form := range []forms.Form{bot, table, {Type: forms.Cancel}} {
		got, err := forms.Of(parse(t, form.Node().XML()))
		if err != nil || !reflect.DeepEqual(got, form) {
			t.Errorf("%v\n got %+v\nwant %+v", err, got, form)
		}
	}
	submitted := bot
	submitted.Type = forms.Submit
	if xml := submitted.Node().XML(); strings.Contains(xml, "label") || strings.Contains(xml, "option") || strings.Contains(xml, "required") {
		t.Errorf("who fills in a form sends names and values: %s", xml)
	}
}

// TestOf: what is no form, or malformed, is a bad request.
func TestOf(t *testing.T) {
	for _, xml := range []string{
		"<x xmlns='urn:other' type='form'/>",
		"<x xmlns='jabber:x:data'/>",
		"<x xmlns='jabber:x:data' type='Form'/>",
		"<x xmlns='jabber:x:data' type='form'><field type='text-single'/></x>",
		"<x xmlns='jabber:x:data' type='form'><field var='a'/><field var='a'/></x>",
		"<x xmlns='jabber:x:data' type='form'><reported><field/></reported></x>",
		"<x xmlns='jabber:x:data' type='form'><item><field/></item></x>",
	} {
		if _, err := forms.Of(parse(t, xml)); !errors.Is(err, stanza.BadRequest) {
			t.Errorf("%s: %v", xml, err)
		}
	}
	if _, err := forms.Of(element.Node{}); !errors.Is(err, stanza.BadRequest) {
		t.Errorf("none: %v", err)
	}
	f, err := forms.Of(parse(t, "<x xmlns='jabber:x:data' type='form'><field var='a' type='colour'/></x>"))
	if err != nil || f.Fields[0].Type != forms.Text {
		t.Errorf("an unknown type reads as %v, %v", f, err)
	}
}

// submit makes what a peer fills in: "name=value", again for each further value.
func submit(answers ...string) forms.Form {
	f := forms.Form{Type: forms.Submit}
	for _, a := range answers {
		name, value, _ := strings.Cut(a, "=")
		if n := len(f.Fields); n > 0 && f.Fields[n-1].Var == name {
			f.Fields[n-1].Values = append(f.Fields[n-1].Values, value)
			continue
		}
		f.Fields = append(f.Fields, forms.Field{Var: name, Values: []string{value}})
	}
	return f
}

func TestCheck(t *testing.T) {
	for _, c := range []struct{ answers, want string }{
		{"public=1", ""},
		{"public=true FORM_TYPE=jabber:bot", ""},
		{"public=false unknown=x botname=", ""},
		{"public=0 description=a description=a", ""},
		{"public=0 features=polls features=search", ""},
		{"public=0 boss= maxsubs= invitelist= features=", ""},
		{"public=0 invitelist=a@b invitelist=A@B", `invitelist: has "a@b" twice`},
		{"public=0 invitelist=a@b invitelist=", `invitelist: "" is no address`},
		{"public=0 features= features=polls", `features: "" is not among the options`},
		{"", "public: is required"},
		{"public=", "public: is required"},
		{"public=yes", "public: is neither true nor false"},
		{"public=1 FORM_TYPE=jabber:other", "FORM_TYPE: was changed, but is not to be"},
		{"public=1 botname=a botname=b", "botname: takes one value"},
		{"public=1 maxsubs=30", `maxsubs: "30" is not among the options`},
		{"public=1 features=polls features=polls", `features: has "polls" twice`},
		{"public=1 features=polls features=cakes", `features: "cakes" is not among the options`},
		{"public=1 boss=a@@b", `boss: "a@@b" is no address`},
		{"public=1 invitelist=a@b invitelist=a@b", `invitelist: has "a@b" twice`},
		{"boss=a@@b", `public: is required; boss: "a@@b" is no address`},
	} {
		filled, err := bot.Check(submit(strings.Fields(c.answers)...))
		got := ""
		if err != nil {
			var fault stanza.Fault
			if !errors.As(err, &fault) || fault.Condition != stanza.NotAcceptable {
				t.Errorf("%s: %v", c.answers, err)
			}
			got = fault.Text
		} else if filled.Value("FORM_TYPE") != "jabber:bot" || len(filled.Fields) != len(bot.Fields) {
			t.Errorf("%s: filled in as %v", c.answers, filled)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.answers, got, c.want)
		}
	}
	if _, err := bot.Check(bot); !errors.Is(err, stanza.BadRequest) {
		t.Errorf("a form that is not filled in: %v", err)
	}
	filled, err := bot.Check(submit("public=1", "boss=Boss@Example.org"))
	if err != nil || filled.Value("boss") != "boss@example.org" {
		t.Errorf("an address is not prepared: %v, %v", filled.Value("boss"), err)
	}
	if got := filled.Fields[1].Values; !slices.Equal(got, bot.Fields[1].Values) {
		t.Errorf("a text to read is filled in as %q", got)
	}
	if bot.Value("boss") != "" || len(filled.Values("features")) != 0 || len(bot.Values("features")) != 2 {
		t.Error("the form that was asked has changed, or suggestions count as answers")
	}
}

type everything struct {
	Text   string    `form:"text,required" label:"What?" desc:"Say it"`
	Bio    string    `form:"bio,lines"`
	Pin    string    `form:"pin,private"`
	Lang   string    `form:"lang" options:"en=English,de"`
	Topics []string  `form:"topics" options:"go=Go,xmpp"`
	Notes  []string  `form:"notes"`
	Public bool      `form:"public"`
	Max    int8      `form:"max"`
	Size   uint      `form:"size"`
	Boss   jid.JID   `form:"boss"`
	Staff  []jid.JID `form:"staff"`
	Other  string
}

func TestTyped(t *testing.T) {
	full := everything{
		Text: "a\tb", Bio: "one\ntwo", Pin: "1", Lang: "de", Topics: []string{"go", "xmpp"}, Notes: []string{"x", "x"}, Public: true,
		Max: -5, Size: 7, Boss: jid.MustParse("boss@example.org"), Staff: []jid.JID{jid.MustParse("a@b"), jid.MustParse("c@d")}, Other: "kept",
	}
	form := forms.For("All", &full)
	var types []string
	for _, f := range form.Fields {
		types = append(types, f.Var+" "+string(f.Type))
	}
	want := "text text-single, bio text-multi, pin text-private, lang list-single, topics list-multi, notes text-multi, public boolean, max text-single, size text-single, boss jid-single, staff jid-multi"
	if got := strings.Join(types, ", "); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if f := form.Fields[0]; f.Label != "What?" || f.Desc != "Say it" || !f.Required {
		t.Errorf("got %+v", f)
	}

	// What is suggested, sent back, reads as it was.
	answers := form
	answers.Type = forms.Submit
	got := everything{Other: "kept"}
	if err := form.Read(answers, &got); err != nil || !reflect.DeepEqual(got, full) {
		t.Errorf("%v\n got %+v\nwant %+v", err, got, full)
	}
	// Nothing is nothing, also where something was.
	if err := form.Read(submit("text=x"), &got); err != nil || !reflect.DeepEqual(got, everything{Text: "x", Other: "kept"}) {
		t.Errorf("%v, got %+v", err, got)
	}
	before := got
	for answer, want := range map[string]string{
		"max=128":  `max: "128" is no number that fits`,
		"size=-1":  `size: "-1" is no number that fits`,
		"boss=@":   `boss: "@" is no address`,
		"text=":    "text: is required",
		"public=2": "public: is neither true nor false",
	} {
		answers := submit(answer)
		if answers.Fields[0].Var != "text" {
			answers = submit("text=new", answer)
		}
		err := form.Read(answers, &got)
		var fault stanza.Fault
		if !errors.As(err, &fault) || fault.Text != want || !reflect.DeepEqual(got, before) {
			t.Errorf("%s: %v, got %+v", answer, err, got)
		}
	}
}

// TestFor: mistakes in tags are mistakes in the program.
func TestFor(t *testing.T) {
	for what, v := range map[string]any{
		"no struct": 7,
		"no name": struct {
			A string `form:""`
		}{},
		"a type of no form": struct {
			A map[string]int `form:"a"`
		}{},
		"a word": struct {
			A string `form:"a,requird"`
		}{},
		"lines of a number": struct {
			A int `form:"a,lines"`
		}{},
		"options of a flag": struct {
			A bool `form:"a" options:"x"`
		}{},
		"one not exported": struct {
			a string `form:"a"`
		}{},
	} {
		func() {
			defer func() {
				if v := recover(); v == nil || !strings.HasPrefix(fmt.Sprint(v), "forms: ") {
					t.Errorf("%s: %v", what, v)
				}
			}()
			forms.For("", v)
		}()
	}
}

func FuzzForm(f *testing.F) {
	f.Add(bot.Node().XML())
	f.Add(table.Node().XML())
	f.Add("<x xmlns='jabber:x:data' type='submit'><field var='public'><value>1</value><value/></field></x>")
	f.Fuzz(func(t *testing.T, xml string) {
		n, err := element.ParseString(xml)
		if err != nil {
			return
		}
		form, err := forms.Of(n)
		if err != nil {
			return
		}
		again, err := forms.Of(form.Node())
		if err != nil || again.Type != form.Type || len(again.Fields) != len(form.Fields) {
			t.Fatalf("%s\n is %+v\nthen %+v: %v", xml, form, again, err)
		}
		if filled, err := bot.Check(form); err == nil {
			filled.Type = forms.Submit
			if _, err := bot.Check(filled); err != nil {
				t.Errorf("what was accepted is refused: %v", err)
			}
		}
		var v everything
		if forms.For("", v).Read(form, &v) == nil && v.Text == "" {
			t.Errorf("a required field is missing in %s", xml)
		}
	})
}
