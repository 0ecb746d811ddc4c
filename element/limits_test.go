package element

import (
	"strings"
	"testing"
)

// TestX11HardLimits: the limits that end a stream are never below, and may be
// the same as, those that skip a stanza, and strike at one byte for every cut.
func TestX11HardLimits(t *testing.T) {
	text := "<a>" + strings.Repeat("é", 100) + "</a>"
	tests := []struct {
		name   string
		limits Limits
		in     string
		want   string
	}{
		{"hard bytes below bytes", Limits{Bytes: 100, HardBytes: 20}, text, "error element: policy-violation at byte 101:"},
		{"same bytes", Limits{Bytes: 100, HardBytes: 100}, text, "error element: policy-violation at byte 101:"},
		{"same bytes, all used", Limits{Bytes: len(text), HardBytes: len(text)}, text, "element  <a ^0>"},
		{"one byte more", Limits{Bytes: 100, HardBytes: 101}, text, "error element: policy-violation at byte 101:"},
		{"bytes above the default of hard bytes", Limits{Bytes: 1 << 30}, text, "element  <a ^0>"},
		{"in an end tag", Limits{Bytes: 8, HardBytes: 8}, "<aaa></aaa>", "error element: policy-violation at byte 8:"},
		{"hard depth below depth", Limits{Depth: 4, HardDepth: 2}, strings.Repeat("<a>", 4) + strings.Repeat("</a>", 4), "element  <a ^0>"},
		{"below hard depth", Limits{Depth: 4, HardDepth: 2}, strings.Repeat("<a>", 5), "error element: policy-violation at byte 15:"},
	}
	for _, tt := range tests {
		for cut := range len(tt.in) {
			for _, sizes := range [][]int{{cut + 1, len(tt.in)}, {cut + 1}} {
				got := events(&Parser{Fragments: true, Limits: tt.limits}, tt.in, sizes...)
				if !strings.HasPrefix(got, tt.want) {
					t.Fatalf("%s, in pieces of %v: %s", tt.name, sizes, got)
				}
			}
		}
	}
}

// TestX11ClosingTag: a closing tag of the stream beyond a limit is no stanza.
func TestX11ClosingTag(t *testing.T) {
	for in, want := range map[string]string{
		"<sss></sss>": "open  <sss ^0> @0\nerror element: policy-violation at byte 10:",
		"<s></s" + strings.Repeat(" ", 10) + "><iq/>":    "open  <s ^0> @0\nerror element: policy-violation at byte 8:",
		"<s></" + strings.Repeat("s", 10) + "><iq/></s>": "open  <s ^0> @0\nerror element: not-well-formed at byte 6:",
	} {
		for _, size := range []int{len(in), 1} {
			if got := events(&Parser{Limits: Limits{Bytes: 5}}, in, size); !strings.HasPrefix(got, want) {
				t.Errorf("%s in pieces of %d: %s", in, size, got)
			}
		}
		for limit := 1; limit < 9; limit++ {
			events(&Parser{Limits: Limits{Bytes: limit}}, in)
			events(&Parser{Limits: Limits{Bytes: limit}, Fragments: true}, in[3:])
		}
	}
}

// TestX11Declaration: too long an XML declaration is found at the same place
// for every cut.
func TestX11Declaration(t *testing.T) {
	in := "<?xml " + strings.Repeat("x>", maxDecl)
	want := events(NewParser(), in)
	for size := 1; size < len(in); size++ {
		if got := events(NewParser(), in, size); got != want {
			t.Fatalf("in pieces of %d:\n%swant\n%s", size, got, want)
		}
	}
}

// TestS08ExcessName: the name of a stanza that goes beyond a limit in its own
// start tag is what was declared before that place, or in no namespace.
func TestS08ExcessName(t *testing.T) {
	const attrs, excess = " id='7' a='' b='' c='' d=''>", " ^0>@id=\"7\" @"
	long := strings.Repeat("u", 1<<16)
	tests := []struct{ in, want string }{
		{"<message" + attrs, "<{jabber:client}message" + excess},
		{"<message xmlns=''" + attrs, "<message" + excess},
		{"<message xmlns='jabber:server'" + attrs, "<{jabber:client}message" + excess},
		{"<message xmlns='urn:x'" + attrs, "<{urn:x}message" + excess},
		{"<message id='7' a='' b='' c='' xmlns='urn:x'>", "<{urn:x}message" + excess},
		{"<c:message" + attrs, "<{jabber:client}message" + excess},
		{"<c:message xmlns='urn:x'" + attrs, "<{jabber:client}message" + excess},
		{"<c:message id='7' a='' b='' c='' xmlns='urn:x'>", "<{jabber:client}message" + excess},
		{"<c:message xmlns:c='urn:x'" + attrs, "<{urn:x}message" + excess},
		{"<p:message xmlns:p='jabber:client'" + attrs, "<{jabber:client}message" + excess},
		{"<p:message id='7' a='' b='' c='' xmlns:p='jabber:client'>", "<message" + excess},
		{"<message id='7' a='' b='' c='' xmlns='" + long + "'>", "<message" + excess},
		{"<message id='7' xmlns='" + long + "'>", "<message" + excess},
		{"<message id='7' xmlns='jabber:client" + long + "'>", "<message" + excess},
		{"<p:message id='7' xmlns:p='jabber:client" + long + "'>", "<message" + excess},
	}
	for _, tt := range tests {
		const header = "<s xmlns='jabber:component:accept' xmlns:c='jabber:component:accept'>"
		name := tt.in[1:strings.IndexByte(tt.in, ' ')]
		for _, size := range []int{1 << 20, 1} {
			p := Parser{Limits: Limits{Attrs: 4}}
			got := events(&p, header+tt.in+"</"+name+">", size)
			if _, got, _ = strings.Cut(got, "\n"); !strings.HasPrefix(got, "excess attributes "+tt.want) && !strings.HasPrefix(got, "excess name "+tt.want) {
				t.Errorf("%.80s in pieces of %d: %.200s", tt.in, size, got)
			}
		}
	}
	p := Parser{Limits: Limits{Bytes: 90}}
	in := "<s xmlns='jabber:client'><message xmlns='urn:x" + strings.Repeat("x", 80) + "' id='7'/>"
	if got := events(&p, in); !strings.Contains(got, "excess bytes <message"+excess) {
		t.Errorf("an unfinished namespace: %s", got)
	}
}
