package router_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"strconv"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
)

var update = flag.Bool("update", false, "write testdata/mistakes.txt anew")

// Functions as authors bind them.
func byID(context.Context, struct {
	ID int `arg:"id"`
}) (string, error) {
	return "", nil
}

func byLang(context.Context, struct {
	Lang string `arg:"lang"`
}) (string, error) {
	return "", nil
}

func untagged(context.Context, struct{ ID int }) (string, error) { return "", nil }

func misspelt(context.Context, struct {
	ID int `args:"id"`
}) (string, error) {
	return "", nil
}

func mapped(context.Context, struct {
	ID map[string]string `arg:"id"`
}) (string, error) {
	return "", nil
}

type tweet struct {
	Text string `xml:",chardata"`
}

func nameless(context.Context, struct{}) (*tweet, error) { return nil, nil }

// typical are mistakes that newcomers make in route files, each alone.
var typical = []struct {
	name   string
	routes func(r *router.Router)
}{
	// Namespaces.
	{"a prefix without a namespace", func(r *router.Router) { r.Get("disco:query").To(nothing) }},
	{"a payload without a prefix", func(r *router.Router) { r.Get("query").To(nothing) }},
	{"a payload without a prefix in Route", func(r *router.Router) { r.Route("iq[@type='set']/query").To(nothing) }},
	{"namespace and prefix the other way round", func(r *router.Router) { r.Namespace("urn:xmpp:ping", "p") }},
	{"one prefix for two namespaces", func(r *router.Router) {
		r.Namespace("x", "jabber:x:data")
		r.Namespace("x", "jabber:x:oob")
	}},
	{"a namespace behind a route", func(r *router.Router) {
		r.Message("[body]").To(nothing)
		r.Namespace("p", "urn:xmpp:ping")
	}},
	{"a namespace written into the expression", func(r *router.Router) { r.Get("{urn:xmpp:ping}ping").To(nothing) }},
	{"xmlns as an attribute", func(r *router.Router) { r.Message("[*[@xmlns='urn:xmpp:receipts']]").To(nothing) }},

	// Expressions.
	{"an attribute without its @", func(r *router.Router) { r.Message("[type='chat']").To(nothing) }},
	{"a text without quotes", func(r *router.Router) { r.Message("[@type=chat]").To(nothing) }},
	{"a bracket that is not closed", func(r *router.Router) { r.Message("[@type='chat'").To(nothing) }},
	{"a quote that is not closed", func(r *router.Router) { r.Message("[@type='chat]").To(nothing) }},
	{"typographic quotes", func(r *router.Router) { r.Message("[@type=‘chat’]").To(nothing) }},
	{"==", func(r *router.Router) { r.Message("[@type=='chat']").To(nothing) }},
	{"&&", func(r *router.Router) { r.Message("[@type='chat' && body]").To(nothing) }},
	{"||", func(r *router.Router) { r.Message("[@type='chat' || body]").To(nothing) }},
	{"!", func(r *router.Router) { r.Message("[!body]").To(nothing) }},
	{"predicates joined by or", func(r *router.Router) { r.Message("[body] or [subject]").To(nothing) }},
	{"matches", func(r *router.Router) { r.Message("[matches(body, '^!')]").To(nothing) }},
	{"ends-with", func(r *router.Router) { r.Message("[ends-with(body, '?')]").To(nothing) }},
	{"lower-case", func(r *router.Router) { r.Message("[lower-case(body)='hack']").To(nothing) }},
	{"a function misspelt", func(r *router.Router) { r.Message("[start-with(body, '!')]").To(nothing) }},
	{"a function with too few arguments", func(r *router.Router) { r.Message("[contains(body)]").To(nothing) }},
	{"// for a payload", func(r *router.Router) { r.Get("//query").To(nothing) }},
	{"text() compared with the empty text", func(r *router.Router) { r.Message("[body/text()='']").To(nothing) }},
	{"the stanza named again", func(r *router.Router) { r.Message("message[body]").To(nothing) }},
	{"the stanza named again before its payload", func(r *router.Router) { r.Get("iq/disco:query").To(nothing) }},
	{"Message for a presence", func(r *router.Router) { r.Message("presence[show]").To(nothing) }},
	{"Get for a message", func(r *router.Router) { r.Get("message[body]").To(nothing) }},
	{"an element as an attribute", func(r *router.Router) { r.Message("[@body='hack']").To(nothing) }},
	{"the second of two texts alone", func(r *router.Router) { r.Message("[body='hack' or 'hackity']").To(nothing) }},
	{"the text of a message alone", func(r *router.Router) { r.Message("'hack'").To(nothing) }},
	{"positions from 0", func(r *router.Router) { r.Message("body[0]").To(nothing) }},
	{"a path from the root inside a predicate", func(r *router.Router) { r.Message("[/body='hack']").To(nothing) }},
	{"a stanza that does not exist", func(r *router.Router) { r.Route("chat[body]").To(nothing) }},
	{"a regexp as in Perl", func(r *router.Router) { r.Message("[body =~ '^!']").To(nothing) }},
	{"an empty Route", func(r *router.Router) { r.Route("").To(nothing) }},

	// What never comes.
	{"the result of a question", func(r *router.Router) { r.Route("iq[@type='result']").To(nothing) }},
	{"errors of questions", func(r *router.Router) { r.Errors("self::iq").To(nothing) }},
	{"Get for a set", func(r *router.Router) { r.Get("[@type='set']").To(nothing) }},
	{"errors of messages", func(r *router.Router) { r.Message("error").To(nothing) }},
	{"available as a type", func(r *router.Router) { r.Presence("[@type='available']").To(nothing) }},
	{"a show as a type", func(r *router.Router) { r.Presence("[@type='away']").To(nothing) }},
	{"a type misspelt", func(r *router.Router) { r.Presence("[@type='subcribe']").To(nothing) }},
	{"two predicates for either type", func(r *router.Router) { r.Message("[@type='chat'][@type='normal']").To(nothing) }},
	{"two payloads of an iq", func(r *router.Router) {
		r.Namespace("x", "urn:x")
		r.Set("[x:form and x:item]").To(nothing)
	}},
	{"a type as an element", func(r *router.Router) { r.Presence("subscribe").To(nothing) }},
	{"available as an element", func(r *router.Router) { r.Presence("available").To(nothing) }},
	{"the type of an <error>", func(r *router.Router) { r.Errors("[@type='cancel']").To(nothing) }},
	{"a condition without its namespace", func(r *router.Router) { r.Errors("[error/item-not-found]").To(nothing) }},
	{"a payload without a prefix in a predicate", func(r *router.Router) { r.Get("[query]").To(nothing) }},
	{"another sender than the scope's", func(r *router.Router) {
		r.From("ann@localhost", func(r *router.Router) { r.Message("[@from='bob@localhost']").To(nothing) })
	}},

	// Holes.
	{"a hole in quotes", func(r *router.Router) { r.Message("[body='{text}']").To(nothing) }},
	{"a hole with a broken regexp", func(r *router.Router) { r.Message("[body={text:[a-z+}]").To(nothing) }},
	{"a look-ahead in a hole", func(r *router.Router) { r.Message("[body={text:(?!x).*}]").To(nothing) }},
	{"a hole that is not closed", func(r *router.Router) { r.Message("[body={text]").To(nothing) }},
	{"a hole by itself", func(r *router.Router) { r.Message("[{text}]").To(nothing) }},
	{"a hole on the left", func(r *router.Router) { r.Message("[{text}=body]").To(nothing) }},
	{"a hole as a name", func(r *router.Router) { r.Message("{kind}[body]").To(nothing) }},
	{"two holes of one name", func(r *router.Router) {
		r.At("{user}@", func(r *router.Router) { r.Message("[body={user}]").To(nothing) })
	}},
	{"a variable without a value", func(r *router.Router) { r.Message("[body=$word]").To(nothing) }},

	// Addresses.
	{"a star in an address", func(r *router.Router) {
		r.At("*@", func(r *router.Router) { r.Message("").To(nothing) })
	}},
	{"a hole in a part of an address", func(r *router.Router) {
		r.At("user-{n}@", func(r *router.Router) { r.Message("").To(nothing) })
	}},
	{"an @ before a domain", func(r *router.Router) {
		r.At("@example.org", func(r *router.Router) { r.Message("").To(nothing) })
	}},
	{"a slash before a resource", func(r *router.Router) {
		r.Resource("/tweets", func(r *router.Router) { r.Message("").To(nothing) })
	}},
	{"a hole for a resource", func(r *router.Router) {
		r.Resource("{room}", func(r *router.Router) { r.Message("").To(nothing) })
	}},
	{"a hole for a sender", func(r *router.Router) {
		r.From("{user}@localhost", func(r *router.Router) { r.Message("").To(nothing) })
	}},
	{"a space in an address", func(r *router.Router) {
		r.At("my bot@", func(r *router.Router) { r.Message("").To(nothing) })
	}},
	{"an address within another", func(r *router.Router) {
		r.At("bot@", func(r *router.Router) {
			r.At("admin@", func(r *router.Router) { r.Message("").To(nothing) })
		})
	}},

	// The table.
	{"no action", func(r *router.Router) { r.Message("[body]") }},
	{"an action that is nil", func(r *router.Router) { r.Message("[body]").To(nil) }},
	{"two actions", func(r *router.Router) { r.Message("[body]").To(nothing).To(nothing) }},
	{"two routes of one name", func(r *router.Router) {
		r.Message("[body]").To(nothing).Name("chat")
		r.Message("[subject]").To(nothing).Name("chat")
	}},
	{"the same route twice", func(r *router.Router) {
		r.Message("[body]").To(nothing)
		r.Message("[body]").To(nothing)
	}},
	{"a route behind one that takes all", func(r *router.Router) {
		r.Message("").To(nothing)
		r.Message("[body='help']").To(nothing)
	}},
	{"Use behind a route", func(r *router.Router) {
		r.Message("[body]").To(nothing)
		r.Use(same)
	}},
	{"the r of an outer scope", func(r *router.Router) {
		r.Group(func(*router.Router) { r.Message("[body]").To(nothing) })
	}},
	{"an error rescued as another", func(r *router.Router) { r.Rescue(sql.ErrNoRows, errors.New("not found")) }},
	{"a variable named with its $", func(r *router.Router) { r.Message("[body=$word]").Var("$word", "hack").To(nothing) }},

	// Filters.
	{"a filter for a route that does not exist", func(r *router.Router) {
		r.Use(same).Only("tweets.shw")
		r.Message("[body]").To(nothing).Name("tweets.show")
	}},
	{"a filter for a route of another scope", func(r *router.Router) {
		r.Group(func(r *router.Router) {
			r.Use(same).Except("chat")
			r.Presence("").To(nothing).Name("here")
		})
		r.Message("[body]").To(nothing).Name("chat")
	}},
	{"Only and Except", func(r *router.Router) {
		r.Use(same).Only("chat").Except("help")
		r.Message("[body]").To(nothing).Name("chat")
	}},
	{"a filter skipped that has no name", func(r *router.Router) {
		r.Use(same)
		r.Group(func(r *router.Router) { r.Skip("known"); r.Message("[body]").To(nothing) })
	}},
	{"a middleware that is nil", func(r *router.Router) { r.Use(nil) }},
	{"a middleware that returns nil", func(r *router.Router) {
		r.Use(func(component.Action) component.Action { return nil })
		r.Message("[body]").To(nothing)
	}},
	{"routes in front of one that does not exist", func(r *router.Router) {
		r.Before("chat", func(r *router.Router) { r.Message("[body='help']").To(nothing) })
		r.Message("[body]").To(nothing)
	}},

	{"routes behind one misspelt", func(r *router.Router) {
		r.After("chta", func(r *router.Router) { r.Presence("").To(nothing) })
		r.Message("[body]").To(nothing).Name("chat")
	}},

	// Typed functions.
	{"an argument that is not captured", func(r *router.Router) { r.Message("[body]").Bind(component.Args(byID)) }},
	{"an argument by another name", func(r *router.Router) { r.Message("[body={ID}]").Bind(component.Args(byID)) }},
	{"an argument that is not always there", func(r *router.Router) {
		r.Message("[not(@xml:lang) or @xml:lang={lang}]").Bind(component.Args(byLang))
	}},
	{"an argument without a tag", func(r *router.Router) { r.Message("[body={id}]").Bind(component.Args(untagged)) }},
	{"an argument with a tag misspelt", func(r *router.Router) { r.Message("[body={id}]").Bind(component.Args(misspelt)) }},
	{"an argument of an impossible type", func(r *router.Router) { r.Message("[body={id}]").Bind(component.Args(mapped)) }},
	{"a result in no namespace", func(r *router.Router) { r.Message("[body]").Bind(component.Args(nameless)) }},
	{"a text to answer an iq", func(r *router.Router) {
		r.Namespace("p", "urn:xmpp:ping")
		r.Get("p:ping[@id={id}]").Bind(component.Args(byID))
	}},
	{"a text to answer a presence", func(r *router.Router) { r.Presence("[@id={id}]").Bind(component.Args(byID)) }},
}

// TestTypicalMistakes holds the messages to testdata/mistakes.txt. They are to
// be read there, without the code: each has to tell what to do.
func TestTypicalMistakes(t *testing.T) {
	var got bytes.Buffer
	for _, m := range typical {
		_, err := router.Compile(m.routes)
		if err == nil {
			t.Errorf("%s is no mistake", m.name)
			continue
		}
		fmt.Fprintf(&got, "-- %s --\n%s\n", m.name, relativeLines(err.Error(), m.routes))
	}
	const file = "testdata/mistakes.txt"
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the messages are others than in %s; if they are better, and tell what to do, write it with go test ./router -run TypicalMistakes -update:\n%s", file, &got)
	}
}

var goldenPlace = regexp.MustCompile(`golden_test\.go:(\d+)`)

// relativeLines has a message name lines of a routes.go that begins with fn.
func relativeLines(message string, fn func(*router.Router)) string {
	_, first := runtime.FuncForPC(reflect.ValueOf(fn).Pointer()).FileLine(reflect.ValueOf(fn).Pointer())
	return goldenPlace.ReplaceAllStringFunc(message, func(place string) string {
		line, _ := strconv.Atoi(goldenPlace.FindStringSubmatch(place)[1])
		return fmt.Sprintf("routes.go:%d", line-first+1)
	})
}
