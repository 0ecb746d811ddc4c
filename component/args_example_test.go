package component_test

import (
	"context"
	"encoding/xml"
	"fmt"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

type Tweet struct {
	XMLName xml.Name `xml:"urn:example:tweets tweet"`
	ID      int      `xml:"id,attr"`
	Text    string   `xml:",chardata"`
}

type Tweets struct{ all []Tweet }

// Show answers with one tweet.
func (t *Tweets) Show(_ context.Context, in struct {
	ID int `arg:"id"`
}) (*Tweet, error) {
	if in.ID >= len(t.all) {
		return nil, stanza.ItemNotFound.With("no tweet %d", in.ID)
	}
	return &t.all[in.ID], nil
}

// Index answers with the last tweets, five if nobody says how many.
func (t *Tweets) Index(_ context.Context, in struct {
	Max uint16 `arg:"max" default:"5"`
}) ([]Tweet, error) {
	return t.all[max(0, len(t.all)-int(in.Max)):], nil
}

// Create keeps the tweet in the payload.
func (t *Tweets) Create(_ context.Context, in struct {
	*component.Request
	Tweet Tweet `payload:""`
}) (struct{}, error) {
	fmt.Println(in.From, "writes", in.Tweet.Text)
	in.Tweet.ID = len(t.all)
	t.all = append(t.all, in.Tweet)
	return struct{}{}, nil
}

func ExampleArgs() {
	tweets := &Tweets{}
	table, err := router.Compile(func(r *router.Router) {
		r.Namespace("t", "urn:example:tweets")
		r.Get("t:tweet[@id={id}]").Bind(component.Args(tweets.Show))
		r.Get("t:tweets[not(@max) or @max={max}]").Bind(component.Args(tweets.Index))
		r.Set("t:tweet").Bind(component.Args(tweets.Create))
	})
	if err != nil {
		panic(err)
	}

	send := func(kind, payload string) {
		s, _ := stanza.ParseString("<iq type='" + kind + "' id='1' from='romeo@localhost/x' to='tweeter.localhost'>" + payload + "</iq>")
		var m router.Match
		e, _ := table.Match(&s, &m)
		res, err := e.Action(context.Background(), m.Request(s, e))
		for _, out := range res {
			fmt.Println(out.Payload[0])
		}
		if err != nil {
			fmt.Println(err)
		}
	}
	send("set", "<tweet xmlns='urn:example:tweets'>Hackity Hack!</tweet>")
	send("set", "<tweet xmlns='urn:example:tweets'>And again</tweet>")
	send("get", "<tweet xmlns='urn:example:tweets' id='0'/>")
	send("get", "<tweet xmlns='urn:example:tweets' id='7'/>")
	send("get", "<tweet xmlns='urn:example:tweets' id='seven'/>")
	send("get", "<tweets xmlns='urn:example:tweets'/>")
	send("get", "<tweets xmlns='urn:example:tweets' max='1'/>")
	send("get", "<tweets xmlns='urn:example:tweets' max='-1'/>")
	// Output:
	// romeo@localhost/x writes Hackity Hack!
	// romeo@localhost/x writes And again
	// <tweet xmlns='urn:example:tweets' id='0'>Hackity Hack!</tweet>
	// stanza: item-not-found: no tweet 7
	// stanza: bad-request: argument id: a whole number from -9223372036854775808 to 9223372036854775807 is expected
	// <tweets xmlns='urn:example:tweets'><tweet id='0'>Hackity Hack!</tweet><tweet id='1'>And again</tweet></tweets>
	// <tweets xmlns='urn:example:tweets'><tweet id='1'>And again</tweet></tweets>
	// stanza: bad-request: argument max: a whole number from 0 to 65535 is expected
}
