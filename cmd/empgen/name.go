package main

import (
	"fmt"
	"go/build"
	"go/token"
	"io"
	"regexp"
	"strings"
	"unicode"
)

// A name is what somebody calls a part of an application, word by word: "user-profile",
// "user_profile" and "UserProfile" are the same.
type name []string

var wellNamed = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*([-_][A-Za-z0-9]+)*$`)

// parseName reads a name; what is the kind of thing that has it.
func parseName(what, s string) (name, error) {
	if !wellNamed.MatchString(s) || len(s) > 60 {
		return nil, fmt.Errorf("%.80q is no name for %s: letters, digits, and dashes between words, with a letter first", s, what)
	}
	var n name
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '-' || r == '_' }) {
		n = append(n, humps(part)...)
	}
	if file := n.file() + ".go"; !builtEverywhere(file) {
		return nil, fmt.Errorf("%.80q is no name for %s: the go command builds a file %s only at times", s, what, file)
	}
	return n, nil
}

// humps splits UserProfile and HTTPServer into words, in small letters.
func humps(s string) []string {
	var words []string
	start := 0
	for i := 1; i < len(s); i++ {
		upper := func(i int) bool { return i < len(s) && unicode.IsUpper(rune(s[i])) }
		small := func(i int) bool { return i < len(s) && unicode.IsLower(rune(s[i])) }
		if upper(i) && (!upper(i-1) || small(i+1)) {
			words = append(words, strings.ToLower(s[start:i]))
			start = i
		}
	}
	return append(words, strings.ToLower(s[start:]))
}

// plural is the name of several.
func (n name) plural() name {
	p := append(name{}, n...)
	p[len(p)-1] += "s"
	return p
}

func (n name) file() string   { return strings.Join(n, "_") } // user_profile
func (n name) dashed() string { return strings.Join(n, "-") } // user-profile, as in XML
func (n name) words() string  { return strings.Join(n, " ") } // user profile

// exported is UserProfile: a type or a method.
func (n name) exported() string {
	var b strings.Builder
	for _, word := range n {
		if known := initialisms[word]; known != "" {
			b.WriteString(known)
			continue
		}
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// variable is userProfile; it is no keyword, and no package that routes need.
func (n name) variable() string {
	v := n[0] + name(n[1:]).exported()
	switch {
	case token.IsKeyword(v), v == "r", v == "router", v == "component", v == "components", v == "models", v == "stanza":
		return v + "Component"
	}
	return v
}

// initialisms is the words that Go writes in capitals, as far as XMPP has them.
var initialisms = map[string]string{
	"api": "API", "ascii": "ASCII", "dns": "DNS", "html": "HTML", "http": "HTTP", "https": "HTTPS", "id": "ID", "ip": "IP",
	"iq": "IQ", "jid": "JID", "json": "JSON", "mam": "MAM", "muc": "MUC", "sha": "SHA", "sid": "SID", "sms": "SMS", "tcp": "TCP",
	"tls": "TLS", "ttl": "TTL", "udp": "UDP", "uri": "URI", "url": "URL", "utc": "UTC", "uuid": "UUID", "xml": "XML", "xmpp": "XMPP",
}

// builtEverywhere reports whether the go command builds a Go file of that name on each
// platform, and not for tests alone.
func builtEverywhere(file string) bool {
	anywhere := build.Context{GOOS: "none", GOARCH: "none", OpenFile: func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("package p\n")), nil
	}}
	ok, err := anywhere.MatchFile(".", file)
	return ok && err == nil && !strings.HasSuffix(file, "_test.go")
}
