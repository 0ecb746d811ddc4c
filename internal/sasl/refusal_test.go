package sasl

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// TestA10Refusals: what becomes of the server's <failure/>.
func TestA10Refusals(t *testing.T) {
	for _, tc := range []struct {
		condition, text string
		want            Condition
		line            string
		temporary       bool
	}{
		{"not-authorized", "", NotAuthorized, "sasl: the server refused SCRAM-SHA-256: not-authorized", false},
		{"not-authorized", "wrong\n password\x00 ", NotAuthorized, "sasl: the server refused SCRAM-SHA-256: not-authorized: wrong password", false},
		{"temporary-auth-failure", "", TemporaryAuthFailure, "sasl: the server refused SCRAM-SHA-256: temporary-auth-failure", true},
		{"account-disabled", "ask Bob", AccountDisabled, "sasl: the server refused SCRAM-SHA-256: account-disabled: ask Bob", false},
		{"moon-phase", "", NotAuthorized, "sasl: the server refused SCRAM-SHA-256: not-authorized: moon-phase", false},
		{"moon-phase", "new moon", NotAuthorized, "sasl: the server refused SCRAM-SHA-256: not-authorized: new moon", false},
		{"", "", NotAuthorized, "sasl: the server refused SCRAM-SHA-256: not-authorized", false},
	} {
		x := prover(t)
		err := fmt.Errorf("link: %w", x.Refused(tc.condition, tc.text))
		if got := errors.Unwrap(err).Error(); got != tc.line || !errors.Is(err, tc.want) || Temporary(err) != tc.temporary {
			t.Errorf("%s: %s, temporary %t", tc.condition, got, Temporary(err))
		}
		if err := x.Done(base("v=AAAA")); !errors.Is(err, ErrOrder) {
			t.Errorf("%s: %v to success behind it", tc.condition, err)
		}
	}
	for _, c := range conditions {
		var r *Refusal
		if err := prover(t).Refused(string(c), ""); !errors.As(err, &r) || r.Condition != c || r.Mechanism != "SCRAM-SHA-256" || !errors.Is(err, c) {
			t.Errorf("%s: %v", c, err)
		}
	}
	if len(conditions) != 11 {
		t.Errorf("%d conditions, RFC 6120 section 6.5 has 11", len(conditions))
	}
	long := prover(t).Refused("not-authorized", strings.Repeat("ä", 1000)).Error()
	if len(long) > 400 || !strings.HasSuffix(long, "ä…") {
		t.Errorf("a long text: %s", long)
	}
}

// TestSecretsStayInside: nothing of this package shows a password, printed,
// logged or as an error, not even a password that the server says back.
func TestSecretsStayInside(t *testing.T) {
	ch := secureChannel(t)
	a := accountOf(t, func(c *Credentials) { c.AllowPlain = true })
	if err := converse(t, a, ch, offer("SCRAM-SHA-1"), newServer()); err != nil { // its keys are cached now
		t.Fatal(err)
	}
	fresh := accountOf(t, func(c *Credentials) { c.AllowPlain = true })
	x, _ := started(t, fresh, ch, offer("PLAIN"))
	refusal := x.Refused("not-authorized", "no such password: "+secret)
	y := prover(t)
	if _, err := y.Next(t.Context(), base("r=Nserver,s=QUFB,i=4096")); err != nil {
		t.Fatal(err)
	}
	wrong := y.Done(base("v=AAAA"))

	var b strings.Builder
	show := func(v any) {
		for _, verb := range words("%v %+v %#v %s %q %x %d") {
			fmt.Fprintf(&b, verb+"\n", v)
		}
		for _, h := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
			slog.New(h).Info("shown", "it", v)
		}
	}
	for _, v := range []any{a, x, y, refusal, wrong, fresh.c, struct{ inner any }{a}, struct{ inner any }{x}, []any{a, x}, struct{ Account *Account }{a}, struct{ x *Exchange }{y}} {
		show(v)
	}
	shown := b.String()
	keys := (*a.keys.keys)[0]
	for name, hidden := range map[string]string{
		"the password": secret, "in hexadecimal": fmt.Sprintf("%x", secret), "in base64": base(secret),
		"ClientKey":        fmt.Sprint(keys.client),
		"ClientKey in hex": fmt.Sprintf("%x", keys.client),
		"ServerKey":        fmt.Sprint(keys.server),
	} {
		if strings.Contains(shown, hidden) {
			t.Errorf("%s is in:\n%s", name, shown)
		}
	}
	if want := "sasl: the server refused PLAIN: not-authorized"; refusal.Error() != want {
		t.Errorf("%q, want %q", refusal, want)
	}
}
