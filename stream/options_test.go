package stream

import (
	"crypto/tls"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

func TestServerAddr(t *testing.T) {
	for server, want := range map[string]string{
		"":                       "127.0.0.1:5347",
		"xmpp.example":           "xmpp.example:5347",
		"xmpp.example:5275":      "xmpp.example:5275",
		"xmpp.example.":          "xmpp.example.:5347",
		"prosody_1:5347":         "prosody_1:5347", // names of containers
		"192.0.2.1":              "192.0.2.1:5347",
		"192.0.2.1:1":            "192.0.2.1:1",
		"::1":                    "[::1]:5347",
		"[::1]":                  "[::1]:5347",
		"[::1]:65535":            "[::1]:65535",
		"2001:db8::5347":         "[2001:db8::5347]:5347",
		"fe80::1%eth0":           "[fe80::1%eth0]:5347",
		"[fe80::1%eth0]:5347":    "[fe80::1%eth0]:5347",
		"[xmpp.example]":         "",
		"[xmpp.example]:5347":    "",
		"[a:b]":                  "",
		"a:b:c":                  "",
		"[::1":                   "",
		"xmpp.example:":          "",
		"xmpp.example:0":         "",
		"xmpp.example:65536":     "",
		"xmpp.example:-1":        "",
		"xmpp.example:xmpp":      "",
		":5347":                  "",
		"http://xmpp.example":    "",
		"xmpp://a.example:5347":  "",
		"a.example/path":         "",
		"user@a.example":         "",
		"a.example\n":            "",
		"a\x00b":                 "",
		"two words":              "",
		"xmpp.example:5347/path": "",
	} {
		got, err := ServerAddr(server)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ServerAddr(%q) = %q, %v; want %q", server, got, err, want)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "stream: server ") {
			t.Errorf("%v", err)
		}
	}
}

// TestT17: what everybody may send is never too big.
func TestT17OptionsRefused(t *testing.T) {
	good := Options{Domain: jid.MustParse("comp.localhost"), Secret: "secret"}
	if _, err := NewComponent(good); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		change func(*Options)
		want   string
	}{
		"no domain":     {func(o *Options) { o.Domain = jid.JID{} }, "Domain is missing"},
		"an account":    {func(o *Options) { o.Domain = jid.MustParse("a@b") }, "a@b is not a domain"},
		"a resource":    {func(o *Options) { o.Domain = jid.MustParse("b/c") }, "b/c is not a domain"},
		"no secret":     {func(o *Options) { o.Secret = "" }, "Secret is missing"},
		"no server":     {func(o *Options) { o.Server = "a b" }, "neither host nor host:port"},
		"old TLS":       {func(o *Options) { o.TLS = &tls.Config{MaxVersion: tls.VersionTLS11} }, "below TLS 1.2"},
		"small stanzas": {func(o *Options) { o.Limits = element.Limits{Bytes: 9999} }, "9999, less than the 10000"},
	} {
		opts := good
		tc.change(&opts)
		_, err := NewComponent(opts)
		if err == nil || !strings.HasPrefix(err.Error(), "stream: ") || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: the secret is in the error: %v", name, err)
		}
	}
}
