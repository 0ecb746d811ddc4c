package devserver_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// cutOff reads to the end of a connection that was cut.
func (l *link) cutOff() {
	l.t.Helper()
	for {
		if _, err := l.read(); err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) {
			return
		} else if err != nil {
			l.t.Fatalf("%s: %v", l.jid, err)
		}
	}
}

// TestCut: who is cut off is no longer there, for others neither.
func TestCut(t *testing.T) {
	srv := start(t, nil)
	c, desk, phone := attach(t, srv), login(t, srv, "alice@localhost/desk"), login(t, srv, "alice@localhost/phone")
	desk.send("<presence/>")
	phone.send("<presence to='shop.localhost'/>")
	desk.sync()
	phone.sync()
	if n := srv.Cut(jid.MustParse("alice@localhost/phone")); n != 1 {
		t.Errorf("%d are cut", n)
	}
	phone.cutOff()
	expect(t, c, "presence from=alice@localhost/phone to=shop.localhost", "presence type=unavailable from=alice@localhost/phone to=shop.localhost")
	if n := srv.Cut(jid.MustParse(shop)); n != 1 {
		t.Errorf("%d are cut", n)
	}
	c.cutOff()
	attach(t, srv) // at once
	if n := srv.Cut(jid.JID{}); n != 2 {
		t.Errorf("%d are cut", n)
	}
	desk.cutOff()
}

// TestStall: a server that hangs does nothing, and goes on where it was. The message that
// it would have delivered finds nobody when it does.
func TestStall(t *testing.T) {
	srv := start(t, nil)
	alice, bob := login(t, srv, "alice@localhost/a"), login(t, srv, "bob@localhost/b")
	srv.Stall()
	alice.send("<message to='bob@localhost/b'><body>hi</body></message>")
	if n := srv.Cut(jid.MustParse("bob@localhost")); n != 1 {
		t.Errorf("%d are cut", n)
	}
	if n, err := bob.read(); err == nil {
		t.Errorf("bob got %s", n.XML())
	}
	srv.Resume()
	expect(t, alice, "message type=error from=bob@localhost/b to=alice@localhost/a cancel/service-unavailable")
}

// TestRefuse: nobody gets in who is not there already.
func TestRefuse(t *testing.T) {
	srv := start(t, nil)
	alice := login(t, srv, "alice@localhost/a")
	srv.Refuse(true)
	if conn, err := net.Dial("tcp", srv.ClientAddr()); err == nil { // else it was reset even before
		l := &link{t: t, conn: conn, parser: element.NewParser()}
		l.cutOff()
		conn.Close()
	}
	expect(t, alice)
	srv.Refuse(false)
	login(t, srv, "bob@localhost/b")
}

// TestRestart: everybody is told, and can come back to the same addresses; what waited
// for them still does.
func TestRestart(t *testing.T) {
	srv := start(t, nil)
	c, alice := attach(t, srv), login(t, srv, "alice@localhost/a")
	c.send("<message from='shop.localhost' to='bob@localhost'><body>later</body></message>")
	c.sync()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := srv.Restart(ctx); err != nil {
		t.Fatal(err)
	}
	for _, l := range []*link{c, alice} {
		if got := l.ended(); got != "system-shutdown" {
			t.Errorf("%s: %q", l.jid, got)
		}
	}
	attach(t, srv)
	bob := login(t, srv, "bob@localhost/b")
	bob.send("<presence/>")
	if got := bob.sync(); len(got) != 2 || got[1].Child("jabber:client", "body").Text() != "later" {
		t.Errorf("bob got %v", got)
	}
}

// TestStart: what the Options may say, and that the server is for this machine alone.
func TestStart(t *testing.T) {
	dir := t.TempDir()
	accounts := filepath.Join(dir, "accounts")
	if err := os.WriteFile(accounts, []byte("# people\n\ncarol  secret \nno-password\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		opts devserver.Options
		want string
	}{
		"all addresses": {devserver.Options{ClientAddr: "0.0.0.0:0"}, "this machine alone"},
		"no address":    {devserver.Options{ComponentAddr: ":0"}, "this machine alone"},
		"a name":        {devserver.Options{ComponentAddr: "example.org:0"}, "this machine alone"},
		"no port":       {devserver.Options{ComponentAddr: "127.0.0.1"}, "missing port"},
		"domain":        {devserver.Options{Domain: "a@b"}, "no domain"},
		"limit":         {devserver.Options{MaxClientBytes: 100}, "less than 10000"},
		"component":     {devserver.Options{Components: map[string]string{"a/b": "x"}}, "no domain alone"},
		"no secret":     {devserver.Options{Components: map[string]string{"a": ""}}, "secret is empty"},
		"same domain":   {devserver.Options{Components: map[string]string{"localhost": "x"}}, "domain of the accounts"},
		"account":       {devserver.Options{Accounts: map[string]string{"a b": "x"}}, "account"},
		"no name":       {devserver.Options{Accounts: map[string]string{"": "x"}}, "empty"},
		"no password":   {devserver.Options{Accounts: map[string]string{"a": ""}}, "password is empty"},
		"file":          {devserver.Options{AccountsFile: accounts}, "accounts:4: not a name and a password"},
		"no file":       {devserver.Options{AccountsFile: accounts + "x"}, "AccountsFile"},
		"no CA":         {devserver.Options{CAFile: filepath.Join(dir, "x", "y")}, "CAFile"},
	} {
		srv := devserver.New(tc.opts)
		err := srv.Start(t.Context())
		if err == nil || !strings.HasPrefix(err.Error(), "devserver: ") && !strings.Contains(err.Error(), "accounts:") || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s", name, err, tc.want)
		}
		srv.Close()
	}

	if err := os.WriteFile(accounts, []byte("# people\n\ncarol  secret \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(dir, "ca.pem")
	srv := start(t, func(o *devserver.Options) { o.AccountsFile, o.CAFile, o.ClientAddr = accounts, ca, "localhost:0" })
	login(t, srv, "carol@localhost/c")
	l := dial(t, srv.ClientAddr())
	l.open("jabber:client", "localhost")
	l.next()
	if got := l.authenticate("alice", devserver.DefaultPassword); got.Local() != "failure" {
		t.Errorf("alice, who has no account, got %s", got.XML())
	}
	if pem, err := os.ReadFile(ca); err != nil || string(pem) != string(srv.CAPEM()) {
		t.Errorf("the authority: %s, %v", pem, err)
	}
	if err := srv.Start(t.Context()); err == nil {
		t.Error("it starts twice")
	}
	srv.Close()
	if _, err := os.Stat(ca); err == nil {
		t.Error("the authority's file is still there")
	}
}
