package emp_test

import (
	"fmt"

	"github.com/emp-framework/emp/element"
)

// A stanza is a tree: built with calls that chain, read with look-ups that
// chain, and which answer "" where something is missing.
func Example() {
	const ns = "urn:example:tweets"
	iq := element.New(element.NSClient, "iq").Attr("type", "get").Add(
		element.New(ns, "tweet").Attr("id", "17"),
	).Node()

	fmt.Printf("%q\n", iq.Attr("type"))
	fmt.Printf("%q\n", iq.Child(ns, "tweet").Attr("id"))
	fmt.Printf("%q\n", iq.Child(ns, "tweets").Child(ns, "tweet").Attr("id"))
	// Output:
	// "get"
	// "17"
	// ""
}
