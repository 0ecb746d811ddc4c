package sasl

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestA09Hash: the hash of the example in XEP-0474 section 5.3, and what changes
// it.
func TestA09Hash(t *testing.T) {
	sum, err := base64.StdEncoding.DecodeString("G6k/rBLDqgOhRRaCuuatSDFkJ08=")
	if err != nil {
		t.Fatal(err)
	}
	mechanisms, bindings := words("SCRAM-SHA-1 SCRAM-SHA-1-PLUS"), words("tls-server-end-point tls-exporter")
	for _, tc := range []struct {
		name                 string
		mechanisms, bindings []string
		want                 bool
	}{
		{"the example", mechanisms, bindings, true},
		{"in another order", words("SCRAM-SHA-1-PLUS SCRAM-SHA-1"), words("tls-exporter tls-server-end-point"), true},
		{"a mechanism less", words("SCRAM-SHA-1"), bindings, false},
		{"a mechanism more", append(words("PLAIN"), mechanisms...), bindings, false},
		{"a type less", mechanisms, words("tls-server-end-point"), false},
		{"no types", mechanisms, nil, false},
		{"an empty list", mechanisms, []string{}, false},
		{"a type as a mechanism", append(slices.Clone(mechanisms), "tls-exporter"), words("tls-server-end-point"), false},
	} {
		o := Offer{tc.mechanisms, tc.bindings}
		if got := o.hasHash(useSHA1, string(sum)); got != tc.want {
			t.Errorf("%s: %t", tc.name, got)
		}
		if o.hasHash(useSHA256, string(sum)) {
			t.Errorf("%s: the hash of SHA-1 is taken for one of SHA-256", tc.name)
		}
	}
	if !slices.Equal(bindings, words("tls-server-end-point tls-exporter")) {
		t.Error("the offer was sorted in place")
	}
}

// TestA09Attribute: a server that sends the hash is held to it, whatever the
// version of the XEP it knows.
func TestA09Attribute(t *testing.T) {
	ch := secureChannel(t)
	offered := Offer{words("SCRAM-SHA-256-PLUS SCRAM-SHA-256 SCRAM-SHA-1 PLAIN"), words("tls-future tls-exporter")}
	ekm, err := ch.TLS.ExportKeyingMaterial(exporterName, nil, exporterSize)
	if err != nil {
		t.Fatal(err)
	}
	server := func(comma, bar string) *scramServer {
		s := newServer()
		s.bound = map[string]string{tlsExporter: string(ekm)}
		s.extensions = ",h=" + strict.EncodeToString([]byte(offered.hashed(useSHA256, comma, bar)))
		return s
	}
	without := func(names []string, name string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s == name })
	}
	for _, version := range [][2]string{{"\x1e", "\x1f"}, {",", "|"}} {
		for _, tc := range []struct {
			name string
			got  Offer
			want error
		}{
			{"as it was", offered, nil},
			{"without PLUS", Offer{without(offered.Mechanisms, "SCRAM-SHA-256-PLUS"), offered.Bindings}, ErrDowngrade},
			{"without PLAIN", Offer{without(offered.Mechanisms, "PLAIN"), offered.Bindings}, ErrDowngrade},
			{"without our type", Offer{offered.Mechanisms, words("tls-future")}, ErrDowngrade},
			{"without types", Offer{offered.Mechanisms, nil}, ErrDowngrade},
		} {
			err := converse(t, accountOf(t, nil), ch, tc.got, server(version[0], version[1]))
			if !errors.Is(err, tc.want) || tc.want != nil && err == nil {
				t.Errorf("%q, %s: %v", version, tc.name, err)
			}
		}
	}

	// The characters of the old version could hide one name in another.
	hidden := Offer{[]string{"SCRAM-SHA-1,SCRAM-SHA-256"}, []string{}}
	if hidden.hasHash(useSHA1, Offer{words("SCRAM-SHA-1 SCRAM-SHA-256"), []string{}}.hashed(useSHA1, ",", "|")) {
		t.Error("two mechanisms written as one are believed")
	}
	hidden = Offer{words("SCRAM-SHA-1"), []string{"tls-exporter,tls-unique"}}
	if hidden.hasHash(useSHA1, Offer{words("SCRAM-SHA-1"), words("tls-exporter tls-unique")}.hashed(useSHA1, ",", "|")) {
		t.Error("two types written as one are believed")
	}
}

// TestA08Legitimate: a server that binds by no type that we know may do so if its
// hash proves that nobody took the others away (XEP-0474, business rules).
func TestA08Legitimate(t *testing.T) {
	o := Offer{words("SCRAM-SHA-256-PLUS SCRAM-SHA-256"), words("tls-future")}
	s := newServer()
	s.extensions = ",h=" + strict.EncodeToString([]byte(o.hashed(useSHA256, "\x1e", "\x1f")))
	if err := converse(t, accountOf(t, nil), secureChannel(t), o, s); err != nil {
		t.Error(err)
	}
	s.extensions = ""
	err := converse(t, accountOf(t, nil), secureChannel(t), o, s)
	if !errors.Is(err, ErrDowngrade) || !strings.Contains(err.Error(), "no type that we can use") {
		t.Errorf("without its hash: %v", err)
	}
}
