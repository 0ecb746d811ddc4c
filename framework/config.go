package framework

import (
	"log/slog"
	"time"
)

// Config is the configuration of an application: where its server is, who it is
// there, and its limits. Code gives some of it, as a literal; a file, the
// environment and flags may say otherwise (Config.Load). The later wins:
//
//	default < code < file (emp.yaml) < file of the environment (emp.production.yaml) < variables (EMP_*) < flags
//
// A field that code leaves at its zero value has the default stated with it. In
// the other places there is no such rule: a 0 or an empty value that makes no
// sense is an error there.
//
// Each field is named in four ways: its key in the file (ping_interval, ca in
// the section tls), its variable (EMP_PING_INTERVAL, EMP_TLS_CA), its flag
// (--ping-interval, --tls-ca), and here. Secret has no flag, for command lines
// are there for all users of a machine to read.
//
// The file is YAML:
//
//	jid: echo.example.org
//	server: xmpp.example.org:5347
//	secret_file: /run/secrets/echo
//	tls:
//	  mode: on
//	  ca: /etc/echo/ca.pem
type Config struct {
	// Environment is what the application runs for: Development, Test or Production.
	// Its variable is EMP_ENV; no file says it. Default: Development.
	Environment Environment

	// Mode is Component or Client. Default: Component.
	Mode Mode

	// JID is who the application is. A component: the domain it serves, as the
	// server knows it, "echo.example.org", with neither local part nor resource. A
	// client: its account, "bot@example.org"; a resource names the link that has
	// the messages to the account. Load prepares it (RFC 7622). Required.
	JID string

	// Server is where the server takes components (XEP-0114) or clients: a host
	// name or IP address, a port behind it after a colon. Default: for a
	// component 127.0.0.1:5347, for a client what the DNS says of its domain (RFC
	// 6120 section 3.2, XEP-0368). The port, if there is none: 5347, for a client
	// 5222, or 5223 if TLS.Mode is DirectTLS.
	Server string

	// Secret is what the server knows the component by. It is as strong as the
	// channel: the handshake is SHA-1 of a known text and the secret (XEP-0114
	// section 4). Of a client it is the password, which the server proves to know
	// as well (SCRAM); it may be missing if TLS.Cert is to authenticate us.
	Secret Secret
	// SecretFile is a file with the secret; a line end behind it does not
	// count. One of Secret and SecretFile is required. Both in one place are an
	// error; in two, such as a file and the environment, the later wins. Load
	// reads the file into Secret and clears SecretFile.
	SecretFile string

	// TLS is how the link to Server is protected.
	TLS TLS
	// AllowPlain lets the link be without TLS where Server is not this
	// machine. All traffic is then open to the network between, and the secret
	// to guessing.
	AllowPlain bool
	// AllowPlainPassword lets a client show the server its password (SASL PLAIN) where
	// that offers nothing better, over TLS, and never again once something better
	// worked. It means nothing to a component.
	AllowPlainPassword bool

	// Anonymous has a client log in without an account (SASL ANONYMOUS): JID is the
	// domain of the server then, without a local part, and each link gets an address
	// of the server's choice. It goes with neither Secret nor TLS.Cert, and means
	// nothing to a component.
	Anonymous bool
	// Priority is that of the presence of a client's link that has what contacts send
	// to the bare JID; see Client. Negative, none has that (RFC 6121 section 8.5.2).
	// The other links have -1. From -128 to 127; default: 0.
	Priority int

	// MaxStanzaBytes is the size of a stanza above which it is not read but
	// answered with an error. Default: 1 MiB; at least 10,000 (RFC 6120
	// section 13.12), at most 64 MiB.
	MaxStanzaBytes int
	// MaxSendBytes is the size above which a stanza is not sent. It should not
	// be above the server's limit, for servers close the stream on larger ones.
	// Default: 512 KiB, of a client 256 KiB, which are Prosody's; at least 10,000, at most 64 MiB.
	MaxSendBytes int

	// Workers is how many actions run at once. Default: 256; at most 65,536.
	Workers int
	// Queue is how many stanzas may wait behind the one in work, for each pair
	// of addresses. Default: 128; at most 65,536. NoQueue is for none, which is
	// 0 in the other places.
	Queue int

	// Limits is what else bounds the work that is taken on.
	Limits Limits

	// Timeout is how long an action may take; after it a request is answered
	// with an error. Default: 30s.
	Timeout time.Duration
	// PingInterval is after how much silence the server is asked for a sign of
	// life. Default: 5m; at least 1s.
	PingInterval time.Duration
	// PingTimeout is how long the server has for it, and for saying what it has
	// taken of what was sent, before the link counts as broken. Default: 30s.
	PingTimeout time.Duration
	// ReconnectMin and ReconnectMax are the range of the pause before the second
	// and before late attempts to connect. A pause is anywhere from 0 to its
	// range, which doubles with each failure and begins anew when a link was up
	// for five seconds. Default: 1s and 60s.
	ReconnectMin, ReconnectMax time.Duration
	// DrainTimeout is how long running actions have to end when the
	// application stops. Default: 25s, for many service managers kill after 30.
	DrainTimeout time.Duration

	// SelfTest says whether each new link is tried out, by a ping to ourselves
	// through the server, before the application counts as ready. The same pings
	// confirm what was sent: Off, stanzas are sent at most once. Default: On.
	SelfTest Switch

	// StreamManagement says whether a client has the server count and confirm what
	// goes over a link, and go on with the session over the next one (XEP-0198),
	// if the server can. It goes with SelfTest: Off, it is off too. Default: On.
	StreamManagement Switch
	// Unconfirmed says what becomes of stanzas that the server may or may not have
	// got when a link breaks, and nothing more is to be learned of them. Default:
	// Resend.
	Unconfirmed Unconfirmed

	// PidFile is a file that has the id of the process in it for as long as it runs,
	// locked, so that there is only one; the commands status and stop know the process
	// by it. Default: none; of an application that the command start has started, its
	// name with ".pid" behind it.
	PidFile string

	// User and Group are who the process becomes, if root starts it, when it has opened
	// its log and its pid file, and before anything comes from a server: names, or
	// numbers. Default: nobody else; the group of the user.
	User, Group string

	// Log is what is logged, and how.
	Log Log

	// Admin is where operators look in.
	Admin Admin
}

// Unconfirmed is what becomes of stanzas of unknown fate. With stream management that
// are those of a session which the server does not resume; else all that no ping has
// confirmed.
type Unconfirmed string

const (
	// Resend: what is sent at least once (see component.Sender) is sent again, and may
	// come twice; the rest is given up.
	Resend Unconfirmed = "resend"
	// Report: nothing is sent again. Plugins learn of it as a component.FateWatcher,
	// and decide.
	Report Unconfirmed = "report"
)

// TLS is how the link to the server is protected. All of it but Mode needs Mode
// not to be Off.
type TLS struct {
	// Mode is, of a component, On for TLS from the first byte, as ejabberd (tls:
	// true) and Openfire offer it on a port for components, or Off, the default.
	// Of a client it is StartTLS, DirectTLS, Off, or On, the default: whichever of
	// the two the DNS says, StartTLS if Config.Server names the server.
	Mode Switch
	// CA is a PEM file with the authorities that may vouch for the server.
	// Default: those of the system.
	CA string
	// Cert and Key are PEM files: the certificate to show, and its private key.
	// Both or neither.
	Cert, Key string
	// Name is the name the server's certificate has to be for. Default: the
	// host of Config.Server; of a client, the domain of Config.JID.
	Name string
}

// Limits bounds the work that an application takes on. What goes beyond is answered
// with an error, or not read until there is room; App.Stats counts it.
type Limits struct {
	// Held is how many stanzas may wait or be in work in total, and HeldBytes how
	// much memory they may take, as estimated. Beyond, no more is read; but while
	// an answer is awaited, which may lie behind what comes, that is read and
	// refused with resource-constraint. So it is also while somebody waits until
	// the server has confirmed what was sent (docs/reliability.md). Default: 16,384
	// and 32 MiB; at most 1,048,576, and 1 GiB.
	Held, HeldBytes int
	// PairBytes is how much memory those of one pair of addresses may take; see
	// Config.Queue for their number. Default: 4 MiB.
	PairBytes int
	// Asks is how many questions of the application may be open at once. Default:
	// 10,000; at most 65,536.
	Asks int
	// Stuck is from how many actions on that go on long after their time is over
	// App.Healthy says so. As many are replaced by fresh workers. Default: as
	// many as Workers.
	Stuck int
	// Rate is how many stanzas a second each sender may send over time, by bare
	// JID; 0 for any number. What goes beyond is answered with policy-violation,
	// type wait, and counted as "too-fast". All occupants of a room are one
	// sender, and all users behind a gateway that speaks for its domain alone.
	// Default: 0.
	Rate int
	// Burst is how many a sender may send at once. Default: twice the Rate.
	Burst int
}

// Log is what is logged, and how.
type Log struct {
	// Level is the least level that is logged: debug, info, warn or error. Default:
	// info, in Development debug, in Test warn.
	Level LogLevel
	// File is the file that lines are added to. SIGHUP has it opened again, for those
	// who rotate logs. Default: standard error; of an application that the command start
	// has started, its name with ".log" behind it.
	File string
	// Format is "console" for lines to be read by people, or "json". Default:
	// console, in Production json.
	Format string
	// Traffic is On for all that goes over the links to be logged as XML, at level
	// debug: with [n bytes] in place of bodies and other texts that people write, of
	// passwords, and of all that authenticates. Bodies leaves the texts as they are.
	// What is longer than 4 KiB is cut. Default: Off.
	Traffic Switch
}

// Bodies is the further position of Log.Traffic.
const Bodies Switch = "bodies"

// A LogLevel is the name of a level: "debug", "info", "warn" or "error". It is a
// slog.Leveler.
type LogLevel string

// Level returns the level, and that of info for what is the name of none.
func (l LogLevel) Level() slog.Level {
	var level slog.Level
	if level.UnmarshalText([]byte(l)) != nil {
		return slog.LevelInfo
	}
	return level
}

// A Switch is On or Off; "" is the default of what it switches.
type Switch string

// The two positions of a Switch. Files, variables and flags may say true and
// false as well.
const (
	On  Switch = "on"
	Off Switch = "off"
)

// The further positions of a client's TLS.Mode.
const (
	StartTLS  Switch = "starttls" // TLS begins inside the stream (RFC 6120 section 5)
	DirectTLS Switch = "direct"   // TLS begins with the first byte (XEP-0368)
)

// NoQueue in Config.Queue: what comes while another stanza between the same two
// addresses is in work is refused at once.
const NoQueue = -1
