package adversarial_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/adversarial"
)

const (
	streamHeader = "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='comp.localhost' id='abc'>"
	// probe comes behind each case that leaves the stream open: it must get through.
	probe = "<iq type='get' id='probe' from='alice@localhost/r' to='comp.localhost'><ping xmlns='urn:xmpp:ping'/></iq>"
)

// An outcome is what the parser made of a case. All of it must be the same for
// every cutting of the bytes.
type outcome struct {
	elements int    // before the probe
	excess   string // the limits that were exceeded
	probe    bool   // the probe was read
	closed   bool
	err      string // the condition and text of a SyntaxError
	trees    string // of the first elements, as XML
	end      bool   // the input may end here
}

// parse feeds data to a component stream's parser in pieces, the last size
// repeating; none means all at once.
func parse(header string, data []byte, sizes ...int) (o outcome) {
	p := element.NewParser()
	p.Feed([]byte(header))
	if header != "" {
		if _, err := p.Next(); err != nil {
			panic(err)
		}
	}
	feed := func(b []byte) bool {
		p.Feed(b)
		for {
			ev, err := p.Next()
			var se *element.SyntaxError
			switch {
			case err == element.ErrIncomplete:
				return true
			case errors.As(err, &se):
				o.err = se.Condition + ": " + se.Msg
				return false
			}
			switch ev.Kind {
			case element.EventClose:
				o.closed = true
			case element.EventExcess:
				o.excess += string(ev.Excess) + " " + ev.Node.XML() + "\n"
			case element.EventElement:
				if ev.Node.Attr("id") == "probe" {
					o.probe = true
					continue
				}
				if o.elements++; o.elements < 10 {
					o.trees += ev.Node.XML() + "\n"
				}
			}
		}
	}
	for k := 0; len(data) > 0; k++ {
		n := len(data)
		if len(sizes) > 0 {
			n = min(n, sizes[min(k, len(sizes)-1)])
		}
		if !feed(data[:n]) {
			return o
		}
		data = data[n:]
	}
	o.end = p.End() == nil
	if !o.closed && header != "" {
		feed([]byte(probe))
	}
	return o
}

// TestParser: every line about bytes on an open stream gets what it expects
// from the parser, cut at every byte.
func TestParser(t *testing.T) {
	for _, c := range adversarial.Cases("parser-wellformed", "parser-restricted", "encoding", "resources", "split-reads", "truncation", "stream-header") {
		header := streamHeader
		if c.Context == "component-header" {
			if c.Category == "stream-header" && !headerSyntax[c.ID] {
				continue // needs to be understood, not only parsed: the link's
			}
			header = ""
		}
		t.Run(c.ID, func(t *testing.T) {
			whole := parse(header, c.Data)
			if msg := judge(c, whole); msg != "" {
				t.Fatalf("%s: %s\nwhy: %s\ngot: %+v", c.Expected, msg, c.Why, whole)
			}
			for _, sizes := range cuttings(len(c.Data)) {
				if got := parse(header, c.Data, sizes...); got != whole {
					t.Fatalf("in pieces of %v\n got %+v\nwant %+v", sizes, got, whole)
				}
			}
		})
	}
}

// headerSyntax has the stream-header lines that the parser alone can judge.
var headerSyntax = map[string]bool{
	"hdr-003": true, "hdr-004": true, "hdr-005": true, "hdr-006": true, "hdr-007": true,
	"hdr-010": true, "hdr-011": true, "hdr-014": true, "hdr-025": true, "hdr-026": true, "hdr-030": true,
}

// cuttings returns how to cut n bytes: every cut in two and every byte by
// itself, and for long inputs a choice of sizes.
func cuttings(n int) (sizes [][]int) {
	if n > 4000 {
		return [][]int{{1}, {7}, {4096}}
	}
	for cut := 1; cut < n; cut++ {
		sizes = append(sizes, []int{cut, n})
	}
	for size := 1; size < 8; size++ {
		sizes = append(sizes, []int{size})
	}
	return sizes
}

// judge says how the outcome differs from what is expected, or "".
func judge(c adversarial.Case, o outcome) string {
	verb, detail, _ := strings.Cut(c.Expected, ":")
	good := o.err == "" && o.excess == "" && (o.probe || o.closed || c.Context == "component-header")
	switch verb {
	case "ok":
		if want, known := trees[c.ID]; known && o.trees != want+"\n" {
			return "the tree is not " + want
		}
		want := map[string]int{"xml-035": 0, "split-004": 3, "res-017": 100000, "res-018": 100000}
		n, known := want[c.ID]
		if !known && c.Context != "component-header" {
			n = 1
		}
		if !good || o.elements != n {
			return fmt.Sprintf("not read as %d elements", n)
		}
	case "stream-error":
		if !strings.HasPrefix(o.err, detail+": ") {
			return "not refused as expected"
		}
	case "stanza-error":
		if o.err != "" || strings.Count(o.excess, "\n") != 1 || !o.probe || o.elements > 0 {
			return "not one excessive stanza with the stream going on"
		}
		if !strings.Contains(o.excess, "from='alice@localhost/r'") || !strings.Contains(o.excess, "to='bot@comp.localhost'") {
			return "nothing is left to answer"
		}
	case "wait":
		if o.elements > 0 || o.excess != "" || o.end || o.err != "" && o.probe {
			return "not waiting for more"
		}
	case "eof":
		if !good || o.end && !o.closed {
			return "not read, or no error at the end of input"
		}
	default:
		return "no way to judge this"
	}
	return ""
}

// trees are the trees of lines whose meaning can be got wrong.
var trees = map[string]string{
	"xml-014":   "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><b xmlns=''><c/></b></message>",
	"xml-040":   "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><b xmlns='urn:x'><c xmlns='urn:y'/><d/></b></message>",
	"xml-041":   "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><x xmlns='http://etherx.jabber.org/streams'/></message>",
	"rx-009":    "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><body>%pe;</body></message>",
	"rx-010":    "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><body>&lt;&gt;&amp;'\"</body></message>",
	"rx-012":    "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><body>&lt;a&gt;&amp;amp;</body></message>",
	"rx-013":    "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><body>a]]&gt;b</body></message>",
	"ref-001":   "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><body>AA</body></message>",
	"ref-016":   "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><body>A</body></message>",
	"ref-017":   "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><b xmlns='urn:x' c='&lt;&amp;'/></message>",
	"ref-019":   "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><body>A</body></message>",
	"norm-001":  "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><body>a\nb\nc&#13;d</body></message>",
	"norm-004":  "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><b xmlns='urn:x| foo'/></message>",
	"split-002": "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><body>&amp;\U0001F600]]x</body></message>",
	"split-003": "<message xmlns='jabber:client' from='alice@localhost/r' to='bot@comp.localhost'><b xmlns='urn:x' xmlns:a1='urn:x' a1:c='1'>\n</b></message>",
}

// TestTruncation: the end of input behind any prefix is an error that says so,
// and only what the prefix holds whole has been handed over.
func TestTruncation(t *testing.T) {
	for _, c := range adversarial.Cases("truncation", "split-reads") {
		header := streamHeader
		if c.Context == "component-header" {
			header = ""
		}
		for n := range c.Data {
			p := element.NewParser()
			p.Feed([]byte(header))
			p.Feed(c.Data[:n])
			r := strings.NewReader("")
			var err error
			for err == nil {
				_, err = p.Read(r)
			}
			if !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("%s, %d bytes: %v", c.ID, n, err)
			}
			if o := parse(header, c.Data[:n]); o.elements > strings.Count(string(c.Data[:n]), "</message>")+strings.Count(string(c.Data[:n]), "<handshake/>") {
				t.Errorf("%s, %d bytes: %d elements", c.ID, n, o.elements)
			}
		}
	}
}
