package version_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/feature/version"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

const question = "<iq type='get' id='1' from='a@b/c' to='app.localhost'><query xmlns='jabber:iq:version'/></iq>"

func ask(t *testing.T, f *version.Feature) string {
	t.Helper()
	app := &framework.App{Name: "asked", Routes: func(r *router.Router) { r.Mount(f) }}
	got := emptest.Do(t, app, question)
	if len(got) != 1 || got[0].Type != "result" {
		t.Fatalf("got %v", got)
	}
	return got[0].Payload.XML()
}

func TestVersion(t *testing.T) {
	got := ask(t, &version.Feature{Name: "Tweeter", Version: "1.4.0", OS: "Debian <12>"})
	want := "<query xmlns='jabber:iq:version'><name>Tweeter</name><version>1.4.0</version><os>Debian &lt;12&gt;</os></query>"
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// TestDefaults: name and version are required (XEP-0092 section 3), the system is
// nobody's business.
func TestDefaults(t *testing.T) {
	got := ask(t, &version.Feature{})
	if !strings.Contains(got, "<name>version.test</name>") || strings.Contains(got, "<version></version>") || strings.Contains(got, "<version/>") || strings.Contains(got, "os") {
		t.Errorf("got %s", got)
	}
}

func ExampleFeature() {
	routes := func(r *router.Router) {
		r.Mount(&version.Feature{Name: "Tweeter", Version: "1.4.0"})
	}
	table, err := router.Compile(routes)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, route := range table.Catalog().Routes() {
		fmt.Println(route.Method, route.Expr, route.Namespaces)
	}
	// Output: Get v:query [jabber:iq:version]
}
