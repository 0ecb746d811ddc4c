package framework

import "github.com/emp-framework/emp/stream"

// An elsewhere is where the server of a client has sent it (RFC 6120 section 4.9.3.19).
// It belongs to the goroutine that supervises the link.
type elsewhere struct {
	server string // for the next link, and no other: the one behind it begins where the configuration says
	now    string // where the link of now was sent to; "": nowhere
	hops   int    // in a row
}

// maxHops is how often in a row we let us be sent elsewhere. The RFC has it from 2 to 5.
const maxHops = 3

// An astray is a see-other-host that is one too many.
type astray struct{ error }

func (a *astray) Unwrap() error { return a.error }

// next returns the server of the next link.
func (w *elsewhere) next(configured string) string {
	w.now, w.server = w.server, ""
	return or(w.now, configured)
}

// reached is the configuration of e with the server that its last link was for.
func (e *endpoint) reached() *Config {
	if e.sent.now == "" {
		return e.conf
	}
	c := *e.conf
	c.Server = e.sent.now
	return &c
}

// arrived notes that a link is up.
func (w *elsewhere) arrived() { w.hops = 0 }

// heed notes where a link that has ended with err was sent, and returns err.
func (w *elsewhere) heed(err error) error {
	server, ok := stream.Elsewhere(err)
	if !ok {
		return err
	}
	if w.hops == maxHops {
		w.hops = 0
		return &astray{err}
	}
	w.hops++
	w.server = server
	return err
}
