// Command floor is a responder that parses nothing: the floor below any
// component in Go. It does what floor.c does.
//
//	floor HOST:PORT DOMAIN SECRET
package main

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"net"
	"os"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: floor HOST:PORT DOMAIN SECRET")
		os.Exit(64)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

func run(addr, domain, secret string) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(conn, "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='%s'>", domain)
	buf := make([]byte, 1<<20)
	have := 0
	read := func() error {
		n, err := conn.Read(buf[have:])
		have += n
		return err
	}
	var id []byte
	for id == nil {
		if err := read(); err != nil {
			return err
		}
		_, tag, _ := bytes.Cut(buf[:have], []byte("<stream:stream"))
		id = value(tag, " id='")
	}
	hash := sha1.Sum(append(bytes.Clone(id), secret...))
	fmt.Fprintf(conn, "<handshake>%x</handshake>", hash)
	have = 0
	var rest, out []byte
	for ok := false; !ok; {
		if err := read(); err != nil {
			return err
		}
		_, rest, ok = bytes.Cut(buf[:have], []byte("<handshake/>"))
	}
	for { // the first stanzas may have come with it
		for len(rest) > 1 {
			end := map[byte]string{'i': "</iq>", 'm': "</message>", 'p': "</presence>"}[rest[1]]
			i := bytes.Index(rest, []byte(end))
			if end == "" {
				return nil // the end of the stream
			}
			if i < 0 {
				break
			}
			out = answer(out, rest[:i+len(end)])
			rest = rest[i+len(end):]
		}
		have = copy(buf, rest)
		if _, err := conn.Write(out); err != nil {
			return err
		}
		out = out[:0]
		if read() != nil {
			return nil
		}
		rest = buf[:have]
	}
}

// answer adds the answer to a stanza.
func answer(out, s []byte) []byte {
	n := bytes.IndexByte(s, '>')
	tag := s[:n]
	switch s[1] {
	case 'i':
		out = append(append(out, "<iq type='result' id='"...), value(tag, " id='")...)
	case 'm':
		out = append(out, "<message type='chat"...)
	default:
		return out
	}
	out = append(append(out, "' from='"...), value(tag, " to='")...)
	out = append(append(out, "' to='"...), value(tag, " from='")...)
	if s[1] == 'i' {
		return append(out, "'/>"...)
	}
	return append(append(out, '\''), s[n:]...)
}

// value returns what stands behind key, up to the quote.
func value(tag []byte, key string) []byte {
	_, v, ok := bytes.Cut(tag, []byte(key))
	if !ok {
		return nil
	}
	v, _, ok = bytes.Cut(v, []byte("'"))
	if !ok {
		return nil
	}
	return v
}
