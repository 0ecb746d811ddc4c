package emptest_test

import (
	"fmt"

	"github.com/emp-framework/emp/emptest"
)

// A play that stands in the test itself.
func ExampleParsePlay() {
	play, err := emptest.ParsePlay("hack", []byte(`
-- alice@localhost/desk sends --
<message to='hackity.localhost/hack' type='chat'><body>hi</body></message>
-- alice@localhost/desk receives --
<message from='hackity.localhost/hack' type='chat'><body>Hackity {any}!</body></message>
`))
	fmt.Println(play.Peers(), err)
	// emptest.Start(t, newApp()).Play(play) performs it.

	// Output:
	// [alice@localhost/desk] <nil>
}
