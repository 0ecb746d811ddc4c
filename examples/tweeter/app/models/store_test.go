package models

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/emp-framework/emp/feature/subscription"
	"github.com/emp-framework/emp/jid"
)

var alice, bob = jid.MustParse("alice@localhost/desk"), jid.MustParse("bob@localhost/phone")

// open opens a database that alice has joined.
func open(t *testing.T, path string) *Store {
	t.Helper()
	s := &Store{Path: path}
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Join(t.Context(), alice, Tweeter{Name: "alice"}); err != nil {
		t.Fatal(err)
	}
	return s
}

func texts(tweets []Tweet) string {
	var all []string
	for _, t := range tweets {
		all = append(all, t.Text)
	}
	return strings.Join(all, " ")
}

// TestAllOrNone: of tweets that are posted together one that cannot be keeps all out.
func TestAllOrNone(t *testing.T) {
	s, ctx := open(t, ":memory:"), t.Context()
	long := strings.Repeat("ä", MaxText)
	for what, c := range map[string]struct {
		texts []string
		by    jid.JID
		want  error
	}{
		"too long": {[]string{"a", long + "x"}, alice, ErrLong},
		"empty":    {[]string{"a", ""}, alice, ErrEmpty},
		"too many": {strings.Split(strings.Repeat("a ", MaxTweets)+"a", " "), alice, ErrMany},
		"unknown":  {[]string{"a"}, bob, ErrUnknown},
	} {
		if tweets, err := s.Post(ctx, c.by, c.texts); !errors.Is(err, c.want) || err.Error() != c.want.Error() || len(tweets) != 0 {
			t.Errorf("%s: %v, %v", what, tweets, err)
		}
	}
	if got, err := s.Latest(ctx, "", 10); err != nil || len(got) != 0 {
		t.Errorf("there is %v, %v", got, err)
	}
	if _, err := s.Post(ctx, alice, []string{"a", long, "c"}); err != nil {
		t.Error(err)
	}
	if got, err := s.Latest(ctx, "alice", 2); err != nil || texts(got) != "c "+long {
		t.Errorf("there is %v, %v", got, err)
	}
}

// TestOwn: what somebody has said is his, and goes with him.
func TestOwn(t *testing.T) {
	s, ctx := open(t, ":memory:"), t.Context()
	if err := s.Join(ctx, bob, Tweeter{Name: "bob"}); err != nil {
		t.Fatal(err)
	}
	posted, err := s.Post(ctx, alice, []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	id := posted[0].ID
	for what, c := range map[string]struct{ got, want error }{
		"another's tweet":      {s.Retract(ctx, bob, id), ErrNotYours},
		"no tweet":             {s.Retract(ctx, alice, 99), ErrNoTweet},
		"by nobody":            {s.Retract(ctx, jid.MustParse("x@y"), id), ErrUnknown},
		"a name that is taken": {s.Join(ctx, jid.MustParse("x@y"), Tweeter{Name: "alice"}), ErrTaken},
		"a second name":        {s.Join(ctx, alice, Tweeter{Name: "alice2"}), ErrTaken},
		"a bad name":           {s.Join(ctx, jid.MustParse("x@y"), Tweeter{Name: "A b"}), ErrName},
		"a card of nobody":     {s.Describe(ctx, jid.MustParse("x@y"), Card{}), ErrUnknown},
	} {
		if c.got == nil || c.got.Error() != c.want.Error() {
			t.Errorf("%s: %v", what, c.got)
		}
	}
	if _, err := s.Edit(ctx, bob, id, "x"); !errors.Is(err, ErrNotYours) {
		t.Errorf("an edit: %v", err)
	}
	if got, err := s.Edit(ctx, alice, id, "A"); err != nil || got.Text != "A" || got.Posted != posted[0].Posted {
		t.Errorf("got %v, %v", got, err)
	}
	follows := subscription.Subscription{Served: jid.MustParse("alice@tweeter.localhost"), Contact: bob.Bare()}
	other := subscription.Subscription{Served: jid.MustParse("bob@tweeter.localhost"), Contact: alice.Bare()}
	for _, f := range []subscription.Subscription{follows, other} {
		if err := (Followers{s}).Add(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Leave(ctx, jid.MustParse("x@y"), "tweeter.localhost"); !errors.Is(err, ErrUnknown) {
		t.Errorf("nobody leaves: %v", err)
	}
	if got, err := s.Leave(ctx, alice, "tweeter.localhost"); err != nil || !slices.Equal(got, []subscription.Subscription{follows}) {
		t.Errorf("%v followed her, %v", got, err)
	}
	for f, want := range map[subscription.Subscription]bool{follows: false, other: true} {
		if has, err := (Followers{s}).Has(ctx, f); has != want || err != nil {
			t.Errorf("%v follows: %v, %v", f, has, err)
		}
	}
	if got, err := s.Latest(ctx, "", 9); err != nil || len(got) != 0 {
		t.Errorf("she has left %v, %v", got, err)
	}
}

// TestMigrations: a database is brought up to date, keeps what is in it, and is not
// touched by a program that is older than it.
func TestMigrations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	s := open(t, path)
	if _, err := s.Post(t.Context(), alice, []string{"kept"}); err != nil {
		t.Fatal(err)
	}
	// As the first migration has left it.
	if _, err := s.db.Exec("DROP TABLE followers; PRAGMA user_version = 1"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = &Store{Path: path}
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Latest(t.Context(), "", 9); err != nil || texts(got) != "kept" {
		t.Errorf("got %v, %v", got, err)
	}
	if err := (Followers{s}).Add(t.Context(), subscription.Subscription{Served: bob.Bare(), Contact: alice.Bare()}); err != nil {
		t.Error(err)
	}
	if _, err := s.db.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if err := (&Store{Path: path}).Open(t.Context()); err == nil || !strings.Contains(err.Error(), "newer") {
		t.Errorf("got %v", err)
	}
}

// TestTransact: what fails halfway leaves nothing.
func TestTransact(t *testing.T) {
	s := open(t, ":memory:")
	failed := errors.New("failed")
	err := s.transact(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO tweets (author, text, posted, changed) VALUES ('alice', 'a', 1, 1)")
		return errors.Join(err, failed)
	})
	if got, _ := s.Latest(t.Context(), "", 9); !errors.Is(err, failed) || len(got) != 0 {
		t.Errorf("%v, and there is %v", err, got)
	}
}

// TestFollowers: the store of subscriptions, over more than a page.
func TestFollowers(t *testing.T) {
	s, ctx := open(t, ":memory:"), t.Context()
	f := Followers{s}
	a, b := jid.MustParse("a@tweeter.localhost"), jid.MustParse("b@tweeter.localhost")
	for i := range 2*page + 10 {
		served := a
		if i%2 == 1 {
			served = b
		}
		sub := subscription.Subscription{Served: served, Contact: jid.MustParse(fmt.Sprintf("u%d@localhost", i))}
		for range 2 { // twice is once
			if err := f.Add(ctx, sub); err != nil {
				t.Fatal(err)
			}
		}
	}
	for served, want := range map[jid.JID]int{a: page + 5, b: page + 5, {}: 2*page + 10, jid.MustParse("c@d"): 0} {
		seen := map[subscription.Subscription]bool{}
		for sub, err := range f.All(ctx, served) {
			if err != nil || seen[sub] || !served.IsZero() && sub.Served != served {
				t.Fatalf("%v: %v, %v", served, sub, err)
			}
			seen[sub] = true
			if _, err := f.Has(ctx, sub); err != nil { // the database is free meanwhile
				t.Fatal(err)
			}
		}
		if len(seen) != want {
			t.Errorf("%s: %d, want %d", served, len(seen), want)
		}
	}
	sub := subscription.Subscription{Served: a, Contact: jid.MustParse("u0@localhost")}
	if has, err := f.Has(ctx, sub); !has || err != nil {
		t.Error(has, err)
	}
	if err := f.Remove(ctx, sub); err != nil {
		t.Error(err)
	}
	if has, err := f.Has(ctx, sub); has || err != nil {
		t.Error(has, err)
	}
}
