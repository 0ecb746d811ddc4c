package models

import (
	"context"
	"database/sql"
	"iter"

	"github.com/emp-framework/emp/feature/subscription"
	"github.com/emp-framework/emp/jid"
)

// Followers is the store of presence subscriptions in the database: to follow
// somebody is to be subscribed to his presence.
type Followers struct{ *Store }

var _ subscription.Store = Followers{}

// Add keeps a subscription.
func (f Followers) Add(ctx context.Context, s subscription.Subscription) error {
	_, err := f.db.ExecContext(ctx, "INSERT INTO followers (served, contact) VALUES (?, ?) ON CONFLICT DO NOTHING", s.Served.String(), s.Contact.String())
	return err
}

// Remove forgets one.
func (f Followers) Remove(ctx context.Context, s subscription.Subscription) error {
	_, err := f.db.ExecContext(ctx, "DELETE FROM followers WHERE served = ? AND contact = ?", s.Served.String(), s.Contact.String())
	return err
}

// Has reports whether it is kept.
func (f Followers) Has(ctx context.Context, s subscription.Subscription) (has bool, err error) {
	const query = "SELECT EXISTS (SELECT 1 FROM followers WHERE served = ? AND contact = ?)"
	err = f.db.QueryRowContext(ctx, query, s.Served.String(), s.Contact.String()).Scan(&has)
	return has, err
}

// page is how many rows are read at once: whoever goes through them may take its time
// without keeping the database for itself.
const page = 256

// All yields the subscriptions to one address, or to all, in their order.
func (f Followers) All(ctx context.Context, served jid.JID) iter.Seq2[subscription.Subscription, error] {
	return func(yield func(subscription.Subscription, error) bool) {
		var last subscription.Subscription
		for {
			all, err := f.page(ctx, served.String(), last)
			if err != nil {
				yield(subscription.Subscription{}, err)
				return
			}
			for _, last = range all {
				if !yield(last, nil) {
					return
				}
			}
			if len(all) < page {
				return
			}
		}
	}
}

func (f Followers) page(ctx context.Context, served string, after subscription.Subscription) (all []subscription.Subscription, err error) {
	const query = "SELECT served, contact FROM followers WHERE (?1 = '' OR served = ?1) AND (served, contact) > (?2, ?3) ORDER BY served, contact LIMIT ?4"
	rows, err := f.db.QueryContext(ctx, query, served, after.Served.String(), after.Contact.String(), page)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		s, err := scanFollower(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

func scanFollower(rows *sql.Rows) (s subscription.Subscription, err error) {
	var served, contact string
	if err := rows.Scan(&served, &contact); err != nil {
		return s, err
	}
	if s.Served, err = received(served); err != nil {
		return s, err
	}
	s.Contact, err = received(contact)
	return s, err
}

// received reads an address as it was kept, which is as a server has had it.
func received(s string) (jid.JID, error) {
	a, err := jid.Received(s)
	return a.JID, err
}
