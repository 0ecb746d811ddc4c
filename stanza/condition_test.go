package stanza

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

// RFC 6120 section 8.3.3, written down here once more from the text: where it
// allows several types, the first is what we send.
var recommended = map[Condition][]ErrorType{
	"bad-request":             {Modify},
	"conflict":                {Cancel},
	"feature-not-implemented": {Cancel, Modify},
	"forbidden":               {Auth},
	"gone":                    {Cancel},
	"internal-server-error":   {Cancel},
	"item-not-found":          {Cancel},
	"jid-malformed":           {Modify},
	"not-acceptable":          {Modify},
	"not-allowed":             {Cancel},
	"not-authorized":          {Auth},
	"policy-violation":        {Modify, Wait},
	"recipient-unavailable":   {Wait},
	"redirect":                {Modify},
	"registration-required":   {Auth},
	"remote-server-not-found": {Cancel},
	"remote-server-timeout":   {Wait},
	"resource-constraint":     {Wait},
	"service-unavailable":     {Cancel},
	"subscription-required":   {Auth},
	"undefined-condition":     {Cancel, Auth, Continue, Modify, Wait},
	"unexpected-request":      {Wait, Modify},
}

func TestT09Conditions(t *testing.T) {
	all := Conditions()
	if len(all) != 22 || len(recommended) != 22 || !slices.IsSorted(all) {
		t.Fatalf("%d conditions: %v", len(all), all)
	}
	for _, c := range all {
		want := recommended[c]
		if len(want) == 0 || c.Type() != want[0] {
			t.Errorf("%s: type %q, want %v", c, c.Type(), want)
		}
		if f := c.With("x"); f.Condition != c || f.Type != c.Type() || f.Text != "x" {
			t.Errorf("%s.With: %+v", c, f)
		}
	}
	if got := Condition("teapot").Type(); got != "" {
		t.Errorf("no condition has type %q", got)
	}
}

func TestFaultIsAnError(t *testing.T) {
	err := fmt.Errorf("show: %w", ItemNotFound.With("no tweet %d", 7))
	if !errors.Is(err, ItemNotFound) || errors.Is(err, BadRequest) {
		t.Error("Is of a Fault")
	}
	var f Fault
	if !errors.As(err, &f) || f.Text != "no tweet 7" {
		t.Errorf("As of a Fault: %+v", f)
	}
	if got := err.Error(); got != "show: stanza: item-not-found: no tweet 7" {
		t.Error(got)
	}

	err = fmt.Errorf("show: %w", error(Forbidden))
	f = Fault{}
	if !errors.Is(err, Forbidden) || !errors.As(err, &f) || f != Forbidden.Fault() {
		t.Errorf("a plain Condition: %+v", f)
	}
	if got := Forbidden.Error(); got != "stanza: forbidden" {
		t.Error(got)
	}
	if f := (Fault{}); !errors.Is(f, UndefinedCondition) || f.Error() != "stanza: undefined-condition" {
		t.Errorf("zero Fault: %v", f)
	}
	if errors.As(errors.New("other"), &f) {
		t.Error("a Fault in any error")
	}
}

// A Fault in a variable may be refined by many goroutines at once.
func TestFaultIsAValue(t *testing.T) {
	base := Gone.With("moved")
	if f := base.WithAddress("xmpp:b@c").WithText("x").WithType(Wait).WithLang("en"); f == base || base != Gone.With("moved") {
		t.Errorf("%+v changed", base)
	}
}
