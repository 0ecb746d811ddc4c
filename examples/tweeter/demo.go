package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/feature/commands"
	"github.com/emp-framework/emp/feature/forms"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"

	"github.com/emp-framework/emp/examples/tweeter/app/models"
	"github.com/emp-framework/emp/examples/tweeter/config"
)

// demo is the command of that name.
var demo = framework.Command{
	Name:  "demo",
	Short: "Have two people talk to tweeter, and show what is said",
	Long: `Starts a server and tweeter inside of this program, has alice and bob log in to
it as clients, and prints what they and tweeter say to each other, with the route
that takes each stanza and the action that answers it. Nothing is configured, and
nothing is kept.`,
	Run: runDemo,
}

// demoTime is how long the demo may take. It takes a second.
const demoTime = 20 * time.Second

// runDemo boots server and application, and plays the people.
func runDemo(ctx context.Context, call *framework.Call) error {
	ctx, cancel := context.WithTimeoutCause(ctx, demoTime, errors.New("tweeter: the demo took too long"))
	defer cancel()

	app := config.New(":memory:")
	app.Log = slog.New(slog.DiscardHandler) // the transcript says it all
	srv := devserver.New(devserver.Options{
		Components: map[string]string{app.Config.JID: app.Config.Secret.Reveal()}, Log: app.Log,
	})
	app.Embed = func(c *framework.Config) boot.Step {
		return boot.Step{
			Name: "server",
			Run: func(ctx context.Context) error {
				err := srv.Start(ctx)
				c.Server = srv.ComponentAddr()
				return err
			},
			Undo: func(context.Context) error { return srv.Close() },
		}
	}
	show, err := newTranscript(call.Out)
	if err != nil {
		return err
	}
	app.Use(show)

	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- app.Run(running) }()
	select {
	case <-app.Ready():
		err = play(ctx, srv, jid.MustParse(app.Config.JID), show.scene)
	case err = <-ended:
		stop()
		return errors.Join(err, context.Cause(ctx))
	}
	stop()
	if err = errors.Join(err, <-ended); err != nil { // then all has been shown
		return err
	}
	show.say("That was all. Run it without demo, and talk to it with a client of your own.")
	return nil
}

// play has alice and bob talk to tweeter: join, follow, tweet, list, and fail once.
// What they do next waits for what they are told.
func play(ctx context.Context, srv *devserver.Server, tweeter jid.JID, scene func(text string) (id string)) error {
	alice, err := login(ctx, srv, "alice")
	if err != nil {
		return err
	}
	defer alice.leave()
	bob, err := login(ctx, srv, "bob")
	if err != nil {
		return err
	}
	defer bob.leave()
	if err := alice.chat(ctx, scene("alice and bob have logged in (STARTTLS, SCRAM), and alice joins."), tweeter, "join"); err != nil {
		return err
	}

	her, err := jid.New("alice", tweeter.Domain(), "")
	if err != nil {
		return err
	}
	follow := stanza.NewPresence(stanza.TypeSubscribe, her)
	follow.ID = scene("bob adds her to his contacts: so he follows her.")
	if err := bob.link.Send(ctx, follow); err != nil {
		return err
	}
	there := func(s stanza.Stanza) bool {
		return s.Kind == stanza.Presence && s.Type == stanza.TypeAvailable && s.From.JID == her
	}
	if _, err := bob.await(ctx, there); err != nil {
		return err
	}

	if err := alice.chat(ctx, scene("alice tweets in a chat, and he hears of it."), tweeter, "tweet Hello, world!"); err != nil {
		return err
	}
	if _, err := bob.await(ctx, func(s stanza.Stanza) bool { return s.Body() != "" && s.From.JID == her }); err != nil {
		return err
	}

	byMenu := scene("She tweets by the menu of her client: an ad-hoc command, with a form.")
	if err := alice.menu(ctx, byMenu, tweeter, "tweet", forms.Field{Var: "text", Values: []string{"By menu, too."}}); err != nil {
		return err
	}

	tweets, err := tweeter.WithResource("tweets")
	if err != nil {
		return err
	}
	list := stanza.NewIQ(stanza.TypeGet, tweets, element.New(models.NS, "tweets"))
	list.ID = scene("A program lists the tweets.")
	if _, err := bob.link.Ask(ctx, list); err != nil {
		return err
	}

	entry := element.New(models.NSAtom, "entry").Add(element.Text(models.NSAtom, "content", "Me too!"))
	create := stanza.NewIQ(stanza.TypeSet, tweets, element.New(models.NS, "tweets").Add(element.New(models.NS, "tweet").Add(entry)))
	create.ID = scene("bob tweets without having joined, which fails.")
	if _, err := bob.link.Ask(ctx, create); !errors.Is(err, stanza.ItemNotFound) {
		return fmt.Errorf("tweeter: bob may tweet: %w", err)
	}
	return nil
}

// menu gives a command of one form, as clients do by menus (XEP-0050).
func (p *person) menu(ctx context.Context, id string, to jid.JID, name string, answer forms.Field) error {
	command := element.New(commands.NS, "command").Attr("node", name)
	begin := stanza.NewIQ(stanza.TypeSet, to, command)
	begin.ID = id
	shown, err := p.link.Ask(ctx, begin)
	if err != nil {
		return err
	}
	command.Attr("sessionid", shown.Payload.Attr("sessionid")).Add(forms.Form{Type: forms.Submit, Fields: []forms.Field{answer}})
	_, err = p.link.Ask(ctx, stanza.NewIQ(stanza.TypeSet, to, command))
	return err
}
