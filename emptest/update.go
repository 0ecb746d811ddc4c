package emptest

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// updateFlag has Run write what came into the plays.
var updateFlag = flag.Bool("emp.update", false, "write into the plays what is received, where that is another thing than they say; in memory")

// update performs a play in memory, and writes into its file what was received. What came
// as it is written stays as it is, with its holes; what came otherwise is replaced, what
// did not come is taken out, and what nothing asked for is put in. So a play can be begun
// with what its peers send alone.
func (s *Session) update(p *Play) {
	s.t.Helper()
	s.app = bytes.Contains(txtar.Format(p.source), []byte("{"+appHole+"}"))
	out := &txtar.Archive{Comment: p.source.Comment}
	for i, step := range p.steps {
		section := p.source.Files[i]
		switch step.verb {
		case sends:
			for _, st := range step.stanzas {
				s.send(step.peer, st)
			}
		case passes:
			s.pass(fmt.Sprintf("%s:%d: ", p.Name, step.line), step.time)
		case receives, receivesInAnyOrder:
			came := s.await(step)
			if len(came) == 0 {
				continue
			}
			if !s.same(step, came) {
				section.Data = s.written(came)
			}
		case nothing:
			s.settle(fmt.Sprintf("%s:%d: ", p.Name, step.line))
			out.Files = append(out.Files, s.rest()...)
		}
		out.Files = append(out.Files, section)
	}
	s.settle(p.Name + ": at the end: ")
	out.Files = append(out.Files, s.rest()...)
	data := txtar.Format(out)
	if bytes.Equal(data, txtar.Format(p.source)) {
		return
	}
	if err := os.WriteFile(p.Name, data, 0o644); err != nil {
		s.t.Fatalf("emptest: %v", err)
	}
	s.t.Logf("emptest: %s is written anew: read what has changed in it", p.Name)
}

// await returns what came for the peer of a step, as many stanzas as it has, or fewer if no
// more come.
func (s *Session) await(step step) (came []arrival) {
	s.t.Helper()
	w := want{peer: step.peer}
	for i := 0; len(came) < len(step.stanzas); {
		if i == len(s.arrived) {
			if err := s.next(); err != nil {
				return came
			}
		}
		if !w.takes(s.arrived[i]) {
			i++
			continue
		}
		came = append(came, s.arrived[i])
		s.arrived = append(s.arrived[:i:i], s.arrived[i+1:]...)
	}
	return came
}

// same reports whether what came is what the step says.
func (s *Session) same(step step, came []arrival) bool {
	var unmet []want
	for _, st := range step.stanzas {
		node, err := rewrite(st.node, "to", step.peer, asIs)
		if err != nil {
			return false
		}
		unmet = append(unmet, want{scripted{node, st.place}, step.peer})
	}
	for _, a := range came {
		met, diff := s.meet(unmet, a, step.verb == receivesInAnyOrder)
		if met < 0 || diff != "" {
			return false
		}
		unmet = append(unmet[:met:met], unmet[met+1:]...)
	}
	return len(unmet) == 0
}

// rest returns what has come and stands in no step, as sections.
func (s *Session) rest() (sections []txtar.File) {
	for len(s.arrived) > 0 {
		peer, n := s.arrived[0].peer, 1
		for n < len(s.arrived) && s.arrived[n].peer == peer {
			n++
		}
		sections = append(sections, txtar.File{Name: peer.String() + " receives", Data: s.written(s.arrived[:n])})
		s.arrived = s.arrived[n:]
	}
	return sections
}

// written writes stanzas as plays have them: without a to, and without what is another at
// each time, the ids that the app chooses.
func (s *Session) written(came []arrival) []byte {
	s.t.Helper()
	var lines bytes.Buffer
	for _, a := range came {
		n := withoutOriginID(element.Node{}, a.node)
		n, err := rewrite(n, "to", jid.JID{}, func(v string) (string, error) { return holeSyntax.ReplaceAllString(v, "{$0"), nil })
		if err != nil {
			s.t.Fatalf("emptest: %v", err)
		}
		w := element.Writer{Space: element.NSClient}
		w.Start(n.Space(), n.Local())
		for attr := range n.Attrs() {
			switch asks := n.Attr("type") == "get" || n.Attr("type") == "set"; {
			case attr.Is("", "to"):
			case attr.Is("", "from") && s.app:
				w.Attr("from", strings.Replace(attr.Value(), s.known[appHole], "{"+appHole+"}", 1))
			case attr.Is("", "id") && n.Local() == "iq" && asks:
				w.Attr("id", "{"+anything+"}")
			default:
				w.AttrNS(attr.Space(), attr.Local(), attr.Value())
			}
		}
		for child := range n.Nodes() {
			w.Node(child)
		}
		w.End()
		fmt.Fprintf(&lines, "%s\n", w.Bytes())
	}
	return lines.Bytes()
}
