package element

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/antchfx/xmlquery"

	"github.com/emp-framework/emp/internal/adversarial"
)

// The Parser is compared with encoding/xml and with xmlquery. All three read
// the same bytes; what they make of them is brought to one form, a verdict.
// Where two verdicts differ, a deviation of the list in deviations_test.go has
// to explain it.

// An entry is one node of a verdict.
type entry struct {
	kind   Kind
	name   Name
	value  string
	parent int // index of its element, -1 for none
}

// A verdict is what a parser makes of some bytes: the nodes in document order,
// or an error.
type verdict struct {
	entries []entry
	err     error
	over    Limit // ours: an element was beyond this limit
	foreign bool  // encoding/xml: there is a comment, a processing instruction or a directive
	outside bool  // encoding/xml: there is text outside of all elements
}

// add appends a node. Pieces of one text become one.
func (v *verdict) add(e entry) int {
	if n := len(v.entries); e.kind == KindText {
		if e.value == "" {
			return n
		}
		if n > 0 && v.entries[n-1].kind == KindText && v.entries[n-1].parent == e.parent {
			v.entries[n-1].value += e.value
			return n - 1
		}
	}
	v.entries = append(v.entries, e)
	return len(v.entries) - 1
}

func viaParser(b []byte) (v verdict) {
	p := Parser{Fragments: true}
	p.Feed(b)
	for {
		ev, err := p.Next()
		if err == ErrIncomplete {
			v.err = p.End()
			return v
		}
		if err != nil {
			v.err = err
			return v
		}
		if ev.Kind == EventExcess {
			v.over = ev.Excess
			continue
		}
		base := len(v.entries) - 1
		for i := 1; i < ev.Node.End(); i++ {
			n, parent := ev.Node.At(i), -1
			if i > 1 {
				parent = base + n.Parent().Index()
			}
			v.add(entry{n.Kind(), n.Name(), n.Value(), parent})
		}
	}
}

func isDeclaration(a xml.Name) bool {
	return a.Space == "xmlns" || a.Space == "" && a.Local == "xmlns"
}

func viaEncodingXML(b []byte) (v verdict) {
	d := xml.NewDecoder(bytes.NewReader(b))
	open := []int{-1}
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return v
		}
		if err != nil {
			v.err = err
			return v
		}
		parent := open[len(open)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			i := v.add(entry{KindElement, Name(tok.Name), "", parent})
			for _, a := range tok.Attr {
				if !isDeclaration(a.Name) {
					v.add(entry{KindAttribute, Name(a.Name), a.Value, i})
				}
			}
			open = append(open, i)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if parent >= 0 {
				v.add(entry{KindText, Name{}, string(tok), parent})
			} else if strings.Trim(string(tok), " \t\r\n") != "" {
				v.outside = true
			}
		case xml.ProcInst:
			if tok.Target != "xml" || d.InputOffset() > int64(len(tok.Inst)+len("\uFEFF<?xml ?>")) {
				v.foreign = true
			}
		default:
			v.foreign = true
		}
	}
}

func viaXMLQuery(b []byte) (v verdict) {
	doc, err := xmlquery.Parse(bytes.NewReader(b))
	if err != nil {
		v.err = err
		return v
	}
	type frame struct {
		x      *xmlquery.Node
		parent int
	}
	for stack := []frame{{doc.FirstChild, -1}}; len(stack) > 0; {
		top := &stack[len(stack)-1]
		x, parent := top.x, top.parent
		if x == nil {
			stack = stack[:len(stack)-1]
			continue
		}
		top.x = x.NextSibling
		switch x.Type {
		case xmlquery.ElementNode:
			i := v.add(entry{KindElement, Name{x.NamespaceURI, x.Data}, "", parent})
			for _, a := range x.Attr {
				if !isDeclaration(xml.Name{Space: a.NamespaceURI, Local: a.Name.Local}) {
					v.add(entry{KindAttribute, Name{a.NamespaceURI, a.Name.Local}, a.Value, i})
				}
			}
			stack = append(stack, frame{x.FirstChild, i})
		case xmlquery.TextNode, xmlquery.CharDataNode:
			if parent >= 0 {
				v.add(entry{KindText, Name{}, x.Data, parent})
			}
		}
	}
	return v
}

// A difference is one point in which two verdicts on the same bytes differ:
// whether they accept them, how many nodes they find (theirs or ours is then
// the zero entry), or one node.
type difference struct {
	in           []byte
	ours, theirs *verdict
	i            int // of the entries, -1: acceptance
	our, their   entry
}

func (d difference) String() string {
	if d.i < 0 {
		return fmt.Sprintf("%q\n  ours: %v, theirs: %v", clip(d.in), d.ours.err, d.theirs.err)
	}
	return fmt.Sprintf("%q, node %d\n  ours: %+v, theirs: %+v", clip(d.in), d.i, d.our, d.their)
}

func clip(b []byte) []byte { return b[:min(len(b), 400)] }

// differences compares two verdicts. Of a refused input nothing else counts.
func differences(in []byte, ours, theirs *verdict) (diffs []difference) {
	d := difference{in: in, ours: ours, theirs: theirs, i: -1}
	switch {
	case (ours.err == nil) != (theirs.err == nil), ours.err == nil && ours.over != "":
		return append(diffs, d)
	case ours.err != nil:
		return nil
	}
	for d.i = 0; d.i < max(len(ours.entries), len(theirs.entries)); d.i++ {
		d.our, d.their = entry{}, entry{}
		if d.i < len(ours.entries) {
			d.our = ours.entries[d.i]
		}
		if d.i < len(theirs.entries) {
			d.their = theirs.entries[d.i]
		}
		if d.our != d.their {
			diffs = append(diffs, d)
		}
	}
	return diffs
}

// A peer is another parser and the number of times each deviation from it has
// been seen.
type peer struct {
	name  string
	parse func([]byte) verdict
	seen  map[string]int
}

func newPeers() []peer {
	return []peer{
		{"encoding/xml", viaEncodingXML, make(map[string]int)},
		{"xmlquery", viaXMLQuery, make(map[string]int)},
	}
}

// compare returns the differences between our verdict and a peer's that no
// deviation explains.
func (p peer) compare(in []byte, ours, tokens *verdict) (unnamed []difference) {
	theirs := p.parse(in)
	theirs.foreign, theirs.outside = tokens.foreign, tokens.outside
	for _, d := range differences(in, ours, &theirs) {
		if name := explain(p.name, d); name != "" {
			p.seen[name]++
		} else {
			unnamed = append(unnamed, d)
		}
	}
	return unnamed
}

func TestDifferential(t *testing.T) {
	inputs := make([][]byte, 0, 6000)
	for _, s := range corpus {
		inputs = append(inputs, []byte(s))
	}
	for _, c := range adversarial.Cases("parser-wellformed", "parser-restricted", "encoding", "split-reads", "truncation",
		"stanza-semantics", "stream-level", "stream-header", "handshake", "websocket", "resources", "c2s", "outgoing") {
		if len(c.Data) < 100_000 {
			inputs = append(inputs, c.Data)
		}
	}
	g := newGenerator(1)
	for range 1000 {
		doc := g.document()
		inputs = append(inputs, doc, g.mutate(doc), g.mutate(g.mutate(doc)))
	}
	peers := newPeers()
	both, failures := 0, 0
	for _, in := range inputs {
		ours, tokens := viaParser(in), viaEncodingXML(in)
		if ours.err == nil && tokens.err == nil {
			both++
		}
		for _, p := range peers {
			for _, d := range p.compare(in, &ours, &tokens) {
				if failures++; failures < 10 {
					t.Errorf("%s: a difference without a name: %v", p.name, d)
				}
			}
		}
	}
	if failures >= 10 {
		t.Errorf("%d differences without a name", failures)
	}
	if both < len(inputs)/4 {
		t.Errorf("of %d inputs only %d are accepted by both: this compares little", len(inputs), both)
	}
	for _, p := range peers {
		for _, dev := range deviations {
			if dev.of != "" && dev.of != p.name {
				continue
			}
			if p.seen[dev.name] == 0 {
				t.Errorf("%s: no input shows the deviation %q", p.name, dev.name)
			}
			t.Logf("%-12s %6d × %s", p.name, p.seen[dev.name], dev.name)
		}
	}
	t.Logf("%d inputs, %d accepted by the Parser and encoding/xml", len(inputs), both)
}

// FuzzDifferential looks for a difference to encoding/xml without a name.
func FuzzDifferential(f *testing.F) {
	for _, s := range corpus {
		if len(s) < 1000 {
			f.Add([]byte(s))
		}
	}
	for _, c := range adversarial.Cases("parser-wellformed", "parser-restricted", "encoding") {
		if len(c.Data) < 1000 {
			f.Add(c.Data)
		}
	}
	g := newGenerator(2)
	for range 50 {
		f.Add(g.mutate(g.document()))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		ours, tokens := viaParser(in), viaEncodingXML(in)
		for _, p := range newPeers()[:1] {
			for _, d := range p.compare(in, &ours, &tokens) {
				t.Errorf("%s: a difference without a name: %v", p.name, d)
			}
		}
		var syntax *SyntaxError
		if ours.err != nil && !errors.As(ours.err, &syntax) && !errors.Is(ours.err, io.ErrUnexpectedEOF) {
			t.Errorf("an error of another kind: %v", ours.err)
		}
	})
}
