package record_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/record"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

const ns = "urn:example:notes"

// notes is an application with all that makes replays hard: a state, the time, ids and
// dice in its answers, questions to others, and news to those who did not ask.
type notes struct {
	bug string // which one it has, "" for none

	mu    sync.Mutex
	of    map[jid.JID]int // how many each has
	total int
}

func newApp(bug string) *framework.App {
	n := &notes{bug: bug, of: make(map[jid.JID]int)}
	return &framework.App{
		Name: "notes", Log: slog.New(slog.DiscardHandler),
		Routes: func(r *router.Router) {
			r.Namespace("n", ns)
			r.Set("n:note").To(n.add)
			r.Get("n:total").To(n.sum)
			r.Message("[body='ask']").To(n.ask)
			r.Message("[body]").To(n.echo)
			r.Presence("[@type='subscribe']").To(n.follow)
		},
	}
}

// add counts for each sender.
func (n *notes) add(ctx context.Context, req *component.Request) (component.Response, error) {
	if req.Payload.Text() == "bad" {
		return nil, stanza.NotAcceptable.With("bad")
	}
	n.mu.Lock()
	n.of[req.From.JID.Bare()]++
	n.total++
	count := n.of[req.From.JID.Bare()]
	n.mu.Unlock()
	if n.bug == "count" && count == 7 {
		count = 8
	}
	dice := component.Rand(ctx).IntN(1000)
	return req.Result(element.New(ns, "note").Attr("number", fmt.Sprint(count)).Attr("id", component.NewID(ctx)).
		Attr("at", component.Now(ctx).Format(time.RFC3339Nano)).Attr("dice", fmt.Sprint(dice)).Text("{any} " + req.Payload.Text())), nil
}

func (n *notes) sum(_ context.Context, req *component.Request) (component.Response, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return req.Result(element.Text(ns, "total", fmt.Sprint(n.total))), nil
}

func (n *notes) echo(_ context.Context, req *component.Request) (component.Response, error) {
	if n.bug == "silent" && req.From.JID.Local() == "user3" {
		return nil, nil
	}
	return req.Reply("you said: " + req.Body()), nil
}

func (n *notes) ask(ctx context.Context, req *component.Request) (component.Response, error) {
	answer, err := req.Ask(ctx, stanza.NewIQ(stanza.TypeGet, jid.MustParse("oracle@localhost/cave"), element.New(ns, "q")))
	if err != nil {
		return nil, err
	}
	return req.Reply("the oracle says " + answer.Payload.Text()), nil
}

func (n *notes) follow(_ context.Context, req *component.Request) (component.Response, error) {
	return append(req.ReplyPresence(stanza.TypeSubscribed), stanza.Out{Kind: stanza.Presence, From: req.To, To: req.From.JID.Bare().Address()}), nil
}

// session records a conversation of a few hundred stanzas, made up from a seed, and
// returns the recording and how many stanzas were said.
func session(t *testing.T, rules record.Rules) (file []byte, said int) {
	t.Helper()
	var out bytes.Buffer
	t.Run("session", func(t *testing.T) {
		app := newApp("")
		r, err := record.NewRecorder(&out, "notes", rules)
		if err != nil {
			t.Fatal(err)
		}
		app.Use(r)
		s := emptest.Start(t, app)
		random := rand.New(rand.NewPCG(1, 2))
		for round := range 8 {
			var all strings.Builder
			for i := range 25 { // in work side by side
				said++
				user := random.IntN(6)
				from := fmt.Sprintf("from='user%d@localhost/desk' to='app.localhost'", user)
				switch random.IntN(6) {
				case 0:
					fmt.Fprintf(&all, "<message %s type='chat' id='%d-%d'><body>hällo %d</body></message>", from, round, i, i)
				case 1:
					fmt.Fprintf(&all, "<iq %s type='set' id='%d-%d'><note xmlns='%s'>bad</note></iq>", from, round, i, ns)
				case 2:
					fmt.Fprintf(&all, "<presence %s type='subscribe'/>", from)
				case 3:
					fmt.Fprintf(&all, "<iq %s type='get' id='%d-%d'><unknown xmlns='urn:u'/></iq>", from, round, i)
				default:
					fmt.Fprintf(&all, "<iq %s type='set' id='%d-%d'><note xmlns='%s'>note %d</note></iq>", from, round, i, ns, i)
				}
			}
			s.Do(all.String())
			// Two questions at once, answered crosswise.
			s.Send("<message from='user1@localhost/desk' to='app.localhost'><body>ask</body></message>")
			s.Expect(fmt.Sprintf("<iq type='get' id='{first%[1]d}' from='app.localhost' to='oracle@localhost/cave'><q xmlns='%[2]s'/></iq>", round, ns))
			s.Send("<message from='user2@localhost/desk' to='app.localhost'><body>ask</body></message>")
			s.Expect(fmt.Sprintf("<iq type='get' id='{second%[1]d}' from='app.localhost' to='oracle@localhost/cave'><q xmlns='%[2]s'/></iq>", round, ns))
			for _, id := range []string{fmt.Sprintf("{second%d}", round), fmt.Sprintf("{first%d}", round)} {
				s.Send("<iq type='result' id='" + id + "' from='oracle@localhost/cave' to='app.localhost'><a xmlns='" + ns + "'>42</a></iq>")
			}
			s.Do("<iq from='user1@localhost/desk' to='app.localhost' type='get' id='sum'><total xmlns='" + ns + "'/></iq>")
			said += 5
		}
	})
	return out.Bytes(), said
}

// replayed replays, and fails if it cannot.
func replayed(t *testing.T, app *framework.App, file io.Reader) *record.Result {
	t.Helper()
	result, err := record.Replay(t.Context(), app, file, record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return result
}
