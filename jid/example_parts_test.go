package jid_test

import (
	"fmt"

	"github.com/emp-framework/emp/jid"
)

// An address made of another.
func ExampleJID_WithResource() {
	alice := jid.MustParse("alice@example.org/phone")
	desk, err := alice.WithResource("desk")
	fmt.Println(desk, desk.Bare() == alice.Bare(), err)
	_, err = alice.WithResource("\x00")
	fmt.Println(err)
	// Output:
	// alice@example.org/desk true <nil>
	// jid: resource contains a control character, at octet 0
}

// An e-mail address as a local part (XEP-0106).
func ExampleEscape() {
	local := jid.Escape("alice@example.net")
	mail, err := jid.New(local, "mail.example.org", "")
	fmt.Println(mail, err)
	fmt.Println(jid.Unescape(mail.Local()))
	// Output:
	// alice\40example.net@mail.example.org <nil>
	// alice@example.net
}
