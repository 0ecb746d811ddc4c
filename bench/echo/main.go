// Command echo is the component that bench/load measures: an application as an
// author would write it, with nothing switched off. Pings are answered by a
// mounted feature, messages to echo@ by an action, disco#info by another, and
// presence is taken; what comes to slow@ takes its time; who writes to ask@ is
// asked something before.
//
//	EMP_SERVER=127.0.0.1:5347 EMP_JID=echo.localhost EMP_SECRET=load echo -routes 100
//
// -routes adds that many routes of mixed shapes before these, -jids that many
// addresses that echo, -links that many connections, for domains of their own;
// -transient adds the promise of router.Route.Transient, which is else only ping's.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/feature/ping"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

func main() {
	more := flag.Int("routes", 0, "how many more routes there are")
	jids := flag.Int("jids", 0, "how many more addresses there are, e0000000@ and so on")
	links := flag.Int("links", 1, "how many connections there are")
	transient := flag.Bool("transient", false, "have the actions promise to keep nothing of their requests")
	flag.Parse()
	os.Args = append(os.Args[:1], flag.Args()...) // framework.Main has flags of its own
	framework.Main(&framework.App{
		Name:  "echo",
		Short: "answers the load generator",
		Routes: func(r *router.Router) {
			others(r, *more)
			routes(r, *transient)
			for i := range *jids {
				r.At(fmt.Sprintf("e%07d@", i), func(r *router.Router) { r.Message("[body]").To(echo) })
			}
		},
		Links: further(*links - 1),
	})
}

// further returns n links beside the one that the environment says.
func further(n int) (links []framework.Config) {
	for i := range n {
		links = append(links, framework.Config{
			JID:    fmt.Sprintf("link%d.%s", i+1, os.Getenv("EMP_JID")),
			Server: os.Getenv("EMP_SERVER"),
			Secret: framework.NewSecret(os.Getenv("EMP_SECRET")),
		})
	}
	return links
}

func routes(r *router.Router, transient bool) {
	promise := func(t *router.Route) {
		if transient {
			t.Transient()
		}
	}
	r.Group(func(r *router.Router) {
		r.Namespace("disco", nsDisco)
		promise(r.Get("disco:query").To(info))
	})
	r.Mount(ping.Feature{})
	r.At("echo@", func(r *router.Router) {
		promise(r.Message("[body]").To(echo))
		promise(r.Presence("").To(take))
	})
	r.At("slow@", func(r *router.Router) {
		r.Message("[body]").To(slow)
	})
	r.At("ask@", func(r *router.Router) {
		r.Message("[body]").To(ask)
	})
}

// others writes n routes of five shapes that take nothing of what is sent.
func others(r *router.Router, n int) {
	r.Namespace("o", "urn:example:other")
	for i := range n {
		switch i % 5 {
		case 0:
			r.Get(fmt.Sprintf("o:query%d", i)).To(take)
		case 1:
			r.Set(fmt.Sprintf("o:order[@id='%d']", i)).To(take)
		case 2:
			r.Message(fmt.Sprintf("[body='order %d']", i)).To(take)
		case 3:
			r.Message(fmt.Sprintf("[starts-with(body, '!%d ')]", i)).To(take)
		case 4:
			r.At(fmt.Sprintf("other%d@", i), func(r *router.Router) { r.Route("message | presence").To(take) })
		}
	}
}

func echo(_ context.Context, req *component.Request) (component.Response, error) {
	return req.Reply(req.Body()), nil
}

func slow(ctx context.Context, req *component.Request) (component.Response, error) {
	select {
	case <-time.After(10 * time.Millisecond):
		return req.Reply(req.Body()), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ask echoes when the sender has answered.
func ask(ctx context.Context, req *component.Request) (component.Response, error) {
	if _, err := req.Ask(ctx, stanza.NewIQ(stanza.TypeGet, req.From.JID, question)); err != nil {
		return nil, err
	}
	return req.Reply(req.Body()), nil
}

var question = element.New("urn:example:question", "question").Node()

func take(context.Context, *component.Request) (component.Response, error) { return nil, nil }

// nsDisco is the namespace of XEP-0030.
const nsDisco = "http://jabber.org/protocol/disco#info"

// info is the answer to disco#info, made once.
func info(_ context.Context, req *component.Request) (component.Response, error) {
	return req.Result(infoResult), nil
}

var infoResult = element.New(nsDisco, "query").
	Add(element.New(nsDisco, "identity").Attr("category", "component").Attr("type", "generic").Attr("name", "echo")).
	Add(element.New(nsDisco, "feature").Attr("var", nsDisco)).
	Add(element.New(nsDisco, "feature").Attr("var", ping.NS)).
	Node()
