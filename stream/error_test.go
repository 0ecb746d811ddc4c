package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
)

// TestS13: each condition is read as what it is, and written so that it reads so.
func TestS13Conditions(t *testing.T) {
	all := Conditions()
	if len(all) != 25 || !slices.IsSorted(all) {
		t.Fatalf("%d conditions", len(all))
	}
	for _, c := range all {
		tag := (&Error{Condition: c}).tag()
		e := received(written(t, tag))
		if e.Condition != c || !e.Received || e.Text != "" || !e.App.IsZero() {
			t.Errorf("%s reads as %+v", tag, e)
		}
		for _, err := range []error{e, c, fmt.Errorf("somewhere: %w", e)} {
			if !errors.Is(err, c) || errors.Is(err, all[0]) != (c == all[0]) {
				t.Errorf("%v is not %s", err, string(c))
			}
		}
	}
}

// TestS11: a stream error is written as what it is, and well-formed whatever its author
// put in.
func TestS11ErrorXML(t *testing.T) {
	const ns = " xmlns='" + NSErrors + "'"
	const text = "<text" + ns + " xml:lang='en'>"
	app := element.New("urn:x", "used-up").Node()
	for name, c := range map[string]struct {
		err  Error
		want string
	}{
		"all":                {Error{Condition: Reset, Text: "a <b> & c", App: app}, "<reset" + ns + "/>" + text + "a &lt;b&gt; &amp; c</text><used-up xmlns='urn:x'/>"},
		"elsewhere":          {Error{Condition: SeeOtherHost, Host: "[::1]:5222"}, "<see-other-host" + ns + ">[::1]:5222</see-other-host>"},
		"host of another":    {Error{Condition: Conflict, Host: "a.example"}, "<conflict" + ns + "/>"},
		"no such condition":  {Error{Condition: "x/><y", Text: "t"}, "<undefined-condition" + ns + "/>" + text + "t</text>"},
		"characters":         {Error{Condition: Conflict, Text: "a\x00b"}, "<conflict" + ns + "/>"},
		"characters of Host": {Error{Condition: SeeOtherHost, Host: "\xff", Text: "t"}, "<see-other-host" + ns + "/>" + text + "t</text>"},
		"characters of App":  {Error{Condition: Conflict, App: element.Text("urn:x", "used-up", "\x00")}, "<conflict" + ns + "/>"},
	} {
		got := c.err.XML()
		if got != "<stream:error>"+c.want+"</stream:error>" {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		written(t, got)
	}
	told := Error{Condition: Reset, Text: "the server's own bytes"}
	if got := told.tag(); got != "<stream:error><reset"+ns+"/></stream:error>" {
		t.Errorf("a link writes %s", got)
	}
}

// written returns the stream error that tag is, as it arrives.
func written(t *testing.T, tag string) element.Node {
	t.Helper()
	n, err := element.ParseString(strings.Replace(tag, "<stream:error>", "<stream:error xmlns:stream='"+NSStreams+"'>", 1))
	if err != nil || !n.Is(NSStreams, "error") {
		t.Fatalf("%s: %v", tag, err)
	}
	return n
}

// TestS12: what a stream error says is kept, and never believed.
func TestS12Received(t *testing.T) {
	const ns = " xmlns='urn:ietf:params:xml:ns:xmpp-streams'"
	long := strings.Repeat("é", 1000)
	for content, want := range map[string]string{
		"":                                       "undefined-condition",
		"<brand-new" + ns + "/>":                 "undefined-condition",
		"<conflict xmlns='urn:x'/>":              "undefined-condition",
		"<reset" + ns + "/><x xmlns='urn:y'/>":   "reset",
		"<conflict" + ns + "/><text" + ns + "/>": "conflict",
		"<conflict" + ns + "/><text" + ns + ">two\n lines\u202E\u0085\u007F &#9; end\u2028</text>": "conflict: two lines end",
		"<text" + ns + ">" + long + "</text><policy-violation" + ns + "/>":                         "policy-violation: " + long[:300] + "…",
		"<text" + ns + ">x" + long + "</text><policy-violation" + ns + "/>":                        "policy-violation: x" + long[:298] + "…",
		"<see-other-host" + ns + "> evil.example:5347\n</see-other-host>":                          "see-other-host evil.example:5347",
		"<undefined-condition" + ns + "/><text" + ns + ">conflict</text><app xmlns='urn:z'/>":      "undefined-condition: conflict",
	} {
		n, err := element.ParseString("<error xmlns='" + NSStreams + "'>" + content + "</error>")
		if err != nil {
			t.Fatal(err)
		}
		e := received(n)
		if got := e.Error(); got != "stream: the server ended the stream: "+want {
			t.Errorf("%s: %q", content, got)
		}
		if app := n.Child("urn:z", "app"); !app.IsZero() && e.App != app {
			t.Error("the application's condition is lost")
		}
	}
}

// TestF16: what only a change of configuration mends is told from what passes.
func TestF16Misconfigured(t *testing.T) {
	for _, c := range Conditions() {
		want := slices.Contains([]Condition{NotAuthorized, HostUnknown, ImproperAddressing, InvalidNamespace, UnsupportedVersion, UnsupportedFeature}, c)
		if got := Misconfigured(&Error{Condition: c, Received: true}); got != want {
			t.Errorf("%s: %t", string(c), got)
		}
	}
	for err, want := range map[error]bool{
		ErrPlain: true, ErrNotXMPP: true, errNoID: true,
		ErrClosed: false, ErrEnded: false, ErrCut: false, ErrDeaf: false, ErrInterrupted: false, ErrTooManyAsks: false,
		context.DeadlineExceeded: false, errWriting: false, nil: false,
	} {
		if Misconfigured(err) != want || err != nil && Misconfigured(fmt.Errorf("link: %w", err)) != want {
			t.Errorf("%v: %t", err, !want)
		}
	}
}
