package framework

import (
	"fmt"
	"time"

	"github.com/emp-framework/emp/internal/command"
	"github.com/emp-framework/emp/internal/config"
)

// keys is every setting there is: where it is kept in c, and what it may be. The
// file, the variables, the flags and their help all come from this list.
func (c *Config) keys() []config.Key {
	const (
		least = 10 * time.Millisecond // shorter ones are slips, or would flood the server
		most  = 24 * time.Hour
		mib   = 1 << 20
	)
	return []config.Key{
		{Name: "environment", Help: "what to run for: development, test or production", Default: string(Development), Letter: "e", Var: "ENV",
			NoFile: "no file can say this, for it says which files there are: set " + variablePrefix + "ENV or --environment",
			Value:  config.Choice(&c.Environment, string(Development), string(Test), string(Production))},

		{Name: "mode", Help: "component or client", Default: "component", Value: config.Choice(&c.Mode, "component", "client")},
		{Name: "jid", Help: "domain to serve, or of a client the account", Value: config.Text(&c.JID, address)},
		{Name: "server", Help: "server to connect to, host[:port] (default: 127.0.0.1:5347; of a client what the DNS says)", Value: config.Text(&c.Server, server)},
		{Name: "secret", Help: "what the server knows the component by, or the client's password", Secret: true, Value: config.Func(c.Secret.set, func() string { return c.Secret.Reveal() })},
		{Name: "secret_file", Help: "file with the secret", Value: config.Text(&c.SecretFile, nil)},

		{Name: "tls.mode", Help: "on: TLS; off; of a client also starttls, direct (default: off, of a client on)", Value: config.Text(&c.TLS.Mode, tlsMode)},
		{Name: "tls.ca", Help: "PEM file of authorities that may vouch for the server (default: the system's)", Value: config.Text(&c.TLS.CA, nil)},
		{Name: "tls.cert", Help: "PEM file with a certificate to show", Value: config.Text(&c.TLS.Cert, nil)},
		{Name: "tls.key", Help: "PEM file with its private key", Value: config.Text(&c.TLS.Key, nil)},
		{Name: "tls.name", Help: "name in the server's certificate (default: the server's host, of a client its domain)", Value: config.Text(&c.TLS.Name, host)},
		{Name: "allow_plain", Help: "on: no TLS even to another machine", Default: "off", Value: config.Bool(&c.AllowPlain)},
		{Name: "allow_plain_password", Help: "on: a client may show the server its password (SASL PLAIN)", Default: "off", Value: config.Bool(&c.AllowPlainPassword)},

		{Name: "anonymous", Help: "on: a client logs in without an account", Default: "off", Value: config.Bool(&c.Anonymous)},
		{Name: "priority", Help: "of a client's presence, from -128 to 127; negative: nothing to the account without a resource comes", Default: "0", Value: config.Int(&c.Priority, -128, 127)},

		{Name: "max_stanza_bytes", Help: "largest stanza to read", Default: "1048576", Value: config.Int(&c.MaxStanzaBytes, 10_000, 64*mib)},
		{Name: "max_send_bytes", Help: "largest stanza to send, by a client half of that unless given", Default: "524288", Value: config.Int(&c.MaxSendBytes, 10_000, 64*mib)},
		{Name: "workers", Help: "actions that run at once", Default: "256", Value: config.Int(&c.Workers, 1, 1<<16)},
		{Name: "queue", Help: "stanzas that may wait for each pair of addresses", Default: "128", Value: queue{config.Int(&c.Queue, 0, 1<<16), &c.Queue}},

		{Name: "limits.held", Help: "stanzas that wait or are in work in total", Default: "16384", Value: config.Int(&c.Limits.Held, 1, 1<<20)},
		{Name: "limits.held_bytes", Help: "memory for them", Default: "33554432", Value: config.Int(&c.Limits.HeldBytes, mib, 1024*mib)},
		{Name: "limits.pair_bytes", Help: "memory for those of each pair of addresses", Default: "4194304", Value: config.Int(&c.Limits.PairBytes, 64<<10, 1024*mib)},
		{Name: "limits.asks", Help: "questions of our own that are open at once", Default: "10000", Value: config.Int(&c.Limits.Asks, 1, 1<<16)},
		{Name: "limits.stuck", Help: "actions that do not return before we say that we are not healthy (default: as workers)", Value: config.Int(&c.Limits.Stuck, 1, 1<<16)},
		{Name: "limits.rate", Help: "stanzas a second from each sender, 0 for any number", Default: "0", Value: config.Int(&c.Limits.Rate, 0, 1<<20)},
		{Name: "limits.burst", Help: "stanzas at once from each sender (default: twice limits.rate)", Value: config.Int(&c.Limits.Burst, 1, 1<<20)},

		{Name: "timeout", Help: "time an action has", Default: "30s", Value: config.Duration(&c.Timeout, least, most)},
		{Name: "ping_interval", Help: "silence after which the server is pinged", Default: "5m", Value: config.Duration(&c.PingInterval, time.Second, most)},
		{Name: "ping_timeout", Help: "time the server has to answer that", Default: "30s", Value: config.Duration(&c.PingTimeout, least, most)},
		{Name: "reconnect_min", Help: "first pause before connecting again", Default: "1s", Value: config.Duration(&c.ReconnectMin, least, most)},
		{Name: "reconnect_max", Help: "longest pause before connecting again", Default: "1m", Value: config.Duration(&c.ReconnectMax, least, most)},
		{Name: "drain_timeout", Help: "time running actions have when the program stops", Default: "25s", Value: config.Duration(&c.DrainTimeout, least, most)},
		{Name: "self_test", Help: "off: do not try out new links", Default: "on", Value: config.Switch(&c.SelfTest)},
		{Name: "stream_management", Help: "off: a client does without confirmations and resumed sessions", Default: "on", Value: config.Switch(&c.StreamManagement)},
		{Name: "unconfirmed", Help: "resend or report what the server may not have got", Default: "resend", Value: config.Choice(&c.Unconfirmed, "resend", "report")},

		{Name: "pid_file", Help: "file with the process's id (default: none; of start the program's name with .pid)", Letter: "P", Value: config.Text(&c.PidFile, nil)},

		{Name: "user", Help: "who to be, started as root: a name or a number (default: root stays root)", Letter: "u", Value: config.Text(&c.User, nil)},
		{Name: "group", Help: "likewise the group (default: that of user)", Letter: "G", Value: config.Text(&c.Group, nil)},

		{Name: "log.level", Help: "debug, info, warn or error (in development debug, in test warn)", Default: "info", Letter: "l", Value: config.Choice(&c.Log.Level, "debug", "info", "warn", "error")},
		{Name: "log.file", Help: "file to log to (default: standard error; of start the program's name with .log)", Letter: "L", Value: config.Text(&c.Log.File, nil)},
		{Name: "log.format", Help: "console or json (in production json)", Default: "console", Value: config.Choice(&c.Log.Format, "console", "json")},
		{Name: "log.traffic", Help: "on: XML of all that comes and goes, at level debug; bodies: with what people write", Default: "off", Value: config.Text(&c.Log.Traffic, trafficSwitch)},

		{Name: "admin.listen", Help: "where to serve metrics, health and profiles, 127.0.0.1:9090 (default: nowhere)", Value: config.Text(&c.Admin.Listen, adminAddress)},
		{Name: "admin.public", Help: "on: admin.listen may be open to other machines", Default: "off", Value: config.Bool(&c.Admin.Public)},
	}
}

// configFlags is the flags for the keys, and --config.
func configFlags() []command.Flag {
	flags := []command.Flag{{Name: "config", Arg: "file", Help: "configuration file (default: " + variablePrefix + "CONFIG, or else " + DefaultFile + " if there is one)"},
		{Name: "root", Letter: "m", Arg: "folder", Help: "folder to work in, where all files are looked for, the configuration too (default: the one there is)"}}
	for _, k := range new(Config).keys() {
		if k.Secret {
			continue
		}
		help := k.Help
		if k.Default != "" {
			help += " (default: " + k.Default + ")"
		}
		flags = append(flags, command.Flag{Name: k.Flag(), Letter: k.Letter, Arg: "value", Help: help})
	}
	return flags
}

// queue is a config.Int for which 0 is NoQueue.
type queue struct {
	config.Value
	p *int
}

func (q queue) Set(s string) error {
	n := 0
	if err := config.Int(&n, 0, 1<<16).Set(s); err != nil {
		return err
	}
	if *q.p = n; n == 0 {
		*q.p = NoQueue
	}
	return nil
}

func (q queue) Text() string {
	if *q.p == NoQueue {
		return "0"
	}
	return q.Value.Text()
}

func trafficSwitch(s string) (string, error) {
	if s == string(Bodies) {
		return s, nil
	}
	var which Switch
	if err := config.Switch(&which).Set(s); err != nil {
		return "", fmt.Errorf("%w, nor bodies", err)
	}
	return string(which), nil
}
