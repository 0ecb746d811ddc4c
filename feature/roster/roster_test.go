package roster_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/feature/roster"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A server is the one of an account: what it answers, and what it was asked.
type server struct {
	offers string // a feature of its streams
	answer string // to the next question, the payload of a result; "" for none
	fault  error  // instead of it
	asked  []stanza.Out
}

func (s *server) Ask(_ context.Context, q stanza.Out) (stanza.Stanza, error) {
	s.asked = append(s.asked, q)
	if s.fault != nil {
		return stanza.Stanza{}, s.fault
	}
	return stanza.ParseString("<iq type='result' id='1' from='bot@localhost' to='bot@localhost/a'>" + s.answer + "</iq>")
}

func (s *server) Send(context.Context, ...stanza.Out) error { return nil }
func (s *server) Catalog() component.Catalog                { return nil }

// lastVer returns the version in the last question; ok is false if it has none.
func (s *server) lastVer() (ver string, ok bool) {
	n := s.asked[len(s.asked)-1].Payload[0].AttrNode("", "ver")
	return n.Value(), !n.IsZero()
}

// A link of the account.
type link struct {
	*server
	local   string
	resumed bool
}

func (l link) Resumed() bool            { return l.resumed }
func (l link) Local() jid.JID           { return jid.MustParse(l.local) }
func (l link) Offers(space string) bool { return space == l.offers }

const query = "<query xmlns='jabber:iq:roster'"

// A subject is a Feature in use, and what it told.
type subject struct {
	*roster.Feature
	*server
	t     *testing.T
	table *router.Table
	told  []string
}

func use(t *testing.T, f *roster.Feature) *subject {
	t.Helper()
	s := &subject{Feature: f, server: &server{offers: roster.NSVersions}, t: t}
	f.Changed = func(_ context.Context, was, now roster.Item) {
		s.told = append(s.told, fmt.Sprintf("%s %s→%s %s", was.JID, was.Subscription, now.JID, now.Subscription))
	}
	if err := f.Start(t.Context(), s.server); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.table, err = router.Compile(f.Routes); err != nil {
		t.Fatal(err)
	}
	return s
}

// push has an iq come over a link.
func (s *subject) push(over, from, payload string) error {
	s.t.Helper()
	d := stanza.Defaults{From: jid.MustParse("bot@localhost").Address(), To: jid.MustParse("bot@localhost/a").Address()}
	n, err := element.ParseIn(element.NSClient, []byte("<iq type='set' id='1' "+from+">"+payload+"</iq>"))
	if err != nil {
		s.t.Fatal(err)
	}
	in, err := d.Of(n)
	if err != nil {
		s.t.Fatal(err)
	}
	var m router.Match
	e, err := s.table.Match(&in, &m)
	if e == nil || err != nil {
		s.t.Fatalf("no route takes it: %v", err)
	}
	req := m.Request(in, e)
	req.Via = link{server: s.server, local: over}
	res, err := e.Action(s.t.Context(), req)
	if res != nil {
		s.t.Errorf("it answers with %v", res)
	}
	return err
}

// said returns what Changed was told since it was last asked.
func (s *subject) said() string {
	told := strings.Join(s.told, ", ")
	s.told = nil
	return told
}

func (s *subject) names() string {
	var all []string
	for _, i := range s.Items() {
		all = append(all, fmt.Sprintf("%s %s %q %v", i.JID, i.Subscription, i.Name, i.Groups))
	}
	return strings.Join(all, ", ")
}

func (s *subject) up(local string) {
	s.t.Helper()
	if err := s.LinkUp(s.t.Context(), link{server: s.server, local: local}); err != nil {
		s.t.Error(err)
	}
}

// resumed is up for a link whose session goes on.
func (s *subject) resumed(local string) {
	s.t.Helper()
	if err := s.LinkUp(s.t.Context(), link{s.server, local, true}); err != nil {
		s.t.Error(err)
	}
}

// TestRoster: whole, changed by pushes, and not asked for again by a second link.
func TestRoster(t *testing.T) {
	s := use(t, &roster.Feature{})
	s.answer = query + " ver='1'><item jid='b@x' subscription='both' name='Bee'><group>Friends</group><group>Bees</group></item>" +
		"<item jid='a@x'/><item jid='@'/><item jid='gone@x' subscription='remove'/><other xmlns='urn:x'/></query>"
	s.up("bot@localhost/a")
	if ver, ok := s.lastVer(); !ok || ver != "" {
		t.Errorf("it asks for what is since %q, %v", ver, ok)
	}
	if got := s.names(); got != `a@x none "" [], b@x both "Bee" [Friends Bees]` {
		t.Errorf("it has %s", got)
	}
	if got := s.said(); got != " →a@x none,  →b@x both" {
		t.Errorf("it tells %s", got)
	}
	s.up("bot@localhost/b")
	s.up("comp.localhost")
	s.up("other@localhost/a")
	if len(s.asked) != 1 {
		t.Errorf("it asks %d times", len(s.asked))
	}

	for _, step := range []struct{ over, from, item, told string }{
		{"bot@localhost/a", "", "<item jid='a@x' subscription='to' ask='subscribe' approved='true'/>", "a@x none→a@x to"},
		{"bot@localhost/a", "from='bot@localhost'", "<item jid='a@x' subscription='to' ask='subscribe' approved='1'/>", ""},
		{"bot@localhost/a", "from='BOT@localhost'", "<item jid='c@x' subscription='?'/>", " →c@x none"},
		{"bot@localhost/a", "", "<item jid='b@x' subscription='remove'/>", "b@x both→ "},
		{"bot@localhost/a", "", "<item jid='b@x' subscription='remove'/>", ""},
		{"bot@localhost/b", "", "<item jid='c@x' subscription='to'/>", ""}, // not followed
	} {
		if err := s.push(step.over, step.from, query+" ver='2'>"+step.item+"</query>"); err != nil {
			t.Errorf("%s: %v", step.item, err)
		}
		if got := s.said(); got != step.told {
			t.Errorf("%s: told %q, want %q", step.item, got, step.told)
		}
	}
	if i, ok := s.Item(jid.MustParse("a@x/there")); !ok || !i.Asked || !i.Approved {
		t.Errorf("it has %v, %v", i, ok)
	}
	if _, ok := s.Item(jid.MustParse("b@x")); ok {
		t.Error("it has one that is gone")
	}
}

// TestForgedPushes: nobody but the account changes its roster (CVE-2015-8688 and its
// like, RFC 6121 section 2.1.6).
func TestForgedPushes(t *testing.T) {
	s := use(t, &roster.Feature{})
	s.answer = query + "/>"
	s.up("bot@localhost/a")
	item := query + "><item jid='mallory@evil' subscription='both'/></query>"
	forgers := []string{"mallory@evil", "mallory@localhost/x", "localhost", "bot@localhost/b", "bot@localhost/a", "bot@evil", "localhost/bot"}
	for _, from := range forgers {
		if err := s.push("bot@localhost/a", "from='"+from+"'", item); !errors.Is(err, stanza.ServiceUnavailable) {
			t.Errorf("from %s: %v", from, err)
		}
	}
	if err := s.push("comp.localhost", "from='comp.localhost'", item); !errors.Is(err, stanza.ServiceUnavailable) {
		t.Errorf("to a component: %v", err)
	}
	if s.names() != "" || s.said() != "" || s.Forged() != len(forgers)+1 {
		t.Errorf("it has %s, and counts %d", s.names(), s.Forged())
	}
	for _, bad := range []string{"/>", "><item jid='a@x'/><item jid='b@x'/></query>", "><item xmlns='urn:x' jid='a@x'/></query>"} {
		if err := s.push("bot@localhost/a", "", query+bad); !errors.Is(err, stanza.BadRequest) {
			t.Errorf("%s: %v", bad, err)
		}
	}
	if err := s.push("bot@localhost/a", "", query+"><item jid='@'/></query>"); !errors.Is(err, stanza.JIDMalformed) {
		t.Error(err)
	}
}

// TestReconnect: which link is asked, and with which version.
func TestReconnect(t *testing.T) {
	s := use(t, &roster.Feature{})
	s.answer = query + " ver='1'><item jid='a@x'/><item jid='b@x'/></query>"
	s.up("bot@localhost/a")
	s.said()
	if err := s.push("bot@localhost/a", "", query+" ver='2'><item jid='a@x' subscription='to'/></query>"); err != nil {
		t.Error(err)
	}
	s.said()
	s.LinkDown()
	s.answer = "" // nothing has changed since
	s.up("bot@localhost/b")
	if ver, _ := s.lastVer(); ver != "2" || s.said() != "" || s.names() != `a@x to "" [], b@x none "" []` {
		t.Errorf("since %q, it has %s", ver, s.names())
	}
	if err := s.push("bot@localhost/b", "", query+" ver='3'><item jid='a@x' subscription='both'/></query>"); err != nil || s.said() != "a@x to→a@x both" {
		t.Errorf("the link that is followed now: %v", err)
	}
	s.LinkDown()
	s.offers, s.answer = "", query+"><item jid='b@x' name='B'/><item jid='c@x'/></query>" // another server, say
	s.up("bot@localhost/a")
	if _, ok := s.lastVer(); ok {
		t.Error("a server without versions is given one")
	}
	if got := s.said(); got != "a@x both→ , b@x none→b@x none,  →c@x none" {
		t.Errorf("told %s", got)
	}
	s.LinkDown()
	s.answer = ""
	s.up("bot@localhost/a")
	if got := s.names(); got != "" {
		t.Errorf("of an empty roster it has %s", got)
	}

	s.LinkDown()
	s.fault = stanza.ServiceUnavailable
	if err := s.LinkUp(t.Context(), link{server: s.server, local: "bot@localhost/a"}); !errors.Is(err, stanza.ServiceUnavailable) {
		t.Errorf("the server has none: %v", err)
	}
	before := len(s.asked)
	s.fault = nil
	s.up("bot@localhost/b")
	if len(s.asked) != before+1 {
		t.Error("the next link is not asked")
	}
}

// TestM03Resumed: with its session the roster goes on, if it was whole: pushes are
// followed, and nothing is asked for.
func TestM03Resumed(t *testing.T) {
	s := use(t, &roster.Feature{})
	s.answer = query + " ver='1'><item jid='a@x'/></query>"
	s.up("bot@localhost/a")
	push := func(to string) {
		t.Helper()
		if err := s.push("bot@localhost/a", "", query+" ver='"+to+"'><item jid='a@x' name='"+to+"'/></query>"); err != nil {
			t.Error(err)
		}
	}
	s.LinkDown()
	s.resumed("bot@localhost/a")
	s.up("bot@localhost/b")
	if push("2"); len(s.asked) != 1 || s.names() != `a@x none "2" []` {
		t.Errorf("it asks %d times, and has %s", len(s.asked), s.names())
	}
	s.LinkDown()
	s.resumed("bot@localhost/b") // which was not followed
	if ver, _ := s.lastVer(); ver != "2" || len(s.asked) != 2 {
		t.Errorf("it asks %d times, last for what is since %q", len(s.asked), ver)
	}

	// In a session whose roster was not loaded a push has the version of what is not
	// known: it does not count, and the roster is asked for when the session goes on.
	s.LinkDown()
	s.fault = stanza.InternalServerError
	if err := s.LinkUp(t.Context(), link{server: s.server, local: "bot@localhost/b"}); !errors.Is(err, stanza.InternalServerError) {
		t.Error(err)
	}
	if err := s.push("bot@localhost/b", "", query+" ver='9'><item jid='b@x'/></query>"); err != nil {
		t.Error(err)
	}
	s.LinkDown()
	s.fault = nil
	s.resumed("bot@localhost/b")
	if ver, _ := s.lastVer(); ver == "9" || len(s.asked) != 4 {
		t.Errorf("it asks %d times, last for what is since %q", len(s.asked), ver)
	}
}

// TestChange: what is asked of the server, from whom.
func TestChange(t *testing.T) {
	s := use(t, &roster.Feature{Account: jid.MustParse("bot@localhost")})
	if err := s.Set(t.Context(), jid.MustParse("a@x/y"), "A & B", "Friends", "Bees"); err != nil {
		t.Error(err)
	}
	if err := s.Set(t.Context(), jid.MustParse("a@x"), ""); err != nil {
		t.Error(err)
	}
	if err := s.Remove(t.Context(), jid.MustParse("a@x")); err != nil {
		t.Error(err)
	}
	for i, want := range []string{
		"><item jid='a@x' name='A &amp; B'><group>Friends</group><group>Bees</group></item></query>",
		"><item jid='a@x'/></query>",
		"><item jid='a@x' subscription='remove'/></query>",
	} {
		if q := s.asked[i]; q.Type != stanza.TypeSet || q.From.String() != "bot@localhost" || !q.To.JID.IsZero() || q.Payload[0].XML() != query+want {
			t.Errorf("it asks %v", q)
		}
	}
	s.fault = stanza.ItemNotFound
	if err := s.Remove(t.Context(), jid.MustParse("a@x")); !errors.Is(err, stanza.ItemNotFound) || !strings.HasPrefix(err.Error(), "roster: ") {
		t.Error(err)
	}
	if err := s.Remove(t.Context(), jid.JID{}); !errors.Is(err, stanza.JIDMalformed) {
		t.Error(err)
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if err := use(t, &roster.Feature{}).Set(ended, jid.MustParse("a@x"), ""); !errors.Is(err, context.Canceled) {
		t.Errorf("without a link: %v", err)
	}
	if err := (&roster.Feature{}).Set(t.Context(), jid.MustParse("a@x"), ""); err == nil {
		t.Error("a Feature that is not in use")
	}
	for _, account := range []string{"localhost", "bot@localhost/a"} {
		if err := (&roster.Feature{Account: jid.MustParse(account)}).Start(t.Context(), nil); err == nil {
			t.Errorf("the account %s", account)
		}
	}
}

// TestT16MaySee: whom an answer may tell that we are there.
func TestT16MaySee(t *testing.T) {
	s := use(t, &roster.Feature{})
	if s.MaySee(jid.MustParse("a@x")) || s.MaySee(jid.JID{}) {
		t.Error("somebody, before there is an account")
	}
	s.answer = query + "><item jid='from@x' subscription='from'/><item jid='both@x' subscription='both'/><item jid='to@x' subscription='to'/><item jid='none@x'/></query>"
	s.up("bot@localhost/a")
	for who, want := range map[string]bool{
		"from@x/a": true, "both@x": true, "bot@localhost/b": true, "localhost": true,
		"to@x": false, "none@x": false, "stranger@x": false, "x": false, "other@localhost": false,
	} {
		if got := s.MaySee(jid.MustParse(who)); got != want {
			t.Errorf("%s: %v", who, got)
		}
	}
}
