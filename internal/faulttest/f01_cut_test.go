package faulttest

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/emp-framework/emp/framework"
)

// TestF01CutAtEveryByte: the server's stream is cut behind each of its bytes, in
// the middle of tags and characters too. What came whole is handled, what did
// not leaves no trace, and the application comes back.
func TestF01CutAtEveryByte(t *testing.T) {
	const body = "grüße, \U0001F600 &lt;"
	stanzas := []string{
		message("u", "m1", body), " \n",
		iq("u", "q1", "q"),
		"<presence from='u@localhost/r' to='comp.localhost'/>",
		message("v", "m2", body),
	}
	start := header + "<handshake/>"
	whole := start + strings.Join(stanzas, "")
	complete := func(n int) (k int) { // stanzas in n bytes
		at := len(start)
		for _, s := range stanzas {
			if at += len(s); at <= n && s[0] == '<' {
				k++
			}
		}
		return k
	}
	for name, end := range map[string]func(*peer){"FIN": func(c *peer) { c.CloseWrite() }, "RST": func(c *peer) { c.Reset() }} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				got := 0
				net := make(memory)
				s := run(t, net.app(func(a *framework.App) {
					a.Routes = to(func(_ context.Context, req *request) (response, error) {
						mu.Lock()
						defer mu.Unlock()
						if got++; req.Body() != "" && req.Body() != "grüße, \U0001F600 <" {
							t.Errorf("got the body %q", req.Body())
						}
						return nil, nil
					})
				}))
				first := net.accept(t)
				<-s.Ready()
				first.Reset()
				all := 0
				c := <-net
				for n := range len(whole) + 1 {
					c.Write([]byte(whole[:n]))
					end(&peer{Conn: c})
					io.Copy(io.Discard, c)
					c.Close()
					c = <-net // so that link is over
					synctest.Wait()
					stats := s.idle()
					mu.Lock()
					want := complete(n)
					if name == "RST" && got < want { // it overtakes
						want = got
					}
					all += want
					if got != want || stats.Handled != all {
						t.Errorf("cut behind %d bytes: %d stanzas handled, %d came whole; books %+v", n, got, want, stats)
					}
					got = 0
					mu.Unlock()
				}
				if name == "RST" {
					t.Logf("%d stanzas handled", all)
				}
				c.Close()
			})
		})
	}
}
