package main

import (
	"bytes"
	"fmt"
	"time"
)

// A checker knows what is outstanding, and what each of it must get.
type checker struct {
	domain  string
	senders int
	load    workload

	slots []slot   // one for each stanza outstanding
	free  []int    // those without one
	lines []uint32 // for each sender and recipient: answers to messages so far
	sent  []uint32 // and messages so far
	next  int      // which stanza of the cycle
	from  int      // which sender
	to    int      // which recipient, if there are many

	counts counts
	times  histogram
}

// A slot is a stanza that waits for its answer. Its id is the slot's index and
// how many the slot has had, so that a second answer meets another number.
type slot struct {
	id     uint64
	busy   bool
	tmpl   *template
	sender int
	pair   int    // which recipient
	number uint32 // of a message: which one between its two addresses
	at     time.Duration
}

// counts is what was sent and what came of it.
type counts struct {
	Sent       int `json:"sent"`       // all stanzas
	Answered   int `json:"answered"`   // as they must be
	Unanswered int `json:"unanswered"` // of those that need no answer
	Lost       int `json:"lost"`       // still without one at the end
	Wrong      int `json:"wrong"`      // of another kind, to another address, with another body
	Misordered int `json:"misordered"` // echoes before that of a message sent earlier between the same two
	Double     int `json:"double"`     // answered already, or never asked
	Bytes      int `json:"bytes"`      // sent
}

func (c counts) bad() int { return c.Lost + c.Wrong + c.Misordered + c.Double }

func (c *counts) add(o counts) {
	c.Sent += o.Sent
	c.Answered += o.Answered
	c.Unanswered += o.Unanswered
	c.Lost += o.Lost
	c.Wrong += o.Wrong
	c.Misordered += o.Misordered
	c.Double += o.Double
	c.Bytes += o.Bytes
}

const slotShift = 40

func newChecker(domain string, load workload, senders, outstanding int) *checker {
	c := &checker{domain: domain, senders: senders, load: load, slots: make([]slot, outstanding)}
	c.lines, c.sent = make([]uint32, senders*load.pairs), make([]uint32, senders*load.pairs)
	for i := range c.slots {
		c.slots[i].id = uint64(i) << slotShift
		c.free = append(c.free, i)
	}
	return c
}

// fill adds stanzas to b until all slots are taken, or limit more are sent, or
// b is as large as one write should be.
func (c *checker) fill(b []byte, now time.Duration, limit int) []byte {
	for ; limit > 0 && len(c.free) > 0 && len(b) < maxWrite; limit-- {
		t := c.load.cycle[c.next]
		c.next = (c.next + 1) % len(c.load.cycle)
		sender := c.from
		pair := t.pair
		if t.many >= 0 {
			pair = c.to
			c.to = (c.to + 1) % c.load.pairs
		}
		c.from = (c.from + 1) % c.senders
		c.counts.Sent++
		before := len(b)
		if t.answer == answerNone {
			b = t.append(b, 0, sender, pair)
			c.counts.Unanswered++
		} else {
			s := &c.slots[c.free[len(c.free)-1]]
			c.free = c.free[:len(c.free)-1]
			s.id++
			if t.answer == answerEcho {
				line := sender*c.load.pairs + pair
				c.sent[line]++
				s.number = c.sent[line]
			}
			s.busy, s.tmpl, s.sender, s.pair, s.at = true, t, sender, pair, now
			b = t.append(b, s.id, sender, pair)
		}
		c.counts.Bytes += len(b) - before
	}
	return b
}

// answer takes what the component sent to one of the senders. Its error says
// what is wrong with it.
func (c *checker) answer(x []byte, now time.Duration) error {
	kind := name(x)
	id := attr(x, "id")
	body := inner(x, "body")
	if kind == "message" {
		if i := bytes.IndexByte(body, ' '); i >= 0 && len(body) >= i+1+len(idMark) {
			id = body[i+1 : i+1+len(idMark)]
		}
	}
	n, ok := getHex(id)
	i := int(n >> slotShift)
	if !ok || i >= len(c.slots) || !c.slots[i].busy || c.slots[i].id != n {
		c.counts.Double++
		return fmt.Errorf("an answer to nothing outstanding: %s", clip(x))
	}
	s := &c.slots[i]
	s.busy = false
	c.free = append(c.free, i)
	c.times.add(now - s.at)
	if s.tmpl.answer == answerEcho { // iqs have ids, and their answers need no order
		line := s.sender*c.load.pairs + s.pair
		c.lines[line]++
		if came := c.lines[line]; s.number != came {
			c.counts.Misordered++
			c.lines[line] = max(came, s.number)
			return fmt.Errorf("the answer to message %d of its pair comes as number %d: %s", s.number, came, clip(x))
		}
	}
	if why := c.wrong(s, kind, x, body); why != "" {
		c.counts.Wrong++
		return fmt.Errorf("%s: %s", why, clip(x))
	}
	c.counts.Answered++
	return nil
}

// wrong says what is wrong with an answer, or nothing.
func (c *checker) wrong(s *slot, kind string, x, body []byte) string {
	typ := string(attr(x, "type"))
	to := attr(x, "to")
	if len(to) != len(sender) || string(to[:len(senderStart)]) != senderStart || string(to[len(sender)-len(senderEnd):]) != senderEnd || number(to[len(senderStart):][:len(fromMark)]) != s.sender {
		return fmt.Sprintf("to %q, not to sender %d", to, s.sender)
	}
	from := attr(x, "from")
	if from == nil { // gloox leaves it out; servers take that for the component itself
		from = []byte(c.domain)
	}
	want := s.tmpl.to
	if s.tmpl.many >= 0 {
		want = s.tmpl.recipient(s.pair)
	}
	if string(from) != want && !bytes.HasPrefix(from, []byte(want+"/")) {
		return fmt.Sprintf("from %q, not from %q", from, want)
	}
	switch s.tmpl.answer {
	case answerResult, answerOnce:
		if kind != "iq" || typ != "result" && !(typ == "error" && s.tmpl.answer == answerOnce) {
			return fmt.Sprintf("%s of type %q for an iq", kind, typ)
		}
	case answerEcho:
		if kind != "message" || typ == "error" {
			return fmt.Sprintf("%s of type %q for a message", kind, typ)
		}
		asked := inner(s.tmpl.text, "body")
		i := len("Message ") + len(idMark)
		if len(body) != len(asked) || string(body[i:]) != string(asked[i:]) {
			return fmt.Sprintf("another body than %q", asked)
		}
	}
	return ""
}

// finish counts what has no answer.
func (c *checker) finish() {
	for i := range c.slots {
		if c.slots[i].busy {
			c.counts.Lost++
		}
	}
}

// outstanding is how many stanzas wait for their answers.
func (c *checker) outstanding() int { return len(c.slots) - len(c.free) }

func number(digits []byte) (n int) {
	for _, c := range digits {
		n = 10*n + int(c-'0')
	}
	return n
}

func clip(b []byte) string {
	if len(b) > 300 {
		return string(b[:300]) + "…"
	}
	return string(b)
}
