package framework

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/emp-framework/emp/jid"
)

// defaultPort is where servers take components unless told otherwise.
const defaultPort = "5347"

// domain returns the prepared form of a JID that is a domain alone.
func domain(s string) (string, error) {
	j, err := jid.Parse(s)
	switch {
	case err != nil:
		return "", fmt.Errorf("%.80q is no domain: %w", s, err)
	case j.Local() != "":
		return "", fmt.Errorf("%.80q has a local part: a component is a whole domain, so write %q alone; to log in as a user set mode to client", s, j.Domain())
	case j.Resource() != "":
		return "", fmt.Errorf("%.80q has a resource: a component is a whole domain, so write %q alone", s, j.Domain())
	}
	return j.Domain(), nil
}

// address returns the prepared form of a JID.
func address(s string) (string, error) {
	j, err := jid.Parse(s)
	if err != nil {
		return "", fmt.Errorf("%.80q is no address: %w", s, err)
	}
	return j.String(), nil
}

// server returns s if hostPort takes it.
func server(s string) (string, error) {
	_, err := hostPort(s, defaultPort)
	return s, err
}

// hostPort returns s with the port if it has none, and with brackets around an
// IPv6 address.
func hostPort(s, port string) (string, error) {
	name := s
	if _, err := netip.ParseAddr(s); err != nil { // which may be IPv6, full of colons
		if strings.HasSuffix(s, "]") && strings.HasPrefix(s, "[") {
			name = s[1 : len(s)-1]
		} else if strings.Contains(s, ":") {
			if name, port, err = net.SplitHostPort(s); err != nil {
				return "", fmt.Errorf("%.80q is not host[:port]; an IPv6 address needs brackets before a port: [::1]:%s", s, defaultPort)
			}
		}
	}
	name, err := host(name)
	if err != nil {
		return "", err
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return "", fmt.Errorf("%.80q: the port is no number from 1 to 65535", s)
	}
	return net.JoinHostPort(name, strconv.FormatUint(n, 10)), nil
}

// host returns s if it can be a host's name or an IP address.
func host(s string) (string, error) {
	if s == "" {
		return "", errors.New("the host is empty")
	}
	if _, err := netip.ParseAddr(s); err == nil {
		return s, nil
	}
	const most = 253 // octets of a name in the DNS (RFC 1035 section 2.3.4)
	bad := strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
	})
	if bad >= 0 || len(s) > most || strings.HasPrefix(s, ".") || strings.Contains(s, "..") {
		return "", fmt.Errorf("%.80q is neither a host name nor an IP address; write an international name with its A-labels (xn--)", s)
	}
	return s, nil
}

// isLoopback reports whether a server, as hostPort returns it, is on this
// machine. RFC 6761 section 6.3 keeps the names.
func isLoopback(server string) bool {
	name, _, err := net.SplitHostPort(server)
	if err != nil {
		return false
	}
	if a, err := netip.ParseAddr(name); err == nil {
		return a.Unmap().IsLoopback()
	}
	name = strings.TrimSuffix(strings.ToLower(name), ".")
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}
