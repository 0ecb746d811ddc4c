package framework

import (
	"context"
	"fmt"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/confirm"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// An endpoint is who the application is at a server: an external component, or an
// account at one resource. Links come and go for it, one at a time; it has what
// outlasts them.
type endpoint struct {
	app  *App
	conf *Config
	name string // for logs: the address that the configuration gives it

	domain  jid.JID         // of the component, or of the account
	account *stream.Account // nil: a component

	// Of a client: the resource to ask for, "" for the server to choose; the priority of
	// its presence; and whether it is the one of its account that is to have what contacts
	// send to the bare JID. That goes to the highest priority, and to none that is
	// negative (RFC 6121 section 8.5.2).
	resource string
	priority int8
	main     bool

	session  *stream.Session // of a client, what is managed; nil: off
	present  bool            // a link of this session was up: contacts and plugins know of us
	presence presences
	ring     *confirm.Ring // nil: off
	outage   outage
	tally    tally
	sent     elsewhere

	// Guarded by app.mu.
	live    *liveLink // the link that is up, or nil
	last    *liveLink // the one that was up last, or nil
	cameUp  bool      // one was up once
	trouble string    // why none is up
}

// otherPriority is that of all links of an account but one.
const otherPriority = -1

// endpoints makes those of one configuration: a component's one, an account's one
// for each resource that routes are for. It is called with swap locked.
func (a *App) endpoints(conf *Config) ([]*endpoint, error) {
	own, err := jid.Parse(conf.JID)
	if err != nil {
		return nil, err
	}
	domain, err := jid.New("", own.Domain(), "")
	if err != nil {
		return nil, err
	}
	if !conf.isClient() {
		return []*endpoint{a.endpoint(conf, conf.JID, domain)}, nil
	}
	account, err := conf.account()
	if err != nil {
		return nil, err
	}
	// The one that has the bare JID's messages comes first.
	resources := []string{own.Resource()}
	for _, r := range a.table.Resources() {
		switch {
		case resources[0] == "":
			resources[0] = r
		case r != resources[0]:
			resources = append(resources, r)
		}
	}
	var all []*endpoint
	for i, r := range resources {
		name := own.Bare()
		if r != "" {
			if name, err = name.WithResource(r); err != nil {
				return nil, err
			}
		}
		e := a.endpoint(conf, name.String(), domain)
		e.account, e.resource, e.presence.client = account, r, true
		e.priority, e.main = int8(conf.Priority), true
		if e.ring != nil && conf.StreamManagement != Off { // or nobody would keep what it counts
			e.session = new(stream.Session)
		}
		if i > 0 {
			e.priority, e.main = otherPriority, false
		}
		all = append(all, e)
	}
	return all, nil
}

func (a *App) endpoint(conf *Config, name string, domain jid.JID) *endpoint {
	e := &endpoint{app: a, conf: conf, name: name, domain: domain}
	e.presence.domain = domain
	// Where pings to ourselves are of no use nothing could ever be confirmed.
	if conf.SelfTest != Off {
		opts := confirm.Options{
			Log: a.log, Await: func() func() { return a.work.Await() },
			Report: conf.Unconfirmed == Report, Unknown: a.tellUnconfirmed,
		}
		if conf.isClient() {
			opts.Timeout = conf.PingTimeout // after which AwaitAck may end the link
		}
		e.ring = confirm.New(opts)
	}
	return e
}

// at is the address that the routes know the endpoint by: a resource of the routes is
// one of the component's domain, or the link of an account bound to it. It is zero
// for a component, whose stanzas say themselves which address they are for.
func (e *endpoint) at() jid.JID {
	if e.account == nil {
		return jid.JID{}
	}
	if at, err := e.domain.WithResource(e.resource); e.resource != "" && err == nil {
		return at
	}
	return e.domain
}

// speaksFor reports whether stanzas with that from go out over e. It is called locked.
func (e *endpoint) speaksFor(from jid.JID) bool {
	if e.account == nil {
		return from.Domain() == e.domain.Domain()
	}
	own := e.address()
	return from == own || from == own.Bare() && e.main
}

// address is a component's domain; of a client's endpoint what its server gave the last link, since
// that has the last word on it; before the first, what it will be asked for. It is
// called locked.
func (e *endpoint) address() jid.JID {
	if e.account == nil {
		return e.domain
	}
	if e.last != nil {
		return e.last.Local()
	}
	own := e.account.JID()
	if full, err := own.WithResource(e.resource); e.resource != "" && err == nil {
		return full
	}
	return own
}

// newLink makes a link that is not connected yet.
func (e *endpoint) newLink() (*liveLink, error) {
	tlsConf, _, err := e.conf.tlsConfig()
	if err != nil {
		return nil, err
	}
	opts := stream.Options{
		Server:       e.sent.next(e.conf.Server),
		TLS:          tlsConf,
		AllowPlain:   e.conf.AllowPlain,
		Dial:         e.app.Dial,
		Limits:       element.Limits{Bytes: e.conf.MaxStanzaBytes},
		MaxSend:      e.conf.MaxSendBytes,
		PingInterval: e.conf.PingInterval,
		PingTimeout:  e.conf.PingTimeout,
		Tap:          e.tap(),
	}
	l := &liveLink{endpoint: e, read: make(chan struct{})}
	if e.account == nil {
		opts.Domain, opts.Secret = e.domain, e.conf.Secret.Reveal()
		l.wire, err = stream.NewComponent(opts)
		return l, err
	}
	opts.Account, opts.Resource, opts.Encryption, opts.Session = e.account, e.resource, e.conf.encryption(), e.session
	l.client, err = stream.NewClient(opts)
	l.wire = l.client
	return l, err
}

// Offers reports what the server offers a client; see component.Offers.
func (l *liveLink) Offers(space string) bool { return l.client != nil && l.client.Offers(space) }

// Resumed is for component.Resumed.
func (l *liveLink) Resumed() bool { return l.resumed }

// A wire is a link of any kind, with the steps that all have in common.
type wire interface {
	stream.Link
	SendKept(ctx context.Context, k stream.Keeper, outs ...stanza.Out) error
	Render(k stream.Keeper, outs ...stanza.Out) error
	Resend(ctx context.Context, words []byte, ends []int) (last uint64, err error)
	MaxSend() int
	Check(outs ...stanza.Out) error
	SelfTest(context.Context) error
	Echo(timeout time.Duration, done func(error))
	Down() <-chan struct{}
	Err() error
	Connect(context.Context) error
	Open(context.Context) error
	Authenticate(context.Context) error
	Abort()
	Counts() stream.Counts
	Cork()
	Uncork()
	Listening() bool
	Pose(context.Context, *stanza.Out) (*stream.Question, error)
}

var (
	_ wire             = (*stream.Component)(nil)
	_ wire             = (*stream.Client)(nil)
	_ component.Sender = (*liveLink)(nil)
)

// checkReach refuses routes that nothing can reach, where that can be known: at an
// account's resources. Before there are endpoints it cannot. It is called with
// swap locked.
func (a *App) checkReach(table *router.Table) error {
	var at []jid.JID
	for _, e := range a.ends {
		if e.account == nil {
			return nil
		}
		at = append(at, e.at())
	}
	if len(at) == 0 {
		return nil
	}
	if err := table.Reachable(at...); err != nil {
		return &startError{fmt.Errorf("framework: with the JID %s: %w", a.conf.JID, err)}
	}
	return nil
}
