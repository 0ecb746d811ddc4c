package config

import "strings"

// A Key is one setting.
type Key struct {
	Name    string // as in the file, with its section: "tls.ca"
	Help    string // what it is for, on one line
	Default string // as text; "": none
	Secret  bool   // never shown, and not for command lines
	Letter  string // a short form of its flag; "": none
	Var     string // its variable behind the prefix; "": as Name has it
	NoFile  string // why no file may say it, and what to do instead; "": one may
	Value   Value
}

// A Value is where a setting goes. Every layer speaks to it in text.
type Value interface {
	// Set takes a text. The error says what is wrong with it and what to write
	// instead; where the text came from is for the caller to add.
	Set(text string) error
	// Text returns what Set would take to make the same value, and "" for a
	// variable that is not set.
	Text() string
}

// Variable returns the name of the environment variable for k: EMP_TLS_CA for
// the prefix "EMP_" and the key tls.ca.
func (k Key) Variable(prefix string) string {
	if k.Var != "" {
		return prefix + k.Var
	}
	return prefix + strings.ToUpper(strings.ReplaceAll(k.Name, ".", "_"))
}

// Flag returns the name of the flag for k, without dashes before it: tls-ca.
func (k Key) Flag() string { return flagName.Replace(k.Name) }

var flagName = strings.NewReplacer(".", "-", "_", "-")

// Masked is shown in place of a secret.
const Masked = "[secret]"

// show returns text as it may be seen.
func (k Key) show(text string) string {
	if k.Secret && text != "" {
		return Masked
	}
	return text
}
