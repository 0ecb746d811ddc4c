package main

import (
	"math/bits"
	"time"
)

// A histogram counts durations to within 1.6 %, whatever their size.
type histogram struct {
	buckets [64 * 64]int
	count   int
	max     time.Duration
}

func (h *histogram) add(d time.Duration) {
	h.buckets[bucket(uint64(max(d, 0)))]++
	h.count++
	h.max = max(h.max, d)
}

func (h *histogram) merge(o *histogram) {
	for i, n := range o.buckets {
		h.buckets[i] += n
	}
	h.count += o.count
	h.max = max(h.max, o.max)
}

// bucket is n itself below 64, else its highest bit and the six behind it.
func bucket(n uint64) int {
	if n < 64 {
		return int(n)
	}
	exp := bits.Len64(n) - 7
	return exp<<6 + int(n>>exp)
}

// at returns the duration below which a share q of all are.
func (h *histogram) at(q float64) time.Duration {
	left := int(q * float64(h.count))
	for i, n := range h.buckets {
		if left -= n; left < 0 {
			if i < 128 {
				return time.Duration(i)
			}
			exp := i>>6 - 1
			return time.Duration((i - exp<<6)) << exp
		}
	}
	return h.max
}
