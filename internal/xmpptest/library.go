//go:build linux

package xmpptest

import (
	_ "embed"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// A library is what a Client is made with: a program in another language that logs in,
// and does then what it is told. client.py says how.
type library interface {
	// need ends a test if it is not there.
	need(t testing.TB)
	// command is the program, for a client that lives in dir. It trusts the authorities in
	// the file ca, if that is not "".
	command(dir, ca string, args []string) (*exec.Cmd, error)
}

type slixmpp struct{}

//go:embed client.py
var slixmppScript []byte

// The Python that Debian's packages are for; another one first in PATH has no
// slixmpp.
const python = "/usr/bin/python3"

var hasSlixmpp = sync.OnceValue(func() bool {
	return exec.Command(python, "-c", "import slixmpp").Run() == nil
})

func (slixmpp) need(t testing.TB) {
	t.Helper()
	if !hasSlixmpp() {
		missing(t, "slixmpp", "python3-slixmpp")
	}
}

func (slixmpp) command(dir, _ string, args []string) (*exec.Cmd, error) {
	script := filepath.Join(dir, "client.py")
	if err := os.WriteFile(script, slixmppScript, 0o600); err != nil {
		return nil, err
	}
	cmd := exec.Command(python, append([]string{script}, args...)...)
	cmd.Env = environment(dir)
	return cmd, nil
}

type xmppJS struct{}

// xmppJSFolder is where @xmpp/client is installed, beside the program that uses it: where
// node looks for it. "" if it is not there.
var xmppJSFolder = sync.OnceValue(func() string {
	dir, err := os.Getwd()
	for err == nil {
		folder := filepath.Join(dir, "internal", "xmpptest", "xmppjs")
		if _, err := os.Stat(filepath.Join(folder, "node_modules", "@xmpp", "client")); err == nil {
			return folder
		}
		if filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	return ""
})

func (xmppJS) need(t testing.TB) {
	t.Helper()
	if xmppJSFolder() == "" {
		missing(t, "@xmpp/client", "npm")
	}
}

func (xmppJS) command(dir, ca string, args []string) (*exec.Cmd, error) {
	cmd := exec.Command("node", append([]string{filepath.Join(xmppJSFolder(), "client.mjs")}, args...)...)
	cmd.Env = append(environment(dir), "NODE_EXTRA_CA_CERTS="+ca)
	return cmd, nil
}
