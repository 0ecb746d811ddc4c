package sasl

import (
	"bytes"
	"context"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"sync"
	"sync/atomic"
	"testing"
)

// TestStretch compares with the standard library.
func TestStretch(t *testing.T) {
	for _, h := range []*mechanismHash{useSHA1, useSHA256} {
		for _, n := range []int{1, 2, 4096, 5000} {
			for _, password := range []string{"pencil", "", string(bytes.Repeat([]byte("long"), 100))} {
				got, err := stretch(t.Context(), factors{h, password, "salt", n})
				want, _ := pbkdf2.Key(h.new, password, []byte("salt"), n, h.new().Size())
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%d iterations over %q: %x, %v; want %x", n, password, got, err, want)
				}
			}
		}
	}
}

// A counting hash counts what is written to it, and may do something then.
type counting struct {
	hash.Hash
	writes *atomic.Int64
	at     func(n int64)
}

func (c counting) Write(b []byte) (int, error) {
	n := c.writes.Add(1)
	if c.at != nil {
		c.at(n)
	}
	return c.Hash.Write(b)
}

// perIteration is how often HMAC writes to such a hash, of which it can keep no
// state.
const perIteration = 4

func countingHash(at func(n int64)) (*mechanismHash, *atomic.Int64) {
	writes := new(atomic.Int64)
	return &mechanismHash{func() hash.Hash { return counting{sha256.New(), writes, at} }}, writes
}

// TestKeysAreKept: the second time costs nothing, unless something is different.
func TestKeysAreKept(t *testing.T) {
	h, writes := countingHash(nil)
	r := newKeyring()
	cost := func(f factors) int64 {
		before := writes.Load()
		if _, _, err := r.sign(t.Context(), f, "messages"); err != nil {
			t.Fatal(err)
		}
		return writes.Load() - before
	}
	f := factors{h, "pencil", "salt", 4096}
	if first, again := cost(f), cost(f); first < 4096 || again > 20 {
		t.Errorf("%d writes to the hash at first, %d again", first, again)
	}
	for name, other := range map[string]factors{
		"password": {h, "pencils", "salt", 4096}, "salt": {h, "pencil", "salts", 4096}, "iterations": {h, "pencil", "salt", 4097},
	} {
		if n := cost(other); n < 4096 {
			t.Errorf("another %s: %d writes to the hash", name, n)
		}
	}
	if n := cost(f); n > 20 {
		t.Errorf("the first was forgotten beside three others: %d writes to the hash", n)
	}
	if a, _, _ := r.sign(t.Context(), factors{useSHA1, "pencil", "salt", 4096}, "messages"); len(a) != sha1.Size {
		t.Errorf("a proof of %d bytes for SHA-1", len(a))
	}
}

// TestKeysAreBounded: a server that makes up salts fills nothing, and what is
// dropped is wiped.
func TestKeysAreBounded(t *testing.T) {
	r := newKeyring()
	var first keys
	for i := range 3 * maxKeys {
		if _, _, err := r.sign(t.Context(), factors{useSHA1, "pencil", fmt.Sprint(i), 4096}, ""); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = (*r.keys)[0]
		}
	}
	if len(*r.keys) != maxKeys || cap(*r.keys) > 2*maxKeys {
		t.Errorf("%d keys are kept, in %d places", len(*r.keys), cap(*r.keys))
	}
	for _, secret := range [][]byte{first.client, first.stored, first.server} {
		if len(secret) != sha1.Size || !bytes.Equal(secret, make([]byte, sha1.Size)) {
			t.Errorf("what was dropped is not wiped: %x", secret)
		}
	}
}

// TestKeysAreMadeOnce: of links that start together one does the work.
func TestKeysAreMadeOnce(t *testing.T) {
	h, writes := countingHash(nil)
	r := newKeyring()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, _, err := r.sign(t.Context(), factors{h, "pencil", "salt", 4096}, "messages"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := writes.Load(); n > 2*perIteration*4096 {
		t.Errorf("%d writes to the hash for keys of 4096 iterations", n)
	}
}

// TestKeysEndWithContext: neither work nor waiting goes on when the link has gone.
func TestKeysEndWithContext(t *testing.T) {
	reason := errors.New("the link has gone")
	ctx, cancel := context.WithCancelCause(t.Context())
	h, writes := countingHash(func(n int64) {
		if n == 6000 {
			cancel(reason)
		}
	})
	r := newKeyring()
	if _, _, err := r.sign(ctx, factors{h, "pencil", "salt", 10_000_000}, ""); err != reason {
		t.Errorf("%v", err)
	}
	if n := writes.Load(); n > 2*perIteration*4096 {
		t.Errorf("%d writes to the hash", n)
	}
	if len(*r.keys) != 0 {
		t.Error("unfinished keys are kept")
	}
	<-r.turn // as if another link were at work
	if _, _, err := r.sign(ctx, factors{useSHA1, "pencil", "salt", 4096}, ""); err != reason {
		t.Errorf("waiting: %v", err)
	}
	r.turn <- struct{}{}
	if _, _, err := r.sign(t.Context(), factors{useSHA1, "pencil", "salt", 4096}, ""); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// BenchmarkKeys is the price of the first authentication and of the next.
func BenchmarkKeys(b *testing.B) {
	for _, n := range []int{4096, 10_000, 100_000} {
		b.Run(fmt.Sprintf("first/%d", n), func(b *testing.B) {
			for b.Loop() {
				r := newKeyring()
				r.sign(b.Context(), factors{useSHA256, "pencil", "salt", n}, "messages")
			}
		})
	}
	b.Run("next", func(b *testing.B) {
		r := newKeyring()
		for b.Loop() {
			r.sign(b.Context(), factors{useSHA256, "pencil", "salt", 10_000}, "messages")
		}
	})
}
