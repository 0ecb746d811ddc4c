// Package component holds the words that authors write an application in: the
// Action that answers a stanza, the Request it gets, the Response it returns
// and the Middleware around it.
//
// In:  a Request: the stanza received and what its route captured.
// Out: a Response: the stanzas to send back, or an error, which is a protocol
// reply too.
//
// A component is a Go struct whose methods are actions; what they need lies in
// its fields:
//
//	type Tweets struct{ Store *Store }
//
//	func (t *Tweets) Show(ctx context.Context, req *component.Request) (component.Response, error) {
//		tweet, err := t.Store.Find(ctx, req.Arg("id"))
//		if err != nil {
//			return nil, err
//		}
//		return req.Result(element.New(NS, "tweet").Attr("id", tweet.ID).Text(tweet.Text)), nil
//	}
//
// Where arguments are more than texts, and results elements, [Args] makes an
// action of a function that says so: Show(ctx, struct{ID int `arg:"id"`})
// (*Tweet, error).
//
// Nothing here knows a socket or a route table: package router says which
// stanzas reach which action, and the framework sends what it returns.
package component
