// Command echo is the component that bench/load measures: an application as an
// author would write it, with nothing switched off. Pings are answered by a
// mounted feature, messages to echo@ by an action, disco#info by another, and
// presence is taken; what comes to slow@ takes its time.
//
//	EMP_SERVER=127.0.0.1:5347 EMP_JID=echo.localhost EMP_SECRET=load echo -routes 100
//
// -routes adds that many routes of mixed shapes before these.
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
)

func main() {
	more := flag.Int("routes", 0, "how many more routes there are")
	flag.Parse()
	os.Args = append(os.Args[:1], flag.Args()...) // framework.Main has flags of its own
	framework.Main(&framework.App{
		Name:  "echo",
		Short: "answers the load generator",
		Routes: func(r *router.Router) {
			others(r, *more)
			routes(r)
		},
	})
}

func routes(r *router.Router) {
	r.Group(func(r *router.Router) {
		r.Namespace("disco", nsDisco)
		r.Get("disco:query").To(info)
	})
	r.Mount(ping.Feature{})
	r.At("echo@", func(r *router.Router) {
		r.Message("[body]").To(echo)
		r.Presence("").To(take)
	})
	r.At("slow@", func(r *router.Router) {
		r.Message("[body]").To(slow)
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
