package devserver

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strings"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// Options say what a server is to serve. The zero value of each field stands for its
// default.
type Options struct {
	// Domain is that of the accounts; default "localhost". The certificate is for it.
	Domain string
	// Accounts are the local parts of users and their passwords. Default, unless there
	// is an AccountsFile: alice and bob, each with DefaultPassword.
	Accounts map[string]string
	// AccountsFile is a file with more accounts: in each line a local part, white
	// space, and the password, which is all the rest. Empty lines and those that
	// begin with # do not count. It is read by Start.
	AccountsFile string
	// Components are the domains of external components and their secrets. More can
	// be added later: see Server.AddComponent.
	Components map[string]string

	// ComponentAddr and ClientAddr are where to listen for components and for
	// clients: an IP address of this machine (127.0.0.0/8, ::1), or localhost, and a
	// port. Default "127.0.0.1:0", a port that is free. Start refuses all others.
	ComponentAddr, ClientAddr string

	// InMemory has the server listen nowhere: who connects does so by Server.DialClient.
	// It then works in a bubble of testing/synctest.
	InMemory bool
	// Remote, if it is set, gets what is for addresses that are none of this server's:
	// those of other domains, and of accounts of its own that do not exist. So a test can
	// be everybody else; what they say is for Server.Deliver. It is called with the server
	// locked, one stanza at a time, and may call none of its methods.
	Remote func(stanza.Stanza)

	// CAFile is a file that Start writes the authority to, in PEM, which vouches for
	// the server's certificate: for clients that are other programs. Close removes it.
	// Default: none. See also Server.CAs.
	CAFile string

	// AllowPlain lets clients log in without TLS. The password is not shown even then
	// (SCRAM).
	AllowPlain bool

	// ChannelBinding offers SCRAM bound to the TLS channel too (the mechanisms with PLUS).
	// Off, since clients in use know tls-unique alone, try it with TLS 1.3, which has
	// none, and then do not get in at all.
	ChannelBinding bool

	// MaxClientBytes and MaxComponentBytes bound a stanza from a client and from a
	// component; a larger one is answered with an error. Default 256 KiB and 512 KiB,
	// which are Prosody's; at least 10,000 (RFC 6120 section 13.12).
	MaxClientBytes, MaxComponentBytes int
	// QueueBytes bounds what waits to be written to one connection; what is beyond
	// is answered with resource-constraint, type wait. Default 8 MiB.
	QueueBytes int
	// Offline is how many messages are kept for an account of which nobody is there;
	// more are answered with service-unavailable. Default 100; negative: none.
	Offline int

	// Log is where the server logs; default slog.Default().
	Log *slog.Logger
}

// What Options leave out.
const (
	DefaultDomain   = "localhost"
	DefaultPassword = "secret" // of alice and bob
)

// What has no option, since nobody should come near it.
const (
	maxConns     = 512     // connections at once
	maxResources = 32      // of one account
	maxRoster    = 1000    // items of one account, with those that only asked
	maxDirected  = 1000    // addresses that a resource sends presence to beside its roster
	maxKept      = 8 << 10 // bytes of a request for subscription that is kept as it came
	leastBytes   = 10_000
)

// complete fills in the defaults.
func (o Options) complete() (Options, error) {
	o.Domain = cmp.Or(o.Domain, DefaultDomain)
	o.ComponentAddr = cmp.Or(o.ComponentAddr, "127.0.0.1:0")
	o.ClientAddr = cmp.Or(o.ClientAddr, "127.0.0.1:0")
	o.MaxClientBytes = cmp.Or(o.MaxClientBytes, 256<<10)
	o.MaxComponentBytes = cmp.Or(o.MaxComponentBytes, 512<<10)
	o.QueueBytes = cmp.Or(o.QueueBytes, 8<<20)
	o.Offline = max(cmp.Or(o.Offline, 100), 0)
	if o.Accounts == nil && o.AccountsFile == "" {
		o.Accounts = map[string]string{"alice": DefaultPassword, "bob": DefaultPassword}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	j, err := jid.Parse(o.Domain)
	if err != nil || j.String() != j.Domain() || strings.ContainsFunc(j.Domain(), func(r rune) bool { return r > '~' }) {
		return o, fmt.Errorf("devserver: Options.Domain %.80q is no domain in ASCII", o.Domain) // certificates have another spelling of others
	}
	o.Domain = j.Domain()
	for _, n := range []int{o.MaxClientBytes, o.MaxComponentBytes, o.QueueBytes} {
		if n < leastBytes {
			return o, fmt.Errorf("devserver: a limit of %d bytes in the Options is less than %d", n, leastBytes)
		}
	}
	return o, nil
}

// loopback returns an address to listen on with the host as a number, or says why
// nobody may listen there.
func loopback(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("devserver: listen: %w", err)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return "", fmt.Errorf("devserver: listen on %q: it is for this machine alone, so only for 127.0.0.1, ::1 and the like", addr)
	}
	return net.JoinHostPort(host, port), nil
}

// sorted returns the keys of a map in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
