package sasl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// An Exchange is the conversation of one authentication: Start, Next for each
// challenge, and Done or Refused at its end. It is used once, by one goroutine at
// a time. After an error only Refused means something: the link gives up, with
// <abort/> (RFC 6120 section 6.4.4) or by closing the connection; the latter only
// if Done has failed, for the server takes us for authenticated.
type Exchange struct {
	account   *Account
	mechanism *mechanism
	plan      plan
	offer     Offer
	state     state
	scram     scram
}

// A state is what an Exchange has to do next.
type state int

const (
	begin  state = iota // Start
	prove               // SCRAM: the server's first message, and then our proof
	verify              // SCRAM: the server's signature
	finish              // nothing more but Done
	over                // nothing at all
)

// Mechanism returns the name of the mechanism, as <auth/> has it.
func (x *Exchange) Mechanism() string { return x.mechanism.name }

// Format writes the mechanism's name, whatever the verb. It implements
// fmt.Formatter.
func (x *Exchange) Format(f fmt.State, _ rune) {
	io.WriteString(f, "exchange by "+x.mechanism.name)
}

// Start returns the text of <auth/>. It fails if name or password are nothing
// that the mechanism can send.
func (x *Exchange) Start() (string, error) {
	if x.state != begin {
		return "", x.end(ErrOrder)
	}
	c := &x.account.c
	x.state = finish
	switch {
	case x.mechanism.hash != nil:
		first, err := x.scram.first(c, x.plan, x.mechanism.plus, x.account.nonce())
		if err != nil {
			return "", x.end(err)
		}
		x.state = prove
		return encode([]byte(first)), nil
	case x.mechanism.name == plain: // RFC 4616 leaves it to the server to prepare both
		password := c.Password()
		if password == "" || !utf8.ValidString(password) || strings.Contains(password, "\x00") {
			return "", x.end(errors.New("sasl: the password is empty, or not UTF-8 without NUL, which PLAIN cannot send"))
		}
		return encode([]byte(c.AuthzID + "\x00" + c.Username + "\x00" + password)), nil
	case x.mechanism.name == external && c.AuthzID != "":
		return encode([]byte(c.AuthzID)), nil
	}
	return "=", nil // an empty element would say that there is no initial response
}

// Next takes the text of a <challenge/> and returns that of the <response/>. It
// may compute for seconds, as long as ctx allows.
func (x *Exchange) Next(ctx context.Context, challenge string) (string, error) {
	message, err := decode(challenge)
	if err != nil {
		return "", x.end(err)
	}
	switch x.state {
	case prove:
		final, err := x.prove(ctx, string(message))
		if err != nil {
			return "", x.end(err)
		}
		x.state = verify
		return encode([]byte(final)), nil
	case verify: // the server may say this here, and <success/> by itself
		if err := x.verify(string(message)); err != nil {
			return "", x.end(err)
		}
		x.state = finish
		return "", nil
	case finish:
		return "", x.end(fmt.Errorf("%w: one more than %s has", ErrChallenge, x.mechanism.name))
	}
	return "", x.end(ErrOrder)
}

// Done takes the text of <success/>. Without an error we are authenticated, and
// with SCRAM so is the server.
func (x *Exchange) Done(success string) error {
	message, err := decode(success)
	if err != nil {
		return x.end(err)
	}
	switch x.state {
	case prove:
		return x.end(fmt.Errorf("%w: success without having seen that we know the password", ErrServer))
	case verify:
		if len(message) == 0 {
			return x.end(fmt.Errorf("%w: success without its signature", ErrServer))
		}
		if err := x.verify(string(message)); err != nil {
			return x.end(err)
		}
	case finish:
		if len(message) > 0 {
			return x.end(fmt.Errorf("%w: data with success that %s does not have", ErrChallenge, x.mechanism.name))
		}
	default:
		return x.end(ErrOrder)
	}
	x.state = over
	if x.mechanism.hash != nil || x.mechanism.name == external {
		x.account.pinned.Store(true)
	}
	return nil
}

// end makes err the end of the exchange.
func (x *Exchange) end(err error) error {
	x.state = over
	return err
}
