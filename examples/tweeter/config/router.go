package config

import (
	"github.com/emp-framework/emp/feature/commands"
	"github.com/emp-framework/emp/router"

	"github.com/emp-framework/emp/examples/tweeter/app/components"
	"github.com/emp-framework/emp/examples/tweeter/app/models"
)

// Routes says which stanzas go to which action, by XPath: the first route that is
// true of a stanza takes it. The features of init.go have routes of their own, behind
// these.
//
//	r.Message("[body='help']")                           a message that says help
//	r.Message("[starts-with(body,'!')]")                 …that begins with "!"
//	r.Get("g:greeting[@name={name}]")                    an iq get, and a part of it for the action
//	r.Resource("news", func(r *router.Router) { … })     only what is sent to …/news
//	r.Use(component.Before(…))                           what is asked before each action
//
// "go doc github.com/emp-framework/emp/router" has the whole language;
// "tweeter routes" shows the routes, "tweeter match FILE" which one takes a stanza.
func Routes(store *models.Store) func(r *router.Router) {
	tweets := &components.Tweets{Store: store}
	tweeters := &components.Tweeters{Store: store}
	orders := &commands.Feature{Commands: (&components.Orders{Store: store, Tweets: tweets}).Commands()}
	return func(r *router.Router) {
		r.Namespace("t", models.NS)
		r.Namespace("v", models.NSCard)

		// For programs: index, show, create, update, delete.
		r.Resource("tweets", func(r *router.Router) { r.CRUD("t:tweets", "t:tweet", tweets) })
		r.Resource("tweeters", func(r *router.Router) { r.CRUD("t:tweeters", "t:tweeter", tweeters) })

		// For people: the same words in chats and in the menus of clients.
		r.Mount(orders)
		r.Message("[body][not(@type='groupchat' or @type='headline')]").To(orders.Chat).Name("chat")
		r.At("{user}@", func(r *router.Router) { r.Get("v:vCard").To(tweeters.Card).Name("card") })
	}
}
