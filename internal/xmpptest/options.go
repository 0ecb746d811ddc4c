//go:build linux

package xmpptest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What the zero Options give, and what all servers have.
const (
	Domain    = "localhost"         // of the accounts
	Password  = "pw"                // of every account
	Component = "hackity.localhost" // the external component
	Secret    = "hack"              // its secret
)

// Options say what a server is to serve. The zero value of each field stands
// for its default.
type Options struct {
	Components []string // domains of external components (XEP-0114); default Component
	Secret     string   // the secret of each; default Secret
	Accounts   []string // users on Domain, small letters and digits, each with Password; default alice and bob

	// ComponentBytes and ClientBytes bound a stanza from a component and from a
	// client; default 512 KiB and 256 KiB, which are Prosody's own.
	ComponentBytes int
	ClientBytes    int

	// TLS has the component port talk TLS from the first byte. The certificate
	// is made for the test: see Server.CAs. Only ejabberd can do that.
	TLS bool

	// ClientTLS has clients encrypted: Server.ClientAddr offers STARTTLS, and at
	// Server.DirectAddr TLS begins with the first byte (XEP-0368). The certificate
	// is made for the test: see Server.CAs. Without, clients speak in the clear.
	ClientTLS bool

	// KickOld has a second connection for a component end the first; otherwise
	// the second is refused with a conflict. Only Prosody knows the difference:
	// ejabberd keeps both and spreads stanzas over them.
	KickOld bool

	// Modules are loaded beside those that are always there. Prosody: names, as
	// in "delegation". ejabberd: an entry of modules, as in
	// "mod_delegation: {namespaces: {}}".
	Modules []string

	// Config are further lines for the server's configuration, and
	// ComponentConfig for each component's section of it (Prosody) or for the
	// listener of all components (ejabberd, indented by the package). ClientConfig is
	// for the listener of clients (ejabberd alone).
	Config          []string
	ComponentConfig []string
	ClientConfig    []string

	Debug bool // the server's log holds all it has to tell, each stanza too
}

var (
	accountName   = regexp.MustCompile(`^[a-z0-9]+$`)
	componentName = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*$`)
)

// withDefaults returns o filled in. It refuses what would have to be escaped
// differently in Lua, YAML, an Erlang term and a file name.
func (o Options) withDefaults(t testing.TB) Options {
	t.Helper()
	if o.Components == nil {
		o.Components = []string{Component}
	}
	if o.Secret == "" {
		o.Secret = Secret
	}
	if o.Accounts == nil {
		o.Accounts = []string{"alice", "bob"}
	}
	if o.ComponentBytes == 0 {
		o.ComponentBytes = 512 << 10
	}
	if o.ClientBytes == 0 {
		o.ClientBytes = 256 << 10
	}
	if i := slices.IndexFunc(o.Accounts, func(s string) bool { return !accountName.MatchString(s) }); i >= 0 {
		t.Fatalf("xmpptest: account %q: only a-z and 0-9 are allowed", o.Accounts[i])
	}
	if i := slices.IndexFunc(o.Components, func(s string) bool { return !componentName.MatchString(s) }); i >= 0 {
		t.Fatalf("xmpptest: component %q: not a domain in small letters", o.Components[i])
	}
	if strings.ContainsFunc(o.Secret, func(r rune) bool { return !strconv.IsPrint(r) }) {
		t.Fatalf("xmpptest: secret %q: only printable characters are allowed", o.Secret)
	}
	return o
}
