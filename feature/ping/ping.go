// Package ping answers pings (XEP-0199): whoever asks learns that the
// application is there.
//
// In:  a Router to mount it in; its scope says at which addresses.
// Out: an empty result to each ping.
//
//	r.Mount(ping.Feature{})
package ping

import (
	"context"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
)

// NS is the namespace of pings (XEP-0199 section 9).
const NS = "urn:xmpp:ping"

// A Feature answers pings to all addresses of the scope that it is mounted in.
type Feature struct{}

// Routes writes the feature's route. Pings need no order: none waits for what
// its sender asked before.
func (Feature) Routes(r *router.Router) {
	r.Namespace("p", NS)
	r.Get("p:ping").To(pong).Concurrent().Transient()
}

// pong returns the empty result, which is what nil is to an iq.
func pong(context.Context, *component.Request) (component.Response, error) { return nil, nil }
