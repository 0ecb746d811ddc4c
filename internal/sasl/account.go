package sasl

import (
	"fmt"
	"io"
	"strings"
	"sync/atomic"
)

// An Account authenticates with its credentials, again on each reconnect. It
// keeps what it learned about the server: that something better than PLAIN works,
// and the keys made of the password, which are slow to make. Several links may
// share it. It is printed without its secrets.
type Account struct {
	c      Credentials
	pinned atomic.Bool
	keys   keyring
	nonce  func() string
}

// NewAccount makes an Account. The error says what is wrong with c.
func NewAccount(c Credentials) (*Account, error) {
	c, err := c.check()
	if err != nil {
		return nil, err
	}
	return &Account{c: c, keys: newKeyring(), nonce: newNonce}, nil
}

// Pinned reports whether SCRAM or EXTERNAL has worked, so that PLAIN is out of
// the question (XEP-0474, business rules). It ends with the program: against PLAIN
// at the next start, leave Credentials.AllowPlain false.
func (a *Account) Pinned() bool { return a.pinned.Load() }

// Format writes whose account it is, whatever the verb. It implements
// fmt.Formatter.
func (a *Account) Format(f fmt.State, _ rune) {
	io.WriteString(f, strings.TrimSpace("account "+printable(a.c.Username)))
}
