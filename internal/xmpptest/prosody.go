//go:build linux

package xmpptest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Prosody starts Prosody (Debian package prosody) and returns when it is up.
func Prosody(t testing.TB, opts Options) *Server {
	t.Helper()
	prosody, err := exec.LookPath("prosody")
	if err != nil {
		missing(t, "Prosody", "prosody")
	}
	if opts.TLS {
		t.Fatal("xmpptest: Prosody's component port has no TLS")
	}
	s := newServer(t, "Prosody", opts)
	if err := os.Mkdir(s.path("certs"), 0o700); err != nil { // or it complains
		t.Fatal(err)
	}
	for _, name := range s.Options.Accounts {
		// The form of its internal storage; prosodyctl would do the same, but
		// goes through files outside of the folder.
		s.write(fmt.Sprintf("return { [\"password\"] = %q; };\n", Password), "data", Domain, "accounts", name+".dat")
	}
	s.write(prosodyConfig(s), "prosody.cfg.lua")
	s.command = func() *exec.Cmd {
		return exec.Command(prosody, "--config", s.path("prosody.cfg.lua"), "-F")
	}
	return s.run()
}

func prosodyConfig(s *Server) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }

	line(`daemonize = false`)
	line(`run_as_root = true -- which is who tests are in many a container`)
	line(`pidfile = %q`, s.path("prosody.pid"))
	line(`data_path = %q`, s.path("data"))
	line(`certificates = %q`, s.path("certs"))
	line(`log = { { levels = { min = %q }, to = "file", filename = %q } }`, level(s.Options), s.path(logFile))

	line(`interfaces = { "127.0.0.1" }`)
	line(`local_interfaces = { "127.0.0.1" }`)
	line(`c2s_ports = { %d }`, s.clientPort())
	line(`component_ports = { %d }`, s.componentPort())
	if s.Options.ClientTLS {
		line(`c2s_direct_tls_ports = { %d }`, s.directPort())
		line(`ssl = { certificate = %q, key = %q }`, s.path(certFile), s.path(certFile))
	} else {
		line(`c2s_direct_tls_ports = { }`)
	}
	line(`s2s_ports = { }`)
	line(`http_ports = { }`)
	line(`https_ports = { }`)
	line(`c2s_stanza_size_limit = %d`, s.Options.ClientBytes)
	line(`component_stanza_size_limit = %d`, s.Options.ComponentBytes)

	line(`c2s_require_encryption = false`)
	line(`allow_unencrypted_plain_auth = true`)
	line(`authentication = "internal_plain"`)
	line(`storage = "internal"`)
	line(`modules_disabled = { "s2s" }`)
	line(`modules_enabled = {`)
	modules := []string{"roster", "saslauth", "disco", "ping", "smacks"}
	if s.Options.ClientTLS {
		modules = append(modules, "tls")
	}
	for _, name := range append(modules, s.Options.Modules...) {
		line(`  %q;`, name)
	}
	line(`}`)
	for _, l := range s.Options.Config {
		line("%s", l)
	}

	line(`VirtualHost %q`, Domain)
	for _, name := range s.Options.Components {
		line(`Component %q`, name)
		line(`  component_secret = %q`, s.Options.Secret)
		if s.Options.KickOld {
			line(`  component_conflict_resolve = "kick_old"`)
		}
		for _, l := range s.Options.ComponentConfig {
			line("  %s", l)
		}
	}
	return b.String()
}

// level names how much a server logs; both know the names.
func level(o Options) string {
	if o.Debug {
		return "debug"
	}
	return "info"
}
