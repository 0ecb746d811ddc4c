package record

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/internal/recording"
	"github.com/emp-framework/emp/internal/redact"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A comparer holds what the application sends against what it sent when it was
// recorded: answers to iqs and errors against those to the same request, for the
// dispatcher's own refusals overtake what actions answer; all else between each two
// addresses in order, since what goes to others may come before or behind.
type comparer struct {
	rules *redact.Rules // of the recording
	lines map[line]*queue
	order []*queue          // those, as they came up
	ids   map[string]string // made up by the framework: the recorded one to the one of now
	down  map[string]bool   // links that are down in the recording

	same, different int
	told            []string // of what is different
}

// A line is what has an order: two addresses on a link, as bare JIDs, and of answers the
// id of the request.
type line struct{ link, from, to, answered string }

// A queue is what was sent on a line, and is not compared yet.
type queue struct {
	line
	wanted []wanted
	got    []element.Node
	// What was sent before, by its XML: after an outage it may be sent again, and how
	// much of it is chance.
	wantedBefore, gotBefore map[string]bool
	differs                 bool
}

// wanted is a stanza that was recorded.
type wanted struct {
	number int // of the record, from 1
	time   time.Time
	node   element.Node
}

func newComparer(start recording.Record) *comparer {
	return &comparer{
		rules: Rules{start.Bodies, start.Masked}.mask(),
		lines: make(map[line]*queue), ids: make(map[string]string), down: make(map[string]bool),
	}
}

// queue returns the queue that a stanza belongs into.
func (c *comparer) queue(link string, n element.Node) *queue {
	key := line{link, bare(n.Attr("from")), bare(n.Attr("to")), ""}
	if isAnswer(n) {
		key.answered = n.Attr("id")
	}
	q := c.lines[key]
	if q == nil {
		q = &queue{line: key, wantedBefore: make(map[string]bool), gotBefore: make(map[string]bool)}
		c.lines[key] = q
		c.order = append(c.order, q)
	}
	return q
}

func bare(address string) string {
	a, err := jid.Received(address)
	if err != nil {
		return address
	}
	return a.JID.Bare().String()
}

// prompt is a stanza without what the framework adds to those that it sends again, which
// is when it sent them first (XEP-0203).
func prompt(link string, n element.Node) element.Node {
	late := func(child element.Node) bool {
		from := child.Attr("from")
		return child.Is(stanza.NSDelay, "delay") && (from == "" || bare(from) == bare(link))
	}
	if d := n.Child(stanza.NSDelay, "delay"); d.IsZero() || n.Local() == "iq" {
		return n
	}
	b := element.New(n.Space(), n.Local())
	for a := range n.Attrs() {
		b.AttrNS(a.Space(), a.Local(), a.Value())
	}
	for child := range n.Nodes() {
		if !late(child) {
			b.Add(child)
		}
	}
	return b.Node()
}

// outage notes that a link was down in the recording, or up again.
func (c *comparer) outage(link string, down bool) { c.down[link] = down }

// expect notes what was sent in the recording.
func (c *comparer) expect(i int, rec *recording.Record) error {
	n, err := parse(rec.XML)
	if err != nil {
		return fmt.Errorf("record %d: %w", i+1, err)
	}
	n = prompt(rec.Link, n)
	q, xml := c.queue(rec.Link, n), n.XML()
	if c.down[rec.Link] && q.wantedBefore[xml] {
		return nil
	}
	q.wantedBefore[xml] = true
	q.wanted = append(q.wanted, wanted{i + 1, rec.Time, n})
	return nil
}

// match compares what has arrived, as far as there is something recorded for it.
func (c *comparer) match(some []arrival) {
	for _, a := range some {
		a.node = prompt(a.link, a.node)
		q, xml := c.queue(a.link, a.node), a.node.XML()
		if a.again && q.gotBefore[xml] {
			continue
		}
		q.gotBefore[xml] = true
		q.got = append(q.got, a.node)
	}
	for _, q := range c.order {
		for len(q.wanted) > 0 && len(q.got) > 0 {
			c.compare(q, q.wanted[0], q.got[0])
			q.wanted, q.got = q.wanted[1:], q.got[1:]
		}
	}
}

func (c *comparer) compare(q *queue, want wanted, got element.Node) {
	if old, now := want.node.Attr("id"), got.Attr("id"); isMadeUp(old) && isMadeUp(now) && !isAnswer(want.node) {
		c.ids[old] = now
	}
	wanted, err := parse(rewrite(want.node, func(v string) string { return literal(c.rename(v)) }))
	if err == nil {
		got, err = parse(c.rules.XML(got))
	}
	if err != nil {
		c.differs(q, fmt.Sprintf("record %d: %v", want.number, err))
		return
	}
	if diff := emptest.Diff(wanted, got); diff != "" {
		c.differs(q, fmt.Sprintf("not as in record %d, of %s: %s", want.number, want.time.Format(time.RFC3339Nano), diff))
		return
	}
	c.same++
}

// mostTold is how many differences are told in full.
const mostTold = 20

// differs notes a difference, and tells it in full if it is the first of its line, for
// mostly the others there follow from it.
func (c *comparer) differs(q *queue, what string) {
	c.different++
	if !q.differs && len(c.told) < mostTold {
		c.told = append(c.told, fmt.Sprintf("%s to %s, %s", q.from, q.to, what))
	}
	q.differs = true
}

// settle notes what was sent on one side alone. Where the recording has no end, what is
// not in it may be what is missing there.
func (c *comparer) settle(whole bool) {
	for _, q := range c.order {
		for _, w := range q.wanted {
			c.differs(q, fmt.Sprintf("missing: record %d, of %s:\n- %s\n", w.number, w.time.Format(time.RFC3339Nano), w.node.XML()))
		}
		for _, n := range q.got {
			if !whole {
				break
			}
			c.differs(q, fmt.Sprintf("not in the recording:\n+ %s\n", c.rules.XML(n)))
		}
		q.wanted, q.got = nil, nil
	}
}

// owed reports whether a question with that id was recorded, and nothing is sent yet that
// can be it.
func (c *comparer) owed(id string) bool {
	if _, known := c.ids[id]; known || !isMadeUp(id) {
		return false
	}
	for _, q := range c.order {
		for _, w := range q.wanted {
			if w.node.Attr("id") == id && !isAnswer(w.node) {
				return true
			}
		}
	}
	return false
}

// rename puts the ids of now in the place of those that were recorded.
func (c *comparer) rename(value string) string {
	if now, ok := c.ids[value]; ok {
		return now
	}
	return value
}

// renamed returns a stanza that was read with the ids of now, for it may answer one of
// ours: that with the id answered.
func (c *comparer) renamed(xml string) (now, answered string, err error) {
	n, err := parse(xml)
	if err != nil {
		return "", "", err
	}
	if isAnswer(n) {
		answered = c.rename(n.Attr("id"))
	}
	c.rules.XML(n) // it remembers which fields of forms are private
	return rewrite(n, c.rename), answered, nil
}

// isMadeUp reports whether an id looks like one of stanza.NewID.
func isMadeUp(id string) bool { return madeUp.MatchString(id) }

var madeUp = regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`)

// isAnswer reports whether the id of a stanza is that of the request it answers.
func isAnswer(n element.Node) bool {
	t := n.Attr("type")
	return t == "error" || t == "result" && n.Local() == "iq"
}

// literal writes a text so that emptest takes nothing in it for a hole.
func literal(text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	return hole.ReplaceAllString(text, "{$0")
}

var hole = regexp.MustCompile(`\{[a-z][a-z0-9_]*\}`)

// rewrite returns an element as XML, with each value of an attribute and each text as
// change makes it.
func rewrite(n element.Node, change func(string) string) string {
	w := element.Writer{Space: element.NSClient}
	for at := n; ; {
		if at.Kind() == element.KindText {
			w.Text(change(at.Value()))
		} else {
			w.Start(at.Space(), at.Local())
			for a := range at.Attrs() {
				w.AttrNS(a.Space(), a.Local(), change(a.Value()))
			}
		}
		if first := at.First(); !first.IsZero() {
			at = first
			continue
		}
		for {
			if at.Kind() == element.KindElement {
				w.End()
			}
			if at == n {
				return string(w.Bytes())
			}
			if next := at.Next(); !next.IsZero() {
				at = next
				break
			}
			at = at.Parent()
		}
	}
}
