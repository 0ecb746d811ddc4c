package admin_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/emp-framework/emp/admin"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// newApp returns an application with an action for each outcome.
func newApp() (*framework.App, *admin.Server) {
	app := &framework.App{
		Config: framework.Config{Admin: framework.Admin{Listen: "127.0.0.1:0"}},
		Routes: func(r *router.Router) {
			r.Message("[body='hi']").To(func(_ context.Context, req *component.Request) (component.Response, error) {
				return req.Reply("Hackity Hack!"), nil
			}).Name("hack")
			r.Message("[body='fault']").To(func(context.Context, *component.Request) (component.Response, error) {
				return nil, fmt.Errorf("wrapped: %w", stanza.ItemNotFound.With("no"))
			}).Name("fault")
			r.Message("[body='failed']").To(func(context.Context, *component.Request) (component.Response, error) {
				return nil, errors.New("failed")
			}).Name("failed")
			r.Message("[body='panic']").To(func(context.Context, *component.Request) (component.Response, error) {
				panic("panic")
			}).Name("panic")
		},
	}
	s := admin.New(app)
	app.Use(s)
	return app, s
}

// get asks for a path, of host if that is not "", and returns the status and what
// came.
func get(t *testing.T, s *admin.Server, path, host string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+s.AdminAddr()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	req.Close = true // or the client's own goroutines would outlast the test
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// A prober looks at the address before the links are up, and when they are gone:
// it is started behind the plugin, and stopped before it.
type prober struct {
	t *testing.T
	s *admin.Server
}

func (p *prober) Start(context.Context, component.Host) error { return p.probe("not up") }
func (p *prober) Stop(context.Context) error                  { return p.probe("stopped") }

func (p *prober) probe(why string) error {
	if code, _ := get(p.t, p.s, "/healthz", ""); code != 200 {
		return fmt.Errorf("/healthz: %d", code)
	}
	if code, text := get(p.t, p.s, "/readyz", ""); code != 503 || !strings.Contains(text, why) {
		return fmt.Errorf("/readyz: %d, %s", code, text)
	}
	if _, text := get(p.t, p.s, "/metrics", ""); !strings.Contains(text, "\nemp_ready 0\n") {
		return errors.New("/metrics says that it is ready")
	}
	return nil
}

// TestAddress: what is served when, and to whom.
func TestAddress(t *testing.T) {
	app, s := newApp()
	app.Use(&prober{t, s})
	t.Run("app", func(t *testing.T) {
		emptest.Start(t, app)
		for _, tc := range []struct {
			path, host string
			code       int
			has        string
		}{
			{"/healthz", "", 200, "ok\n"},
			{"/readyz", "", 200, "ok\n"},
			{"/readyz", "localhost:1", 200, "ok\n"},
			{"/readyz", "[::1]", 200, "ok\n"},
			{"/readyz", "evil.example", 421, "evil.example"},
			{"/metrics", "evil.example:9090", 421, ""},
			{"/metrics", "", 200, "go_goroutines"},
			{"/debug/pprof/", "", 200, "goroutine"},
			{"/debug/pprof/goroutine?debug=1", "", 200, "goroutine profile"},
			{"/debug/pprof/cmdline", "", 200, "admin"},
			{"/", "", 404, ""},
		} {
			if code, text := get(t, s, tc.path, tc.host); code != tc.code || !strings.Contains(text, tc.has) {
				t.Errorf("%s of %q: %d, %.200s", tc.path, tc.host, code, text)
			}
		}
	})
	if conn, err := net.Dial("tcp", s.AdminAddr()); err == nil {
		conn.Close()
		t.Error("it still listens when the application has stopped")
	}
}

// TestPublic: an address that is open to others answers to any name.
func TestPublic(t *testing.T) {
	app, s := newApp()
	app.Config.Admin.Public = true
	emptest.Start(t, app)
	if code, _ := get(t, s, "/healthz", "app.example"); code != 200 {
		t.Error(code)
	}
}

// TestOff: without an address nothing listens, and the actions run all the same.
func TestOff(t *testing.T) {
	app, s := newApp()
	app.Config.Admin.Listen = ""
	if got := emptest.Do(t, app, message("hi")); len(got) != 1 || s.AdminAddr() != "" {
		t.Errorf("%v, listening at %q", got, s.AdminAddr())
	}
}

// TestTaken: an address that cannot be had stops the start.
func TestTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	app, _ := newApp()
	app.Config = framework.Config{JID: "app.localhost", Secret: framework.NewSecret("s"), Admin: framework.Admin{Listen: taken.Addr().String()}}
	if err := app.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "admin: listen tcp") {
		t.Error(err)
	}
}

// TestUnserved: an address in the configuration of a program that has no plugin for it
// is a mistake that is told.
func TestUnserved(t *testing.T) {
	app := &framework.App{Config: framework.Config{JID: "app.localhost", Secret: framework.NewSecret("s"), Admin: framework.Admin{Listen: "127.0.0.1:0"}}}
	err := app.Run(t.Context())
	var coded interface{ ExitCode() int }
	if !errors.As(err, &coded) || coded.ExitCode() != 70 || !strings.Contains(err.Error(), "app.Use(admin.New(app))") {
		t.Error(err)
	}
}

func message(body string) string {
	return "<message from='alice@localhost/desk' to='app.localhost'><body>" + body + "</body></message>"
}

var sample = regexp.MustCompile(`(?m)^(emp_\w+(?:\{[^}]*\})?) (\S+)$`)

// metrics returns what /metrics says of the application.
func metrics(t *testing.T, s *admin.Server) map[string]string {
	t.Helper()
	_, text := get(t, s, "/metrics", "")
	found := make(map[string]string)
	for _, m := range sample.FindAllStringSubmatch(text, -1) {
		found[m[1]] = m[2]
	}
	return found
}

// TestMetrics: the numbers are those of the application, its routes and its links; and
// docs/metrics.md has each of them, and no other.
func TestMetrics(t *testing.T) {
	app, s := newApp()
	talk := emptest.Start(t, app)
	for _, body := range []string{"hi", "hi", "hi", "fault", "failed", "panic", "nobody minds"} {
		talk.Do(message(body))
	}
	talk.Do("<iq type='get' id='1' from='alice@localhost/desk' to='app.localhost'><q xmlns='urn:q'/></iq>")
	got := metrics(t, s)
	for name, want := range map[string]string{
		`emp_actions_total{outcome="ok",route="hack"}`:       "3",
		`emp_actions_total{outcome="fault",route="hack"}`:    "0",
		`emp_actions_total{outcome="fault",route="fault"}`:   "1",
		`emp_actions_total{outcome="failed",route="failed"}`: "1",
		`emp_actions_total{outcome="panic",route="panic"}`:   "1",
		`emp_action_seconds_count{route="hack"}`:             "3",
		`emp_stanzas_handled_total`:                          "6",
		`emp_stanzas_dropped_total{reason="no-route"}`:       "1",
		`emp_stanzas_refused_total{reason="no-route"}`:       "1",
		`emp_stanzas_held`:                                   "0",
		`emp_actions_failed_total`:                           "2",
		`emp_link_up{link="app.localhost"}`:                  "1",
		`emp_link_ups_total{link="app.localhost"}`:           "1",
		`emp_link_losses_total{link="app.localhost"}`:        "0",
		`emp_link_given_up_total{link="app.localhost"}`:      "0",
		`emp_ready`: "1",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %s", name, got[name], want)
		}
	}
	// Barriers of emptest and pings make these more than what was said.
	stats := app.LinkStats()[0]
	if stats.Read < 8 || stats.Sent < 7 || stats.ReadBytes < 500 || stats.SentBytes < 500 || stats.Name != "app.localhost" {
		t.Errorf("%+v", stats)
	}

	doc, err := os.ReadFile("../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(emp_\\w+)").FindAllStringSubmatch(string(doc), -1) {
		told = append(told, m[1])
	}
	var served []string
	for name := range got {
		name, _, _ = strings.Cut(name, "{")
		for _, part := range []string{"_bucket", "_sum", "_count"} {
			name = strings.TrimSuffix(name, part)
		}
		served = append(served, name)
	}
	slices.Sort(told)
	slices.Sort(served)
	if served = slices.Compact(served); !slices.Equal(told, served) {
		t.Errorf("docs/metrics.md tells of\n%v\nand there are\n%v", told, served)
	}
}

// TestNotLinked: an application that does not use it has none of it.
func TestNotLinked(t *testing.T) {
	deps := func(pkg string) string {
		out, err := exec.Command("go", "list", "-deps", pkg).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	without, with := deps("../examples/hack"), deps(".")
	for _, pkg := range []string{"github.com/emp-framework/emp/admin", "github.com/prometheus/client_golang/prometheus", "net/http/pprof"} {
		line := "\n" + pkg + "\n"
		if strings.Contains(without, line) {
			t.Errorf("examples/hack has %s", pkg)
		}
		if !strings.Contains("\n"+with, line) {
			t.Errorf("admin has no %s: this test looks for the wrong name", pkg)
		}
	}
}
