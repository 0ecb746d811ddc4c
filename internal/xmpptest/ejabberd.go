//go:build linux

package xmpptest

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Ejabberd starts ejabberd (Debian package ejabberd) and returns when it is up.
//
// Its wrapper ejabberdctl, which keeps state outside of the test's folder and
// needs Erlang's port mapper, is not used: the Erlang runtime runs ejabberd
// itself, alone and without a node name. The small helpers that Erlang runs end
// by themselves when it is gone.
func Ejabberd(t testing.TB, opts Options) *Server {
	t.Helper()
	erl, err := exec.LookPath("erl")
	code, _ := filepath.Glob("/usr/lib/*/ejabberd-*/ebin")
	if err != nil || len(code) == 0 {
		missing(t, "ejabberd", "ejabberd")
	}
	if opts.KickOld {
		t.Fatal("xmpptest: ejabberd cannot have a second connection end the first")
	}
	s := newServer(t, "ejabberd", opts)
	s.write(ejabberdConfig(s), "ejabberd.yml")
	s.readyFile = s.path("accounts-exist")
	s.command = func() *exec.Cmd {
		cmd := exec.Command(erl,
			"+Q", "4096", "+P", "32768", // or it allocates for as many ports as the system allows files
			"+sbwt", "none", // idle schedulers leave the processor to others
			"-noinput", "-noshell",
			"-pa", code[len(code)-1],
			"-mnesia", "dir", fmt.Sprintf("%q", s.path("mnesia")),
			"-s", "ejabberd",
			"-eval", makeAccounts(s.Options.Accounts, s.readyFile))
		cmd.Env = []string{
			"EJABBERD_CONFIG_PATH=" + s.path("ejabberd.yml"),
			"EJABBERD_LOG_PATH=" + s.path("logs", "ejabberd.log"), // the same as it prints
		}
		return cmd
	}
	s.write("", "mnesia", ".keep") // it does not make folders above its own
	s.write("", "logs", ".keep")
	return s.run()
}

// makeAccounts is run by Erlang when ejabberd has started. Accounts that exist,
// from the run before, are as good as new ones; any other answer ends the
// server, which then says why.
func makeAccounts(names []string, readyFile string) string {
	var b strings.Builder
	for _, name := range names {
		fmt.Fprintf(&b, "case ejabberd_auth:try_register(<<%q>>, <<%q>>, <<%q>>) of ok -> ok; {error, exists} -> ok end, ",
			name, Domain, Password)
	}
	fmt.Fprintf(&b, "ok = file:write_file(%q, <<>>).", readyFile)
	return b.String()
}

func ejabberdConfig(s *Server) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }

	line(`hosts: [%q]`, Domain)
	line(`loglevel: %s`, level(s.Options))
	line(`auth_method: internal`)
	line(`access_rules:`)
	line(`  c2s: {allow: all}`)
	if s.Options.ClientTLS {
		line(`certfiles: [%q]`, s.path(certFile))
	}
	for _, l := range s.Options.Config {
		line("%s", l)
	}

	line(`listen:`)
	line(`  -`)
	line(`    module: ejabberd_c2s`)
	line(`    ip: "127.0.0.1"`)
	line(`    port: %d`, s.clientPort())
	line(`    max_stanza_size: %d`, s.Options.ClientBytes)
	line(`    access: all`)
	line(`    starttls: %t`, s.Options.ClientTLS)
	for _, l := range s.Options.ClientConfig {
		line("    %s", l)
	}
	if s.Options.ClientTLS {
		line(`  -`)
		line(`    module: ejabberd_c2s`)
		line(`    ip: "127.0.0.1"`)
		line(`    port: %d`, s.directPort())
		line(`    max_stanza_size: %d`, s.Options.ClientBytes)
		line(`    access: all`)
		line(`    tls: true`)
	}
	line(`  -`)
	line(`    module: ejabberd_service`)
	line(`    ip: "127.0.0.1"`)
	line(`    port: %d`, s.componentPort())
	line(`    max_stanza_size: %d`, s.Options.ComponentBytes)
	line(`    access: all`)
	line(`    global_routes: false`)
	if s.Options.TLS {
		line(`    tls: true`)
		line(`    certfile: %q`, s.path(certFile))
	}
	for _, l := range s.Options.ComponentConfig {
		line("    %s", l)
	}
	line(`    hosts:`)
	for _, name := range s.Options.Components {
		line(`      %q: {password: %q}`, name, s.Options.Secret)
	}

	line(`modules:`)
	for _, entry := range append([]string{
		"mod_disco: {}", "mod_ping: {}", "mod_roster: {}", "mod_stream_mgmt: {}",
	}, s.Options.Modules...) {
		line("  %s", entry)
	}
	return b.String()
}
