package component

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/emp-framework/emp/stanza"
)

// A Source is what makes two runs of one action differ: the time, and randomness. In
// production there is none but the clock and the system's random numbers; what
// records and replays an application puts one into the context of each action.
type Source interface {
	Now() time.Time
	rand.Source
}

type sourceKey struct{}

// WithSource returns a context in which Now, NewID and Rand are those of a source,
// which any number of goroutines may use.
func WithSource(ctx context.Context, s Source) context.Context {
	return context.WithValue(ctx, sourceKey{}, s)
}

func sourceOf(ctx context.Context) Source {
	s, _ := ctx.Value(sourceKey{}).(Source)
	return s
}

// Now returns the time, in UTC: that of the clock, or in a replay what it was when the
// action was recorded. An action that puts the time into what it sends takes it from
// here, so that a replay can be compared with its recording (docs/replay.md).
func Now(ctx context.Context) time.Time {
	if s := sourceOf(ctx); s != nil {
		return s.Now()
	}
	return time.Now().UTC()
}

// NewID returns a fresh id as [stanza.NewID] does; in a replay the one that was
// recorded.
func NewID(ctx context.Context) string {
	s := sourceOf(ctx)
	if s == nil {
		return stanza.NewID()
	}
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], s.Uint64())
	binary.LittleEndian.PutUint64(b[8:], s.Uint64())
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Rand returns a generator of random numbers, for one goroutine; in a replay one of
// the same numbers as were recorded. They are nothing to make secrets of.
func Rand(ctx context.Context) *rand.Rand {
	s := sourceOf(ctx)
	if s == nil {
		return rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	return rand.New(rand.NewPCG(s.Uint64(), s.Uint64()))
}
