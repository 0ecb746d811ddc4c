package component

import (
	"context"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// A Host is the application as features and plugins see it. What they may do
// depends on what they are: each of the interfaces below is found by the
// framework in what is given to App.Use.
type Host interface {
	Sender // waits while no link is up
	// Catalog returns what the application serves now. It is there from Start
	// on.
	Catalog() Catalog
}

// A Starter is a plugin that prepares itself. The routes are compiled then, and
// no link is up yet: what Start sends waits for one. An error ends the start of
// the application.
type Starter interface {
	Start(ctx context.Context, host Host) error
}

// A Stopper is a plugin that tidies up: when the links are closed and no action
// runs any more. Only those that were started are stopped, last first.
type Stopper interface {
	Stop(ctx context.Context) error
}

// A LinkWatcher is a plugin that wants to know of links: LinkUp when one has
// become ready, also after each reconnect, with the link to send on (see LinkOf and
// Resumed), and with a ctx that ends when that is down; LinkDown when it is gone. An
// error of LinkUp is logged.
type LinkWatcher interface {
	LinkUp(ctx context.Context, link Sender) error
	LinkDown()
}

// An Announcer is a plugin that has something to say in available presence, whoever of
// the application sends it: what the sender can do, as entity capabilities (XEP-0115).
// It is asked for each that goes out, with the link and the presence, for its addresses;
// a client's has no From, and what is kept of it must be a Clone. It must be quick, and
// may be asked by any number of goroutines at once. When the routes have been replaced,
// all presence that is in force is sent again, for what there is to say may have changed.
type Announcer interface {
	Announce(link Sender, presence stanza.Out) []element.Part
}

// A FateWatcher is a plugin that wants to know of stanzas of ours that the server may
// or may not have got, and that are not sent again. They come in the order in which
// they were sent, when the next link is up to it; presence among them is announced
// anew by itself.
type FateWatcher interface {
	FateUnknown(outs []stanza.Out)
}
