package discover

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// TestS22Resolver: a net.Resolver tells what we take it to tell, for each of the
// answers that a server of the DNS can give.
func TestS22Resolver(t *testing.T) {
	root, target := dnsmessage.MustNewName("."), dnsmessage.MustNewName("xmpp.example.org.")
	for _, tc := range []struct {
		name           string
		code           dnsmessage.RCode
		plain, encrypt *dnsmessage.SRVResource
		want           string
	}{
		{"no such name", dnsmessage.RCodeNameError, nil, nil, "example.org:5222"},
		{"no such records", dnsmessage.RCodeSuccess, nil, nil, "example.org:5222"},
		{"records", dnsmessage.RCodeSuccess, &dnsmessage.SRVResource{Target: target, Port: 1, Priority: 2}, &dnsmessage.SRVResource{Target: target, Port: 3, Priority: 1},
			"xmpp.example.org:3* xmpp.example.org:1"},
		{"not offered", dnsmessage.RCodeSuccess, &dnsmessage.SRVResource{Target: root}, &dnsmessage.SRVResource{Target: root},
			"discover: no service for clients: example.org says so in the DNS"},
		{"a fault of the server", dnsmessage.RCodeServerFailure, nil, nil, "fails"},
		{"refused by the server", dnsmessage.RCodeRefused, nil, nil, "fails"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			// The resolver takes a connection that is no net.PacketConn for one of
			// TCP.
			r := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
				here, there := net.Pipe()
				go serveDNS(there, tc.code, map[string]*dnsmessage.SRVResource{
					"_xmpp-client._tcp.example.org.": tc.plain, "_xmpps-client._tcp.example.org.": tc.encrypt})
				return here, nil
			}}
			targets, err := Client(t.Context(), "example.org", Options{Resolver: r})
			if tc.want == "fails" {
				var dns *net.DNSError
				if !errors.As(err, &dns) || dns.IsNotFound || errors.Is(err, ErrNotOffered) {
					t.Errorf("%v, %v", targets, err)
				}
			} else if got := show(targets, err); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
}

// serveDNS answers what is asked over a connection, as over TCP.
func serveDNS(nc net.Conn, code dnsmessage.RCode, records map[string]*dnsmessage.SRVResource) {
	defer nc.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(nc, size[:]); err != nil {
			return
		}
		b := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(nc, b); err != nil {
			return
		}
		var m dnsmessage.Message
		if err := m.Unpack(b); err != nil || len(m.Questions) != 1 {
			return
		}
		q := m.Questions[0]
		m.Response, m.RecursionAvailable, m.RCode, m.Additionals = true, true, code, nil
		if srv := records[q.Name.String()]; srv != nil {
			m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 60}, Body: srv}}
		}
		answer, err := m.Pack()
		if err != nil {
			return
		}
		if _, err := nc.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}
