package models

import (
	"context"
	"database/sql"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/jid"
)

// Post stores tweets of who has that address, all or none, and returns them.
func (s *Store) Post(ctx context.Context, by jid.JID, texts []string) (tweets []Tweet, err error) {
	if len(texts) > MaxTweets {
		return nil, ErrMany
	}
	err = s.transact(ctx, func(tx *sql.Tx) error {
		author, err := nameOf(ctx, tx, by)
		if err != nil {
			return err
		}
		now := component.Now(ctx).Truncate(time.Millisecond)
		for _, text := range texts {
			if err := CheckText(text); err != nil {
				return err
			}
			t := Tweet{Author: author, Text: text, Posted: now, Changed: now}
			const insert = "INSERT INTO tweets (author, text, posted, changed) VALUES (?, ?, ?, ?) RETURNING id"
			if err := tx.QueryRowContext(ctx, insert, author, text, now.UnixMilli(), now.UnixMilli()).Scan(&t.ID); err != nil {
				return err
			}
			tweets = append(tweets, t)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return tweets, nil
}

const selectTweet = "SELECT id, author, text, posted, changed FROM tweets "

// Tweet returns the tweet of that id.
func (s *Store) Tweet(ctx context.Context, id int64) (Tweet, error) {
	t, err := scanTweet(s.db.QueryRowContext(ctx, selectTweet+"WHERE id = ?", id))
	return t, one(err, ErrNoTweet)
}

// Latest returns the latest tweets, the last one first, of one author or, if that is
// "", of all.
func (s *Store) Latest(ctx context.Context, author string, n int) ([]Tweet, error) {
	rows, err := s.db.QueryContext(ctx, selectTweet+"WHERE ?1 = '' OR author = ?1 ORDER BY id DESC LIMIT ?2", author, n)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var tweets []Tweet
	for rows.Next() {
		t, err := scanTweet(rows)
		if err != nil {
			return nil, err
		}
		tweets = append(tweets, t)
	}
	return tweets, rows.Err()
}

// Edit gives a tweet another text, for who has written it.
func (s *Store) Edit(ctx context.Context, by jid.JID, id int64, text string) (t Tweet, err error) {
	if err := CheckText(text); err != nil {
		return t, err
	}
	err = s.transact(ctx, func(tx *sql.Tx) error {
		if err := mine(ctx, tx, by, id); err != nil {
			return err
		}
		const update = "UPDATE tweets SET text = ?, changed = ? WHERE id = ? RETURNING id, author, text, posted, changed"
		t, err = scanTweet(tx.QueryRowContext(ctx, update, text, component.Now(ctx).UnixMilli(), id))
		return err
	})
	return t, err
}

// Retract deletes a tweet, for who has written it.
func (s *Store) Retract(ctx context.Context, by jid.JID, id int64) error {
	return s.transact(ctx, func(tx *sql.Tx) error {
		if err := mine(ctx, tx, by, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM tweets WHERE id = ?", id)
		return err
	})
}

// mine says why somebody may not change a tweet.
func mine(ctx context.Context, tx *sql.Tx, by jid.JID, id int64) error {
	name, err := nameOf(ctx, tx, by)
	if err != nil {
		return err
	}
	var author string
	if err := tx.QueryRowContext(ctx, "SELECT author FROM tweets WHERE id = ?", id).Scan(&author); err != nil {
		return one(err, ErrNoTweet)
	}
	if author != name {
		return ErrNotYours
	}
	return nil
}

func scanTweet(row interface{ Scan(...any) error }) (t Tweet, err error) {
	var posted, changed int64
	err = row.Scan(&t.ID, &t.Author, &t.Text, &posted, &changed)
	t.Posted, t.Changed = time.UnixMilli(posted).UTC(), time.UnixMilli(changed).UTC()
	return t, err
}
