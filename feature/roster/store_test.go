package roster_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/emp-framework/emp/feature/roster"
)

// A shelf is a Store that can fail.
type shelf struct {
	version string
	items   []roster.Item
	fails   error
	done    []string
}

func (s *shelf) Load(context.Context) (string, []roster.Item, error) {
	s.done = append(s.done, "load")
	return s.version, s.items, s.fails
}

func (s *shelf) Replace(_ context.Context, version string, items []roster.Item) error {
	s.done = append(s.done, "replace "+version)
	if s.fails == nil {
		s.version, s.items = version, items
	}
	return s.fails
}

func (s *shelf) Change(_ context.Context, version string, item roster.Item) error {
	s.done = append(s.done, "change "+version+" "+item.JID.String()+" "+string(item.Subscription))
	return s.fails
}

func (s *shelf) said() string {
	done := strings.Join(s.done, ", ")
	s.done = nil
	return done
}

// TestStore: what was kept is what changes are since; what could not be kept is kept
// whole with the next change.
func TestStore(t *testing.T) {
	kept := &shelf{}
	s := use(t, &roster.Feature{Store: kept})
	s.answer = query + " ver='1'><item jid='a@x'/></query>"
	s.up("bot@localhost/a")
	if got := kept.said(); got != "load, replace 1" {
		t.Errorf("the store does %s", got)
	}
	push := func(ver, item string) error {
		return s.push("bot@localhost/a", "", query+" ver='"+ver+"'><item "+item+"/></query>")
	}
	if err := errors.Join(push("2", "jid='b@x' subscription='to'"), push("3", "jid='a@x' subscription='remove'")); err != nil {
		t.Error(err)
	}
	if got := kept.said(); got != "change 2 b@x to, change 3 a@x remove" {
		t.Errorf("the store does %s", got)
	}
	kept.fails = errors.New("the disk is full")
	if err := push("4", "jid='c@x'"); !errors.Is(err, kept.fails) {
		t.Errorf("a store that fails: %v", err)
	}
	if _, ok := s.Item(s.Items()[1].JID); !ok || len(s.Items()) != 2 {
		t.Errorf("it has %s", s.names())
	}
	kept.fails = nil
	if err := push("5", "jid='d@x'"); err != nil {
		t.Error(err)
	}
	if got := kept.said(); got != "change 4 c@x none, replace 5" || len(kept.items) != 3 {
		t.Errorf("the store does %s, and has %v", got, kept.items)
	}

	// The program starts again.
	s = use(t, &roster.Feature{Store: kept})
	s.answer = ""
	s.up("bot@localhost/a")
	if ver, ok := s.lastVer(); !ok || ver != "5" || s.said() != "" || s.names() != `b@x to "" [], c@x none "" [], d@x none "" []` {
		t.Errorf("since %q it has %s", ver, s.names())
	}
	if got := kept.said(); got != "load" {
		t.Errorf("the store does %s", got)
	}

	// It cannot be read: nothing is known, and all is asked for.
	kept.fails = errors.New("no such file")
	s = use(t, &roster.Feature{Store: kept})
	s.answer = query + " ver='6'><item jid='a@x'/></query>"
	if err := s.LinkUp(t.Context(), link{server: s.server, local: "bot@localhost/a"}); !errors.Is(err, kept.fails) {
		t.Errorf("a store that cannot be read: %v", err)
	}
	if ver, ok := s.lastVer(); !ok || ver != "" || s.names() != `a@x none "" []` {
		t.Errorf("since %q it has %s", ver, s.names())
	}
}
