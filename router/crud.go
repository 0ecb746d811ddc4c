package router

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/xpath"
)

// CRUD writes the routes of a collection of items that have ids: for each of
// the methods Index, Show, Create, Update and Delete that c has, one. They are
// actions. collection and item are names of elements, with the prefixes of their
// namespaces; the routes are named after the collection.
//
//	r.CRUD("t:tweets", "t:tweet", &Tweets{Store: store})
//
// stands for
//
//	r.Get("t:tweets").To(tweets.Index).Name("tweets.index")
//	r.Get("t:tweet[@id={id}]").To(tweets.Show).Name("tweets.show")
//	r.Set("t:tweets[t:tweet]").To(tweets.Create).Name("tweets.create")
//	r.Set("t:tweet[@id={id}]").To(tweets.Update).Name("tweets.update")
//	r.Set("t:retract[count(*)=1]/t:tweet[@id={id}]").To(tweets.Delete).Name("tweets.delete")
//
// and these requests are for
//
//	Index    get  <tweets/>
//	Show     get  <tweet id='7'/>
//	Create   set  <tweets> one <tweet> or several, all or none </tweets>
//	Update   set  <tweet id='7'> what it is to be </tweet>
//	Delete   set  <retract><tweet id='7'/></retract>
//
// XMPP knows get and set, so a payload has to say what a set is to do. retract
// is the word of XEP-0060 (section 7.2), here in the item's own namespace; each
// request retracts one item. What c has no method for is answered as what no
// route takes: service-unavailable. A method of one of these names that is no
// action is a mistake; functions with typed arguments are written as above, with
// [Route.Bind] instead of To.
func (r *Router) CRUD(collection, item string, c any) {
	if !r.usable("CRUD", collection) {
		return
	}
	for _, name := range []string{collection, item} {
		prefix, local, ok := strings.Cut(name, ":")
		switch {
		case !ok || !xpath.IsName(prefix) || !xpath.IsName(local):
			r.b.fail("CRUD", name, "it is no name of an element with a prefix", `write it as in r.CRUD("t:tweets", "t:tweet", …)`)
			return
		case r.namespaces[prefix] == "":
			r.b.fail("CRUD", name, fmt.Sprintf("prefix %s: has no namespace", prefix), fmt.Sprintf(`bind it: r.Namespace(%q, "urn:…")`, prefix))
			return
		}
	}
	if collection == item {
		r.b.fail("CRUD", collection, "collection and item are the same element", "give the collection an element of its own, as in tweets and tweet")
		return
	}
	prefix, _, _ := strings.Cut(item, ":")
	_, name, _ := strings.Cut(collection, ":")
	methods := 0
	for _, line := range []struct {
		method string
		action component.Action
		route  func(expr string) *Route
		expr   string
	}{
		{"Index", indexOf(c), r.Get, collection},
		{"Show", showOf(c), r.Get, item + "[@id={id}]"},
		{"Create", createOf(c), r.Set, collection + "[" + item + "]"},
		{"Update", updateOf(c), r.Set, item + "[@id={id}]"},
		{"Delete", deleteOf(c), r.Set, prefix + ":retract[count(*)=1]/" + item + "[@id={id}]"},
	} {
		method, function := methodOf(c, line.method)
		if !method.IsValid() {
			continue
		}
		methods++
		if line.action == nil {
			r.b.fail("CRUD", collection, fmt.Sprintf("the method %s of %T is no action but a %s", line.method, c, method.Type()),
				"give it the signature of component.Action, or another name; a function with typed arguments gets a route of its own, with .Bind(component.Args(…))")
			continue
		}
		route := line.route(line.expr).To(line.action).Name(name + "." + strings.ToLower(line.method))
		route.function = funcName(function.Interface())
	}
	if methods == 0 {
		r.b.fail("CRUD", collection, fmt.Sprintf("%T has none of the methods Index, Show, Create, Update and Delete", c),
			"give it the ones it needs, each a component.Action; where they are methods of a pointer give a pointer")
	}
}

// methodOf returns the method of that name, of any signature, and the function that it
// is, for messages and the name it has. An action made of it would cost reflection at
// each call. The names are constants, or the linker would keep every method of every
// type in the program, for one of them might be meant.
func methodOf(c any, name string) (method, function reflect.Value) {
	if c == nil {
		return
	}
	var m reflect.Method
	v, t := reflect.ValueOf(c), reflect.TypeOf(c)
	switch name {
	case "Index":
		m, _ = t.MethodByName("Index")
		method = v.MethodByName("Index")
	case "Show":
		m, _ = t.MethodByName("Show")
		method = v.MethodByName("Show")
	case "Create":
		m, _ = t.MethodByName("Create")
		method = v.MethodByName("Create")
	case "Update":
		m, _ = t.MethodByName("Update")
		method = v.MethodByName("Update")
	case "Delete":
		m, _ = t.MethodByName("Delete")
		method = v.MethodByName("Delete")
	}
	return method, m.Func
}

func indexOf(c any) component.Action {
	if c, ok := c.(interface {
		Index(context.Context, *component.Request) (component.Response, error)
	}); ok {
		return c.Index
	}
	return nil
}

func showOf(c any) component.Action {
	if c, ok := c.(interface {
		Show(context.Context, *component.Request) (component.Response, error)
	}); ok {
		return c.Show
	}
	return nil
}

func createOf(c any) component.Action {
	if c, ok := c.(interface {
		Create(context.Context, *component.Request) (component.Response, error)
	}); ok {
		return c.Create
	}
	return nil
}

func updateOf(c any) component.Action {
	if c, ok := c.(interface {
		Update(context.Context, *component.Request) (component.Response, error)
	}); ok {
		return c.Update
	}
	return nil
}

func deleteOf(c any) component.Action {
	if c, ok := c.(interface {
		Delete(context.Context, *component.Request) (component.Response, error)
	}); ok {
		return c.Delete
	}
	return nil
}
