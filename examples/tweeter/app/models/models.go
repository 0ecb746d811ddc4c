// Package models holds what tweeter is about: tweeters, who are people with an address
// and a name here, their tweets, and who follows whom; and what these look like as XML.
//
// In:  values and questions of the components. Out: rows of an SQLite database, through
// database/sql; elements for stanzas; errors that are replies.
package models

import (
	"unicode/utf8"

	"github.com/emp-framework/emp/stanza"
)

// NS is the namespace of tweeter's own payloads.
const NS = "urn:example:tweeter"

// MaxText is how many characters a tweet may have, MaxTweets how many tweets may be
// posted at once, MaxName how many bytes a name may have, MaxCard each text of a card.
const (
	MaxText   = 160
	MaxTweets = 100
	MaxName   = 32
	MaxCard   = 500
)

// What a sender gets for what cannot be done.
var (
	ErrUnknown  = stanza.ItemNotFound.With("you have not joined: join first")
	ErrNobody   = stanza.ItemNotFound.With("nobody of that name has joined")
	ErrNoTweet  = stanza.ItemNotFound.With("there is no such tweet")
	ErrNotYours = stanza.Forbidden.With("that is somebody else's")
	ErrTaken    = stanza.Conflict.With("the name is taken, or you have one already")
	ErrName     = stanza.NotAcceptable.With("a name has up to %d small letters, digits, - and _", MaxName)
	ErrLong     = stanza.NotAcceptable.With("a tweet has at most %d characters", MaxText)
	ErrEmpty    = stanza.BadRequest.With("a tweet says something")
	ErrMany     = stanza.NotAcceptable.With("at most %d tweets at once", MaxTweets)
	ErrCard     = stanza.NotAcceptable.With("a card's texts have at most %d bytes each", MaxCard)
)

// CheckText says what is wrong with the text of a tweet.
func CheckText(text string) error {
	switch {
	case text == "":
		return ErrEmpty
	case utf8.RuneCountInString(text) > MaxText:
		return ErrLong
	}
	return nil
}

// CheckName says what is wrong with a name: it is to be the local part of an address.
func CheckName(name string) error {
	if name == "" || len(name) > MaxName {
		return ErrName
	}
	for i := range len(name) {
		c := name[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return ErrName
		}
	}
	return nil
}
