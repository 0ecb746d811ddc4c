package sasl

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Condition is why a server refuses to authenticate us (RFC 6120 section 6.5).
// It is an error, for errors.Is.
type Condition string

// The conditions that RFC 6120 defines.
const (
	Aborted              Condition = "aborted"
	AccountDisabled      Condition = "account-disabled"
	CredentialsExpired   Condition = "credentials-expired"
	EncryptionRequired   Condition = "encryption-required"
	IncorrectEncoding    Condition = "incorrect-encoding"
	InvalidAuthzID       Condition = "invalid-authzid"
	InvalidMechanism     Condition = "invalid-mechanism"
	MalformedRequest     Condition = "malformed-request"
	MechanismTooWeak     Condition = "mechanism-too-weak"
	NotAuthorized        Condition = "not-authorized"
	TemporaryAuthFailure Condition = "temporary-auth-failure"
)

var conditions = []Condition{Aborted, AccountDisabled, CredentialsExpired, EncryptionRequired, IncorrectEncoding, InvalidAuthzID,
	InvalidMechanism, MalformedRequest, MechanismTooWeak, NotAuthorized, TemporaryAuthFailure}

// Error returns the condition's name.
func (c Condition) Error() string { return string(c) }

// A Refusal is the server's no.
type Refusal struct {
	Mechanism string
	Condition Condition // an unknown one is NotAuthorized
	Text      string    // for humans and logs, never interpreted; in one line
}

// Error says what was refused and why.
func (r *Refusal) Error() string {
	s := "sasl: the server refused " + r.Mechanism + ": " + string(r.Condition)
	if r.Text != "" {
		s += ": " + r.Text
	}
	return s
}

// Is makes errors.Is(err, c) true for the refusal's Condition c.
func (r *Refusal) Is(target error) bool { return target == error(r.Condition) }

// Temporary reports whether err is a refusal that may pass by itself: the server
// cannot authenticate anybody just now. What else this package returns comes again
// until somebody changes the credentials, the server or the network between; the
// errors of a ctx are the exception, and are not of this package.
func Temporary(err error) bool { return errors.Is(err, TemporaryAuthFailure) }

// Refused returns the error for a <failure/> of the server: condition is the
// local name of the child that is not <text/>, text is the text of that.
func (x *Exchange) Refused(condition, text string) error {
	x.state = over
	return x.refusal(Condition(condition), text)
}

func (x *Exchange) refusal(c Condition, text string) *Refusal {
	if !slices.Contains(conditions, c) {
		if text == "" && c != "" {
			text = string(c)
		}
		c = NotAuthorized
	}
	// PLAIN has told the server the password, and it may say it back.
	if x.mechanism.name == plain && strings.Contains(text, x.account.c.Password()) {
		text = ""
	}
	return &Refusal{x.mechanism.name, c, printable(text)}
}

// maxText is how much of a text from outside an error shows, in bytes.
const maxText = 300

// printable returns what a log can show of a text from outside, in one line.
func printable(s string) string {
	if len(s) > maxText {
		n := maxText
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n] + "…"
	}
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) { // controls, line ends, what turns the direction of writing
			return ' '
		}
		return r
	}, s)), " ")
}
