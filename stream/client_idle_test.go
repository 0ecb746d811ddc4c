package stream

import (
	"io"
	"sync"
	"testing"
	"time"
)

// TestM06Idle: where the server ends links on which we say nothing, we say something,
// however much it has to say itself.
func TestM06Idle(t *testing.T) {
	accounting() // by the clock outside, for it is of all tests
	bubble("", t, func(t *testing.T) {
		var ready time.Time
		done := make(chan []time.Duration, 1)
		opts := newHost(t, func(h *host) {
			var pings []time.Duration
			defer func() { done <- pings }()
			h.stream("<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>ANONYMOUS</mechanism></mechanisms></stream:features>")
			h.hear()
			h.say(success)
			h.again("<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><limits xmlns='urn:xmpp:stream-limits:0'><idle-seconds>60</idle-seconds></limits></stream:features>")
			h.bind("juliet@capulet.example/balcony")
			ready = time.Now()
			var talk sync.WaitGroup
			defer talk.Wait()
			defer h.tcp.Close()
			talk.Go(func() {
				for range 60 {
					time.Sleep(7 * time.Second)
					if _, err := io.WriteString(h.conn, "<message from='romeo@capulet.example'/>"); err != nil {
						return
					}
				}
				h.tcp.Close()
			})
			for len(pings) < 3 {
				if h.hear(); h.over {
					return
				}
				pings = append(pings, time.Since(ready))
			}
		}, func(o *Options, c *Credentials) {
			o.Encryption = EncryptNone
			c.Anonymous, c.AllowInsecure, c.AllowPlain, c.Password = true, true, false, nil
		})
		link, err := DialClient(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		r := reader(link)
		<-r.done
		link.Abort()
		pings := <-done
		for i, at := range pings {
			if most := time.Duration(i+1) * 31 * time.Second; at > most {
				t.Errorf("it said nothing until %v", at)
			}
		}
		if len(pings) < 3 {
			t.Errorf("it said something %d times", len(pings))
		}
	})
}
