package stanza

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
)

// idBytes is the size of an id: 128 random bits, so that nobody guesses the id
// of a request to answer it in another's name.
const idBytes = 16

// idLength is the length of an id as it is written.
const idLength = 22

// A batch is ids that nobody has yet: the system's generator, and memory, cost
// about the same for one id as for several. They share their memory, so who keeps one
// keeps all of them, which is not much.
type batch struct{ ids string }

const batchIDs = 16

var batches = sync.Pool{New: func() any { return new(batch) }}

// letters are those of ids, six bits each: they need no escaping in XML, URLs or names
// of files.
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// NewID returns a fresh id of 128 random bits from crypto/rand, as 22 letters,
// digits, hyphens and underscores.
func NewID() string {
	b := batches.Get().(*batch)
	if b.ids == "" {
		b.fill()
	}
	id := b.ids[:idLength]
	b.ids = b.ids[idLength:]
	batches.Put(b)
	return id
}

func (b *batch) fill() {
	var random [batchIDs * idBytes]byte
	var ids [batchIDs * idLength]byte
	rand.Read(random[:]) // never fails: it ends the program instead
	for i := range batchIDs {
		for half := range 2 { // package base64 takes three times as long
			bits := binary.LittleEndian.Uint64(random[i*idBytes+half*8:])
			at := ids[i*idLength+half*idLength/2:][:idLength/2]
			for j := range at {
				at[j] = letters[bits&63]
				bits >>= 6
			}
		}
	}
	b.ids = string(ids[:])
}
