package framework_test

import (
	"context"
	"net"
	"slices"
	"syscall"
	"testing"

	"github.com/emp-framework/emp/framework"
)

// TestS15Elsewhere: a client goes where its server sends it, as long as that is not for
// ever, and from there comes back to where its configuration says.
func TestS15Elsewhere(t *testing.T) {
	server := newClientScript(t)
	server.refer = func(addr string) string {
		if addr == "first.example:5223" {
			return "second.example:1111"
		}
		return ""
	}
	conf := server.encrypted(server.config())
	conf.Server = "first.example"
	app := runApp(t, &framework.App{Routes: hack, Config: conf, Dial: server.Dial})
	for range 2 {
		server.accept().cut()
	}
	<-app.Ready()
	app.log.await(t, `INFO: the server sends us to "second.example:1111", and we go there`)
	server.mu.Lock()
	dials := slices.Clone(server.dials)
	server.mu.Unlock()
	if want := []string{"first.example:5223", "second.example:1111", "first.example:5223", "second.example:1111"}; !slices.Equal(dials[:4], want) {
		t.Errorf("it has gone to %q, not %q", dials, want)
	}
}

// TestS15Astray: of hosts that send a client in a circle three are followed, then it
// begins anew, and its operator is told.
func TestS15Astray(t *testing.T) {
	server := newClientScript(t)
	server.refer = func(addr string) string {
		if len(server.dials) > 4 {
			return ""
		}
		return "circle.example"
	}
	conf := server.encrypted(server.config())
	conf.Server = "first.example"
	app := runApp(t, &framework.App{Routes: hack, Config: conf, Dial: server.Dial})
	<-app.Ready()
	server.mu.Lock()
	dials := slices.Clone(server.dials)
	server.mu.Unlock()
	if want := []string{"first.example:5223", "circle.example:5223", "circle.example:5223", "circle.example:5223", "first.example:5223"}; !slices.Equal(dials, want) {
		t.Errorf("it has gone to %q, not %q", dials, want)
	}
	app.log.await(t, "ERROR: the server's hosts send us from one to the next")
}

// TestS15NotElsewhere: without TLS a client does not go where it is sent.
func TestS15NotElsewhere(t *testing.T) {
	server := newClientScript(t)
	server.refer = func(addr string) string {
		if len(server.dials) > 1 {
			return ""
		}
		return "mallory.example"
	}
	app := runApp(t, &framework.App{Routes: hack, Config: server.config(), Dial: server.Dial})
	<-app.Ready()
	server.mu.Lock()
	defer server.mu.Unlock()
	if want := []string{"localhost:5222", "localhost:5222"}; !slices.Equal(server.dials, want) {
		t.Errorf("it has gone to %q, not %q", server.dials, want)
	}
	app.log.await(t, "EMP does not go where it was not told to")
}

// TestS15Named: what goes wrong where a client was sent is said of that server.
func TestS15Named(t *testing.T) {
	server := newClientScript(t)
	server.refer = func(addr string) string {
		if addr == "first.example:5223" {
			return "second.example:1111"
		}
		return ""
	}
	refused := false
	conf := server.encrypted(server.config())
	conf.Server = "first.example"
	app := runApp(t, &framework.App{Routes: hack, Config: conf, Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr == "second.example:1111" && !refused {
			refused = true
			return nil, syscall.ECONNREFUSED
		}
		return server.Dial(ctx, network, addr)
	}})
	app.log.await(t, "nothing listens at second.example:1111")
	<-app.Ready()
}
