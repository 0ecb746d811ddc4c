package discover

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// A Target is where to connect to.
type Target struct {
	// Host is a name or an IP address. One that the DNS has given ends with a dot:
	// it is not to be looked for below other names.
	Host string
	Port uint16
	// DirectTLS: TLS is spoken from the first byte, with the domain of the account
	// as the name of the server and the protocol xmpp-client (ALPN).
	DirectTLS bool
}

// Addr returns host:port, for a dialer.
func (t Target) Addr() string { return net.JoinHostPort(t.Host, strconv.Itoa(int(t.Port))) }

// String returns host:port, for humans.
func (t Target) String() string {
	t.Host = strings.TrimSuffix(t.Host, ".")
	return t.Addr()
}

// Fixed returns the target that somebody has configured, as host or host:port;
// without a port it is Port, or PortTLS for directTLS. IPv6 addresses may come
// with or without brackets.
func Fixed(server string, directTLS bool) (Target, error) {
	t := Target{DirectTLS: directTLS, Port: Port}
	if directTLS {
		t.Port = PortTLS
	}
	host, port, err := net.SplitHostPort(server)
	if err != nil { // no port, then
		host = server
		if n := len(host); n > 2 && host[0] == '[' && host[n-1] == ']' {
			host = host[1 : n-1]
		}
	} else {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return Target{}, fmt.Errorf("discover: server %q: %q is no port from 1 to 65535", server, port)
		}
		t.Port = uint16(n)
	}
	if _, err := netip.ParseAddr(host); err != nil {
		if host, err = ASCII(host); err != nil || server[0] == '[' {
			return Target{}, fmt.Errorf("discover: server %q is neither host nor host:port", server)
		}
	}
	t.Host = host
	return t, nil
}

// lookup is how names are spelt in the DNS. It does not mind the underscores that
// networks of containers have in theirs.
var lookup = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.CheckHyphens(false), idna.StrictDomainName(false), idna.VerifyDNSLength(true))

// Name returns what certificates call a domain of addresses (RFC 7622 section 3.2): an IP
// address without brackets around it, or what ASCII returns.
func Name(domain string) (string, error) {
	if n := len(domain); n > 2 && domain[0] == '[' && domain[n-1] == ']' {
		if a, err := netip.ParseAddr(domain[1 : n-1]); err == nil && a.Is6() {
			return domain[1 : n-1], nil
		}
	}
	return ASCII(domain)
}

// ASCII returns how the DNS, and certificates, spell a domain that may be written
// in Unicode (RFC 5891). A dot at its end is gone.
func ASCII(domain string) (string, error) {
	name, err := lookup.ToASCII(strings.TrimSuffix(domain, "."))
	// Of ASCII everything passes there.
	if err != nil || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7F || strings.ContainsRune(`:[]/\@%"'<>`, r) }) {
		return "", fmt.Errorf("discover: %q is no name of a domain", domain)
	}
	return name, nil
}
