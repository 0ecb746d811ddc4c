package framework

import (
	"fmt"
	"slices"

	"github.com/emp-framework/emp/internal/config"
)

// A checker looks at what no key can know by itself: what is missing, and what
// does not go together.
type checker struct {
	c        *Config
	settings config.Settings
	problems []config.Problem
	link     string // the name of a further link, whose settings these are; "": the application
}

// run does all checks. Each concerns some keys, and is left out if one of them
// is wrong already.
func (ch *checker) run() {
	for _, check := range []struct {
		keys []string
		do   func()
	}{
		{[]string{"mode", "jid", "anonymous"}, ch.mode},
		{[]string{"mode", "server", "tls.mode", "max_send_bytes"}, ch.server},
		{[]string{"mode", "anonymous", "secret", "secret_file"}, ch.secret},
		{[]string{"mode", "tls.mode", "tls.cert", "allow_plain_password", "anonymous"}, ch.client},
		{[]string{"server", "tls.mode", "allow_plain"}, ch.plain},
		{[]string{"reconnect_min", "reconnect_max"}, ch.reconnect},
		{[]string{"limits.rate", "limits.burst"}, ch.rate},
		{[]string{"user", "group"}, ch.identity},
		{[]string{"admin.listen", "admin.public"}, ch.admin},
		{[]string{"server", "tls.mode", "tls.ca", "tls.cert", "tls.key", "tls.name"}, ch.tls},
	} {
		if !slices.ContainsFunc(check.keys, ch.wrong) {
			check.do()
		}
	}
}

func (ch *checker) wrong(key string) bool {
	return slices.ContainsFunc(ch.problems, func(p config.Problem) bool { return p.Key == ch.key(key) })
}

// key is the name that people know a setting by.
func (ch *checker) key(key string) string {
	if ch.link != "" {
		return linkPrefix(ch.link) + key
	}
	return key
}

// places says where a setting can be given.
func (ch *checker) places(key, flag string) string {
	if ch.link != "" {
		return config.Key{Name: ch.key(key)}.Variable(variablePrefix)
	}
	if flag != "" {
		flag = " or --" + flag
	}
	return config.Key{Name: key}.Variable(variablePrefix) + flag
}

// problem adds one, at the place key came from.
func (ch *checker) problem(key, format string, args ...any) {
	ch.problems = append(ch.problems, config.Problem{Source: ch.source(key), Key: ch.key(key), Text: fmt.Sprintf(format, args...)})
}

func (ch *checker) source(key string) config.Source { return ch.settings.Get(key).Source }

func (ch *checker) given(key string) bool { return ch.source(key).Layer != config.Default }

// secret settles which of the two holds: they are one setting in two forms.
func (ch *checker) secret() {
	text, file := ch.settings.Get("secret"), ch.settings.Get("secret_file")
	switch a, b := text.Source.Layer, file.Source.Layer; {
	case ch.c.isClient() && ch.c.Anonymous && a == config.Default && b == config.Default:
	case ch.c.isClient() && ch.c.Anonymous && a >= b:
		ch.problem("secret", "given beside anonymous, which needs none: remove one")
	case ch.c.isClient() && ch.c.Anonymous:
		ch.problem("secret_file", "given beside anonymous, which needs none: remove one")
	case a == config.Default && b == config.Default && ch.c.isClient() && ch.given("tls.cert"): // which authenticates us
	case a == config.Default && b == config.Default:
		ch.problem("secret", "not given: write it into a file and the file's name into %s (secret_file: ...), %s, or the secret itself into %s",
			DefaultFile, ch.places("secret_file", "secret-file"), ch.places("secret", ""))
	case a == b:
		ch.problem("secret_file", "given beside secret (%s): remove one", text.Source)
	case a < b:
		if err := ch.c.Secret.readFile(ch.c.SecretFile); err != nil {
			ch.problem("secret_file", "%v", err)
		}
		text.Text, text.Source = config.Masked, file.Source
	default:
		file.Text, file.Source = "", config.Source{}
	}
	ch.c.SecretFile = ""
}

// plain is for K08: the secret is as strong as the channel.
func (ch *checker) plain() {
	if ch.c.TLS.Mode == Off && !ch.c.AllowPlain && !isLoopback(ch.c.Server) {
		if ch.c.Server == "" {
			ch.problem("tls.mode", "off, so all traffic with %s would be open to the network: leave it out, or set allow_plain to on if that network is yours alone", ch.c.where())
			return
		}
		ch.problem("server", "%s is another machine and TLS is off, so all traffic would be open to the network: "+
			"set tls.mode to on, or allow_plain to on if that network is yours alone", ch.c.Server)
	}
}

func (ch *checker) reconnect() {
	if ch.c.ReconnectMin > ch.c.ReconnectMax {
		ch.problem("reconnect_min", "%v is more than reconnect_max, %v (%s)", ch.c.ReconnectMin, ch.c.ReconnectMax, ch.source("reconnect_max"))
	}
}

func (ch *checker) identity() {
	if ch.c.Group != "" && ch.c.User == "" {
		ch.problem("group", "given without user, which it goes with: set that, or remove this")
	}
}

func (ch *checker) rate() {
	if ch.c.Limits.Burst > 0 && ch.c.Limits.Rate == 0 {
		ch.problem("limits.burst", "given without limits.rate, which it goes with: set that, or remove this")
	}
}

func (ch *checker) tls() {
	if (ch.c.TLS.Cert == "") != (ch.c.TLS.Key == "") {
		set, missing := "tls.cert", "tls.key"
		if ch.c.TLS.Cert == "" {
			set, missing = missing, set
		}
		ch.problem(set, "given without %s: a certificate needs its key", missing)
		return
	}
	if ch.c.TLS.Mode == Off {
		// Whoever wrote tls.mode: off, in whatever place, knows. Whoever wrote
		// only the rest believes that there is TLS.
		for _, key := range []string{"tls.ca", "tls.cert", "tls.name"} {
			if ch.given(key) && !ch.given("tls.mode") {
				ch.problem(key, "given, but TLS is off: set tls.mode to on")
			}
		}
		return
	}
	if _, key, err := ch.c.tlsConfig(); err != nil {
		ch.problem(key, "%v", err)
	}
}
