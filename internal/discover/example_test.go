package discover_test

import (
	"context"
	"fmt"
	"net"

	"github.com/emp-framework/emp/internal/discover"
)

// records is a Resolver for the example; a program has its net.Resolver.
type records map[string][]*net.SRV

func (r records) LookupSRV(_ context.Context, service, _, _ string) (string, []*net.SRV, error) {
	return "", r[service], nil
}

// The records of both services are one list.
func ExampleClient() {
	dns := records{
		"xmpp-client":  {{Target: "xmpp.example.org.", Port: 5222, Priority: 10}},
		"xmpps-client": {{Target: "xmpp.example.org.", Port: 443, Priority: 5}},
	}
	targets, err := discover.Client(context.Background(), "example.org", discover.Options{Resolver: dns})
	if err != nil {
		panic(err)
	}
	for _, t := range targets {
		fmt.Println(t, t.DirectTLS)
	}
	// Output:
	// xmpp.example.org:443 true
	// xmpp.example.org:5222 false
}
