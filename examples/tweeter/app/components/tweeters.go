package components

import (
	"context"
	"errors"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/feature/subscription"
	"github.com/emp-framework/emp/stanza"

	"github.com/emp-framework/emp/examples/tweeter/app/models"
)

// Tweeters is the resource of that name: what programs do with people. Everybody is
// the master of himself alone.
type Tweeters struct{ Store *models.Store }

// Index shows who has joined.
func (t *Tweeters) Index(ctx context.Context, req *component.Request) (component.Response, error) {
	people, err := t.Store.Tweeters(ctx, most)
	if err != nil {
		return nil, err
	}
	all := element.New(models.NS, "tweeters")
	for _, p := range people {
		all.Add(p.Node(req.To.JID.Domain()))
	}
	return req.Result(all), nil
}

// Show shows one of them.
func (t *Tweeters) Show(ctx context.Context, req *component.Request) (component.Response, error) {
	p, err := t.Store.Tweeter(ctx, req.Arg("id"))
	if err != nil {
		return nil, err
	}
	return req.Result(p.Node(req.To.JID.Domain())), nil
}

// Create has the sender join. He is one person, so there is one of him.
func (t *Tweeters) Create(ctx context.Context, req *component.Request) (component.Response, error) {
	e := req.Payload.FirstElement()
	if !e.NextElement().IsZero() {
		return nil, stanza.BadRequest.With("one can only join oneself")
	}
	name, err := models.NameOf(e)
	if err != nil {
		return nil, err
	}
	card, err := models.CardOf(e)
	if err != nil {
		return nil, err
	}
	p := models.Tweeter{Name: name, Card: card}
	if err := t.Store.Join(ctx, req.From.JID, p); err != nil {
		return nil, err
	}
	return req.Result(element.New(models.NS, "tweeters").Add(p.Node(req.To.JID.Domain()))), nil
}

// Update gives the sender another card.
func (t *Tweeters) Update(ctx context.Context, req *component.Request) (component.Response, error) {
	card, err := models.CardOf(req.Payload)
	if err != nil {
		return nil, err
	}
	if err := t.himself(ctx, req); err != nil {
		return nil, err
	}
	if err := t.Store.Describe(ctx, req.From.JID, card); err != nil {
		return nil, err
	}
	return req.Result(models.Tweeter{Name: req.Arg("id"), Card: card}.Node(req.To.JID.Domain())), nil
}

// Delete has the sender leave, with all he has said.
func (t *Tweeters) Delete(ctx context.Context, req *component.Request) (component.Response, error) {
	if err := t.himself(ctx, req); err != nil {
		return nil, err
	}
	news, err := t.leave(ctx, req)
	if err != nil {
		return nil, err
	}
	return append(req.Result(), news...), nil
}

// leave has the sender leave. His followers are told that they follow nobody any more (RFC
// 6121 section 3.2).
func (t *Tweeters) leave(ctx context.Context, req *component.Request) (news []stanza.Out, err error) {
	followed, err := t.Store.Leave(ctx, req.From.JID, req.To.JID.Domain())
	for _, f := range followed {
		for _, typ := range []stanza.Type{stanza.TypeUnavailable, stanza.TypeUnsubscribed} {
			out := stanza.NewPresence(typ, f.Contact)
			out.From = f.Served.Address()
			news = append(news, out)
		}
	}
	return news, err
}

// himself refuses who is not the one that the request is about.
func (t *Tweeters) himself(ctx context.Context, req *component.Request) error {
	name, err := t.Store.Name(ctx, req.From.JID)
	if err != nil {
		return err
	}
	if name != req.Arg("id") {
		return models.ErrNotYours
	}
	return nil
}

// Card is somebody's vCard, for the clients of those who follow him.
func (t *Tweeters) Card(ctx context.Context, req *component.Request) (component.Response, error) {
	p, err := t.Store.Tweeter(ctx, req.Arg("user"))
	if err != nil {
		return nil, err
	}
	return req.Result(p.VCard(req.To.JID.Domain())), nil
}

// Follow decides who may be followed: everybody who has joined, by anybody, and
// tweeter itself.
func (t *Tweeters) Follow(ctx context.Context, req *component.Request) (subscription.Decision, error) {
	name := req.To.JID.Local()
	if name == "" {
		return subscription.Approve, nil
	}
	_, err := t.Store.Tweeter(ctx, name)
	switch {
	case errors.Is(err, models.ErrNobody):
		return subscription.Deny, nil
	case err != nil:
		return subscription.Deny, err
	}
	return subscription.Approve, nil
}
