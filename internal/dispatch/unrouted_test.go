package dispatch_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/router"
)

// TestUnrouted: what no route takes is logged with the routes that come nearest,
// and without what the stanza says; also if a guard had the last word.
func TestUnrouted(t *testing.T) {
	log := new(syncBuilder)
	routes := func(r *router.Router) {
		r.Namespace("q", "urn:q")
		r.Presence("").To(reply).Name("presence")
		r.Get("q:q[@node='a']").To(reply).Name("node a")
		r.Set("q:q").Where("q:q/@id").To(reply).Name("set")
		r.Get("q:q[@node='b']").To(reply).Name("node b")
		r.At("bot@", func(r *router.Router) { r.Get("q:q").To(reply).Name("bot") })
		r.Message("[body]").If(func(context.Context, *request) bool { return false }).To(reply).Name("guarded")
	}
	k := newKit(t, dispatch.Options{Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))}, routes)
	k.log = log
	k.handle("<iq type='get' id='1' from='a@x/r' to='app.x'><q xmlns='urn:q' node='hush'/></iq>")
	k.handle("<message type='chat' id='2' from='a@x/r' to='app.x'><body>hush</body></message>")
	k.idle()
	k.wantLog(
		`msg="no route takes this" kind=iq type=get id=1 from=a@x to=app.x nearest="node a (unrouted_test.go:22): [@node='a'] at byte 3; node b (unrouted_test.go:24): [@node='b'] at byte 3; bot (unrouted_test.go:25): to bot@"`,
		`msg="no route takes this" kind=message type=chat id=2 from=a@x to=app.x nearest="guarded (unrouted_test.go:26): its guard declines"`,
	)
	if strings.Contains(log.String(), "hush") {
		t.Errorf("the log has what stanzas say:\n%s", log)
	}
	if s := k.Stats(); s.Refused[dispatch.NoRoute] != 1 || s.Dropped[dispatch.NoRoute] != 1 {
		t.Errorf("stats: %+v", s)
	}

	k = newKit(t, dispatch.Options{}, routes) // of level info
	k.handle("<iq type='get' id='1' from='a@x/r' to='app.x'><q xmlns='urn:q'/></iq>")
	k.idle()
	if k.log.String() != "" {
		t.Errorf("logged without being asked to: %s", k.log)
	}
}

// TestUnroutedOften: of many such stanzas a few are explained each second, and the rest
// counted.
func TestUnroutedOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := new(syncBuilder)
		k := newKit(t, dispatch.Options{Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))}, func(*router.Router) {})
		k.log = log
		burst := func(n int) {
			for range n {
				k.handle("<message id='1' from='a@x/r' to='app.x'><body>x</body></message>")
			}
			k.idle()
		}
		burst(35)
		time.Sleep(time.Second)
		burst(25)
		time.Sleep(time.Second)
		burst(1)
		if got := strings.Count(log.String(), `msg="no route takes this"`); got != 41 {
			t.Errorf("%d lines", got)
		}
		for _, want := range []string{"stanzas=15", "stanzas=5"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log does not say %s:\n%s", want, log)
			}
		}
	})
}
