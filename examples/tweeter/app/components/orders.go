package components

import (
	"context"
	"strconv"
	"strings"

	"github.com/emp-framework/emp/feature/commands"
	"github.com/emp-framework/emp/feature/forms"
	"github.com/emp-framework/emp/stanza"

	"github.com/emp-framework/emp/examples/tweeter/app/models"
)

// Orders is what people say to tweeter, as words in a chat or by the menus of their
// clients: one definition is both.
type Orders struct {
	Store  *models.Store
	Tweets *Tweets
}

// Commands returns the commands.
func (o *Orders) Commands() []*commands.Command {
	return []*commands.Command{
		commands.Of("join", "Join, under a name", o.Join),
		commands.Of("tweet", "Tweet", o.Tweet),
		commands.Of("list", "Show the latest tweets", o.List),
		commands.Of("people", "Show who is here", o.People),
		commands.Of("delete", "Take a tweet back", o.Delete),
		commands.Of("leave", "Leave, with all you have said", o.Leave),
	}
}

// Join has a person join: under the name that is the local part of the address, if no
// other is given.
func (o *Orders) Join(ctx context.Context, call *commands.Call, in struct {
	Name string `form:"name" label:"Name" desc:"Default: that of your address"`
}) (commands.Result, error) {
	name := strings.ToLower(in.Name)
	if name == "" {
		name = call.From.JID.Local()
	}
	if err := o.Store.Join(ctx, call.From.JID, models.Tweeter{Name: name}); err != nil {
		return commands.Result{}, err
	}
	address := name + "@" + call.To.JID.Domain()
	return commands.Result{Text: "Welcome, " + name + "! Whoever adds " + address + " to the contacts follows you."}, nil
}

// Tweet posts a tweet, and tells the followers.
func (o *Orders) Tweet(ctx context.Context, call *commands.Call, in struct {
	Text string `form:"text,required" label:"What is happening?"`
}) (commands.Result, error) {
	text := strings.TrimSpace(in.Text)
	if err := models.CheckText(text); err != nil {
		return commands.Result{}, err
	}
	tweets, news, err := o.Tweets.post(ctx, call.Request, []string{text})
	if err != nil {
		return commands.Result{}, err
	}
	return commands.Result{Text: "Tweeted, as number " + strconv.FormatInt(tweets[0].ID, 10) + ".", Also: news}, nil
}

// List shows the latest tweets as a table.
func (o *Orders) List(ctx context.Context, _ *commands.Call, in struct {
	Name string `form:"name" label:"Of whom" desc:"Default: all"`
}) (commands.Result, error) {
	tweets, err := o.Tweets.latest(ctx, strings.ToLower(in.Name), 10)
	if err != nil {
		return commands.Result{}, err
	}
	if len(tweets) == 0 {
		return commands.Result{Text: "Nobody has said anything yet."}, nil
	}
	table := forms.Form{Reported: []forms.Field{{Var: "id", Label: "Number"}, {Var: "author", Label: "Author"}, {Var: "text", Label: "Tweet"}}}
	for _, t := range tweets {
		table.Items = append(table.Items, row("id", strconv.FormatInt(t.ID, 10), "author", t.Author, "text", t.Text))
	}
	return commands.Result{Form: &table}, nil
}

// People shows who has joined.
func (o *Orders) People(ctx context.Context, call *commands.Call, _ struct{}) (commands.Result, error) {
	people, err := o.Store.Tweeters(ctx, most)
	if err != nil {
		return commands.Result{}, err
	}
	if len(people) == 0 {
		return commands.Result{Text: "Nobody has joined yet."}, nil
	}
	table := forms.Form{Reported: []forms.Field{{Var: "address", Label: "Add to follow"}, {Var: "name", Label: "Name"}}}
	for _, p := range people {
		table.Items = append(table.Items, row("address", p.Name+"@"+call.To.JID.Domain(), "name", p.Card.FullName))
	}
	return commands.Result{Form: &table}, nil
}

// Delete takes a tweet back.
func (o *Orders) Delete(ctx context.Context, call *commands.Call, in struct {
	ID int64 `form:"number,required" label:"Number of the tweet"`
}) (commands.Result, error) {
	return commands.Result{Text: "It is gone."}, o.Store.Retract(ctx, call.From.JID, in.ID)
}

// Leave has a person leave.
func (o *Orders) Leave(ctx context.Context, call *commands.Call, in struct {
	Sure bool `form:"sure,required" label:"Are you sure?"`
}) (commands.Result, error) {
	if !in.Sure {
		return commands.Result{}, stanza.NotAcceptable.With("You stay, then.")
	}
	news, err := (&Tweeters{Store: o.Store}).leave(ctx, call.Request)
	return commands.Result{Text: "Good bye.", Also: news}, err
}

// row is a row of a table: names of columns, each followed by its text.
func row(cells ...string) (fields []forms.Field) {
	for i := 0; i < len(cells); i += 2 {
		fields = append(fields, forms.Field{Var: cells[i], Values: []string{cells[i+1]}})
	}
	return fields
}
