package emptest_test

import (
	"testing"

	"github.com/emp-framework/emp/emptest"
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
