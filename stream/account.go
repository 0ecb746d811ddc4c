package stream

import (
	"errors"
	"fmt"

	"github.com/emp-framework/emp/internal/sasl"
	"github.com/emp-framework/emp/jid"
)

// Credentials are what a client authenticates with (RFC 6120 section 6).
// Printed, they do not show the password.
type Credentials struct {
	// Password returns the password, for SCRAM and perhaps PLAIN. It is called
	// when it is needed; nil: there is none.
	Password func() string
	// External says that the certificate in Options.TLS is to authenticate us
	// (SASL EXTERNAL); before anything else, where the server offers that.
	External bool
	// Anonymous logs in without an account (SASL ANONYMOUS). The server then
	// chooses the whole address.
	Anonymous bool
	// AllowPlain allows PLAIN, which shows the server the password: over TLS with
	// a server that proved its name, and never again once SCRAM or EXTERNAL
	// worked.
	AllowPlain bool
	// AllowInsecure allows SCRAM and ANONYMOUS where the link is not encrypted
	// (EncryptNone) or the server's certificate was not checked: whoever listens can
	// then try passwords at leisure. PLAIN stays out.
	AllowInsecure bool
}

// An Account is who logs in. Make it once and give it to all links of the
// account, also those that come after a reconnect: it remembers that a better
// mechanism than PLAIN worked, and what costs time to compute from the password.
// Any number of links may use one.
type Account struct {
	jid       jid.JID // bare
	anonymous bool
	sasl      *sasl.Account
}

// NewAccount makes the account of a bare JID, of a domain alone if the
// credentials are anonymous. The error says what is wrong with them.
func NewAccount(account jid.JID, c Credentials) (*Account, error) {
	switch {
	case account.IsZero():
		return nil, errors.New("stream: the account has no JID")
	case account.Resource() != "":
		return nil, fmt.Errorf("stream: the account %s has a resource, which is for Options.Resource", account)
	case (account.Local() == "") != c.Anonymous:
		return nil, fmt.Errorf("stream: the account %s has to have a local part, unless it is anonymous", account)
	}
	s, err := sasl.NewAccount(sasl.Credentials{
		Username: account.Local(), Password: c.Password,
		External: c.External, Anonymous: c.Anonymous, AllowPlain: c.AllowPlain, AllowInsecure: c.AllowInsecure,
	})
	if err != nil {
		return nil, fmt.Errorf("stream: account %s: %w", account, err)
	}
	return &Account{account, c.Anonymous, s}, nil
}

// JID returns the bare JID of the account, of an anonymous one its domain.
func (a *Account) JID() jid.JID { return a.jid }
