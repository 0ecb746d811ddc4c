package models

import (
	"context"
	"database/sql"

	"github.com/emp-framework/emp/feature/subscription"
	"github.com/emp-framework/emp/jid"
)

// Join makes the one with that address a tweeter.
func (s *Store) Join(ctx context.Context, address jid.JID, t Tweeter) error {
	if err := CheckName(t.Name); err != nil {
		return err
	}
	return s.transact(ctx, func(tx *sql.Tx) error {
		const insert = "INSERT INTO tweeters (name, address, fn, url, about) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
		return changed(ErrTaken)(tx.ExecContext(ctx, insert, t.Name, address.Bare().String(), t.Card.FullName, t.Card.URL, t.Card.About))
	})
}

// Leave takes the tweeter with that address out, with all that he has said, and returns
// who followed him at his address of that domain: they do no longer, or whoever comes
// next under his name would have them.
func (s *Store) Leave(ctx context.Context, address jid.JID, domain string) (followed []subscription.Subscription, err error) {
	err = s.transact(ctx, func(tx *sql.Tx) error {
		name, err := nameOf(ctx, tx, address)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM tweeters WHERE name = ?", name); err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, "DELETE FROM followers WHERE served = ? RETURNING served, contact", name+"@"+domain)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			f, err := scanFollower(rows)
			if err != nil {
				return err
			}
			followed = append(followed, f)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err
	}
	return followed, nil
}

// Describe gives the tweeter with that address another card.
func (s *Store) Describe(ctx context.Context, address jid.JID, c Card) error {
	return changed(ErrUnknown)(s.db.ExecContext(ctx, "UPDATE tweeters SET fn = ?, url = ?, about = ? WHERE address = ?", c.FullName, c.URL, c.About, address.Bare().String()))
}

// changed is the error of a statement, and otherwise if it has changed nothing.
func changed(otherwise error) func(sql.Result, error) error {
	return func(r sql.Result, err error) error {
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return otherwise
	}
}

// Name returns the name of who has that address.
func (s *Store) Name(ctx context.Context, address jid.JID) (string, error) {
	return nameOf(ctx, s.db, address)
}

// nameOf is Name, also inside a transaction.
func nameOf(ctx context.Context, q interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}, address jid.JID) (name string, err error) {
	err = q.QueryRowContext(ctx, "SELECT name FROM tweeters WHERE address = ?", address.Bare().String()).Scan(&name)
	return name, one(err, ErrUnknown)
}

const selectTweeter = "SELECT name, fn, url, about FROM tweeters "

// Tweeter returns the one of that name.
func (s *Store) Tweeter(ctx context.Context, name string) (t Tweeter, err error) {
	err = s.db.QueryRowContext(ctx, selectTweeter+"WHERE name = ?", name).Scan(&t.Name, &t.Card.FullName, &t.Card.URL, &t.Card.About)
	return t, one(err, ErrNobody)
}

// Tweeters returns the first n of all by their names.
func (s *Store) Tweeters(ctx context.Context, n int) (all []Tweeter, err error) {
	rows, err := s.db.QueryContext(ctx, selectTweeter+"ORDER BY name LIMIT ?", n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t Tweeter
		if err := rows.Scan(&t.Name, &t.Card.FullName, &t.Card.URL, &t.Card.About); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}
