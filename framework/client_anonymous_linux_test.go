package framework_test

import (
	"testing"
	"time"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// TestClientAnonymous: without an account each link gets an address of the server's
// choice, over TLS as others, and stanzas go there.
func TestClientAnonymous(t *testing.T) {
	for name, c := range map[string]struct {
		start  func(testing.TB, xmpptest.Options) *xmpptest.Server
		domain string
		lines  []string
	}{
		"prosody":  {xmpptest.Prosody, "guests.localhost", []string{`VirtualHost "guests.localhost"`, `  authentication = "anonymous"`}},
		"ejabberd": {xmpptest.Ejabberd, "localhost", []string{"host_config:", "  localhost:", "    auth_method: [internal, anonymous]", "    anonymous_protocol: sasl_anon"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := c.start(t, xmpptest.Options{ClientTLS: true, Config: c.lines, Secret: secret})
			conf := clientConfig(srv)
			conf.JID, conf.Anonymous, conf.Secret = c.domain, true, framework.Secret{}
			conf.TLS.Name = "localhost" // which the certificate is for
			app := runApp(t, &framework.App{Routes: threeResources, Config: conf})
			select {
			case <-app.Ready(): // by then each link has sent something to itself
			case err := <-app.done:
				app.done <- err
				t.Fatal(err)
			case <-time.After(time.Minute):
				t.Fatal("not ready")
			}
			if err := app.end(); err != nil {
				t.Error(err)
			}
		})
	}
}
