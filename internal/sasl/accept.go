package sasl

import (
	"crypto/hmac"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
)

// An Acceptance is the server's side of one conversation by SCRAM (RFC 5802 section
// 5). It is used once, by one goroutine at a time.
type Acceptance struct {
	host      *Host
	mechanism *mechanism
	bindings  []binding
	nonce     string // our part, and from the client's first message on the whole
	state     state

	username, authzid string
	verifier          *Verifier
	bound             string // what the attribute c has to be: the gs2-header, and what PLUS binds to
	messages          string // the first two, for the proof
}

// Username returns who has authenticated, prepared by SASLprep, and the identity to
// act as, "" for the account's own.
func (a *Acceptance) Username() (username, authzid string) { return a.username, a.authzid }

// Next takes the text of <auth/> or of a <response/> and returns that of the
// <challenge/>, or of <success/> if done is true. The error is a [Condition], with
// what is wrong in the text around it, and final.
func (a *Acceptance) Next(text string) (answer string, done bool, err error) {
	if a.state == begin && text == "" { // no initial response (RFC 6120 section 6.4.2)
		a.state = prove
		return "", false, nil
	}
	message, err := decode(text)
	switch {
	case err != nil:
		a.state = over
		return "", false, IncorrectEncoding
	case len(message) > maxMessage:
		a.state = over
		return "", false, malformed("the message is too long")
	}
	switch a.state {
	case begin, prove:
		answer, err = a.first(string(message))
		a.state = verify
	case verify:
		answer, err = a.final(string(message))
		a.state, done = over, err == nil
	default:
		err = malformed("a message more than there are")
	}
	if err != nil {
		a.state = over
		return "", false, err
	}
	return encode([]byte(answer)), done, nil
}

func malformed(what string) error { return fmt.Errorf("%w: %s", MalformedRequest, what) }

// first takes the client's first message and returns ours.
func (a *Acceptance) first(message string) (string, error) {
	parts := strings.SplitN(message, ",", 3)
	if len(parts) != 3 {
		return "", malformed("no gs2-header")
	}
	data, err := a.bind(parts[0])
	if err != nil {
		return "", err
	}
	if parts[1] != "" {
		name, ok := strings.CutPrefix(parts[1], "a=")
		if a.authzid, ok = unescape(name, ok); !ok {
			return "", malformed("the authzid cannot be read")
		}
	}
	attrs, err := attributes(parts[2])
	if err != nil || len(attrs) < 2 || attrs[0].name != 'n' || attrs[1].name != 'r' {
		return "", malformed("not a name and a nonce")
	}
	name, ok := unescape(attrs[0].value, true)
	if a.username, err = prepare(name); err != nil || !ok || a.username == "" {
		return "", malformed("the name cannot be read")
	}
	a.verifier = a.host.verifier(a.username)
	a.nonce = attrs[1].value + a.nonce
	a.bound = parts[0] + "," + parts[1] + "," + string(data)
	answer := fmt.Sprintf("r=%s,s=%s,i=%d", a.nonce, base64.StdEncoding.EncodeToString([]byte(a.verifier.salt)), a.verifier.iterations)
	a.messages = parts[2] + "," + answer
	return answer, nil
}

// bind returns what the channel is bound by, as the gs2-cbind-flag says.
func (a *Acceptance) bind(flag string) ([]byte, error) {
	kind, binds := strings.CutPrefix(flag, "p=")
	switch {
	case binds != a.mechanism.plus || !binds && flag != "n" && flag != "y":
		return nil, malformed("the flag of channel binding does not go with " + a.mechanism.name)
	case flag == "y" && len(a.bindings) > 0: // somebody took PLUS out of the offer (RFC 5802 section 6)
		return nil, fmt.Errorf("%w: the client does not know that %s-PLUS is offered", NotAuthorized, a.mechanism.name)
	case !binds:
		return nil, nil
	}
	i := slices.IndexFunc(a.bindings, func(b binding) bool { return b.kind == kind })
	if i < 0 {
		return nil, malformed("a type of channel binding that is not offered")
	}
	return a.bindings[i].data, nil
}

// unescape reads a name as escape writes it.
func unescape(name string, ok bool) (string, bool) {
	plain := strings.NewReplacer("=2C", ",", "=3D", "=").Replace(name)
	return plain, ok && name != "" && escape(plain) == name
}

// final takes the client's proof and returns our signature.
func (a *Acceptance) final(message string) (string, error) {
	i := strings.LastIndex(message, ",p=")
	if i < 0 {
		return "", malformed("no proof")
	}
	without := message[:i]
	proof, err := unbase64(message[i+len(",p="):])
	if err != nil {
		return "", malformed("the proof is not base64")
	}
	attrs, err := attributes(without)
	if err != nil || len(attrs) < 2 || attrs[0].name != 'c' || attrs[1].name != 'r' {
		return "", malformed("not a binding and a nonce")
	}
	bound, err := unbase64(attrs[0].value)
	k, hash := a.verifier.keys[a.mechanism.hash], a.mechanism.hash
	messages := a.messages + "," + without
	switch signature := hash.mac(k.stored, messages); {
	case err != nil || string(bound) != a.bound:
		return "", fmt.Errorf("%w: the channel bindings do not match", NotAuthorized)
	case attrs[1].value != a.nonce:
		return "", malformed("the nonce is another")
	case len(proof) != len(signature):
		return "", malformed("the proof is not as long as those of " + a.mechanism.name)
	default:
		subtle.XORBytes(proof, proof, signature) // the client's key
		if !hmac.Equal(hash.sum(proof), k.stored) {
			return "", fmt.Errorf("%w: no such account, or another password", NotAuthorized)
		}
		return "v=" + encode(hash.mac(k.server, messages)), nil
	}
}
