package xpath

import (
	"slices"
	"strings"
	"testing"
)

func TestAlways(t *testing.T) {
	for _, tc := range []struct {
		expr string
		want string
	}{
		{`message[@id={id}]`, "id"},
		{`message[@id={id}][p:a={a} and body={b}]`, "id a b"},
		{`message[@id={id}]/p:a[@n={n}]/@id={a}`, "id n a"},
		{`message[@id={id}] | presence`, ""},
		{`message[body={a} or p:a={b}][@id={c}]`, "c"},
		{`message[not(body) or body={a}]`, ""},
		{`message[not(body={a})]`, ""},
		{`(//p:a[@id={id}])[1]/p:b={b}`, "id b"},
		{`(//p:a[@id={id}] | //p:b)[@n={n}]`, "n"},
		{`(//p:a[@id={id}] | //p:b) = 'x'`, ""},
		{`//p:a[@id={id}] = 'x'`, "id"},
		{`'x' = //p:a[@id={id}]`, "id"},
		{`boolean(message[@id={id}])`, "id"},
		{`count(//p:a)={n}`, "n"},
	} {
		e, err := Compile(tc.expr, testOptions)
		if err != nil {
			t.Error(err)
		} else if got := strings.Join(e.Always(), " "); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.expr, got, tc.want)
		}
	}
}

// alwaysFilled reports whether a match left no hole empty that is always filled.
func alwaysFilled(e *Expr, captured map[string]string) bool {
	return !slices.ContainsFunc(e.Always(), func(name string) bool { _, ok := captured[name]; return !ok })
}
