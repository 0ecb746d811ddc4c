package component_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"testing"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// taking binds a function that takes an In to a route with the holes id and
// lang, of which lang may stay empty; returning one that returns an Out.
func taking[In any](kind stanza.Kind) []component.Mistake {
	_, mistakes := component.Args(func(context.Context, In) (component.Response, error) { return nil, nil }).Bind(target(kind, "id", "lang?"))
	return mistakes
}

func returning[Out any](kind stanza.Kind) []component.Mistake {
	_, mistakes := component.Args(func(context.Context, struct{}) (o Out, err error) { return }).Bind(target(kind))
	return mistakes
}

func returningToErrors[Out any](stanza.Kind) []component.Mistake {
	_, mistakes := component.Args(func(context.Context, struct{}) (o Out, err error) { return }).Bind(component.Target{Errors: true})
	return mistakes
}

type (
	showArgs struct {
		ID int `arg:"idd"`
	}
	untagged struct {
		ID int `xml:"id,attr"`
	}
	nameless struct {
		ID int `xml:"id,attr"`
	}
	spaceless struct {
		XMLName xml.Name `xml:"tweet"`
	}
	named struct {
		XMLName xml.Name
	}
	tagged struct {
		XMLName struct{} `xml:"urn:t tweet"` // of any type, for encoding/xml
	}
	valueless struct {
		XMLName struct{}
	}
	clashing struct {
		A string `xml:"a>b"`
		B string `xml:"a"`
	}
)

func TestArgsMistakes(t *testing.T) {
	const anyIn = "let it take a struct with a field for each argument, as in struct{ID int `arg:\"id\"`}, or a *component.Request"
	for _, tt := range []struct {
		mistakes func(stanza.Kind) []component.Mistake
		kind     stanza.Kind
		want     string // "" for none
	}{
		{taking[int], 0, "the function takes int, which has no fields for arguments; " + anyIn},
		{taking[any], 0, "the function takes interface {}, which has no fields for arguments; " + anyIn},
		{taking[component.Request], 0, "the function takes component.Request, which has no fields for arguments; " + anyIn},
		{taking[*untagged], 0, "the function takes a pointer to its arguments; let it take the struct itself, component_test.untagged"},
		{taking[struct{ component.Request }], 0, "field Request is a copy of the request; make it a pointer, *component.Request"},
		{taking[struct{ req *component.Request }], 0, "field req is not exported, so the request cannot be put into it; begin its name with a capital letter, or embed *component.Request"},
		{taking[struct{ *untagged }], 0, "field untagged is an embedded pointer; embed component_test.untagged itself"},
		{taking[struct{ time.Time }], 0, "field Time has no tag, so nothing says what belongs into it; write Time time.Time `arg:\"name\"` for what the hole {name} captures, or `payload:\"\"` for the payload"},
		{taking[struct{ ID int }], 0, "field ID has no tag, so nothing says what belongs into it; write ID int `arg:\"name\"` for what the hole {name} captures, or `payload:\"\"` for the payload"},
		{taking[untagged], 0, "field untagged.ID has the tag xml:\"id,attr\", which says nothing of arguments; add arg:\"name\" to it for what the hole {name} captures, or payload:\"\" for the payload"},
		{taking[struct {
			ID int `args:"id"`
		}], 0, "field ID has the tag args:\"id\", which says nothing of arguments; did you mean arg:\"…\"?"},
		{taking[struct {
			ID int `paylod:""`
		}], 0, "field ID has the tag paylod:\"\", which says nothing of arguments; did you mean payload:\"…\"?"},
		{taking[struct {
			id int `arg:"id"`
		}], 0, "field id has a tag and cannot be filled, as it is not exported; begin its name with a capital letter"},
		{taking[struct {
			ID tweet `arg:"id" payload:""`
		}], 0, "field ID has both tags, arg and payload; give each a field of its own"},
		{taking[struct {
			ID int `arg:""`
		}], 0, "field ID has an empty tag arg; name the hole it takes, as in `arg:\"id\"` for {id}"},
		{taking[showArgs], 0, "field showArgs.ID takes {idd}, and the route captures only {id}, {lang}; did you mean `arg:\"id\"`?"},
		{taking[struct {
			ID int `arg:"{id}"`
		}], 0, "field ID takes {{id}}, and the route captures only {id}, {lang}; did you mean `arg:\"id\"`?"},
		{taking[struct {
			Room string `arg:"room"`
		}], 0, "field Room takes {room}, and the route captures only {id}, {lang}; write the hole {room} into the route's expression or address, as in @room={room}, or take the field out"},
		{taking[struct {
			ID tweet `arg:"id"`
		}], 0, "field ID is of type component_test.tweet, which captures are not made to; use string, bool, a type of number, time.Duration, time.Time, jid.JID, a type with UnmarshalText or a pointer to one of them; an element of the stanza has the tag payload:\"\""},
		{taking[struct {
			Lang string `arg:"lang"`
		}], 0, "field Lang takes {lang}, which is not filled where another alternative matches; make it *string, nil then, or give it a default, as in `arg:\"lang\" default:\"…\"`"},
		{taking[struct {
			ID *int `arg:"id" default:"7"`
		}], 0, "field ID has a default and is a pointer; make it int, or leave the default out: it is nil then where {id} is not filled"},
		{taking[struct {
			ID uint8 `arg:"id" default:"256"`
		}], 0, "the default \"256\" of field ID does not fit it; give a whole number from 0 to 255"},
		{taking[struct {
			P []tweet `payload:""`
		}], 0, "field P is of type []component_test.tweet, which no payload is read into; make it a struct with xml tags, or an element.Node"},
		{taking[struct {
			P clashing `payload:""`
		}], 0, "field P cannot be read from XML: component_test.clashing field \"A\" with tag \"a>b\" conflicts with field \"B\" with tag \"a\"; mend the xml tags of component_test.clashing by the rules of encoding/xml"},
		{taking[struct {
			A, B int `arg:"id"`
			L    *string
		}], 0, "field L has no tag, so nothing says what belongs into it; write L *string `arg:\"name\"` for what the hole {name} captures, or `payload:\"\"` for the payload"},

		{returning[int], 0, "the function returns int, which no answer is made of; return a struct with xml tags, an element.Node, a slice of these, a string for a message, or a component.Response"},
		{returning[any], 0, "the function returns interface {}, which no answer is made of; return a struct with xml tags, an element.Node, a slice of these, a string for a message, or a component.Response"},
		{returning[[]string], 0, "the function returns []string, which no answer is made of; return a struct with xml tags, an element.Node, a slice of these, a string for a message, or a component.Response"},
		{returning[*nameless], 0, "the function returns *component_test.nameless, whose element is in no namespace, so it cannot be sent; give component_test.nameless a field XMLName xml.Name with a tag as in `xml:\"urn:example:tweets tweet\"`"},
		{returning[[]*spaceless], 0, "the function returns []*component_test.spaceless, whose element is in no namespace, so it cannot be sent; give component_test.spaceless a field XMLName xml.Name with a tag as in `xml:\"urn:example:tweets tweet\"`"},
		{returning[valueless], 0, "the function returns component_test.valueless, whose element is in no namespace, so it cannot be sent; give component_test.valueless a field XMLName xml.Name with a tag as in `xml:\"urn:example:tweets tweet\"`"},
		{returning[string], stanza.IQ, "the function returns a string, which is the body of a message, to answer an iq; return an element, as of element.Text, or a struct with xml tags"},
		{returning[*tweet], stanza.Presence, "the function returns *component_test.tweet, which says not which presence is to be the answer; embed *component.Request in the arguments, and return the component.Response of its ReplyPresence"},
		{returningToErrors[string], 0, "the function returns string, and errors are never answered; return struct{}{}, or a component.Response of stanzas to others"},

		{taking[struct{}], 0, ""}, {taking[*component.Request], 0, ""},
		{returning[named], 0, ""}, {returning[[]tagged], 0, ""}, {returning[element.Part], stanza.IQ, ""}, {returning[string], stanza.Message, ""},
		{returning[component.Response], stanza.Presence, ""}, {returningToErrors[component.Response], 0, ""}, {returningToErrors[struct{}], 0, ""},
	} {
		got := ""
		for _, m := range tt.mistakes(tt.kind) {
			got += m.Msg + "; " + m.Cure
		}
		if got != tt.want {
			t.Errorf("\n got %s\nwant %s", got, tt.want)
		}
	}
}

func TestArgsNil(t *testing.T) {
	_, m := component.Args[struct{}, string](nil).Bind(component.Target{})
	if fmt.Sprint(m) != "[{the function is nil give component.Args a function or method}]" {
		t.Errorf("%v", m)
	}
	if _, m := (component.Binding{}).Bind(component.Target{}); fmt.Sprint(m) != "[{nothing is bound give it component.Args(function)}]" {
		t.Errorf("%v", m)
	}
}
