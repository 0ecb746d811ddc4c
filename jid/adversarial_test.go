package jid

import (
	"strings"
	"testing"
)

// TestAdversarialJ01toJ06 holds the bad and borderline addresses of the project's
// collection, by the names they have there. An empty want is a refusal.
func TestAdversarialJ01toJ06(t *testing.T) {
	const same = "="
	for _, c := range []struct{ id, in, want, why string }{
		{"jid-001", "juliet@example.com", same, "RFC 7622 table 1"},
		{"jid-002", "juliet@example.com/foo bar", same, "space in resource"},
		{"jid-004", "a.example.com/b@example.net", same, "domain a.example.com, resource b@example.net"},
		{"jid-005", "foo\\20bar@example.com", same, "XEP-0106 escape stays as is"},
		{"jid-006", "fu\u00dfball@example.com", same, "sharp s stays"},
		{"jid-007", "\u03a3@example.com/foo", "\u03c3@example.com/foo", "capital sigma maps to small sigma"},
		{"jid-008", "\u03c2@example.com/foo", same, "final sigma stays (table 1 example 11)"},
		{"jid-010", "example.com", same, "domain only"},
		{"jid-011", "\"juliet\"@example.com", "", "table 2: quotation mark"},
		{"jid-012", "foo bar@example.com", "", "space in local part"},
		{"jid-013", "juliet@example.com/ foo", same, "leading space in resource is legal after all (erratum 4560)"},
		{"jid-014", "@example.com/", "", "empty local and resource part"},
		{"jid-015", "henry\u2163@example.com", "", "compatibility character"},
		{"jid-016", "\u265a@example.com", "", "symbol in local part"},
		{"jid-017", "juliet@", "", "no domain"},
		{"jid-019", "", "", "empty"},
		{"jid-020", "@", "", "empty parts"},
		{"jid-022", "username@example.org@example.org", "", "@ in domain (erratum 5789)"},
		{"jid-023", "juliet@example.com/", "", "empty resource part with slash"},
		{"jid-025", "x@muc.xmpp.org/\u061cx", "", "U+061C in resource"},
		{"jid-028", "a@example.com..", "", "empty label"},
		{"jid-029", "a@.example.com", "", "leading empty label (x/net/idna accepts it: check labels ourselves)"},
		{"jid-030", "a@xn--exmple-cua.com", "a@ex\u00e4mple.com", "A-label converted to ex\u00e4mple.com"},
		{"jid-031", "a@xn--a", "", "invalid punycode"},
		{"jid-032", "a@-bad-.example", "", "hyphen at label edges (x/net/idna lets it through unless CheckHyphens is on)"},
		{"jid-033", "a@ex\u3002ample.com", "a@ex.ample.com", "ideographic full stop is a label separator (RFC 5895 mapping)"},
		{"jid-035", "a@127.0.0.1", same, "IPv4 domain"},
		{"jid-036", "a@[::1]", same, "IPv6 literal in brackets"},
		{"jid-039", "a@exa_mple.com", "", "underscore is not NR-LDH; deployed names with _ need an explicit option"},
		{"jid-041", "\uff41lice@example.com", "alice@example.com", "full-width local part maps by width mapping"},
		{"jid-044", "alice@example.com/\u00a0x", "alice@example.com/ x", "non-ASCII space in resource maps to U+0020"},
		{"jid-045", "&@example.com", "", "& in local part"},
		{"jid-046", "a:b@example.com", "", ": in local part"},
		{"jid-047", "a<b@example.com", "", "< in local part"},
		{"jid-049", "a@example.com/\u0000", "", "NUL"},
		{"jid-057", "a@EXAMPLE.\u0130", "a@example.i\u0307", "dotted capital I in the domain maps under IDNA; must be stable when applied twice"},
		{"jid-058", "\u0130@example.com", "i\u0307@example.com", "case mapping must be idempotent: prep(prep(x)) == prep(x)"},
		{"jid-059", "\u1e9e@example.com", "\u00df@example.com", "capital sharp s"},
		{"jid-060", "alice@example.com/\U0001f468\u200d\U0001f469\u200d\U0001f467", "", "emoji family with ZWJ in a resource: strict PRECIS refuses ZWJ, real clients send it; inbound routing must not lose the stanza"},
		{"jid-051", strings.Repeat("a", 1023) + "@example.com", same, "local part of exactly 1023 bytes"},
		{"jid-052", strings.Repeat("a", 1024) + "@example.com", "", "local part of 1024 bytes"},
		{"jid-053", strings.Repeat("\u00e9", 512) + "@example.com", "", "512 characters but 1024 bytes"},
		{"jid-054", "a@example.com/" + strings.Repeat("r", 1023), same, "resource of 1023 bytes"},
		{"jid-055", "a@example.com/" + strings.Repeat("r", 1024), "", "resource of 1024 bytes"},
		{"jid-056", "a@" + strings.Repeat("abc.", 300) + "com", "", "domain of 1203 bytes"},
	} {
		t.Run(c.id, func(t *testing.T) {
			want := c.want
			if want == same {
				want = c.in
			}
			got, err := Parse(c.in)
			if want == "" {
				if err == nil {
					t.Fatalf("Parse(%.50q) = %q, must be refused: %s", c.in, got, c.why)
				}
				wellFormed(t, err, c.in)
				return
			}
			if err != nil {
				t.Fatalf("Parse(%.50q): %v, but: %s", c.in, err, c.why)
			}
			if got.String() != want {
				t.Errorf("Parse(%.50q) = %.50q, want %.50q: %s", c.in, got, want, c.why)
			}
			if again, err := Parse(got.String()); again != got {
				t.Errorf("not stable: %q, then %q, %v", got, again, err)
			}
		})
	}
}
