package framework_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestA12ClientResourceGiven: where the server gives other resources than those asked for, it
// has the last word: what is from there goes out over that link, what is from elsewhere
// does not, and routes are told by where the link is.
func TestA12ClientResourceGiven(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	server := newClientScript(t)
	server.give = func(wished string) string { return wished + "-1" }
	app := runApp(t, &framework.App{Config: server.config(), Dial: server.Dial, Routes: func(r *router.Router) {
		for _, name := range []string{"hack", "news"} {
			r.Resource(name, func(r *router.Router) {
				r.Message("[body={text}]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
					return req.Reply(req.Route + " " + req.Link().String() + " " + req.At().String()), nil
				}).Name(name)
			})
		}
	}})
	<-app.Ready()
	clients := make(map[string]*scriptedClient)
	for range 2 {
		c := server.accept()
		clients[c.jid] = c
		if n := c.next(); n.Local() != "presence" {
			t.Fatalf("it sent %s", n)
		}
	}
	send := func(from, body string) error {
		return app.Send(ctx, stanza.Out{Kind: stanza.Message, From: jid.MustParse(from).Address(), To: jid.MustParse("a@b/c").Address(), Body: body})
	}
	// await returns the next with that body: what was not confirmed comes again.
	await := func(c *scriptedClient, body string) string {
		for {
			if s := c.next().String(); strings.Contains(s, "<body>"+body+"</body>") {
				return s
			}
		}
	}
	for from, over := range map[string]string{
		"bot@localhost/hack-1": "bot@localhost/hack-1",
		"bot@localhost/news-1": "bot@localhost/news-1",
		"bot@localhost":        "bot@localhost/hack-1", // the first has what is for the account
	} {
		if err := send(from, "from "+from); err != nil {
			t.Error(err)
			continue
		}
		await(clients[over], "from "+from)
	}
	if err := send("bot@localhost/news", "lost"); err == nil || !strings.Contains(err.Error(), "bot@localhost/news is not bot@localhost/hack-1") {
		t.Errorf("from where no link is: %v", err)
	}
	if out, err := app.Reverse("news", "text", "hi"); err != nil || out.To.String() != "bot@localhost/news-1" {
		t.Errorf("the address of a route is %s, %v", out.To, err)
	}

	// What an action says as its own address is kept, and goes out over a link that has
	// another.
	news := clients["bot@localhost/news-1"]
	sent := make(chan struct{})
	server.mu.Lock()
	server.give = func(wished string) string { <-sent; return wished + "-2" }
	server.mu.Unlock()
	news.cut()
	if err := send("bot@localhost/news-1", "kept"); err != nil {
		t.Error(err)
	}
	close(sent)
	news = server.accept()
	said := await(news, "kept")
	if tag, _, _ := strings.Cut(said, ">"); news.jid != "bot@localhost/news-2" || strings.Contains(tag, "from=") {
		t.Errorf("%s sent %s", news.jid, said)
	}
	news.say("<message from='a@b/c' to='bot@localhost/news-2'><body>hi</body></message>")
	await(news, "news bot@localhost/news-2 localhost/news")
}
