package roster

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/emp-framework/emp/jid"
)

// TestBounds: a server cannot have us keep any number of contacts, and what goes makes
// room.
func TestBounds(t *testing.T) {
	contact := func(i int) jid.JID { return jid.MustParse(fmt.Sprintf("%d@x", i)) }
	var many contents
	for i := range maxItems {
		if err := many.put(Item{JID: contact(i)}); err != nil {
			t.Fatalf("contact %d: %v", i, err)
		}
	}
	if err := many.put(Item{JID: jid.MustParse("more")}); !errors.Is(err, errTooLarge) {
		t.Error(err)
	}
	many.remove(contact(0))
	if err := many.put(Item{JID: jid.MustParse("more")}); err != nil {
		t.Error(err)
	}

	var large contents
	half := Item{JID: jid.MustParse("a"), Groups: []string{strings.Repeat("x", maxBytes/2)}}
	other := half
	other.JID = jid.MustParse("b")
	for range 3 { // the same contact again takes no more room
		if err := large.put(half); err != nil {
			t.Error(err)
		}
	}
	if err := large.put(other); !errors.Is(err, errTooLarge) {
		t.Error(err)
	}
	large.remove(half.JID)
	if err := large.put(other); err != nil || large.bytes != other.size() {
		t.Errorf("%v, and %d bytes", err, large.bytes)
	}
}
