package last_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/feature/last"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

func ask(t *testing.T, app *framework.App, to string) string {
	t.Helper()
	got := emptest.Do(t, app, "<iq type='get' id='1' from='a@b/c' to='"+to+"'><query xmlns='jabber:iq:last'/></iq>")
	if len(got) != 1 {
		t.Fatalf("got %v", got)
	}
	return got[0].Node.XML()
}

// TestUptime: a service says since when it runs (XEP-0012 section 5).
func TestUptime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app := &framework.App{Name: "asked"}
		app.Use(&last.Feature{})
		ask(t, app, "app.localhost") // which starts it
		time.Sleep(90*time.Second + 900*time.Millisecond)
		for _, to := range []string{"app.localhost", "app.localhost/x"} {
			if got := ask(t, app, to); !strings.Contains(got, "<query xmlns='jabber:iq:last' seconds='90'/>") {
				t.Errorf("%s: %s", to, got)
			}
		}
		if got := ask(t, app, "bot@app.localhost"); !strings.Contains(got, "service-unavailable") {
			t.Errorf("bot: %s", got)
		}
	})
}

// TestSince: what else is known the author says.
func TestSince(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &last.Feature{Since: func(_ context.Context, req *component.Request) (time.Time, string, error) {
			switch req.To.JID.Local() {
			case "juliet":
				return time.Now().Add(-903 * time.Second), "Heading Home", nil
			case "future":
				return time.Now().Add(time.Hour), "", nil
			}
			return time.Time{}, "", stanza.Forbidden
		}}
		app := &framework.App{Name: "asked", Routes: func(r *router.Router) { r.Mount(f) }}
		for to, want := range map[string]string{
			"juliet@app.localhost": "<query xmlns='jabber:iq:last' seconds='903'>Heading Home</query>",
			"future@app.localhost": "<query xmlns='jabber:iq:last' seconds='0'/>",
			"romeo@app.localhost":  "<forbidden ",
		} {
			if got := ask(t, app, to); !strings.Contains(got, want) {
				t.Errorf("%s: %s", to, got)
			}
		}
	})
}

// TestMounted: also mounted by hand it knows the start, and tells no uptime of two
// thousand years.
func TestMounted(t *testing.T) {
	app := &framework.App{Name: "asked", Routes: func(r *router.Router) { r.Mount(&last.Feature{}) }}
	if got := ask(t, app, "app.localhost"); !regexp.MustCompile(`seconds='\d{1,3}'`).MatchString(got) {
		t.Error(got)
	}
}

func ExampleFeature() {
	table, err := router.Compile(func(r *router.Router) { r.Mount(&last.Feature{}) })
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, route := range table.Catalog().Routes() {
		fmt.Println(route.Method, route.Expr, route.Namespaces)
	}
	// Output: Get l:query [jabber:iq:last]
}
