package jid

import (
	"encoding/json"
	"encoding/xml"
	"flag"
	"io"
	"testing"
	"unsafe"
)

func TestPartsAndDerivedAddresses(t *testing.T) {
	full := MustParse("alice@example.org/phone")
	if full.Bare() != MustParse("alice@example.org") || full.IsBare() || !full.Bare().IsBare() || full.IsZero() {
		t.Error("bare")
	}
	if full.Bare().Bare() != full.Bare() || full.Bare().Resource() != "" {
		t.Error("bare of bare")
	}
	with := func(j JID, err error) string {
		if err != nil {
			return err.Error()
		}
		return j.String()
	}
	for got, want := range map[string]string{
		with(full.WithResource("Tab")):      "alice@example.org/Tab",
		with(full.WithResource("")):         "alice@example.org",
		with(full.WithLocal("BOB")):         "bob@example.org/phone",
		with(full.WithLocal("")):            "example.org/phone",
		with(MustParse("b").WithLocal("a")): "a@b",
		with(full.WithLocal("a b")):         "jid: local part contains a character that RFC 7622 section 3.3.1 excludes, at octet 1",
		with(full.WithResource("a\n")):      "jid: resource contains a control character, at octet 1",
		with(JID{}.WithResource("x")):       "jid: domain is empty, at octet 0",
		with(New("a", "", "")):              "jid: domain is empty, at octet 0",
		with(New("a", "b/c", "")):           "jid: domain contains a character that is no letter, digit or hyphen, at octet 1",
		with(New("a/b", "c", "")):           "jid: local part contains a character that RFC 7622 section 3.3.1 excludes, at octet 1",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestZeroJID(t *testing.T) {
	var z JID
	if z.Local()+z.Domain()+z.Resource()+z.String() != "" || !z.IsZero() || z.IsBare() || z.Bare() != z || z.Clone() != z {
		t.Error("zero JID")
	}
	if a := z.Address(); !a.IsZero() || a.String() != "" || a.Bare() != a {
		t.Error("zero address")
	}
}

func TestMustParsePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	MustParse("@")
}

func TestPreparedTextIsSharedAndCloneIsNot(t *testing.T) {
	for _, s := range []string{"alice@example.org/phone", "\u03c0@ex\u00e4mple.org/\u265a"} {
		j := MustParse(s)
		if unsafe.StringData(j.String()) != unsafe.StringData(s) {
			t.Errorf("%q was copied", s)
		}
		if c := j.Clone(); c != j || unsafe.StringData(c.String()) == unsafe.StringData(s) {
			t.Errorf("clone of %q", s)
		}
	}
}

func TestAllocations(t *testing.T) {
	for _, s := range []string{"alice@example.org/phone", "alice@example.org", "example.org", "127.0.0.1/x y"} {
		var j JID
		var a Address
		var err error
		if n := testing.AllocsPerRun(100, func() {
			j, err = Parse(s)
			a, err = Received(s)
			j = j.Bare()
			_ = j.Local() + j.Domain()[:0] + j.Resource()
			_ = a.String()
		}); n != 0 || err != nil {
			t.Errorf("%q: %v allocations, %v", s, n, err)
		}
	}
}

func TestText(t *testing.T) {
	type item struct {
		JID  JID     `xml:"jid,attr" json:"jid"`
		From Address `xml:"from,attr" json:"from"`
	}
	in := item{MustParse("a@b/c"), Address{MustParse("a@b"), "A@b."}}
	x, err := xml.Marshal(in)
	if want := `<item jid="a@b/c" from="A@b."></item>`; string(x) != want || err != nil {
		t.Errorf("XML %s, %v", x, err)
	}
	var out item
	if err := xml.Unmarshal(x, &out); err != nil || out != in {
		t.Errorf("from XML: %+v, %v", out, err)
	}
	js, err := json.Marshal(in)
	if want := `{"jid":"a@b/c","from":"A@b."}`; string(js) != want || err != nil {
		t.Errorf("JSON %s, %v", js, err)
	}
	out = item{}
	if err := json.Unmarshal(js, &out); err != nil || out != in {
		t.Errorf("from JSON: %+v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"jid":"","from":""}`), &out); err != nil || out != (item{}) {
		t.Errorf("empty: %+v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"jid":"@"}`), &out); err == nil {
		t.Error("malformed JID taken")
	}
	if err := json.Unmarshal([]byte(`{"from":"@"}`), &out); err == nil {
		t.Error("malformed address taken")
	}

	var j JID
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.TextVar(&j, "jid", JID{}, "")
	if err := flags.Parse([]string{"-jid", "A@b"}); err != nil || j != MustParse("a@b") {
		t.Errorf("flag: %q, %v", j, err)
	}
	if b, _ := j.AppendText([]byte("x")); string(b) != "xa@b" {
		t.Errorf("AppendText: %q", b)
	}
	if b, _ := in.From.AppendText([]byte("x")); string(b) != "xA@b." {
		t.Errorf("AppendText: %q", b)
	}
}
