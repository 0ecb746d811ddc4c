package router_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestNever: a route that no stanza can match is a mistake, told at the condition that
// leaves none.
func TestNever(t *testing.T) {
	for _, tt := range []struct {
		routes func(r *router.Router)
		at     string // what the expression is from the place of the mistake on
		want   string
	}{
		{func(r *router.Router) { r.Route("iq[@type='result']/p:x").To(nothing) },
			"@type='result']/p:x", "an iq of type result is the answer to a question, and no route gets it"},
		{func(r *router.Router) { r.Route("iq[@type = 'error']").To(nothing) },
			"@type = 'error']", "; Ask returns it to whoever asked"},
		{func(r *router.Router) { r.Route("iq").Where("['result'=@type]").To(nothing) },
			"'result'=@type]", `Where("['result'=@type]"): an iq of type result`},
		{func(r *router.Router) { r.Get("[@type='result']/p:x").To(nothing) }, "@type='result']/p:x", "answer to a question"},
		{func(r *router.Router) { r.Get("[@type='set']/p:x").To(nothing) },
			"@type='set']/p:x", "Get is for iqs of type get, at byte 1: \"@type='set']/p:x\"; leave it out, or write r.Set(…)"},
		{func(r *router.Router) { r.Set("p:x[../@type='get']").To(nothing) }, "../@type='get']", "write r.Get(…)"},
		{func(r *router.Router) { r.Set("[@type='x']/p:x").To(nothing) }, "@type='x']/p:x", "Set is for iqs of type set, at byte 1: \"@type='x']/p:x\"; leave it out"},
		{func(r *router.Router) { r.Route("iq[@type='gets']").To(nothing) }, "@type='gets']", "no iq that comes to routes has such a type, at byte 3: \"@type='gets']\"; did you mean 'get'?"},
		{func(r *router.Router) { r.Route("iq[@type='query']").To(nothing) }, "@type='query']", "; the types are get, set"},
		{func(r *router.Router) { r.Route("iq[starts-with(@type,'r')]").To(nothing) }, "starts-with(@type,'r')]", "such a type"},
		{func(r *router.Router) { r.Get("[error]").To(nothing) }, "error]", "an iq with an <error> is the answer to a question"},
		{func(r *router.Router) { r.Route("iq/error").To(nothing) }, "error", "; Ask returns it"},
		{func(r *router.Router) { r.Set("p:x").Where("p:y").To(nothing) },
			"p:y", "an iq holds one payload, not both {urn:p}x and {urn:p}y, at byte 0: \"p:y\"; to look for one inside the other"},
		{func(r *router.Router) { r.Set("p:x[@a='1']").Where("p:x[@a='2']").To(nothing) }, "@a='2']", "{urn:p}x/@a = '1' and {urn:p}x/@a = '2' cannot both be"},
		{func(r *router.Router) { r.Set("p:x='1' and p:x='2'").To(nothing) }, "p:x='2'", "cannot both be"},

		{func(r *router.Router) { r.Message("[@type='chat'][@type='normal']").To(nothing) },
			"@type='normal']", "@type = 'chat' and @type = 'normal' cannot both be, at byte 15: \"@type='normal']\"; join the two by or, or leave one out"},
		{func(r *router.Router) { r.Message("[@id='a' and body]").Where("@id={id:b+}").To(nothing) }, "@id={id:b+}", "@id = 'a' and starts-with(@id, 'b') cannot both be"},
		{func(r *router.Router) { r.Message("[@xml:lang='de' and body and @xml:lang='en']").To(nothing) }, "@xml:lang='en']", "cannot both be"},
		{func(r *router.Router) {
			r.Message("[@type=$a][@type=$b]").Var("a", "chat").Var("b", "normal").To(nothing)
		}, "@type=$b]", "cannot both be"},
		{func(r *router.Router) { r.Message("[starts-with(@id,'a')][@id='ab'][@id='ac']").To(nothing) }, "@id='ac']", "@id = 'ab' and @id = 'ac' cannot both be"},
		{func(r *router.Router) { r.Message("[(@id='a' or @id='b') and (@id='c' or @id='d')]").To(nothing) }, "@id='c' or @id='d')]", "cannot both be"},
		{func(r *router.Router) { r.Message("[self::presence]").To(nothing) }, "self::presence]", "a message is no presence, at byte 1: \"self::presence]\"; leave it out, or write r.Presence(…)"},
		{func(r *router.Router) { r.Route("message").Where("self::iq").To(nothing) }, "self::iq", "a message is no iq"},
		{func(r *router.Router) { r.Route("*[@type={t:error}]").Where("self::iq").To(nothing) }, "@type={t:error}]", "no error comes to this route"},
		{func(r *router.Router) { r.Message("[error]").To(nothing) },
			"error]", "what has an <error> is of type error, and none of that comes to this route, at byte 1: \"error]\"; write r.Errors(…)"},
		{func(r *router.Router) { r.Message("[@type={t:error}]").To(nothing) }, "@type={t:error}]", "write r.Errors(…), or @type='error'"},

		{func(r *router.Router) { r.Presence("[@type='available']").To(nothing) },
			"@type='available']", "no presence that comes to routes has such a type, at byte 1: \"@type='available']\"; one that says who is there has no type: write [not(@type)]"},
		{func(r *router.Router) { r.Presence("[@type='Subscribe']").To(nothing) }, "@type='Subscribe']", "did you mean 'subscribe'?"},
		{func(r *router.Router) { r.Presence("[@type='chat']").To(nothing) }, "@type='chat']", "write [show='chat']"},
		{func(r *router.Router) { r.Presence("[@type='here']").To(nothing) }, "@type='here']", "the types are unavailable, subscribe, "},
		{func(r *router.Router) { r.Presence("[@type='away' or @type='dnd']").To(nothing) }, "@type='away' or @type='dnd']", "such a type"},

		{func(r *router.Router) { r.Errors("[@type='chat']").To(nothing) }, "@type='chat']", "Errors is for stanzas of type error, at byte 1: \"@type='chat']\"; leave it out, or write r.Message(…)"},
		{func(r *router.Router) { r.Errors("self::iq").To(nothing) }, "self::iq", "an iq of type error is the answer to a question"},
		{func(r *router.Router) { r.Errors("self::presence").Where("self::message").To(nothing) }, "self::message", "a presence is no message"},
		{func(r *router.Router) { r.Errors("[self::message or self::presence]").Where("self::iq").To(nothing) }, "self::iq", "answer to a question"},

		{func(r *router.Router) {
			r.From("a@b", func(r *router.Router) { r.Message("[@from='c@d/e']").To(nothing) })
		}, "@from='c@d/e']", "its scope is for what a@b sends"},
		{func(r *router.Router) { r.Message("[@from='a b@c']").To(nothing) }, "@from='a b@c']", "a stanza with such an address comes to no route: "},
		{func(r *router.Router) { r.Message("[@to='']").To(nothing) }, "@to='']", "write an address, as in @to='user@example.org'"},
	} {
		_, err := router.Compile(func(r *router.Router) {
			r.Namespace("p", "urn:p")
			tt.routes(r)
		})
		var e *router.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", tt.at, err)
			continue
		}
		if e.Offset < 0 || e.Arg[e.Offset:] != tt.at || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") || e.Cure == "" {
			t.Errorf("\n got %v\nwant %s at %q", err, tt.want, tt.at)
		}
	}
}

// TestNotNever: routes that look as if they took nothing, each with what it takes.
func TestNotNever(t *testing.T) {
	for _, tt := range []struct {
		routes func(r *router.Router)
		xml    string
	}{
		{func(r *router.Router) { r.Message("[@type='result']").To(nothing) }, "<message type='result'/>"}, // counts as normal
		{func(r *router.Router) { r.Message("[starts-with(@type,'err')]").To(nothing) }, "<message type='err'/>"},
		{func(r *router.Router) { r.Message("[not(@type) or @type='normal']").To(nothing) }, "<message/>"},
		{func(r *router.Router) { r.Message("[@type='']").To(nothing) }, "<message type=''/>"},
		{func(r *router.Router) { r.Message("[not(@type='chat')][not(@type='normal')]").To(nothing) }, "<message/>"},
		{func(r *router.Router) { r.Message("[@type!='chat'][@type='normal']").To(nothing) }, "<message type='normal'/>"},
		{func(r *router.Router) { r.Message("[body='a'][body='b']").To(nothing) }, "<message><body>a</body><body xml:lang='de'>b</body></message>"},
		{func(r *router.Router) { r.Message("[p:x/@a='1'][p:x/@a='2']").To(nothing) }, "<message><x xmlns='urn:p' a='1'/><x xmlns='urn:p' a='2'/></message>"},
		{func(r *router.Router) { r.Message("[p:x][p:y]").To(nothing) }, "<message><x xmlns='urn:p'/><y xmlns='urn:p'/></message>"},
		{func(r *router.Router) { r.Route("*[p:x][p:y]").To(nothing) }, "<presence><x xmlns='urn:p'/><y xmlns='urn:p'/></presence>"},
		{func(r *router.Router) { r.Message("[error]").Where("@type='error'").To(nothing) }, "<message type='error'><error/></message>"},
		{func(r *router.Router) { r.Message("[p:error]").To(nothing) }, "<message><error xmlns='urn:p'/></message>"},
		{func(r *router.Router) { r.Errors("[error]").To(nothing) }, "<presence type='error'><error/></presence>"},
		{func(r *router.Router) { r.Errors("[@type='error']").To(nothing) }, "<message type='error'/>"},
		{func(r *router.Router) { r.Presence("[@type='']").To(nothing) }, "<presence type=''/>"},
		{func(r *router.Router) { r.Presence("[not(@type='available')]").To(nothing) }, "<presence/>"},
		{func(r *router.Router) {
			r.Presence("[starts-with(@type,'un')][starts-with(@type,'unsub')]").To(nothing)
		}, "<presence type='unsubscribe'/>"},
		{func(r *router.Router) { r.Presence("[@type={t:sub.*}]").To(nothing) }, "<presence type='subscribed'/>"},
		{func(r *router.Router) { r.Route("iq[@type='result'] | message[@type='result']").To(nothing) }, "<message type='result'/>"},
		{func(r *router.Router) { r.Route("iq[@type='result' or @type='set']").To(nothing) }, "<iq type='set' id='1'><x xmlns='urn:p'/></iq>"},
		{func(r *router.Router) { r.Route("*[@type='result']").To(nothing) }, "<message type='result'/>"},
		{func(r *router.Router) { r.Get("p:x[@type='set']").To(nothing) }, "<iq type='get' id='1'><x xmlns='urn:p' type='set'/></iq>"},
		{func(r *router.Router) { r.Get("p:x/@type='result'").To(nothing) }, "<iq type='get' id='1'><x xmlns='urn:p' type='result'/></iq>"},
		{func(r *router.Router) { r.Get("p:x/error").To(nothing) }, "<iq type='get' id='1'><p:x xmlns:p='urn:p'><error/></p:x></iq>"},
		{func(r *router.Router) { r.Get("p:x").Where("not(p:y)").To(nothing) }, "<iq type='get' id='1'><x xmlns='urn:p'/></iq>"},
		{func(r *router.Router) { r.Get("p:x[p:y]").Where("p:x/p:z").To(nothing) }, "<iq type='get' id='1'><x xmlns='urn:p'><y/><z/></x></iq>"},
		{func(r *router.Router) { r.Get("p:x/p:y='1' and p:x/p:y='2'").To(nothing) }, "<iq type='get' id='1'><x xmlns='urn:p'><y>1</y><y>2</y></x></iq>"},
		{func(r *router.Router) {
			r.From("a@b", func(r *router.Router) { r.Message("[@from='A@B/x']").To(nothing) })
		}, "<message from='A@B/x'/>"},
		{func(r *router.Router) {
			r.From("a@b", func(r *router.Router) { r.Message("[@to='d@e']").To(nothing) })
		}, "<message from='a@b'/>"},
		{func(r *router.Router) { // more alternatives than are tried
			r.Message("[@id='1' or @id='2' or @id='3' or @id='4' or @id='5' or @id='6' or @id='7' or @id='8' or @id='9']").
				Where("@id='a' or @id='b' or @id='c' or @id='d' or @id='e' or @id='f' or @id='g' or @id='h' or @id='9'").To(nothing)
		}, "<message id='9'/>"},
		{func(r *router.Router) { r.Presence("[@type='unavailable']").To(nothing) }, "<presence type='unavailable'/>"},
		{func(r *router.Router) { r.Presence("[@type='subscribe']").To(nothing) }, "<presence type='subscribe'/>"},
		{func(r *router.Router) { r.Presence("[@type='subscribed']").To(nothing) }, "<presence type='subscribed'/>"},
		{func(r *router.Router) { r.Presence("[@type='unsubscribe']").To(nothing) }, "<presence type='unsubscribe'/>"},
		{func(r *router.Router) { r.Presence("[@type='unsubscribed']").To(nothing) }, "<presence type='unsubscribed'/>"},
		{func(r *router.Router) { r.Presence("[@type='probe']").To(nothing) }, "<presence type='probe'/>"},
		{func(r *router.Router) { r.Presence("[@type='error']").To(nothing) }, "<presence type='error'/>"},
		{func(r *router.Router) { r.Route("iq[@type='get']").To(nothing) }, "<iq type='get' id='1'><x xmlns='urn:p'/></iq>"},
	} {
		table := compile(t, func(r *router.Router) {
			r.Namespace("p", "urn:p")
			tt.routes(r)
		})
		xml := tt.xml
		for _, attr := range []string{"to='d@e'", "from='c@d'"} {
			if name, _, _ := strings.Cut(attr, "="); !strings.Contains(xml, " "+name+"=") {
				end := strings.IndexAny(xml, " />")
				xml = xml[:end] + " " + attr + xml[end:]
			}
		}
		s, err := stanza.ParseString(xml)
		if err != nil {
			t.Fatalf("%s: %v", xml, err)
		}
		var m router.Match
		if e, err := table.Match(&s, &m); e == nil || err != nil {
			t.Errorf("%s: no route takes it: %v", xml, err)
		}
	}
	// switched off by a variable, which is no mistake
	compile(t, func(r *router.Router) {
		r.Message("[$debug and @type='chat']").Var("debug", false).To(nothing)
		r.Message("[@type='a'][@type='b' or @type='a']").Where("$debug").Var("debug", false).To(nothing)
	})
}

// TestNeverHidesNothing: one mistake is told once.
func TestNeverHidesNothing(t *testing.T) {
	_, err := router.Compile(func(r *router.Router) {
		r.Message("[error]").To(nothing)
		r.Message("[error]").To(nothing)
		r.Message("[error][body]").If(always).To(nothing)
	})
	if err == nil || strings.Count(err.Error(), "\n") != 2 || strings.Contains(err.Error(), "takes every stanza") {
		t.Error(err)
	}
}
