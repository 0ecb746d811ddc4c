package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/record"
	"github.com/emp-framework/emp/stanza"

	"github.com/emp-framework/emp/examples/tweeter/app/models"
	"github.com/emp-framework/emp/examples/tweeter/config"
)

// TestReplay: what people say to tweeter in two minutes is recorded and replayed, and
// answered in the same way each time; an action with a bug is shown. With EMP_TEST_HOUR=1
// it is an hour of 200 people, replayed 20 times.
func TestReplay(t *testing.T) {
	length, people, replays := 2*time.Minute, 12, 2
	if os.Getenv("EMP_TEST_HOUR") == "1" {
		length, people, replays = time.Hour, 200, 20
	}
	var file bytes.Buffer
	var said *crowd
	synctest.Test(t, func(t *testing.T) { said = talkAll(t, &file, length, people) })
	began := time.Now()
	replay := func(app *framework.App) *record.Result {
		t.Helper()
		app.Log = slog.New(slog.DiscardHandler)
		result, err := record.Replay(t.Context(), app, bytes.NewReader(file.Bytes()), record.Options{})
		if err != nil || result.Damage != nil || result.Lost > 0 {
			t.Fatalf("%+v, %v", result, err)
		}
		if result.Read != said.stanzas {
			t.Fatalf("%d stanzas were said, and %d are replayed", said.stanzas, result.Read)
		}
		return result
	}
	for range replays {
		result := replay(newApp())
		if result.Different > 0 || result.Same < said.stanzas {
			t.Fatalf("%d of %d answers differ:\n%s", result.Different, result.Same, strings.Join(result.Differences, "\n"))
		}
	}
	t.Logf("%v: %d stanzas of %d people, %d answers, %d errors and %d news among them; %d replays the same in %v",
		length, said.stanzas, people, said.answers, said.errors, said.news, replays, time.Since(began).Round(time.Millisecond))
	if said.errors < said.stanzas/20 || said.news < said.stanzas/20 {
		t.Error("little of that is errors, or news for followers")
	}

	app := newApp()
	app.Use(bug{})
	result := replay(app)
	text := strings.Join(result.Differences, "\n")
	if result.Different == 0 || result.Different > result.Same || !strings.Contains(text, "the text is \"Tweeted, as number 0.\", want \"Tweeted, as number ") {
		t.Errorf("of an action with a bug %d answers differ, %d are the same:\n%s", result.Different, result.Same, text)
	}
}

// A bug is one in an action: it tells a wrong number.
type bug struct{}

func (bug) Middleware() component.Middleware {
	return component.After(func(_ context.Context, req *component.Request, res component.Response) (component.Response, error) {
		if req.Route == "chat" && len(res) > 0 && strings.HasPrefix(res[0].Body, "Tweeted") {
			res[0].Body = "Tweeted, as number 0."
		}
		return res, nil
	})
}

// A crowd is people who talk to tweeter, each in a way that is made up from a seed.
type crowd struct {
	*emptest.Session
	random *rand.Rand
	people int
	asked  map[int]string // the session of the command that a person has begun
	own    map[int]string // the number of a person's last tweet

	stanzas, answers, errors, news int
}

// talkAll has a number of people talk for that long, and records it. One writes at a
// time: what happens at the same time may be replayed in another order.
func talkAll(t *testing.T, file *bytes.Buffer, length time.Duration, people int) *crowd {
	app := config.New(":memory:")
	app.Config = framework.Config{JID: domain}
	app.Log = slog.New(slog.DiscardHandler)
	r, err := record.NewRecorder(file, app.Name, record.Rules{Bodies: true})
	if err != nil {
		t.Fatal(err)
	}
	app.Use(r)
	c := &crowd{Session: emptest.Start(t, app), random: rand.New(rand.NewPCG(9, 9)), people: people, asked: make(map[int]string), own: make(map[int]string)}
	for begin := time.Now(); time.Since(begin) < length; {
		time.Sleep(time.Duration(c.random.IntN(1000)) * time.Millisecond) // the bubble's time, which nobody waits for
		c.one()
	}
	return c
}

// one has somebody say something.
func (c *crowd) one() {
	who := c.random.IntN(c.people)
	if who >= c.people/2 { // some say more than others
		who = c.random.IntN(c.people)
	}
	c.stanzas++
	for _, s := range c.Do(c.stanza(who)) {
		c.answers++
		switch {
		case s.Type == stanza.TypeError:
			c.errors++
		case s.From.JID.Local() != "":
			c.news++
		}
		if number, ok := strings.CutPrefix(s.Body(), "Tweeted, as number "); ok {
			c.own[who] = strings.TrimSuffix(number, ".")
		}
		if id := s.Payload.Attr("sessionid"); s.Payload.Attr("status") == "executing" {
			c.asked[who] = id
		}
	}
}

// stanza makes one up.
func (c *crowd) stanza(who int) string {
	from := fmt.Sprintf("from='u%d@localhost/%s' id='s%d'", who, []string{"desk", "phone"}[c.random.IntN(2)], c.stanzas)
	body := func(text string) string {
		return "<message " + from + " to='" + domain + "' type='chat'><body>" + text + "</body></message>"
	}
	iq := func(typ, to, payload string) string {
		return "<iq " + from + " to='" + to + "' type='" + typ + "'>" + payload + "</iq>"
	}
	tweet := func(attrs, text string) string {
		return "<tweet" + attrs + "><entry xmlns='" + models.NSAtom + "'><content>" + text + "</content></entry></tweet>"
	}
	own := func(name, attrs, content string) string {
		return "<" + name + " xmlns='" + models.NS + "'" + attrs + ">" + content + "</" + name + ">"
	}
	other := fmt.Sprintf("u%d", c.random.IntN(c.people))
	number := fmt.Sprint(1 + c.random.IntN(1+c.stanzas/3))
	mine := cmp.Or(c.own[who], number)
	long := strings.Repeat("é", models.MaxText+c.random.IntN(2))
	tweets, tweeters := domain+"/tweets", domain+"/tweeters"
	command := func(node, attrs, form string) string {
		// A command belongs to the device that began it.
		return "<iq from='u" + fmt.Sprint(who) + "@localhost/desk' id='s" + fmt.Sprint(c.stanzas) + "' to='" + domain + "' type='set'>" +
			"<command xmlns='http://jabber.org/protocol/commands' node='" + node + "'" + attrs + ">" + form + "</command></iq>"
	}
	session, asked := c.asked[who]
	delete(c.asked, who)
	if asked { // some answer, some give up, some forget it
		answer := "<x xmlns='jabber:x:data' type='submit'><field var='text'><value>by menu " + number + "</value></field></x>"
		switch c.random.IntN(4) {
		case 0:
			return command("tweet", " action='cancel' sessionid='"+session+"'", "")
		case 1:
		default:
			return command("tweet", " action='complete' sessionid='"+session+"'", answer)
		}
	}
	switch c.random.IntN(34) {
	case 0, 1, 2:
		return body("join")
	case 3, 4, 5, 6, 7:
		return body("tweet Number " + number + ", said at " + time.Now().Format(time.TimeOnly))
	case 8:
		return body("tweet " + long)
	case 9:
		return body([]string{"help", "people", "list " + other, "sing", "delete " + number, "tweet"}[c.random.IntN(6)])
	case 10:
		return body("list")
	case 11:
		return body([]string{"leave yes", "leave no", "leave", "list nobody"}[c.random.IntN(4)])
	case 12, 13, 14, 15:
		return "<presence " + from + " to='" + other + "@" + domain + "' type='subscribe'/>"
	case 16:
		return "<presence " + from + " to='" + other + "@" + domain + "' type='" + []string{"unsubscribe", "probe", "subscribed", "error"}[c.random.IntN(4)] + "'/>"
	case 17:
		return "<presence " + from + " to='" + domain + "'><show>away</show></presence>"
	case 18:
		return "<presence " + from + " to='" + domain + "' type='unavailable'/>"
	case 19, 20:
		return iq("set", tweets, own("tweets", "", tweet("", "one of three, "+number)+tweet("", "two")+tweet("", "three")))
	case 21:
		return iq("set", tweets, own("tweets", "", tweet("", "good")+tweet("", long+"x")))
	case 22, 32:
		return iq("set", tweets, "<tweet xmlns='"+models.NS+"' id='"+mine+"'><entry xmlns='"+models.NSAtom+"'><content>better</content></entry></tweet>")
	case 23:
		return iq("set", tweets, own("retract", "", "<tweet id='"+[]string{number, mine}[c.random.IntN(2)]+"'/>"))
	case 24:
		return iq("get", tweets, own("tweet", " id='"+mine+"'", ""))
	case 25:
		return iq("get", []string{tweets, tweeters, domain}[c.random.IntN(3)], own("tweets", " author='"+other+"'", ""))
	case 26:
		return iq("set", tweeters, own("tweeters", "", fmt.Sprintf("<tweeter id='u%d'><vCard xmlns='vcard-temp'><FN>U %d</FN></vCard></tweeter>", who, who)))
	case 27:
		return iq("get", other+"@"+domain, "<vCard xmlns='vcard-temp'/>")
	case 28, 29:
		return command("tweet", "", "")
	case 30:
		return command([]string{"people", "list", "none"}[c.random.IntN(3)], []string{"", " action='prev'", " sessionid='x'"}[c.random.IntN(3)], "")
	case 31:
		return iq("get", domain, "<time xmlns='urn:xmpp:time'/>")
	}
	spaces := []string{"jabber:iq:last", "jabber:iq:version", "http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items", "urn:example:nothing"}
	return iq("get", domain, "<query xmlns='"+spaces[c.random.IntN(len(spaces))]+"'/>")
}
