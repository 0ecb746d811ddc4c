package sasl

import "errors"

// What authenticating fails with, beside a [Refusal]. From ErrDowngrade to
// ErrServer it is about a server that does not do as the protocol says, or
// somebody between us and it.
var (
	// ErrNoMechanism: the server offers nothing that can be used.
	ErrNoMechanism = errors.New("sasl: no mechanism in common")
	// ErrInsecure: the channel is not encrypted, or its certificate was not
	// checked.
	ErrInsecure = errors.New("sasl: insecure channel")
	// ErrDowngrade: what the server offers has been tampered with, or is less
	// than what it is known to have.
	ErrDowngrade = errors.New("sasl: downgrade")
	// ErrEncoding: what the server sent is not base64 (the condition
	// incorrect-encoding).
	ErrEncoding = errors.New("sasl: the server sent what is not base64")
	// ErrChallenge: a challenge that the mechanism does not allow.
	ErrChallenge = errors.New("sasl: bad challenge")
	// ErrServer: the server reported success without showing that it knows the
	// password. Whatever it is, it is not the account's server.
	ErrServer = errors.New("sasl: the server did not prove itself")
	// ErrOrder: a method of an Exchange was called where it must not be.
	ErrOrder = errors.New("sasl: calls of an Exchange out of order")
)
