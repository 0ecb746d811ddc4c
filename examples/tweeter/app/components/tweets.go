// Package components holds the components: Go structs whose methods, the actions,
// answer stanzas. Which stanzas, says config/router.go.
package components

import (
	"context"
	"strconv"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"

	"github.com/emp-framework/emp/examples/tweeter/app/models"
)

// Tweets is the resource of that name: what programs do with tweets.
type Tweets struct{ Store *models.Store }

// most is how many of a collection are shown.
const most = 50

// Index shows the latest tweets, of one author or of all.
func (t *Tweets) Index(ctx context.Context, req *component.Request) (component.Response, error) {
	tweets, err := t.latest(ctx, req.Payload.Attr("author"), most)
	if err != nil {
		return nil, err
	}
	return req.Result(collection(req, tweets)), nil
}

// latest is the latest n tweets, of an author who has joined or, if that is "", of all.
func (t *Tweets) latest(ctx context.Context, author string, n int) ([]models.Tweet, error) {
	if author != "" {
		if _, err := t.Store.Tweeter(ctx, author); err != nil {
			return nil, err
		}
	}
	return t.Store.Latest(ctx, author, n)
}

// Show shows one tweet.
func (t *Tweets) Show(ctx context.Context, req *component.Request) (component.Response, error) {
	id, err := idOf(req)
	if err != nil {
		return nil, err
	}
	tweet, err := t.Store.Tweet(ctx, id)
	if err != nil {
		return nil, err
	}
	return req.Result(tweet.Node(req.To.JID.Domain())), nil
}

// Create posts one tweet or several, all or none, and tells the author's followers.
func (t *Tweets) Create(ctx context.Context, req *component.Request) (component.Response, error) {
	var texts []string
	for e := range req.Payload.ChildrenNamed(models.NS, "tweet") {
		text, err := models.TextOf(e)
		if err != nil {
			return nil, err
		}
		texts = append(texts, text)
	}
	tweets, news, err := t.post(ctx, req, texts)
	if err != nil {
		return nil, err
	}
	return append(req.Result(collection(req, tweets)), news...), nil
}

// Update gives a tweet another text.
func (t *Tweets) Update(ctx context.Context, req *component.Request) (component.Response, error) {
	id, err := idOf(req)
	if err != nil {
		return nil, err
	}
	text, err := models.TextOf(req.Payload)
	if err != nil {
		return nil, err
	}
	tweet, err := t.Store.Edit(ctx, req.From.JID, id, text)
	if err != nil {
		return nil, err
	}
	return req.Result(tweet.Node(req.To.JID.Domain())), nil
}

// Delete takes a tweet back.
func (t *Tweets) Delete(ctx context.Context, req *component.Request) (component.Response, error) {
	id, err := idOf(req)
	if err != nil {
		return nil, err
	}
	return nil, t.Store.Retract(ctx, req.From.JID, id)
}

// idOf is the id in a route of Router.CRUD.
func idOf(req *component.Request) (int64, error) {
	id, err := strconv.ParseInt(req.Arg("id"), 10, 64)
	if err != nil {
		return 0, models.ErrNoTweet
	}
	return id, nil
}

func collection(req *component.Request, tweets []models.Tweet) *element.Builder {
	all := element.New(models.NS, "tweets")
	for _, t := range tweets {
		all.Add(t.Node(req.To.JID.Domain()))
	}
	return all
}

// post stores tweets of the sender, all or none, and returns the news for his
// followers, who are those that see the presence of his address here. It comes from
// that address, as if he had written.
func (t *Tweets) post(ctx context.Context, req *component.Request, texts []string) (tweets []models.Tweet, news []stanza.Out, err error) {
	name, err := t.Store.Name(ctx, req.From.JID)
	if err != nil {
		return nil, nil, err
	}
	domain := req.To.JID.Domain()
	author, err := jid.New(name, domain, "")
	if err != nil {
		return nil, nil, err
	}
	// Before anything is stored: what is stored is not to end in an error.
	var followers []jid.JID
	for s, err := range (models.Followers{Store: t.Store}).All(ctx, author) {
		if err != nil {
			return nil, nil, err
		}
		followers = append(followers, s.Contact)
	}
	if tweets, err = t.Store.Post(ctx, req.From.JID, texts); err != nil {
		return nil, nil, err
	}
	for _, follower := range followers {
		for _, tweet := range tweets {
			out := stanza.NewMessage(follower, tweet.Text, tweet.Entry(domain))
			out.Type, out.From = stanza.TypeChat, author.Address()
			news = append(news, out)
		}
	}
	return tweets, news, nil
}
