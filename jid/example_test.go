package jid_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/emp-framework/emp/jid"
)

func ExampleParse() {
	j, err := jid.Parse("Alice@Example.org/Phone")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(j)
	fmt.Println(j.Local(), j.Domain(), j.Resource())
	fmt.Println(j.Bare() == jid.MustParse("alice@example.org"))
	// Output:
	// alice@example.org/Phone
	// alice example.org Phone
	// true
}

func ExampleError() {
	_, err := jid.Parse("alice@exa_mple.org")
	var fault *jid.Error
	if errors.As(err, &fault) {
		fmt.Println(fault.Part, fault.Offset)
	}
	fmt.Println(err)
	// Output:
	// domain 9
	// jid: domain contains a character that is no letter, digit or hyphen, at octet 9
}

func ExampleReceived() {
	state := map[jid.JID]string{jid.MustParse("alice@example.org"): "known"}

	from, err := jid.Received("Alice@EXAMPLE.org./phone")
	if err != nil {
		fmt.Println("drop and count:", err)
		return
	}
	fmt.Println(state[from.JID.Bare()]) // keys are prepared
	fmt.Println("to:", from)            // replies are spelled as the peer spells
	// Output:
	// known
	// to: Alice@EXAMPLE.org./phone
}

func ExampleNew() {
	j, err := jid.New(jid.Escape("d'Arc, Jeanne"), "gateway.example", "")
	fmt.Println(j, err)
	fmt.Println(jid.Unescape(j.Local()))
	// Output:
	// d\27arc,\20jeanne@gateway.example <nil>
	// d'arc, jeanne
}

// Addresses in JSON, or any other format that knows texts, are checked as they are read.
func ExampleJID_UnmarshalText() {
	var contact struct{ Address jid.JID }
	err := json.Unmarshal([]byte(`{"Address": "Alice@Example.org"}`), &contact)
	fmt.Println(contact.Address, err)

	fmt.Println(json.Unmarshal([]byte(`{"Address": "alice@"}`), &contact))

	known := map[jid.JID]int{contact.Address: 3}
	text, err := json.Marshal(known)
	fmt.Printf("%s %v\n", text, err)
	// Output:
	// alice@example.org <nil>
	// jid: domain is empty, at octet 6
	// {"alice@example.org":3} <nil>
}
