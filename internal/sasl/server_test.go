package sasl

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"strings"
)

// A scramServer is the other side of SCRAM, written from RFC 5802 alone as the
// oracle of the tests. It trusts its client's grammar and nothing else.
type scramServer struct {
	mechanism  string
	password   string
	salt       string
	iterations int
	extensions string            // behind its first message
	bound      map[string]string // what its side of the channel is bound by

	gs2, firstBare, first, nonce string
	authMessage                  string
}

func (s *scramServer) hash() func() hash.Hash {
	if strings.Contains(s.mechanism, "256") {
		return sha256.New
	}
	return sha1.New
}

func (s *scramServer) hmac(key []byte, text string) []byte {
	m := hmac.New(s.hash(), key)
	m.Write([]byte(text))
	return m.Sum(nil)
}

// salted is SaltedPassword, by the standard library.
func (s *scramServer) salted() []byte {
	k, err := pbkdf2.Key(s.hash(), s.password, []byte(s.salt), s.iterations, s.hash()().Size())
	if err != nil {
		panic(err)
	}
	return k
}

// answer takes the client's first message.
func (s *scramServer) answer(message string) string {
	parts := strings.SplitN(message, ",", 3)
	s.gs2 = parts[0] + "," + parts[1] + ","
	s.firstBare = parts[2]
	_, nonce, _ := strings.Cut(s.firstBare, ",r=")
	s.nonce = nonce + "+server"
	s.first = fmt.Sprintf("r=%s,s=%s,i=%d%s", s.nonce, base64.StdEncoding.EncodeToString([]byte(s.salt)), s.iterations, s.extensions)
	return s.first
}

// signature is ServerSignature.
func (s *scramServer) signature() []byte {
	return s.hmac(s.hmac(s.salted(), "Server Key"), s.authMessage)
}

// judge takes the client's last message and returns the server's.
func (s *scramServer) judge(message string) string {
	withoutProof, proof, ok := strings.Cut(message, ",p=")
	if !ok {
		return "e=invalid-encoding"
	}
	cbind, nonce, _ := strings.Cut(strings.TrimPrefix(withoutProof, "c="), ",r=")
	want := s.gs2
	plus := strings.HasSuffix(s.mechanism, "-PLUS")
	switch kind, isBound := strings.CutPrefix(strings.SplitN(s.gs2, ",", 2)[0], "p="); {
	case isBound != plus:
		return "e=other-error"
	case isBound:
		data, known := s.bound[kind]
		if !known {
			return "e=unsupported-channel-binding-type"
		}
		want += data
	case s.gs2[0] == 'y' && len(s.bound) > 0:
		return "e=server-does-support-channel-binding"
	}
	if got, err := base64.StdEncoding.DecodeString(cbind); err != nil || string(got) != want {
		return "e=channel-bindings-dont-match"
	}
	if nonce != s.nonce {
		return "e=other-error"
	}
	s.authMessage = s.firstBare + "," + s.first + "," + withoutProof
	clientKey := s.hmac(s.salted(), "Client Key")
	h := s.hash()()
	h.Write(clientKey)
	signature := s.hmac(h.Sum(nil), s.authMessage)
	for i := range signature {
		signature[i] ^= clientKey[i]
	}
	if proof != base64.StdEncoding.EncodeToString(signature) {
		return "e=invalid-proof"
	}
	return "v=" + base64.StdEncoding.EncodeToString(s.signature())
}
