package sasl_test

import (
	"errors"
	"fmt"

	"github.com/emp-framework/emp/internal/sasl"
)

// An account authenticates again on each reconnect; what the server offers is
// judged anew.
func ExampleAccount_Begin() {
	account, err := sasl.NewAccount(sasl.Credentials{
		Username: "alice",
		Password: func() string { return "wonderland" },
	})
	if err != nil {
		panic(err)
	}
	_, err = account.Begin(sasl.Channel{}, sasl.Offer{Mechanisms: []string{"PLAIN"}})
	fmt.Println(err)
	fmt.Println(errors.Is(err, sasl.ErrInsecure))
	// Output:
	// sasl: none of the server's mechanisms can be used: PLAIN (the connection is not encrypted)
	// true
}

// A refusal says whether to try again.
func ExampleTemporary() {
	account, err := sasl.NewAccount(sasl.Credentials{Anonymous: true, AllowInsecure: true})
	if err != nil {
		panic(err)
	}
	x, err := account.Begin(sasl.Channel{}, sasl.Offer{Mechanisms: []string{"ANONYMOUS"}})
	if err != nil {
		panic(err)
	}
	text, _ := x.Start()
	fmt.Printf("<auth mechanism='%s'>%s</auth>\n", x.Mechanism(), text)
	err = x.Refused("temporary-auth-failure", "come back later") // <failure/>
	fmt.Println(err)
	fmt.Println(sasl.Temporary(err))
	// Output:
	// <auth mechanism='ANONYMOUS'>=</auth>
	// sasl: the server refused ANONYMOUS: temporary-auth-failure: come back later
	// true
}
