package discover

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A zone is a Resolver of what is written down, by service. What is not there
// does not exist.
type zone struct {
	records map[string][]*net.SRV
	errs    map[string]error

	mu    sync.Mutex
	asked []string
}

func (z *zone) LookupSRV(ctx context.Context, service, proto, name string) (string, []*net.SRV, error) {
	z.mu.Lock()
	z.asked = append(z.asked, "_"+service+"._"+proto+"."+name)
	z.mu.Unlock()
	if err := cmpErr(ctx.Err(), z.errs[service]); err != nil {
		return "", z.records[service], err
	}
	if z.records[service] == nil {
		return "", nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return "", z.records[service], nil
}

func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// srv reads records: "target port priority weight", and so on.
func srv(lines ...string) []*net.SRV {
	all := []*net.SRV{}
	for _, line := range lines {
		r := new(net.SRV)
		if _, err := fmt.Sscan(line, &r.Target, &r.Port, &r.Priority, &r.Weight); err != nil {
			panic(err)
		}
		all = append(all, r)
	}
	return all
}

var (
	timeout   = &net.DNSError{Err: "i/o timeout", Name: "_xmpp-client._tcp.example.org.", IsTimeout: true, IsTemporary: true}
	malformed = &net.DNSError{Err: "DNS response contained records which contain invalid names", Name: "example.org."}
)

// TestS22Rules: one line for each rule, with priorities alone, so that the order
// is no matter of chance.
func TestS22Rules(t *testing.T) {
	type records = map[string][]*net.SRV
	type errs = map[string]error
	for _, tc := range []struct {
		name    string
		records records
		errs    errs
		o       Options
		want    string // targets, those for direct TLS with a * behind; or an error
	}{
		{"no records", nil, nil, Options{}, "example.org:5222"},
		{"no records, as an empty answer", records{"xmpp-client": {}, "xmpps-client": {}}, nil, Options{}, "example.org:5222"},
		{"no records, direct TLS wanted", nil, nil, Options{NoSTARTTLS: true}, "example.org:5223*"},
		{"one", records{"xmpp-client": srv("a. 1 0 0")}, nil, Options{}, "a:1"},
		{"by priority", records{"xmpp-client": srv("b. 2 20 0", "c. 3 30 9", "a. 1 10 0")}, nil, Options{}, "a:1 b:2 c:3"},
		{"both mixed", records{"xmpp-client": srv("a. 1 10 0", "c. 3 30 0"), "xmpps-client": srv("b. 2 20 0", "d. 443 40 0")}, nil, Options{},
			"a:1 b:2* c:3 d:443*"},
		{"direct TLS alone", records{"xmpps-client": srv("a. 443 0 0")}, nil, Options{}, "a:443*"},
		{"direct TLS not wanted", records{"xmpp-client": srv("a. 1 10 0"), "xmpps-client": srv("b. 2 0 0")}, nil, Options{NoDirectTLS: true}, "a:1"},
		{"STARTTLS not wanted", records{"xmpp-client": srv("a. 1 0 0"), "xmpps-client": srv("b. 2 10 0")}, nil, Options{NoSTARTTLS: true}, "b:2*"},
		{"the same for both", records{"xmpp-client": srv("a. 443 1 0"), "xmpps-client": srv("a. 443 0 0")}, nil, Options{}, "a:443* a:443"},
		{"the same twice", records{"xmpp-client": srv("a. 1 0 0", "a. 1 5 0", "b. 1 9 0")}, nil, Options{}, "a:1 b:1"},

		{"not offered", records{"xmpp-client": srv(". 0 0 0")}, nil, Options{}, "discover: no service for clients: example.org says so in the DNS"},
		{"neither offered", records{"xmpp-client": srv(". 0 0 0"), "xmpps-client": srv(". 0 0 0")}, nil, Options{},
			"discover: no service for clients: example.org says so in the DNS"},
		{"direct TLS not offered", records{"xmpp-client": srv("a. 1 0 0"), "xmpps-client": srv(". 0 0 0")}, nil, Options{}, "a:1"},
		{"STARTTLS not offered", records{"xmpp-client": srv(". 0 0 0"), "xmpps-client": srv("a. 1 0 0")}, nil, Options{}, "a:1*"},
		{"direct TLS not offered, nothing else known", records{"xmpps-client": srv(". 0 0 0")}, nil, Options{},
			"discover: no service for clients: example.org says so in the DNS"},
		{"direct TLS not offered, nor wanted", records{"xmpps-client": srv(". 0 0 0")}, nil, Options{NoDirectTLS: true}, "example.org:5222"},

		{"no answer", nil, errs{"xmpp-client": timeout, "xmpps-client": timeout}, Options{},
			"discover: looking for the server of example.org: lookup _xmpp-client._tcp.example.org.: i/o timeout"},
		{"no answer to one, nothing for the other", nil, errs{"xmpp-client": timeout}, Options{},
			"discover: looking for the server of example.org: lookup _xmpp-client._tcp.example.org.: i/o timeout"},
		{"no answer to one, not offered by the other", records{"xmpps-client": srv(". 0 0 0")}, errs{"xmpp-client": timeout}, Options{},
			"discover: looking for the server of example.org: lookup _xmpp-client._tcp.example.org.: i/o timeout"},
		{"no answer to one, records for the other", records{"xmpp-client": srv("a. 1 0 0")}, errs{"xmpps-client": timeout}, Options{}, "a:1"},
		{"some records make no sense", records{"xmpp-client": srv("a. 1 0 0")}, errs{"xmpp-client": malformed}, Options{}, "a:1"},
		{"no record makes sense", nil, errs{"xmpp-client": malformed}, Options{},
			"discover: looking for the server of example.org: lookup example.org.: DNS response contained records which contain invalid names"},
		{"port 0", records{"xmpp-client": srv("a. 0 0 0")}, nil, Options{},
			"discover: looking for the server of example.org: the records of _xmpp-client._tcp lead nowhere"},
		{"port 0 beside another", records{"xmpp-client": srv("a. 0 0 0", "b. 1 1 0")}, nil, Options{}, "b:1"},

		{"nothing wanted", nil, nil, Options{NoDirectTLS: true, NoSTARTTLS: true}, "discover: neither direct TLS nor STARTTLS is wanted"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			z := &zone{records: tc.records, errs: tc.errs}
			tc.o.Resolver = z
			targets, err := Client(t.Context(), "example.org", tc.o)
			if got := show(targets, err); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			if want := strings.Contains(tc.want, "no service"); errors.Is(err, ErrNotOffered) != want {
				t.Errorf("ErrNotOffered: %t", !want)
			}
			if want := strings.Contains(tc.want, "timeout"); errors.Is(err, timeout) != want {
				t.Errorf("the resolver's error is wrapped: %t", !want)
			}
			for _, name := range z.asked {
				if !strings.HasSuffix(name, "._tcp.example.org.") || tc.o.NoDirectTLS && strings.Contains(name, "xmpps") ||
					tc.o.NoSTARTTLS && strings.Contains(name, "xmpp-") {
					t.Errorf("it asked for %s", name)
				}
			}
		})
	}
}

func show(targets []Target, err error) string {
	if err != nil {
		return err.Error()
	}
	var all []string
	for _, target := range targets {
		s := target.String()
		if target.DirectTLS {
			s += "*"
		}
		all = append(all, s)
	}
	return strings.Join(all, " ")
}

// TestS22Domains: which name is looked up, and which is not.
func TestS22Domains(t *testing.T) {
	for _, tc := range []struct {
		domain, asked, want string
	}{
		{"example.org", "example.org.", "example.org:5222"},
		{"example.org.", "example.org.", "example.org:5222"},
		{"EXAMPLE.org", "example.org.", "example.org:5222"},
		{"bücher.example", "xn--bcher-kva.example.", "xn--bcher-kva.example:5222"},
		{"xn--bcher-kva.example", "xn--bcher-kva.example.", "xn--bcher-kva.example:5222"},
		{"intranet", "intranet.", "intranet:5222"},
		{"localhost", "", "localhost:5222"},
		{"alice.localhost", "", "alice.localhost:5222"},
		{"192.0.2.1", "", "192.0.2.1:5222"},
		{"[2001:db8::1]", "", "[2001:db8::1]:5222"},
		{"", "", `discover: "" is no name of a domain`},
		{"a..b", "", `discover: "a..b" is no name of a domain`},
		{"a b", "", `discover: "a b" is no name of a domain`},
		{"a/b", "", `discover: "a/b" is no name of a domain`},
		{strings.Repeat("a", 64) + ".org", "", `discover: "` + strings.Repeat("a", 64) + `.org" is no name of a domain`},
	} {
		z := new(zone)
		targets, err := Client(t.Context(), tc.domain, Options{Resolver: z})
		if got := show(targets, err); got != tc.want {
			t.Errorf("%q: %s, want %s", tc.domain, got, tc.want)
		}
		var want []string
		if tc.asked != "" {
			want = []string{"_xmpp-client._tcp." + tc.asked, "_xmpps-client._tcp." + tc.asked}
		}
		if slices.Sort(z.asked); !slices.Equal(z.asked, want) {
			t.Errorf("%q: it asked for %v, want %v", tc.domain, z.asked, want)
		}
	}
}

// TestS22Weights: among the same priority the weights decide, over both services;
// lots that are the same give the same order.
func TestS22Weights(t *testing.T) {
	z := &zone{records: map[string][]*net.SRV{
		"xmpp-client":  srv("heavy. 1 5 60", "none. 2 5 0", "last. 3 6 1000"),
		"xmpps-client": srv("light. 4 5 20", "first. 5 1 0"),
	}}
	const runs = 4000
	first := make(map[string]int) // of priority 5
	for seed := range uint64(runs) {
		order := func() []Target {
			targets, err := Client(t.Context(), "example.org", Options{Resolver: z, Rand: rand.New(rand.NewPCG(seed, 0))})
			if err != nil || len(targets) != 5 || targets[0].Host != "first." || targets[4].Host != "last." {
				t.Fatalf("%s", show(targets, err))
			}
			return targets
		}
		targets := order()
		if seed < 10 && !slices.Equal(targets, order()) {
			t.Error("the same lots give two orders")
		}
		first[targets[1].Host]++
	}
	for host, share := range map[string]float64{"heavy.": 60. / 81, "light.": 20. / 81, "none.": 1. / 81} {
		if got := float64(first[host]) / runs; got < share*0.7 || got > share*1.3 {
			t.Errorf("%s came first in %.3f of the cases, not %.3f", host, got, share)
		}
	}
}

// TestS22NoWeights: servers of the same rank share the load.
func TestS22NoWeights(t *testing.T) {
	z := &zone{records: map[string][]*net.SRV{"xmpp-client": srv("a. 1 0 0", "b. 1 0 0"), "xmpps-client": srv("c. 1 0 0", "d. 1 0 0")}}
	first := make(map[string]int)
	for seed := range uint64(1000) {
		targets, err := Client(t.Context(), "example.org", Options{Resolver: z, Rand: rand.New(rand.NewPCG(seed, 0))})
		if err != nil || len(targets) != 4 {
			t.Fatalf("%s", show(targets, err))
		}
		first[targets[0].Host]++
	}
	for _, host := range []string{"a.", "b.", "c.", "d."} {
		if first[host] < 180 || first[host] > 320 {
			t.Errorf("%s came first %d times of 1000", host, first[host])
		}
	}
}

// TestS22Bound: a zone full of records does not keep us busy.
func TestS22Bound(t *testing.T) {
	var lines []string
	for i := range 2000 {
		lines = append(lines, fmt.Sprintf("h%d. 1 %d 1", i, i))
	}
	z := &zone{records: map[string][]*net.SRV{"xmpp-client": srv(lines...)}}
	for limit, want := range map[int]int{0: 16, 3: 3, 5000: 2000} {
		targets, err := Client(t.Context(), "example.org", Options{Resolver: z, Max: limit})
		if err != nil || len(targets) != want || targets[0].Host != "h0." {
			t.Errorf("Max %d: %d targets, %v", limit, len(targets), err)
		}
	}
}

// TestS22Cancelled: the error of ctx comes back.
func TestS22Cancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Client(ctx, "example.org", Options{Resolver: new(zone)}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// FuzzArrange: whatever the records, each target comes once, in the order of the
// priorities.
func FuzzArrange(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 1, 1}, uint64(1))
	f.Add([]byte{1, 255, 0, 1, 0, 0, 0, 7, 7}, uint64(2))
	f.Fuzz(func(t *testing.T, b []byte, seed uint64) {
		var records []record
		best := make(map[Target]int)
		for i := 0; i+2 < len(b); i += 3 {
			r := record{Target{Host: "h", Port: 1 + uint16(b[i]&7)}, uint16(b[i+1]), uint16(b[i+2]) * 257}
			if p, ok := best[r.Target]; !ok || int(r.priority) < p {
				best[r.Target] = int(r.priority)
			}
			records = append(records, r)
		}
		targets := arrange(records, rand.New(rand.NewPCG(seed, 0)), len(records)+1)
		if len(targets) != len(best) {
			t.Fatalf("%d targets of %d", len(targets), len(best))
		}
		for i := 1; i < len(targets); i++ {
			if best[targets[i-1]] > best[targets[i]] {
				t.Errorf("%v before %v", targets[i-1], targets[i])
			}
		}
	})
}

// TestJ03Name: IPv6 addresses have brackets as domains of addresses, and none in certificates.
func TestJ03Name(t *testing.T) {
	for domain, want := range map[string]string{
		"[::1]": "::1", "[2001:db8::1]": "2001:db8::1", "192.0.2.1": "192.0.2.1", "Example.org.": "Example.org", "bücher.example": "xn--bcher-kva.example",
		"::1": "", "[192.0.2.1]": "", "[example.org]": "", "[]": "", "[::1": "", "[x]": "",
	} {
		got, err := Name(domain)
		if !strings.EqualFold(got, want) || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", domain, got, err)
		}
	}
}
