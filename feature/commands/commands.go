// Package commands lets people give an application orders: as ad-hoc commands
// (XEP-0050), which clients show as a menu of forms, and as words in a chat, both
// from one definition.
//
// In:  the definitions: a name, a title, what is asked, what is done.
// Out: the list in service discovery, the stages of each command with their forms,
// its result; in a chat the same as text.
//
//	orders := &commands.Feature{Commands: []*commands.Command{
//		commands.Of("tweet", "Post a tweet", tweets.Post),
//		commands.Of("list", "Show the latest tweets", tweets.List),
//	}}
//	r.Mount(orders)
//	r.Message("[@type='chat'][body]").To(orders.Chat)
//
//	func (t *Tweets) Post(ctx context.Context, call *commands.Call, in struct {
//		Text string `form:"text,required" label:"What is happening?"`
//	}) (commands.Result, error)
package commands

import (
	"context"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/feature/forms"
	"github.com/emp-framework/emp/stanza"
)

// NS is the namespace of ad-hoc commands (XEP-0050 section 9), and the node under
// which service discovery lists them.
const NS = "http://jabber.org/protocol/commands"

// A Command is one order that people can give.
type Command struct {
	// Name is the command's node, and the word for it in a chat: one word in lower
	// case. Title is what menus show.
	Name, Title string
	// Stages ask what the command needs to know, one after the other; none is
	// needed. In a chat the words behind the name are the answers, in order, and
	// the last field has the rest of the line.
	Stages []Stage
	// Run does it, when all is answered. An error is a protocol reply, and in a
	// chat its text; the person may correct the last stage then.
	Run func(ctx context.Context, call *Call) (Result, error)
	// Allow reports whether who asks may see and use the command. nil: everybody.
	Allow func(ctx context.Context, req *component.Request) bool
}

// A Stage makes the form that is shown next; call has what was answered before.
type Stage func(ctx context.Context, call *Call) (forms.Form, error)

// A Call is one use of a command.
type Call struct {
	// Request is the stanza that the person's last word came in.
	*component.Request
	// Values is the fields of all stages that are answered, checked against their
	// forms.
	Values forms.Form
	// Chat: the command was given in a chat, not as an ad-hoc command.
	Chat bool
}

// A Result is what comes of a command.
type Result struct {
	// Text is said in a note, or in the chat.
	Text string
	// Form is shown as well, if it is not nil: of the type Result, with fields or a table.
	Form *forms.Form
	// Also is further stanzas to send, as news to others.
	Also []stanza.Out
}

// Of makes a command of a function that says by its last parameter what it needs
// to know: a struct with the tags of forms.For, asked in one stage; one without
// such fields asks nothing. Of panics if it is no such struct: it is a mistake in the
// program.
func Of[In any](name, title string, run func(ctx context.Context, call *Call, in In) (Result, error)) *Command {
	var none In
	form := forms.For(title, none)
	c := &Command{Name: name, Title: title, Run: func(ctx context.Context, call *Call) (Result, error) {
		var in In
		if err := call.Values.Store(&in); err != nil {
			return Result{}, err
		}
		return run(ctx, call, in)
	}}
	if len(form.Fields) > 0 {
		c.Stages = []Stage{func(context.Context, *Call) (forms.Form, error) { return form, nil }}
	}
	return c
}

func (c *Command) allows(ctx context.Context, req *component.Request) bool {
	return c.Allow == nil || c.Allow(ctx, req)
}
