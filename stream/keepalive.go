package stream

import (
	"context"
	"errors"
	"time"
)

// ready opens the link for stanzas, unless it was aborted meanwhile.
func (c *conn) ready() error {
	if !c.state.CompareAndSwap(negotiating, isReady) {
		return c.orClosed(ErrClosed)
	}
	c.served.Store(true)
	if c.opts.PingInterval > 0 {
		c.start(c.keepalive)
	}
	return nil
}

// keepalive ends the link when the server is silent and does not answer when
// asked (RFC 6120 section 4.6). Anything that comes shows that it is there, so
// a busy link is never asked, and the cost is one timer for each interval. But a
// server that ends links on which we are silent (XEP-0478) is asked then as well.
func (c *conn) keepalive() {
	timer := time.NewTimer(c.opts.PingInterval)
	defer timer.Stop()
	for {
		select {
		case <-c.down:
			return
		case <-timer.C:
		}
		quiet, least := c.quiet(), time.Millisecond
		if max(quiet, c.unheard()) >= c.opts.PingInterval {
			ctx, cancel := context.WithTimeout(context.Background(), c.opts.PingTimeout)
			err := c.SelfTest(ctx)
			cancel()
			quiet = c.quiet()
			switch {
			case err != nil && c.state.Load() != isReady:
				return
			case errors.Is(err, ErrTooManyAsks): // which says nothing of the server
				timer.Reset(c.opts.PingTimeout)
				continue
			case err != nil && quiet >= c.opts.PingTimeout:
				c.silent(quiet)
				return
			case err != nil:
				least = time.Second
			}
		}
		timer.Reset(max(c.opts.PingInterval-max(quiet, c.unheard()), least))
	}
}

// quiet is for how long we have been listening and nothing came. While nobody
// reads, since those above have enough to do, the server is not silent.
func (c *conn) quiet() time.Duration {
	since := c.listening.Load()
	if since == 0 {
		return 0
	}
	return time.Since(c.began) - time.Duration(since-1)
}

// Listening reports whether Read waits for something to come: if not, those above have
// enough to do, and what the server sends waits for them.
func (c *conn) Listening() bool { return c.listening.Load() != 0 }

// unheard is for how long we have said nothing, where the server minds that.
func (c *conn) unheard() time.Duration {
	if !c.minds {
		return 0
	}
	return c.out.idle(c.began)
}

// silent ends the link to a server that is not there any more.
func (c *conn) silent(quiet time.Duration) {
	e := broken(ConnectionTimeout, "nothing came for %v, not even the answer to a ping", quiet.Round(time.Second))
	last := e.tag() + endTag
	if c.session.outlasts(c) {
		last = "" // which ends the session (requirement M04)
	}
	c.finish(last, e)
	c.net.Close() // reading ends with it
}
