// Package discover finds the server of a domain: where its clients connect to
// (RFC 6120 section 3.2, XEP-0368).
//
// In:  the domain of an account, and a [Resolver] for the DNS; or what somebody
// has configured instead.
// Out: a list of [Target], bounded, in the order to try. What one connects to
// proves by its certificate that it is the server of the domain, whatever its own
// name is: nothing that comes out of the DNS is to be trusted (RFC 6120 section
// 13.7.2.1).
//
// SRV records for STARTTLS (_xmpp-client._tcp) and for TLS from the first byte
// (_xmpps-client._tcp) are one list: the lower priority first, and among the same
// by lot, in which the weights count (RFC 2782). Only a domain that has none is its
// own target. Look-ups that fail are errors and not the same as none, lest
// somebody who disturbs the DNS chooses where we connect.
package discover

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"strings"
	"sync"
)

// Ports are the usual ones for clients: Port of STARTTLS, as registered, and
// PortTLS of TLS from the first byte, which nobody has registered.
const (
	Port    = 5222
	PortTLS = 5223
)

// ErrNotOffered: the domain says that clients cannot connect to it, by the
// target "." in place of a server (RFC 6120 section 3.2.1). It stays so until
// somebody changes the DNS.
var ErrNotOffered = errors.New("discover: no service for clients")

// A Resolver looks up SRV records. A [net.Resolver] is one. That there are none it
// says by a [net.DNSError] with IsNotFound, or by an empty list.
type Resolver interface {
	LookupSRV(ctx context.Context, service, proto, name string) (cname string, records []*net.SRV, err error)
}

// Options change how [Client] looks. The zero value of each field stands for its
// default.
type Options struct {
	Resolver Resolver   // default net.DefaultResolver
	Rand     *rand.Rand // draws the lots; for tests, and not shared; default: at random
	Max      int        // targets returned at most; default 16

	NoDirectTLS bool // leave out targets for TLS from the first byte
	NoSTARTTLS  bool // leave out all others
}

const defaultMax = 16

// Client returns where clients of domain connect, at least one target and in the
// order to try. The domain may be written in Unicode. One of IP addresses and one
// below localhost has no records; it is its own target.
//
// The error is ErrNotOffered, or about the domain's name, or what went wrong in
// the DNS, which may pass.
func Client(ctx context.Context, domain string, o Options) ([]Target, error) {
	if o.Resolver == nil {
		o.Resolver = net.DefaultResolver
	}
	if o.Max <= 0 {
		o.Max = defaultMax
	}
	if o.NoDirectTLS && o.NoSTARTTLS {
		return nil, errors.New("discover: neither direct TLS nor STARTTLS is wanted")
	}
	own := Target{Host: strings.Trim(domain, "[]"), Port: Port}
	if o.NoSTARTTLS {
		own.Port, own.DirectTLS = PortTLS, true
	}
	if _, err := netip.ParseAddr(own.Host); err == nil {
		return []Target{own}, nil
	}
	name, err := ASCII(domain)
	if err != nil {
		return nil, err
	}
	own.Host = name
	if name == "localhost" || strings.HasSuffix(name, ".localhost") { // RFC 6761 section 6.3: not in the DNS
		return []Target{own}, nil
	}

	var answers [2]answer
	var wg sync.WaitGroup
	if !o.NoSTARTTLS {
		wg.Go(func() { answers[0] = lookUp(ctx, o.Resolver, "xmpp-client", name, false) })
	}
	if !o.NoDirectTLS {
		wg.Go(func() { answers[1] = lookUp(ctx, o.Resolver, "xmpps-client", name, true) })
	}
	wg.Wait()

	records := append(answers[0].records, answers[1].records...)
	failed := cmp.Or(answers[0].err, answers[1].err)
	switch {
	case len(records) > 0: // a failure of the other kind does not take these away
		return arrange(records, o.Rand, o.Max), nil
	case failed != nil:
		return nil, fmt.Errorf("discover: looking for the server of %s: %w", name, failed)
	case answers[0].refused || answers[1].refused:
		return nil, fmt.Errorf("%w: %s says so in the DNS", ErrNotOffered, name)
	}
	return []Target{own}, nil
}

// An answer is what the DNS says of one service. Without all three there are no
// records.
type answer struct {
	records []record
	refused bool // by the target "."
	err     error
}

// A record is an SRV record that leads somewhere.
type record struct {
	Target
	priority, weight uint16
}

// lookUp asks for the records of a service.
func lookUp(ctx context.Context, r Resolver, service, name string, directTLS bool) answer {
	// With the dot the resolver does not try the name below others.
	_, found, err := r.LookupSRV(ctx, service, "tcp", name+".")
	var a answer
	for _, srv := range found {
		switch {
		case srv.Target == ".":
			a.refused = true
		case srv.Port > 0 && srv.Target != "":
			a.records = append(a.records, record{Target{srv.Target, srv.Port, directTLS}, srv.Priority, srv.Weight})
		}
	}
	// A net.Resolver leaves records out that make no sense, and returns an error
	// beside the others.
	var dns *net.DNSError
	switch none := errors.As(err, &dns) && dns.IsNotFound; {
	case len(a.records) > 0 || a.refused || none:
	case err != nil:
		a.err = err
	case len(found) > 0:
		a.err = fmt.Errorf("the records of _%s._tcp lead nowhere", service)
	}
	return a
}
