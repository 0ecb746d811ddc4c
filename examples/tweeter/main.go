// Command tweeter is a small place for small texts: people join, tweet, and follow one
// another, in any chat client; programs do the same by iq. Package config says what it
// consists of, README.md what can be said to it.
//
//	go run ./examples/tweeter demo     two people talk to it, on a server of its own
//	go run ./examples/tweeter          run it, with a server of its own if none is configured
//	go run ./examples/tweeter --help   what it can do else, and all that can be configured
package main

import (
	"github.com/emp-framework/emp/framework"

	"github.com/emp-framework/emp/examples/tweeter/config"
)

func main() {
	app := config.App()
	app.Commands = append(app.Commands, demo)
	framework.Main(app)
}
