package stanza

import (
	"errors"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// The cast of the tests.
const (
	alice = "alice@localhost/r"
	bot   = "bot@comp.localhost"
)

// from makes the start of a stanza from alice to the bot.
func from(kind, attrs string) string {
	return "<" + kind + " from='" + alice + "' to='" + bot + "' " + attrs + ">"
}

// read reads a stanza that is in order.
func read(t testing.TB, s string) Stanza {
	t.Helper()
	v, err := ParseString(s)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return v
}

// write returns the bytes of o.
func write(t testing.TB, o Out) string {
	t.Helper()
	var w element.Writer
	if err := o.AppendTo(&w); err != nil {
		t.Fatal(err)
	}
	return string(w.Bytes())
}

// again returns what the peer reads when it gets o.
func again(t testing.TB, o Out) Stanza {
	t.Helper()
	s := read(t, write(t, o))
	same(t, s.Node, o.Node())
	return s
}

// same checks that two trees have the same elements, attributes and texts.
func same(t testing.TB, a, b element.Node) {
	t.Helper()
	if x, y := dump(a), dump(b); x != y {
		t.Errorf("trees differ:\n%s\n%s", x, y)
	}
}

// dump writes a tree in a form that shows all that counts.
func dump(n element.Node) string {
	var b strings.Builder
	text := ""
	for i := n.Index(); i < n.End(); i++ {
		c := n.At(i)
		if c.Kind() == element.KindText {
			text += c.Value()
			continue
		}
		b.WriteString(text)
		text = ""
		depth := 0
		for p := c.Parent(); p.Index() > n.Index(); p = p.Parent() {
			depth++
		}
		b.WriteString("\n" + strings.Repeat(" ", depth) + c.Name().String() + "=" + c.Value())
	}
	return b.String() + text
}

// outcome says in a word what Of does with a stanza.
func outcome(s Stanza, err error) string {
	var f Fault
	var d Drop
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &f):
		return string(f.Condition)
	case errors.As(err, &d):
		return "drop:" + string(d)
	}
	return err.Error()
}

func received(t testing.TB, s string) jid.Address {
	t.Helper()
	a, err := jid.Received(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
