package sasl

import (
	"context"
	"crypto/hmac"
	"crypto/subtle"
	"encoding/binary"
	"hash"
	"slices"
)

// maxKeys bounds a keyring. Two keys are in use if links of one account
// authenticate by both hashes; a server that stores passwords makes up a new salt
// each time, and none of those is of use again.
const maxKeys = 4

// A keyring makes keys and keeps them, so that a reconnect costs nothing. They
// do not leave it. One is made at a time: of the links of an account that start
// together the first makes the keys, and the others find them.
type keyring struct {
	turn chan struct{} // holds a token while nobody uses the keys
	keys *[]keys       // the last used at the end
}

// keys are what SCRAM makes of a password (RFC 5802 section 3).
type keys struct {
	factors
	client, stored, server []byte
}

// factors are what keys depend on: the password too, since it may change.
type factors struct {
	hash       *mechanismHash
	password   string
	salt       string
	iterations int
}

func newKeyring() keyring {
	r := keyring{make(chan struct{}, 1), new([]keys)}
	r.turn <- struct{}{}
	return r
}

// sign returns the proof that we know the password, and the server's signature,
// for the messages of a conversation. ctx bounds the making of keys.
func (r keyring) sign(ctx context.Context, f factors, messages string) (proof, signature []byte, err error) {
	select {
	case <-r.turn:
		defer func() { r.turn <- struct{}{} }()
	case <-ctx.Done():
		return nil, nil, context.Cause(ctx)
	}
	i := slices.IndexFunc(*r.keys, func(k keys) bool { return k.factors == f })
	if i < 0 {
		k, err := derive(ctx, f)
		if err != nil {
			return nil, nil, err
		}
		if len(*r.keys) == maxKeys {
			r.drop(0)
		}
		*r.keys = append(*r.keys, k)
	} else {
		k := (*r.keys)[i]
		*r.keys = append(slices.Delete(*r.keys, i, i+1), k)
	}
	k := (*r.keys)[len(*r.keys)-1]
	proof = f.hash.mac(k.stored, messages)
	subtle.XORBytes(proof, proof, k.client)
	return proof, f.hash.mac(k.server, messages), nil
}

// drop wipes and removes the keys at i.
func (r keyring) drop(i int) {
	k := (*r.keys)[i]
	clear(k.client)
	clear(k.stored)
	clear(k.server)
	*r.keys = slices.Delete(*r.keys, i, i+1)
}

// A mechanismHash is the hash of a mechanism.
type mechanismHash struct{ new func() hash.Hash }

func (h *mechanismHash) mac(key []byte, text string) []byte {
	m := hmac.New(h.new, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}

func (h *mechanismHash) sum(b []byte) []byte {
	w := h.new()
	w.Write(b)
	return w.Sum(nil)
}

// derive makes keys.
func derive(ctx context.Context, f factors) (keys, error) {
	salted, err := stretch(ctx, f)
	if err != nil {
		return keys{}, err
	}
	k := keys{factors: f, client: f.hash.mac(salted, "Client Key"), server: f.hash.mac(salted, "Server Key")}
	k.stored = f.hash.sum(k.client)
	clear(salted)
	return k, nil
}

// stretch is the function Hi of RFC 5802 section 2.2, PBKDF2 for a single block.
// That of the standard library cannot be stopped, and a server may ask for
// seconds of it.
func stretch(ctx context.Context, f factors) ([]byte, error) {
	m := hmac.New(f.hash.new, []byte(f.password))
	m.Write([]byte(f.salt))
	m.Write(binary.BigEndian.AppendUint32(nil, 1))
	u := m.Sum(nil)
	sum := slices.Clone(u)
	for i := 1; i < f.iterations; i++ {
		if i%(1<<12) == 0 && ctx.Err() != nil {
			clear(sum)
			return nil, context.Cause(ctx)
		}
		m.Reset()
		m.Write(u)
		u = m.Sum(u[:0])
		subtle.XORBytes(sum, sum, u)
	}
	clear(u)
	return sum, nil
}
