package framework_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// TestK08TLS: the link to ejabberd is encrypted where the configuration says so,
// with an authority of our own; what does not fit ends the start with 78.
func TestK08TLS(t *testing.T) {
	srv := xmpptest.Ejabberd(t, xmpptest.Options{Secret: secret, TLS: true})
	conf := config(srv)
	conf.TLS = framework.TLS{Mode: framework.On, CA: srv.CAFile}
	s := run(t, conf)
	s.answers(srv)
	if err := s.end(); err != nil {
		t.Error(err)
	}
	for name, wrong := range map[string]struct {
		tls  framework.TLS
		says string
	}{
		"authority": {framework.TLS{Mode: framework.On}, "from an authority we do not know"},
		"name":      {framework.TLS{Mode: framework.On, CA: srv.CAFile, Name: "xmpp.example.org"}, "for another name"},
	} {
		t.Run(name, func(t *testing.T) {
			conf := config(srv)
			conf.TLS = wrong.tls
			err := run(t, conf).ended()
			var coded interface{ ExitCode() int }
			if !errors.As(err, &coded) || coded.ExitCode() != 78 || !strings.Contains(err.Error(), wrong.says) {
				t.Errorf("ended with %v", err)
			}
		})
	}
	t.Run("no TLS", func(t *testing.T) {
		s := run(t, config(srv))
		s.log.await(t, "perhaps the port wants TLS")
	})
}
