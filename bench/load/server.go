package main

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"time"
)

// maxWrite is how much is rendered before it is handed to the writer.
const maxWrite = 256 << 10

// serverDomain is who we are.
const serverDomain = "localhost"

// A server is the other end of the component's stream.
type server struct {
	conn   net.Conn
	domain string
	cut    cutter
	began  time.Time
	out    writer

	asides int      // stanzas outside the count: pings of the component's own
	asked  [][]byte // our answers to what it asks senders, held back until all wait for one
}

// accept waits for a connection of the component and shakes hands with it
// (XEP-0114 section 3).
func accept(l net.Listener, secret string, limit time.Duration) (*server, error) {
	l.(*net.TCPListener).SetDeadline(time.Now().Add(limit))
	conn, err := l.Accept()
	if err != nil {
		return nil, fmt.Errorf("no component connected within %v: %w", limit, err)
	}
	s := &server{conn: conn, began: time.Now()}
	conn.SetDeadline(time.Now().Add(limit))
	if err := s.handshake(secret); err != nil {
		conn.Close()
		return nil, err
	}
	conn.SetDeadline(time.Time{})
	s.out.start(conn)
	return s, nil
}

func (s *server) handshake(secret string) error {
	const id = "load-1"
	var header []byte
	for header == nil {
		if err := s.fillBuffer(); err != nil {
			return fmt.Errorf("before the stream header: %w", err)
		}
		header = s.cut.header()
	}
	s.domain = string(attr(header, "to"))
	fmt.Fprintf(s.conn, "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' id='%s' from='%s'>", id, s.domain)
	for {
		x, err := s.cut.next()
		if err != nil {
			return err
		}
		if x == nil {
			if err := s.fillBuffer(); err != nil {
				return fmt.Errorf("before the handshake: %w", err)
			}
			continue
		}
		sum := sha1.Sum([]byte(id + secret))
		if name(x) != "handshake" || !bytes.Contains(x, []byte(hex.EncodeToString(sum[:]))) {
			return fmt.Errorf("no handshake with the secret: %s", clip(x))
		}
		_, err = fmt.Fprint(s.conn, "<handshake/>")
		return err
	}
}

func (s *server) fillBuffer() error {
	n, err := s.conn.Read(s.cut.room())
	s.cut.read(n)
	return err
}

// now is the time since the handshake.
func (s *server) now() time.Duration { return time.Since(s.began) }

// patience is how long the answers may take to what was sent last.
const patience = 10 * time.Second

// run keeps c's slots filled until count stanzas are sent or the time is over,
// and then waits for what is outstanding.
func (s *server) run(c *checker, count int, until time.Duration) error {
	end := s.now() + until
	target := c.counts.Sent + count
	s.conn.SetReadDeadline(time.Now().Add(until + patience))
	defer s.conn.SetReadDeadline(time.Time{})
	now := s.now()
	for {
		for { // presences have no answer that would call for more
			b := c.fill(s.out.spare(), now, target-c.counts.Sent)
			if len(b) == 0 {
				break
			}
			if err := s.out.write(b); err != nil {
				return err
			}
		}
		if c.counts.Sent >= target && c.outstanding() == 0 {
			return nil
		}
		if err := s.fillBuffer(); err != nil {
			if os.IsTimeout(err) {
				return fmt.Errorf("after %v there are %d of %d stanzas sent, %d without their answer", until+patience, c.counts.Sent-(target-count), count, c.outstanding())
			}
			return fmt.Errorf("with %d answers outstanding: %w", c.outstanding(), err)
		}
		if now = s.now(); now > end {
			target = c.counts.Sent
		}
		if err := s.take(c, now); err != nil {
			return err
		}
	}
}

// quiet answers the component's own pings for a while in which nothing is sent.
func (s *server) quiet(c *checker, d time.Duration) error {
	s.conn.SetReadDeadline(time.Now().Add(d))
	defer s.conn.SetReadDeadline(time.Time{})
	for {
		if err := s.fillBuffer(); err != nil {
			if os.IsTimeout(err) {
				return nil
			}
			return err
		}
		if err := s.take(c, s.now()); err != nil {
			return err
		}
	}
}

// take handles all whole stanzas that have been read.
func (s *server) take(c *checker, now time.Duration) error {
	for {
		x, err := s.cut.next()
		if err != nil {
			return err
		}
		if x == nil {
			return s.release(c.outstanding())
		}
		if aside, err := s.aside(x); aside || err != nil {
			s.asides++
			if err != nil {
				return err
			}
			continue
		}
		if c.load.asks && s.question(x) {
			continue
		}
		if err := c.answer(x, now); err != nil && c.counts.bad() <= 5 {
			fmt.Fprintln(os.Stderr, "load:", err)
		}
	}
}

// aside handles what a component sends on its own account, as a server does: to
// itself it is relayed, and a question to the server is answered.
func (s *server) aside(x []byte) (bool, error) {
	to := attr(x, "to")
	host := to
	if i := bytes.IndexByte(host, '/'); i >= 0 {
		host = host[:i]
	}
	if i := bytes.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	switch {
	case string(host) == s.domain:
		return true, s.out.write(append(s.out.spare(), x...))
	case string(to) == serverDomain || len(to) == 0:
		typ := string(attr(x, "type"))
		if name(x) != "iq" || typ != "get" && typ != "set" {
			return true, nil
		}
		return true, s.out.write(fmt.Appendf(s.out.spare(), "<iq type='result' id='%s' from='%s' to='%s'/>", attr(x, "id"), serverDomain, attr(x, "from")))
	}
	return name(x) == "presence", nil
}

// question takes what the component asks a sender.
func (s *server) question(x []byte) bool {
	if name(x) != "iq" || string(attr(x, "type")) != "get" {
		return false
	}
	s.asked = append(s.asked, fmt.Appendf(nil, "<iq type='result' id='%s' from='%s' to='%s'/>", attr(x, "id"), attr(x, "to"), attr(x, "from")))
	return true
}

// release answers the questions once there are n: as many as can be.
func (s *server) release(n int) error {
	if len(s.asked) == 0 || len(s.asked) < n {
		return nil
	}
	err := s.out.write(append(s.out.spare(), bytes.Join(s.asked, nil)...))
	s.asked = s.asked[:0]
	return err
}

// close ends the stream from our side, and waits for the component's end.
func (s *server) close() {
	s.out.write(append(s.out.spare(), "</stream:stream>"...))
	s.out.stop()
	s.conn.SetReadDeadline(time.Now().Add(2 * time.Second))
	for s.fillBuffer() == nil {
		s.cut.start, s.cut.pos, s.cut.buf = 0, 0, s.cut.buf[:0]
	}
	s.conn.Close()
}
