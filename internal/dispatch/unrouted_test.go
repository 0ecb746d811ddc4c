package dispatch_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"

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
		`msg="no route takes this" kind=iq type=get id=1 from=a@x to=app.x nearest="node a (unrouted_test.go:20): [@node='a'] at byte 3; node b (unrouted_test.go:22): [@node='b'] at byte 3; bot (unrouted_test.go:23): to bot@"`,
		`msg="no route takes this" kind=message type=chat id=2 from=a@x to=app.x nearest="guarded (unrouted_test.go:24): its guard declines"`,
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
