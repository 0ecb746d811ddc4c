package hostlink

import (
	"errors"
	"io"
	"net"
	"sync"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stream"
)

// A Link is our end of one connection. What is said waits in memory until the application
// reads it, so that neither side's writing waits for the other's.
type Link struct {
	Name string // the component's domain as its header has it, or the client's full JID; from Up on

	conn   net.Conn
	parser *element.Parser
	gone   chan struct{}

	mu     sync.Mutex
	more   sync.Cond
	out    []byte // what to write next
	corked bool   // nothing is written yet
	closed bool   // behind what is in out, nothing comes any more
}

func newLink(conn net.Conn) *Link {
	l := &Link{conn: conn, gone: make(chan struct{})}
	l.more.L = &l.mu
	return l
}

// ErrGone: the link is over.
var ErrGone = errors.New("hostlink: the link is gone")

// Gone returns what is closed when the application's side has ended.
func (l *Link) Gone() <-chan struct{} { return l.gone }

// Cut ends the connection without a word.
func (l *Link) Cut() { l.conn.Close() }

// Write queues a stanza.
func (l *Link) Write(n element.Node) error {
	w := element.Writer{Space: element.NSClient}
	w.Node(n)
	if err := w.Err(); err != nil {
		return err
	}
	return l.Say(string(w.Bytes()))
}

// Say queues any text.
func (l *Link) Say(words string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return ErrGone
	}
	l.out = append(l.out, words...)
	l.more.Signal()
	return nil
}

// cork has what is said wait for uncork, which puts first before it.
func (l *Link) cork() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.corked = true
}

func (l *Link) uncork(first string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.corked = false
	l.out = append([]byte(first), l.out...)
	l.more.Signal()
}

func (l *Link) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed, l.corked = true, false
	l.more.Signal()
}

// write writes what is said, until the link has ended or the application does not read
// any more.
func (l *Link) write() {
	defer l.conn.Close()
	for {
		l.mu.Lock()
		for (len(l.out) == 0 || l.corked) && !l.closed {
			l.more.Wait()
		}
		some := l.out
		l.out = nil
		l.mu.Unlock()
		if len(some) == 0 {
			return
		}
		if _, err := l.conn.Write(some); err != nil {
			return
		}
	}
}

// next returns the next element. The error is io.EOF behind the end of the stream.
func (l *Link) next() (element.Node, error) {
	ev, err := l.parser.Read(l.conn)
	switch {
	case err != nil:
		return ev.Node, err
	case ev.Kind == element.EventExcess:
		return ev.Node, refuse(stream.PolicyViolation, "a stanza beyond the limit of %s", ev.Excess)
	case ev.Kind == element.EventClose:
		return ev.Node, io.EOF
	}
	return ev.Node, nil
}
