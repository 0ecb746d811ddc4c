package framework

import (
	"reflect"
	"slices"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
)

// TestWays: the methods of the ways are those of their interfaces, and each is found.
func TestWays(t *testing.T) {
	for i, is := range []reflect.Type{
		reflect.TypeFor[router.Mounter](), reflect.TypeFor[component.Starter](), reflect.TypeFor[component.Stopper](),
		reflect.TypeFor[component.LinkWatcher](), reflect.TypeFor[component.CatalogWatcher](), reflect.TypeFor[component.Announcer](),
		reflect.TypeFor[component.Offerer](), reflect.TypeFor[component.FateWatcher](), reflect.TypeFor[stepper](),
		reflect.TypeFor[Commander](), reflect.TypeFor[TrafficWatcher](), reflect.TypeFor[Surrounder](),
	} {
		var want []string
		for m := range is.Methods() {
			want = append(want, m.Name)
			if got, ok := method(is, m.Name); !ok || got.Name != m.Name {
				t.Errorf("method does not know %s", m.Name)
			}
		}
		got := slices.Sorted(slices.Values(ways[i].methods))
		if !slices.Equal(got, want) {
			t.Errorf("%s has the methods %q, here %q", ways[i].name, want, got)
		}
	}
	if len(ways) != 12 {
		t.Errorf("%d ways, and this test looks at 12", len(ways))
	}
}
