package stream

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// TestM04Silent: a link to a server that is silent does not say that the stream is over.
// That would end the session too.
func TestM04Silent(t *testing.T) {
	accounting() // by the clock outside, for it is of all tests
	bubble("", t, func(t *testing.T) {
		heard := make(chan string, 1)
		opts := newHost(t, func(h *host) {
			h.stream("<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>ANONYMOUS</mechanism></mechanisms></stream:features>")
			h.hear()
			h.say(success)
			h.again(featuresSM)
			h.bind("juliet@capulet.example/balcony")
			h.hear()
			h.say(enabled)
			heard <- h.unread()
		}, with(new(Session)), func(o *Options, c *Credentials) {
			o.PingInterval, o.Encryption = time.Minute, EncryptNone
			c.Anonymous, c.AllowInsecure, c.AllowPlain, c.Password = true, true, false, nil
		})
		link, got := enable(t, opts)
		end(got)
		if err := link.Err(); !errors.Is(err, ConnectionTimeout) {
			t.Error(err)
		}
		if got := <-heard; !strings.HasPrefix(got, "<iq ") || strings.Contains(got, "stream:") {
			t.Errorf("it said %s", got)
		}
	})
}

// TestM03Deaf: a server that says things and answers no question is left, and the session
// with it: it may have taken what came for the rest of a stanza of the link before.
func TestM03Deaf(t *testing.T) {
	accounting() // by the clock outside, for it is of all tests
	bubble("", t, func(t *testing.T) {
		heard, ended := make(chan struct{}), make(chan struct{})
		opts := newHost(t, func(h *host) {
			h.stream("<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>ANONYMOUS</mechanism></mechanisms></stream:features>")
			h.hear()
			h.say(success)
			h.again(featuresSM)
			h.bind("juliet@capulet.example/balcony")
			h.hear()
			h.say(enabled)
			go func() {
				defer close(ended)
				defer h.tcp.Close()
				for range 300 {
					if _, err := io.WriteString(h.conn, fromRomeo); err != nil {
						return
					}
					time.Sleep(time.Second)
				}
			}()
			h.unread()
			close(heard)
		}, with(new(Session)), func(o *Options, c *Credentials) {
			o.PingTimeout, o.Encryption = time.Minute, EncryptNone
			c.Anonymous, c.AllowInsecure, c.AllowPlain, c.Password = true, true, false, nil
		})
		link, got := enable(t, opts)
		go end(got)
		if err := link.Send(t.Context(), toRomeo(1)); err != nil {
			t.Fatal(err)
		}
		for range 3 { // the first is not long enough, the second may be
			ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
			err := link.AwaitAck(ctx)
			cancel()
			if err == nil {
				t.Fatal("the server has confirmed")
			}
		}
		if err := link.Err(); !errors.Is(err, ConnectionTimeout) {
			t.Error(err)
		}
		if opts.Session.outlasts(&link.conn) {
			t.Error("the session outlasts the link")
		}
		<-heard
		<-ended
	})
}
