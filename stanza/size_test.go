package stanza

import (
	"testing"
	"unsafe"

	"github.com/emp-framework/emp/element"
)

// What is made for each stanza fills the sizes that memory comes in: a field more
// in an Out takes 32 bytes more for each answer.
func TestSizes(t *testing.T) {
	if size := unsafe.Sizeof(Out{}); size > 256 {
		t.Errorf("an Out is %d bytes", size)
	}
	if size := unsafe.Sizeof(Stanza{}); size > 168 {
		t.Errorf("a Stanza is %d bytes", size)
	}
}

// AppendReply and AppendResult make what Reply and Result make, behind what is there.
func TestAppendedReplies(t *testing.T) {
	x := element.New("urn:x", "x")
	for _, in := range []string{
		from("message", "type='chat' id='1'") + "<thread>t</thread></message>", from("message", "type='groupchat'") + "</message>",
		from("message", "type='error'") + "</message>", from("presence", "") + "</presence>",
		from("iq", "type='get' id='1'") + "<q xmlns='urn:q'/></iq>", from("iq", "type='result' id='1'") + "</iq>",
	} {
		s := read(t, in)
		first := NewMessage(juliet, "first")
		replies := s.AppendReply([]Out{first}, "hi", x)
		results := s.AppendResult([]Out{first}, x)
		for _, c := range [][2]Out{{replies[0], first}, {results[0], first}, {replies[1], s.Reply("hi", x)}, {results[1], s.Result(x)}} {
			if got, want := c[0].String(), c[1].String(); got != want {
				t.Errorf("%s: %s, want %s", in, got, want)
			}
		}
		if len(replies) != 2 || len(results) != 2 {
			t.Errorf("%d and %d stanzas", len(replies), len(results))
		}
	}
}
