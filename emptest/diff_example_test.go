package emptest_test

import (
	"fmt"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/emptest"
)

func ExampleDiff() {
	want, err := element.ParseIn(element.NSClient, []byte(`<message id='{any}' type='chat'><body>Hackity Hack!</body></message>`))
	if err != nil {
		fmt.Println(err)
	}
	got, err := element.ParseIn(element.NSClient, []byte(`<message type='chat' id='7'><body>Hackity hack!</body></message>`))
	if err != nil {
		fmt.Println(err)
	}
	fmt.Print(emptest.Diff(want, got))
	// Output:
	// at message/body: the text is "Hackity hack!", want "Hackity Hack!"
	//   <message
	//       id='7'
	//       type='chat'>
	// -   <body>Hackity Hack!</body>
	// +   <body>Hackity hack!</body>
	//   </message>
}
