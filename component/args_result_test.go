package component_test

import (
	"context"
	"encoding/xml"
	"errors"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// A post is an element.Part.
type post struct{ id string }

func (p *post) Node() element.Node { return element.New("urn:t", "post").Attr("id", p.id).Node() }

// answer has a function return out to a stanza of the kind, and writes what
// comes of it: the stanzas one behind the other.
func answer[Out any](kind string, out Out) func(t *testing.T) string {
	return func(t *testing.T) string {
		xml := map[string]string{
			"iq":       "<iq type='get' id='1' from='a@b/c' to='d'><posts xmlns='urn:t' max='5'/></iq>",
			"message":  "<message type='chat' from='a@b/c' to='d'><thread>x</thread></message>",
			"presence": "<presence type='subscribe' from='a@b' to='d'/>",
		}[kind]
		a := action(t, func(context.Context, struct{}) (Out, error) { return out, nil })
		res, err := a(t.Context(), request(t, xml))
		if err != nil {
			return err.Error()
		}
		var b strings.Builder
		for _, o := range res {
			if err := o.Check(); err != nil {
				t.Errorf("it cannot be sent: %v", err)
			}
			b.WriteString(o.Node().XML())
		}
		return b.String()
	}
}

func TestArgsResults(t *testing.T) {
	result := func(payload string) string {
		return "<iq xmlns='jabber:client' from='d' to='a@b/c' type='result' id='1'>" + payload + "</iq>"
	}
	reply := func(content string) string {
		return "<message xmlns='jabber:client' from='d' to='a@b/c' type='chat'>" + content + "</message>"
	}
	node := element.Text("urn:t", "n", "x")
	for _, tt := range []struct {
		got  func(*testing.T) string
		want string
	}{
		{answer("iq", node), result("<n xmlns='urn:t'>x</n>")},
		{answer("iq", element.New("urn:t", "n")), result("<n xmlns='urn:t'/>")},
		{answer("iq", &post{"7"}), result("<post xmlns='urn:t' id='7'/>")},
		{answer[element.Part]("iq", &post{"7"}), result("<post xmlns='urn:t' id='7'/>")},
		{answer("iq", tweet{ID: 7, Text: "hi"}), result("<tweet xmlns='urn:t' id='7'>hi</tweet>")},
		{answer("iq", &tweet{Text: "hi"}), result("<tweet xmlns='urn:t'>hi</tweet>")},
		{answer("iq", named{xml.Name{Space: "urn:a", Local: "a"}}), result("<a xmlns='urn:a'/>")},
		{answer("iq", []*post{{"1"}, nil, {"2"}}), result("<posts xmlns='urn:t'><post id='1'/><post id='2'/></posts>")},
		{answer("iq", []tweet{{ID: 1}, {ID: 2}}), result("<posts xmlns='urn:t'><tweet id='1'/><tweet id='2'/></posts>")},
		{answer("iq", []tweet(nil)), result("<posts xmlns='urn:t'/>")},
		{answer("iq", (*post)(nil)), ""}, // dispatch adds the empty result
		{answer("iq", (*tweet)(nil)), ""},
		{answer[element.Part]("iq", nil), ""},
		{answer("iq", element.Node{}), ""},
		{answer("iq", (*element.Builder)(nil)), ""},
		{answer("iq", struct{}{}), ""},
		{answer("iq", component.Response(nil)), ""},
		{answer("iq", component.Response{{Kind: stanza.IQ, Type: stanza.TypeResult, ID: "1"}}), "<iq xmlns='jabber:client' type='result' id='1'/>"},
		{answer("iq", "text"), "component: a string returned to answer iq: it is the body of a message"},

		{answer("message", "text"), reply("<body>text</body><thread>x</thread>")},
		{answer("message", ""), ""},
		{answer("message", &post{"7"}), reply("<thread>x</thread><post xmlns='urn:t' id='7'/>")},
		{answer("message", []tweet{{ID: 1}, {ID: 2}}), reply("<thread>x</thread><tweet xmlns='urn:t' id='1'/><tweet xmlns='urn:t' id='2'/>")},
		{answer("message", []tweet{}), ""},
		{answer("message", (*tweet)(nil)), ""},
		{answer("message", stanza.Out{Kind: stanza.Message, Body: "x"}), "<message xmlns='jabber:client'><body>x</body></message>"},
		{answer("message", []stanza.Out{{Kind: stanza.Message, Body: "x"}}), "<message xmlns='jabber:client'><body>x</body></message>"},

		{answer("presence", struct{}{}), ""},
		{answer("presence", stanza.Out{Kind: stanza.Presence, Type: stanza.TypeSubscribed}), "<presence xmlns='jabber:client' type='subscribed'/>"},
		{answer("presence", &post{"7"}), "component: a payload returned to answer presence: return a Response, as of req.ReplyPresence"},
		{answer("presence", "text"), "component: a string returned to answer presence: it is the body of a message"},
	} {
		if got := tt.got(t); got != tt.want {
			t.Errorf("\n got %s\nwant %s", got, tt.want)
		}
	}
}

// broken cannot be written as XML.
type broken struct {
	XMLName xml.Name `xml:"urn:t broken"`
	F       func()   `xml:"f"`
}

func TestArgsErrors(t *testing.T) {
	if got := answer("iq", broken{F: func() {}})(t); !strings.HasPrefix(got, "element: marshal component_test.broken: ") {
		t.Errorf("got %s", got)
	}
	if got := answer("iq", []broken{{F: func() {}}})(t); !strings.HasPrefix(got, "element: marshal component_test.broken: ") {
		t.Errorf("got %s", got)
	}
	gone := errors.New("gone")
	a := action(t, func(context.Context, struct{}) (*post, error) { return &post{"7"}, gone })
	if res, err := a(t.Context(), request(t, "<message from='a@b' to='d'/>")); res != nil || err != gone {
		t.Errorf("%v, %v", res, err)
	}
}
