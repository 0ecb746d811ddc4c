package discover

import "testing"

// TestFixed: what somebody may configure.
func TestFixed(t *testing.T) {
	for _, tc := range []struct {
		server string
		direct bool
		want   string // Addr, or an error
	}{
		{"example.org", false, "example.org:5222"},
		{"example.org", true, "example.org:5223"},
		{"example.org:443", true, "example.org:443"},
		{"xmpp_server:5222", false, "xmpp_server:5222"},
		{"bücher.example:1", false, "xn--bcher-kva.example:1"},
		{"127.0.0.1", false, "127.0.0.1:5222"},
		{"127.0.0.1:65535", false, "127.0.0.1:65535"},
		{"::1", false, "[::1]:5222"},
		{"[::1]", false, "[::1]:5222"},
		{"[::1]:5269", false, "[::1]:5269"},
		{"fe80::1%eth0", false, "[fe80::1%eth0]:5222"},
		{"", false, `discover: server "" is neither host nor host:port`},
		{":5222", false, `discover: server ":5222" is neither host nor host:port`},
		{"example.org:", false, `discover: server "example.org:": "" is no port from 1 to 65535`},
		{"example.org:0", false, `discover: server "example.org:0": "0" is no port from 1 to 65535`},
		{"example.org:65536", false, `discover: server "example.org:65536": "65536" is no port from 1 to 65535`},
		{"example.org:xmpp", false, `discover: server "example.org:xmpp": "xmpp" is no port from 1 to 65535`},
		{"xmpp://example.org", false, `discover: server "xmpp://example.org": "//example.org" is no port from 1 to 65535`},
		{"alice@example.org", false, `discover: server "alice@example.org" is neither host nor host:port`},
		{"[example.org]", false, `discover: server "[example.org]" is neither host nor host:port`},
		{"[example.org]:1", false, `discover: server "[example.org]:1" is neither host nor host:port`},
		{"a b", false, `discover: server "a b" is neither host nor host:port`},
	} {
		target, err := Fixed(tc.server, tc.direct)
		got := target.Addr()
		if err != nil {
			got = err.Error()
		}
		if got != tc.want || err == nil && target.DirectTLS != tc.direct {
			t.Errorf("%q: %s, want %s", tc.server, got, tc.want)
		}
	}
}
