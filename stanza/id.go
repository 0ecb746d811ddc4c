package stanza

import (
	"crypto/rand"
	"encoding/base64"
	"sync"
)

// idBytes is the size of an id: 128 random bits, so that nobody guesses the id
// of a request to answer it in another's name.
const idBytes = 16

// A batch holds random bytes for many ids: the system's generator costs about
// the same for one id as for several.
type batch struct {
	random [32 * idBytes]byte
	used   int
}

var batches = sync.Pool{New: func() any { return &batch{used: len(batch{}.random)} }}

// NewID returns a fresh id of 128 random bits from crypto/rand, as 22 letters,
// digits, hyphens and underscores (base64url, RFC 4648 section 5).
func NewID() string {
	b := batches.Get().(*batch)
	if b.used == len(b.random) {
		rand.Read(b.random[:]) // never fails: it ends the program instead
		b.used = 0
	}
	var id [22]byte
	base64.RawURLEncoding.Encode(id[:], b.random[b.used:b.used+idBytes])
	clear(b.random[b.used : b.used+idBytes])
	b.used += idBytes
	batches.Put(b)
	return string(id[:])
}
