package stream

import (
	"crypto/tls"
	"strings"
	"testing"

	"github.com/emp-framework/emp/jid"
)

// TestClientOptions: what cannot work is told before anything is connected.
func TestClientOptions(t *testing.T) {
	password := func() string { return "secret" }
	juliet := jid.MustParse("juliet@capulet.example")
	for says, tc := range map[string]struct {
		account     jid.JID
		credentials Credentials
		opts        Options
	}{
		"has no JID":                     {jid.JID{}, Credentials{Password: password}, Options{}},
		"has a resource":                 {jid.MustParse("juliet@capulet.example/x"), Credentials{Password: password}, Options{}},
		"has to have a local part":       {jid.MustParse("capulet.example"), Credentials{Password: password}, Options{}},
		"account juliet@capulet.example": {juliet, Credentials{}, Options{}}, // nothing to log in with
		"Options.Resource":               {juliet, Credentials{Password: password}, Options{Resource: "a\x00"}},
		"Options.Server":                 {juliet, Credentials{Password: password}, Options{Server: "a:b:c"}},
		"MaxVersion":                     {juliet, Credentials{Password: password}, Options{TLS: &tls.Config{MaxVersion: tls.VersionTLS11}}},
		"Options.Account is missing":     {},
	} {
		var err error
		if says != "Options.Account is missing" {
			tc.opts.Account, err = NewAccount(tc.account, tc.credentials)
		}
		if err == nil {
			_, err = NewClient(tc.opts)
		}
		if err == nil || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), "stream: ") {
			t.Errorf("%s: %v", says, err)
		}
	}
	a, err := NewAccount(juliet, Credentials{Password: password})
	if err != nil || a.JID() != juliet {
		t.Fatal(err)
	}
	if _, err := NewClient(Options{Account: a}); err != nil {
		t.Error(err)
	}
}
