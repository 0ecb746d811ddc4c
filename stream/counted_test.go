package stream

import (
	"context"

	"github.com/emp-framework/emp/stanza"
)

// sendCounted is Send, and returns the number of the last in the session.
func sendCounted(ctx context.Context, link *Client, outs ...stanza.Out) (last uint64, err error) {
	n := new(numbered)
	err = link.SendKept(ctx, n, outs...)
	return uint64(*n), err
}

// A numbered is a Keeper that keeps only the last number.
type numbered uint64

func (*numbered) Identifies(*stanza.Out) bool { return false }

func (n *numbered) Keep(_ []stanza.Out, _ []byte, _ int, _ []int, last uint64) error {
	*n = numbered(last)
	return nil
}
