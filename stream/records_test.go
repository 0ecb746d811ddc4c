package stream

import (
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/emp-framework/emp/internal/pipe"
	"github.com/emp-framework/emp/stanza"
)

// A recorder is a connection that looks like TLS and keeps what is written at once.
type recorder struct {
	net.Conn
	began  chan struct{} // gets one for each write
	open   chan struct{} // writing waits for it
	writes chan string
}

func (r *recorder) ConnectionState() tls.ConnectionState { return tls.ConnectionState{} }

func (r *recorder) Write(b []byte) (int, error) {
	r.began <- struct{}{}
	<-r.open
	r.writes <- string(b)
	return len(b), nil
}

// TestM03Records: what goes into one record of TLS ends with a stanza, unless that alone
// is more than a record.
func TestM03Records(t *testing.T) {
	for name, tc := range map[string]struct {
		sizes, // of stanzas, those of one Send together
		want string // of writes
	}{
		"one":                  {"300", "300"},
		"all in one":           {"300 300 300,300", "300 900"},
		"more than a record":   {"300 5000 5000 5000 300", "300 5000 5000 5300"},
		"in one Send":          {"300 5000,5000,5000,300", "300 5000 5000 5300"},
		"just a record":        {"300 8192 300", "300 8192 300"},
		"larger than a record": {"300 10000 300 5000 5000", "300 8192 7108 5000"},
		"much larger":          {"300 20000 300", "300 8192 8192 3916"},
		"many":                 {"300 " + strings.Repeat("300 ", 100), "300 8100 8100 8100 5700"},
	} {
		t.Run(name, func(t *testing.T) {
			_, its := net.Pipe()
			conn := &recorder{Conn: its, began: make(chan struct{}, 100), open: make(chan struct{}), writes: make(chan string, 100)}
			c, err := NewComponent(Options{}.with("comp.localhost", nil))
			if err != nil {
				t.Fatal(err)
			}
			c.attach(conn, conn)
			c.state.Store(isReady)
			for i, sizes := range strings.Fields(tc.sizes) {
				var outs []stanza.Out
				for _, size := range strings.Split(sizes, ",") {
					var n int
					fmt.Sscan(size, &n)
					outs = append(outs, filling(n))
				}
				if err := c.Send(t.Context(), outs...); err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					<-conn.began // what comes now waits
				}
				if err := c.Send(t.Context(), filling(100), filling(defaultMaxSend+1)); err == nil {
					t.Fatal("it takes what is too big")
				}
			}
			close(conn.open)
			if err := c.out.end(t.Context(), "", ErrClosed); err != nil {
				t.Error(err)
			}
			close(conn.writes)
			var got []string
			for w := range conn.writes {
				got = append(got, fmt.Sprint(len(w)))
			}
			if got := strings.Join(got, " "); got != tc.want {
				t.Errorf("it writes %s, want %s", got, tc.want)
			}
		})
	}
}

// TestTorn: a server that says that it got half a record is no reason not to come back
// soon, as one is that refuses what we are.
func TestTorn(t *testing.T) {
	for alert, want := range map[byte]bool{50: false /* decode_error */, 40: true /* handshake_failure */} {
		ours, its := pipe.New()
		go func() {
			defer its.Close()
			its.Read(make([]byte, 1<<10))
			its.Write([]byte{0x15, 3, 3, 0, 2, 2, alert})
			its.Read(make([]byte, 1<<10))
		}()
		opts := Options{TLS: new(tls.Config)}.with("comp.localhost", ours)
		link, err := NewComponent(opts)
		if err != nil {
			t.Fatal(err)
		}
		err = link.Connect(t.Context())
		link.Abort()
		if err == nil || Misconfigured(err) != want {
			t.Errorf("the alert %d is %v, misconfigured: %v", alert, err, Misconfigured(err))
		}
	}
}
