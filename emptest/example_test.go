package emptest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/stanza"
)

// t is what each test has.
var t *testing.T

func ExampleDo() {
	got := emptest.Do(t, newApp(), `
		<message from='alice@localhost/desk' to='hackity.localhost/hack' type='chat'><body>hi</body></message>`)
	if len(got) != 1 || got[0].Body() != "Hackity Hack!" {
		t.Errorf("got %v", got)
	}
}

// A conversation in which the app asks bob something for alice.
func ExampleSession() {
	s := emptest.Start(t, newApp())
	s.Send(`<message from='alice@localhost/desk' to='hackity.localhost/hack' type='chat'><body>ask</body></message>`)
	s.Expect(`<iq from='{whom}' to='bob@localhost/phone' type='get' id='{id}'><q xmlns='urn:q'/></iq>`)
	s.Send(`<iq from='bob@localhost/phone' to='{whom}' type='result' id='{id}'><a xmlns='urn:q'>yes</a></iq>`)
	s.Expect(`<message from='hackity.localhost/hack' to='alice@localhost/desk' type='chat'><body>bob says yes</body></message>`)
	s.Nothing()
}

// The plays of an app, each with an app of its own.
func ExampleRun() {
	emptest.Run(t, "testdata/*.txtar", newApp)
}

// A peer who answers by himself.
func ExampleSession_Answer() {
	s := emptest.Start(t, newApp())
	s.Answer("bob@localhost/phone", func(question stanza.Stanza) []stanza.Out {
		return []stanza.Out{question.Result(element.Text("urn:q", "a", "yes"))}
	})
	got := s.Do(`<message from='alice@localhost/desk' to='hackity.localhost/hack'><body>ask</body></message>`)
	if len(got) != 1 || got[0].Body() != "bob says yes" {
		t.Errorf("got %v", got)
	}
}

// Which route takes a stanza.
func ExampleRequest() {
	req := emptest.Request(t, newApp().Routes, `<message from='alice@localhost/desk' to='hackity.localhost/hack'><body>ask</body></message>`)
	if req.Route != "ask" {
		t.Errorf("the route %s took it", req.Route)
	}
}

// One action, without any routes.
func ExampleDispatch() {
	got := emptest.Dispatch(t, hack, `<message from='alice@localhost/desk' to='hackity.localhost'><body>hi</body></message>`)
	if len(got) != 1 || got[0].Body() != "Hackity Hack!" {
		t.Errorf("got %v", got)
	}
}

// Plays through a server too: go test -emp.stage=devserver.
func ExampleElsewhere() {
	onDevserver := emptest.Elsewhere{Name: "devserver", Start: func(t *testing.T) emptest.Server {
		srv := devserver.New(devserver.Options{Components: map[string]string{"hackity.localhost": "secret"}})
		if err := srv.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { srv.Close() })
		return emptest.Server{
			ComponentAddr: srv.ComponentAddr(), Secret: "secret",
			ClientAddr: srv.ClientAddr(), CA: srv.CAPEM(),
			Password: func(string) string { return devserver.DefaultPassword },
		}
	}}
	emptest.Run(t, "testdata/*.txtar", newApp, onDevserver)
}

// Time passes at once, for the app too.
func Example_clock() {
	synctest.Test(t, func(t *testing.T) {
		s := emptest.Start(t, newApp())
		s.Send(`<message from='alice@localhost/desk' to='hackity.localhost/hack'><body>hi</body></message>`)
		time.Sleep(time.Hour)
		s.Expect(`<message from='hackity.localhost/hack' to='alice@localhost/desk'><body>Hackity Hack!</body></message>`)
	})
}

// Plays on a stage of the test's own: here a server that it starts for each of them.
func ExampleRunOn() {
	emptest.RunOn(t, "testdata/*.txtar", func(t *testing.T, p *emptest.Play) emptest.Stage {
		srv := devserver.New(devserver.Options{Components: map[string]string{"hackity.localhost": "secret"}})
		if err := srv.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { srv.Close() })
		server := emptest.Server{
			ComponentAddr: srv.ComponentAddr(), Secret: "secret",
			ClientAddr: srv.ClientAddr(), CA: srv.CAPEM(),
			Password: func(string) string { return devserver.DefaultPassword },
		}
		return server.Stage(t, newApp(), p)
	})
}

// One play through a server that runs already, whose accounts the test knows.
func ExampleServer_Stage() {
	server := emptest.Server{
		Name:          "prosody",
		ComponentAddr: "127.0.0.1:5347", Secret: "secret",
		ClientAddr: "127.0.0.1:5222",
		Password:   func(user string) string { return user + "'s password" },
	}
	play, err := emptest.LoadPlay("testdata/hack.txtar")
	if err != nil {
		t.Fatal(err)
	}
	stage := server.Stage(t, newApp(), play) // the app and the peers are connected
	alice := play.Peers()[0]
	hello := element.New(element.NSClient, "message").Attr("from", alice.String()).Attr("to", "hackity.localhost/hack").Add(element.Text(element.NSClient, "body", "hi"))
	if err := stage.Send(t.Context(), alice, hello.Node()); err != nil {
		t.Fatal(err)
	}
	who, answer, err := stage.Next(t.Context())
	if err != nil || who != alice {
		t.Errorf("%s got %s, %v", who, answer, err)
	}
}
