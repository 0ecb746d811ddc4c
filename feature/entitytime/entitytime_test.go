package entitytime_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/feature/entitytime"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

// TestTime asks in a bubble, whose clock begins at midnight of 2000-01-01 UTC.
func TestTime(t *testing.T) {
	for zone, location := range map[string]*time.Location{
		"Z":      nil,
		"+00:00": time.UTC,
		"-06:30": time.FixedZone("", -6*3600-1800),
	} {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(90*time.Minute + 1500*time.Millisecond)
			app := &framework.App{Name: "asked", Routes: func(r *router.Router) { r.Mount(entitytime.Feature{Location: location}) }}
			got := emptest.Do(t, app, "<iq type='get' id='1' from='a@b/c' to='app.localhost'><time xmlns='urn:xmpp:time'/></iq>")
			want := "<time xmlns='urn:xmpp:time'><tzo>" + zone + "</tzo><utc>2000-01-01T01:30:01.500Z</utc></time>"
			if len(got) != 1 || got[0].Payload.XML() != want {
				t.Errorf("got %v\nwant %s", got, want)
			}
		})
	}
}

func ExampleFeature() {
	table, err := router.Compile(func(r *router.Router) { r.Mount(entitytime.Feature{}) })
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, route := range table.Catalog().Routes() {
		fmt.Println(route.Method, route.Expr, route.Namespaces)
	}
	// Output: Get t:time [urn:xmpp:time]
}
