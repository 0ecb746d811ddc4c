package router

import (
	"fmt"
	"testing"
)

// TestProofsAreOfOneChild: where what is asked of one child is true of two
// together, nothing is proved.
func TestProofsAreOfOneChild(t *testing.T) {
	table, err := Compile(func(r *Router) {
		r.Namespace("p", "urn:p")
		for a := range 10 {
			for b := range 10 {
				r.Message(fmt.Sprintf("p:q[@a='%d'][@b='%d']", a, b)).To(ignore)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for payload, takes := range map[string]bool{
		"<q xmlns='urn:p' a='3' b='4'/>":                         true,
		"<q xmlns='urn:p' a='3'/><q xmlns='urn:p' b='4'/>":       false,
		"<q xmlns='urn:p' a='3'/><q xmlns='urn:p' a='3' b='4'/>": true,
	} {
		s := parsed(t, "<message from='a@b/c' to='d'>"+payload+"</message>")
		if s.Kind == 0 {
			t.Fatalf("%s is no message", payload)
		}
		var m Match
		if e, err := table.Match(&s, &m); err != nil || (e != nil) != takes {
			t.Errorf("%s: %s, %v", payload, of(e), err)
		}
	}
}

// TestWhatIsLeftIsAsked: what no question of the index asked is asked of the stanza,
// of each alternative what is left of that one.
func TestWhatIsLeftIsAsked(t *testing.T) {
	for _, expr := range []string{
		"[@type='chat'][x:a]",
		"[@type='chat'][x:a] | self::message[@id='1']",
		"[starts-with(@id, 'a')][x:b] | self::message[@type='chat'][@id='1'] | x:b",
		"[x:a][x:b] | self::message[x:b][@id='1']",
	} {
		for _, n := range []int{1, 20} { // alone, and found by its address
			table, err := Compile(func(r *Router) {
				r.Namespace("x", "urn:x")
				for i := range n {
					r.At(fmt.Sprintf("user%d@", i), func(r *Router) { r.Message(expr).To(ignore) })
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			taken := 0
			for _, typ := range []string{"", " type='chat'"} {
				for _, id := range []string{"", " id='1'", " id='a1'", " id='2'"} {
					for _, payload := range []string{"", "<a xmlns='urn:x'/>", "<a xmlns='urn:x'/><b xmlns='urn:x'/>", "<b xmlns='urn:x'/>"} {
						xml := "<message from='a@b/c' to='user0@d'" + typ + id + ">" + payload + "</message>"
						s := parsed(t, xml)
						var m Match
						taken += len(sameAsScan(t, table, &s, xml, &m))
						ix := table.indexes[s.Kind]
						for _, found := range m.search.find(ix, table.paths, &s, s.To.JID) {
							for _, c := range found.routes {
								if !c.proved || len(c.left) == 0 {
									t.Errorf("of %s nothing is left, or it is not proved", expr)
								}
							}
						}
					}
				}
			}
			if taken < 4 || taken > 28 {
				t.Errorf("%s takes %d of 32 stanzas: this test proves little", expr, taken)
			}
		}
	}
}
