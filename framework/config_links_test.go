package framework

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestLinks: the section links and its variables make further links, each with the
// defaults of its own mode.
func TestLinks(t *testing.T) {
	l, err := load(t, given, `
links:
  chat:
    jid: chat.localhost
    secret: hush2
    reconnect_max: 5s
  bot:
    mode: client
    jid: bot@localhost/a
    secret_file: bot.secret
    server: 127.0.0.1
    tls: {mode: off}
`, Sources{Environ: []string{"EMP_LINKS_CHAT_SECRET=hush3", "EMP_LINKS_BOT_SECRET=hush4", "EMP_LINKS_ZOO_JID=zoo.localhost", "EMP_LINKS_ZOO_SECRET=hush5", "EMP_LINKS_ZOO_TLS_MODE=off", "EMP_LINKS_BOT_TLS_MODE=off"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range l.Links {
		got = append(got, fmt.Sprint(c.Mode, " ", c.JID, " ", c.Server, " ", c.Secret.Reveal(), " ", c.TLS.Mode, " ", c.MaxSendBytes, " ", c.ReconnectMax))
	}
	want := `component chat.localhost 127.0.0.1:5347 hush3 off 524288 5s
client bot@localhost/a 127.0.0.1:5222 hush4 off 262144 1m0s
component zoo.localhost 127.0.0.1:5347 hush5 off 524288 1m0s`
	if s := strings.Join(got, "\n"); s != want {
		t.Errorf("got\n%s\nwant\n%s", s, want)
	}
	var shown []string
	for _, s := range l.Settings() {
		if strings.HasPrefix(s.Key, "links.") && s.Source != "default" {
			shown = append(shown, s.Key+"="+s.Value+" ("+s.Source+")")
		}
	}
	want = `links.chat.jid=chat.localhost (emp.yaml:4)
links.chat.secret=[secret] (EMP_LINKS_CHAT_SECRET)
links.chat.reconnect_max=5s (emp.yaml:6)
links.bot.mode=client (emp.yaml:8)
links.bot.jid=bot@localhost/a (emp.yaml:9)
links.bot.server=127.0.0.1:5222 (emp.yaml:11)
links.bot.secret=[secret] (EMP_LINKS_BOT_SECRET)
links.bot.tls.mode=off (EMP_LINKS_BOT_TLS_MODE)
links.zoo.jid=zoo.localhost (EMP_LINKS_ZOO_JID)
links.zoo.secret=[secret] (EMP_LINKS_ZOO_SECRET)
links.zoo.tls.mode=off (EMP_LINKS_ZOO_TLS_MODE)`
	if s := strings.Join(shown, "\n"); s != want {
		t.Errorf("it shows\n%s\nwant\n%s", s, want)
	}
	for _, c := range l.Links { // which the start checks again
		if again, err := c.complete(nil); err != nil || again.Config.JID != c.JID {
			t.Errorf("completed again: %v, %+v", err, c)
		}
	}
}

// TestLinksMistakes: what is wrong with them is told as of any other setting.
func TestLinksMistakes(t *testing.T) {
	for _, tc := range []struct{ file, env, want string }{
		{"links:\n  bot:\n    secret: hush\n", "", "framework: links.bot.jid: not given: write the component's domain into emp.yaml (jid: echo.example.org), EMP_LINKS_BOT_JID"},
		{"links:\n  bot:\n    jid: bot.localhost\n", "", "framework: links.bot.secret: not given: write it into a file and the file's name into emp.yaml (secret_file: ...), EMP_LINKS_BOT_SECRET_FILE, or the secret itself into EMP_LINKS_BOT_SECRET"},
		{"links:\n  bot:\n    jid: a@b\n    secret: hush\n", "", `framework: emp.yaml:3: links.bot.jid: "a@b" has a local part: a component is a whole domain, so write "b" alone; to log in as a user set mode to client`},
		{"links:\n  bot:\n    jid: bot.localhost\n    secret: hush\n    workers: 3\n", "", "framework: emp.yaml:5: links.bot.workers: is for all links: write it without links and a name in front"},
		{"links:\n  bot:\n    jdi: bot.localhost\n", "EMP_LINKS_BOT_JID=bot.localhost EMP_LINKS_BOT_SECRET=hush", `framework: emp.yaml:3: unknown key "links.bot.jdi": did you mean "links.bot.jid"?`},
		{"links:\n  bot:\n    jid: echo.localhost\n    secret: hush\n", "", "framework: emp.yaml:3: links.bot.jid: echo.localhost the application itself has: each link needs an address of its own, of a client at least another resource"},
		{"links:\n  a: {jid: x.localhost, secret: hush}\n  b: {jid: x.localhost, secret: hush}\n", "", "framework: emp.yaml:3: links.b.jid: x.localhost the link a has: each link needs an address of its own, of a client at least another resource"},
		{"links:\n  my_bot:\n    jid: bot.localhost\n", "", "framework: emp.yaml:2: links.my_bot: is no name for a link: write one of small letters and digits, with a letter first"},
		{"links:\n", "", "framework: emp.yaml:1: links: write the name of a link below it, further in, and the settings of that link below the name"},
		{"links: [a]\n", "", "framework: emp.yaml:1: links: write the name of a link below it, further in, and the settings of that link below the name"},
		{"links:\n  bot: {jid: bot.localhost, secret: hush, server: 192.0.2.1}\n", "", "framework: emp.yaml:2: links.bot.server: 192.0.2.1:5347 is another machine and TLS is off, so all traffic would be open to the network: set tls.mode to on, or allow_plain to on if that network is yours alone"},
		{"", "EMP_LINKS=x", `framework: unknown variable "EMP_LINKS"`},
		{"", "EMP_LINKS_BOT_JID=bot.localhost EMP_LINKS_BOT_SECRET=hush EMP_LINKS_BOT_WORKERS=3", `framework: unknown variable "EMP_LINKS_BOT_WORKERS": did you mean "EMP_LINKS_BOT_SERVER"?`},
		{"", "EMP_LINKS_BOT_JID=bot.localhost EMP_LINKS_BOT_PING_INTERVAL=1ms EMP_LINKS_BOT_SECRET=hush", "framework: EMP_LINKS_BOT_PING_INTERVAL: 1ms is not between 1s and 24h0m0s"},
		{"links:\n  bot: {jid: bot.localhost, secret: \"hush\\0\"}\n", "", "framework: emp.yaml:2: links.bot.secret: holds a line end or another control character"},
	} {
		_, err := load(t, given, tc.file, Sources{Environ: strings.Fields(tc.env)})
		if err == nil || err.Error() != tc.want {
			t.Errorf("%q %s:\n%v\nwant\n%s", tc.file, tc.env, err, tc.want)
		}
		if err != nil && strings.Contains(err.Error(), "hush") {
			t.Error("a secret is in a message")
		}
	}
}

// TestLinksOfCode: links of the configuration come behind those of the code, and once,
// however often that is loaded.
func TestLinksOfCode(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, DefaultFile, "links:\n  bot: {jid: bot.localhost, secret: hush}\n")
	app := &App{Config: given, Links: []Config{{JID: "code.localhost", Secret: NewSecret("hush")}}}
	for range 2 {
		if _, err := app.load(nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(app.Links) != 2 || app.Links[0].JID != "code.localhost" || app.Links[1].JID != "bot.localhost" {
		t.Errorf("links %+v", app.Links)
	}

	// SIGHUP says of what has changed there that it waits for a restart.
	write(t, DefaultFile, "links:\n  bot: {jid: bot.localhost, secret: other}\n  new: {jid: new.localhost, secret: hush}\n")
	now, err := given.Load(Sources{})
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(otherLinks(&app.loaded, now), " ")
	if !strings.Contains(got, "links.bot.secret links.new.jid") || strings.Contains(got, "links.bot.jid") {
		t.Errorf("changed: %s", got)
	}
	if gone := otherLinks(now, &Loaded{}); len(gone) != 2*len(linkSettings) {
		t.Errorf("gone: %s", gone)
	}
}

// TestLinksDocumented: docs/operations.md has the settings of links, all of which there
// are.
func TestLinksDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	want := "`" + strings.Join(linkSettings, "`, `") + "`"
	if !strings.Contains(strings.Join(strings.Fields(string(text)), " "), want) {
		t.Errorf("it lacks %s", want)
	}
	if keys := new(Config).linkKeys("x"); len(keys) != len(linkSettings) {
		t.Errorf("%d of %d are settings", len(keys), len(linkSettings))
	}
}
