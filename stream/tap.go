package stream

import "github.com/emp-framework/emp/element"

// A Tap sees what goes over a link, for logs and recordings: each element, as it was
// read, or as it stands in the queue of what is written. It is called where that
// happens, in the order of each direction, and must return at once, for reading or
// all who send wait for it.
type Tap func(Passage)

// A Passage is an element on its way over a link.
type Passage struct {
	// Node is what was read; of a stanza beyond a limit the start tag alone. It is
	// zero for what is sent.
	Node element.Node
	// Words is what is sent, in the namespace [element.NSClient]; nil for what was
	// read. They are valid only during the call.
	Words []byte
	// Early says that this belongs to the negotiation: headers, features, SASL, the
	// handshake, the request for a resource.
	Early bool
}

func (c *conn) tapRead(n element.Node, early bool) {
	if c.opts.Tap != nil && !n.IsZero() {
		c.opts.Tap(Passage{Node: n, Early: early})
	}
}

func (c *conn) tapWords(words string) {
	if c.opts.Tap != nil {
		c.opts.Tap(Passage{Words: []byte(words), Early: true})
	}
}

// tapSent shows the stanzas that were put into the queue from mark on, which end at
// ends.
func (c *conn) tapSent(b []byte, mark int, ends []int) {
	if c.opts.Tap == nil {
		return
	}
	for _, end := range ends {
		c.opts.Tap(Passage{Words: b[mark:end:end]})
		mark = end
	}
}

// Counts is how much went over a link since it was ready.
type Counts struct {
	Read, Sent           int   // stanzas, answers to our own questions and pings among them
	ReadBytes, SentBytes int64 // of XML, the negotiation not counted
}

// Plus returns the sum of both.
func (n Counts) Plus(m Counts) Counts {
	return Counts{n.Read + m.Read, n.Sent + m.Sent, n.ReadBytes + m.ReadBytes, n.SentBytes + m.SentBytes}
}

// Counts returns how much went over the link so far. What was read counts when Read
// returns, what is sent when Send has put it into the queue.
func (c *conn) Counts() Counts {
	n := c.out.counts()
	n.Read, n.ReadBytes = int(c.reads.Load()), c.readBytes.Load()
	return n
}
