package framework_test

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A whole program. It takes its configuration from emp.yaml, the environment
// (EMP_JID, EMP_SERVER, EMP_SECRET) and flags.
func Example() {
	echo := func(_ context.Context, req *component.Request) (component.Response, error) {
		return req.Reply(req.Body()), nil
	}
	framework.Main(&framework.App{
		Name:  "echo",
		Short: "says what was said to it",
		Routes: func(r *router.Router) {
			r.Message("[body]").To(echo)
		},
	})
}

// An App in a program that has a main of its own, with the configuration in code.
func ExampleApp_Run() {
	app := &framework.App{Config: framework.Config{
		JID:    "echo.example.org",
		Server: "xmpp.example.org",
		Secret: framework.NewSecret("from the vault"),
		TLS:    framework.TLS{Mode: framework.On},
	}}
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	if err := app.Run(ctx); err != nil { // nil: it has run for an hour, and stopped
		fmt.Println(err)
	}
}

// A plugin is any value with some of the methods that App.Use lists.
func ExampleApp_Use() {
	app := &framework.App{Name: "news"}
	app.Use(
		greeter{to: jid.MustParse("admin@example.org")},
		boot.Every("news", time.Hour, func(ctx context.Context) error {
			return app.Send(ctx, stanza.NewMessage(jid.MustParse("admin@example.org"), "another hour"))
		}),
	)
	framework.Main(app)
}

// A greeter says to somebody when there is a link.
type greeter struct{ to jid.JID }

func (g greeter) LinkUp(ctx context.Context, link component.Sender) error {
	return link.Send(ctx, stanza.NewMessage(g.to, "here I am"))
}

func (g greeter) LinkDown() {}

// Send waits for a link if there is none, as long as its ctx allows.
func ExampleApp_Send() {
	app := &framework.App{Name: "news"}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		news := stanza.NewMessage(jid.MustParse("alice@example.org"), "there are news")
		if err := app.Send(ctx, news); err != nil {
			slog.Error("nobody was told", "error", err)
		}
	}()
	framework.Main(app)
}

// Ask waits for the answer. One of type error is a stanza.Fault.
func ExampleApp_Ask() {
	app := &framework.App{Name: "curious"}
	go func() {
		<-app.Ready()
		version := stanza.NewIQ(stanza.TypeGet, jid.MustParse("example.org"), element.New("jabber:iq:version", "query"))
		answer, err := app.Ask(context.Background(), version) // 30 s at most
		if err != nil {
			slog.Error("the server does not say what it is", "error", err)
			return
		}
		fmt.Println(answer.Payload.Child("jabber:iq:version", "name").Text())
	}()
	framework.Main(app)
}

// The lists of steps can be changed before they run. What a step does is undone
// at the end, last first.
func ExampleApp_boot() {
	var store interface {
		Open(context.Context) error
		Close(context.Context) error
	}
	app := &framework.App{Name: "tweeter"}
	app.Boot = func(list *boot.Sequence) {
		list.Before("dispatch", boot.Step{Name: "store", Run: store.Open, Undo: store.Close})
	}
	app.BootLink = func(list *boot.Sequence) { // of each link, at each reconnect
		list.Before("connect", boot.Step{Name: "count", Run: func(context.Context) error {
			slog.Info("connecting")
			return nil
		}})
	}
	framework.Main(app)
}
