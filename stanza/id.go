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
		bits, id := random[i*idBytes:][:idBytes], ids[i*idLength:][:idLength]
		lo, hi := binary.LittleEndian.Uint64(bits), binary.LittleEndian.Uint64(bits[8:])
		binary.LittleEndian.PutUint64(id, spell(lo))
		binary.LittleEndian.PutUint64(id[8:], spell(hi))
		binary.LittleEndian.PutUint64(id[14:], spell(lo>>48|hi>>48<<16)<<16|uint64(id[15])<<8|uint64(id[14]))
	}
	b.ids = string(ids[:])
}

// spell returns eight letters for the low 48 bits of x, in the bytes of a word: to look them
// up one by one takes two thirds more.
func spell(x uint64) uint64 {
	x = x&0x000000FFFFFF | x&0xFFFFFF000000<<8 // one half of the bits in each half of the word,
	x = x&0x00000FFF00000FFF | x&0x00FFF00000FFF000<<4
	x = x&0x003F003F003F003F | x&0x0FC00FC00FC00FC0<<2 // and six of them in each byte
	const each = 0x0101010101010101
	from := func(n uint64) uint64 { return (x + each*(0x80-n)) >> 7 & each } // 1 in each byte that is n or more
	return x + each*'A' + from(26)*('a'-26-'A') - from(52)*('a'-26-'0'+52) - from(62)*('0'-52-'-'+62) + from(63)*('_'-63-'-'+62)
}
