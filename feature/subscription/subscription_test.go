package subscription_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/feature/subscription"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

const ann = "<presence from='ann@localhost%s' to='bot@app.localhost%s' type='%s' id='7'/>"

func newApp(f *subscription.Feature) *framework.App {
	app := &framework.App{Name: "subscribed"}
	app.Use(f)
	return app
}

// do sends presence and returns what came, a stanza a line, without what every
// stanza has.
func do(t *testing.T, app *framework.App, xml string) string {
	t.Helper()
	return lines(emptest.Do(t, app, xml))
}

func lines(got []stanza.Stanza) string {
	var all []string
	for _, s := range got {
		if s.ID != "" {
			all = append(all, "an id!")
		}
		typ := string(s.Type)
		if typ == "" {
			typ = "available"
		}
		all = append(all, strings.TrimSpace(fmt.Sprint(typ, " from ", s.From, " to ", s.To, " ", s.Show(), s.Status())))
	}
	return strings.Join(all, "\n")
}

func from(resource, served, typ string) string { return fmt.Sprintf(ann, resource, served, typ) }

// TestP01State: what is known of a contact is kept here, per address.
func TestP01State(t *testing.T) {
	var store subscription.Memory
	app := newApp(&subscription.Feature{Store: &store, Decide: subscription.ApproveAll})
	do(t, app, from("", "", "subscribe"))
	got := slices.Collect(keys(store.All(t.Context(), jid.JID{})))
	if want := []subscription.Subscription{{Served: jid.MustParse("bot@app.localhost"), Contact: jid.MustParse("ann@localhost")}}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	do(t, app, from("", "", "unsubscribe"))
	if got := slices.Collect(keys(store.All(t.Context(), jid.JID{}))); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

func keys[K, V any](seq iter.Seq2[K, V]) iter.Seq[K] {
	return func(yield func(K) bool) {
		for k := range seq {
			if !yield(k) {
				return
			}
		}
	}
}

// TestP02Subscribe: nobody is approved unless it is configured; decisions go from
// bare to bare, without the id of the request.
func TestP02Subscribe(t *testing.T) {
	const denied = "unsubscribed from bot@app.localhost to ann@localhost"
	const approved = "subscribed from bot@app.localhost to ann@localhost\navailable from bot@app.localhost to ann@localhost"
	decide := func(d subscription.Decision, err error) func(context.Context, *component.Request) (subscription.Decision, error) {
		return func(context.Context, *component.Request) (subscription.Decision, error) { return d, err }
	}
	for what, c := range map[string]struct {
		f    *subscription.Feature
		want string
	}{
		"by default":   {&subscription.Feature{}, denied},
		"denied":       {&subscription.Feature{Decide: decide(subscription.Deny, nil)}, denied},
		"approved":     {&subscription.Feature{Decide: subscription.ApproveAll}, approved},
		"later":        {&subscription.Feature{Decide: decide(subscription.Later, nil)}, ""},
		"an error":     {&subscription.Feature{Decide: decide(subscription.Approve, stanza.Forbidden)}, "an id!\nerror from bot@app.localhost to ann@localhost"},
		"a full store": {&subscription.Feature{Decide: subscription.ApproveAll, Store: full{}}, "an id!\nerror from bot@app.localhost to ann@localhost"},
	} {
		t.Run(what, func(t *testing.T) {
			if got := do(t, newApp(c.f), from("", "", "subscribe")); got != c.want {
				t.Errorf("got %s", got)
			}
		})
	}
	app := newApp(&subscription.Feature{Decide: subscription.ApproveAll})
	if got := do(t, app, from("/desk", "/x", "subscribe")); got != approved {
		t.Errorf("from and to full addresses: %s", got)
	}
	calls := 0
	app = newApp(&subscription.Feature{Decide: func(context.Context, *component.Request) (subscription.Decision, error) {
		calls++
		return subscription.Approve, nil
	}})
	do(t, app, from("", "", "subscribe"))
	if got := do(t, app, from("", "", "subscribe")); got != approved || calls != 1 {
		t.Errorf("who is subscribed already: %s, decided %d times", got, calls)
	}
}

// full has no room.
type full struct{ subscription.Store }

func (full) Has(context.Context, subscription.Subscription) (bool, error) { return false, nil }
func (full) Add(context.Context, subscription.Subscription) error {
	return stanza.ResourceConstraint
}

// resources is the presence of a bot at two resources.
func resources(_ context.Context, served jid.JID) (outs []stanza.Out, err error) {
	for _, r := range []string{"a", "b"} {
		at, err := served.WithResource(r)
		if err != nil {
			return nil, err
		}
		outs = append(outs, stanza.Out{Kind: stanza.Presence, From: at.Address(), Show: stanza.ShowAway, Status: "at " + r})
	}
	return outs, nil
}

// TestP03Presence: whom we have approved gets the presence of every resource.
func TestP03Presence(t *testing.T) {
	app := newApp(&subscription.Feature{Decide: subscription.ApproveAll, Presence: resources})
	want := "subscribed from bot@app.localhost to ann@localhost\navailable from bot@app.localhost/a to ann@localhost awayat a\navailable from bot@app.localhost/b to ann@localhost awayat b"
	if got := do(t, app, from("", "", "subscribe")); got != want {
		t.Errorf("got %s", got)
	}
}

// TestP04Unasked: that we may see somebody's presence, or not, nobody has asked.
func TestP04Unasked(t *testing.T) {
	app := newApp(&subscription.Feature{Decide: subscription.ApproveAll})
	do(t, app, from("", "", "subscribe"))
	for _, typ := range []string{"subscribed", "unsubscribed"} {
		if got := do(t, app, from("", "", typ)); got != "" {
			t.Errorf("%s: %s", typ, got)
		}
	}
	if got := do(t, app, from("", "", "probe")); !strings.HasPrefix(got, "available") {
		t.Errorf("a subscriber no more: %s", got)
	}
}

// TestP05Probe: a subscriber gets our presence, of one resource if he asks for
// one; somebody else learns that he is none, and nothing more.
func TestP05Probe(t *testing.T) {
	app := newApp(&subscription.Feature{Decide: subscription.ApproveAll, Presence: resources})
	for _, to := range []string{"", "/a", "/c"} {
		if got := do(t, app, from("/desk", to, "probe")); got != "unsubscribed from bot@app.localhost to ann@localhost" {
			t.Errorf("a stranger at %q: %s", to, got)
		}
	}
	do(t, app, from("", "", "subscribe"))
	for to, want := range map[string]string{
		"":   "available from bot@app.localhost/a to ann@localhost awayat a\navailable from bot@app.localhost/b to ann@localhost awayat b",
		"/a": "available from bot@app.localhost/a to ann@localhost",
		"/c": "unavailable from bot@app.localhost/c to ann@localhost",
	} {
		if got := do(t, app, from("/desk", to, "probe")); got != want {
			t.Errorf("%q: %s", to, got)
		}
	}
}

// TestP06Start: whoever ran before may have left without a word, so the
// subscribers are told again when the application starts.
func TestP06Start(t *testing.T) {
	var store subscription.Memory
	for i := range 150 { // more than are sent at once
		if err := store.Add(t.Context(), subscription.Subscription{Served: jid.MustParse("bot@app.localhost"), Contact: jid.MustParse(fmt.Sprintf("u%d@localhost", i))}); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Add(t.Context(), subscription.Subscription{Served: jid.MustParse("bot@other.localhost"), Contact: jid.MustParse("u@localhost")}); err != nil {
		t.Fatal(err)
	}
	got := emptest.Start(t, newApp(&subscription.Feature{Store: &store})).Do("<message from='ann@localhost' to='app.localhost'/>")
	if len(got) != 150 || !strings.HasPrefix(lines(got), "available from bot@app.localhost to u") {
		t.Errorf("%d stanzas: %.200s", len(got), lines(got))
	}
}

// TestP06Unsubscribe: who wants our presence no longer sees us leave.
func TestP06Unsubscribe(t *testing.T) {
	app := newApp(&subscription.Feature{Decide: subscription.ApproveAll, Presence: resources})
	if got := do(t, app, from("", "", "unsubscribe")); got != "" {
		t.Errorf("who was no subscriber: %s", got)
	}
	do(t, app, from("", "", "subscribe"))
	// P07: and what is unavailable has neither show nor status.
	want := "unavailable from bot@app.localhost/a to ann@localhost\nunavailable from bot@app.localhost/b to ann@localhost"
	if got := do(t, app, from("", "", "unsubscribe")); got != want {
		t.Errorf("got %s", got)
	}
	if got := do(t, app, from("", "", "probe")); !strings.HasPrefix(got, "unsubscribed") {
		t.Errorf("then: %s", got)
	}
}

// TestP08P09NoAnswer: errors, and what Prosody sends as the receipt of a request,
// are not for us.
func TestP08P09NoAnswer(t *testing.T) {
	app := newApp(&subscription.Feature{Decide: subscription.ApproveAll})
	do(t, app, from("", "", "subscribe"))
	for _, typ := range []string{"unavailable", "error"} {
		if got := do(t, app, from("", "", typ)); got != "" {
			t.Errorf("%s: %s", typ, got)
		}
	}
	if got := do(t, app, from("", "", "probe")); !strings.HasPrefix(got, "available") {
		t.Errorf("then: %s", got)
	}
}

// TestLater: what was left open is decided by the application, and what was decided
// can be changed.
func TestLater(t *testing.T) {
	f := &subscription.Feature{Presence: resources}
	s := subscription.Subscription{Served: jid.MustParse("bot@app.localhost/x"), Contact: jid.MustParse("ann@localhost/y")}
	for _, err := range []error{f.Approve(t.Context(), s), f.Cancel(t.Context(), s), f.Broadcast(t.Context(), s.Served)} {
		if err == nil {
			t.Error("before the start something was sent")
		}
	}
	session := emptest.Start(t, newApp(f))
	then := func(err error) string {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
		return lines(session.Do("<message from='ann@localhost' to='app.localhost'/>"))
	}
	const here = "available from bot@app.localhost/a to ann@localhost awayat a\navailable from bot@app.localhost/b to ann@localhost awayat b"
	const gone = "unavailable from bot@app.localhost/a to ann@localhost\nunavailable from bot@app.localhost/b to ann@localhost"
	if got := then(f.Cancel(t.Context(), s)); got != "unsubscribed from bot@app.localhost to ann@localhost" {
		t.Errorf("denied: %s", got)
	}
	if got := then(f.Broadcast(t.Context(), s.Served)); got != "" {
		t.Errorf("announced to nobody: %s", got)
	}
	if got := then(f.Approve(t.Context(), s)); got != "subscribed from bot@app.localhost to ann@localhost\n"+here {
		t.Errorf("approved: %s", got)
	}
	if got := then(f.Broadcast(t.Context(), s.Served)); got != here {
		t.Errorf("announced: %s", got)
	}
	if got := then(f.Cancel(t.Context(), s)); got != gone+"\nunsubscribed from bot@app.localhost to ann@localhost" {
		t.Errorf("cancelled: %s", got)
	}
}

func TestMemory(t *testing.T) {
	m := &subscription.Memory{Max: 2}
	sub := func(served, contact string) subscription.Subscription {
		return subscription.Subscription{Served: jid.MustParse(served), Contact: jid.MustParse(contact)}
	}
	a, b, c := sub("x@d", "a@e"), sub("y@d", "a@e"), sub("y@d", "b@e")
	ctx := t.Context()
	for _, s := range []subscription.Subscription{a, b, a} {
		if err := m.Add(ctx, s); err != nil {
			t.Error(err)
		}
	}
	if err := m.Add(ctx, c); !errors.Is(err, stanza.ResourceConstraint) {
		t.Errorf("beyond its bound: %v", err)
	}
	if got := slices.Collect(keys(m.All(ctx, jid.MustParse("y@d")))); len(got) != 1 || got[0] != b {
		t.Errorf("got %v", got)
	}
	if err := m.Remove(ctx, a); err != nil {
		t.Error(err)
	}
	if has, err := m.Has(ctx, a); has || err != nil {
		t.Errorf("has %v, %v", has, err)
	}
	if err := m.Add(ctx, c); err != nil {
		t.Error(err)
	}
}

func ExampleFeature() {
	friends := &subscription.Feature{Decide: func(_ context.Context, req *component.Request) (subscription.Decision, error) {
		if req.From.JID.Domain() == "example.org" {
			return subscription.Approve, nil
		}
		return subscription.Deny, nil
	}}
	table, err := router.Compile(friends.Routes)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, route := range table.Catalog().Routes() {
		fmt.Println(route.Method, route.Expr)
	}
	// Output:
	// Presence [@type='subscribe']
	// Presence [@type='unsubscribe']
	// Presence [@type='probe']
}

// A link keeps how many stanzas it was given at once, and to whom they go.
type link struct {
	component.Sender
	batches []int
	to      map[jid.JID]int
}

func (*link) Local() jid.JID { return jid.MustParse("app.localhost") }

func (l *link) Send(_ context.Context, outs ...stanza.Out) error {
	l.batches = append(l.batches, len(outs))
	for _, o := range outs {
		l.to[o.To.JID]++
	}
	return nil
}

// TestP06Batches: all subscribers of a link's domain are told when it is up for the first
// time, some at once: never do all of them wait in memory. Later the framework does that.
func TestP06Batches(t *testing.T) {
	var store subscription.Memory
	const n = 150
	for i := range n {
		for _, served := range []string{"bot@app.localhost", "bot@other.localhost"} {
			s := subscription.Subscription{Served: jid.MustParse(served), Contact: jid.MustParse(fmt.Sprintf("u%d@%s", i, served[4:]))}
			if err := store.Add(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
	}
	f, l := &subscription.Feature{Store: &store}, &link{to: make(map[jid.JID]int)}
	for range 2 {
		if err := f.LinkUp(t.Context(), l); err != nil {
			t.Fatal(err)
		}
		f.LinkDown()
	}
	if len(l.to) != n || len(l.batches) < 2 || slices.Max(l.batches) > 64 {
		t.Errorf("%d of %d are told, in batches of %v", len(l.to), n, l.batches)
	}
	for to, times := range l.to {
		if times != 1 || to.Domain() != "app.localhost" {
			t.Errorf("%s is told %d times", to, times)
		}
	}
}
