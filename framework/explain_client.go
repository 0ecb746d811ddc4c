package framework

import (
	"errors"
	"log/slog"

	"github.com/emp-framework/emp/internal/discover"
	"github.com/emp-framework/emp/internal/sasl"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// explainClient makes a report of an error that only clients get; ok is false if it
// is none.
func explainClient(c *Config, err error) (r report, ok bool) {
	warn := func(what, change string) (report, bool) { return report{slog.LevelWarn, what, change}, true }
	fail := func(what, change string) (report, bool) { return report{slog.LevelError, what, change}, true }
	var refusal *sasl.Refusal
	switch {
	case errors.Is(err, discover.ErrNotOffered):
		return fail("the DNS says that there is no service for clients", "correct jid (EMP_JID), or let server (EMP_SERVER) name the server")
	case errors.Is(err, stream.ErrNoTLS):
		return fail(c.where()+" does not encrypt the connection, or somebody on the way keeps it from doing so",
			"have the server offer STARTTLS, or set tls.mode to direct and let server name the port with TLS")
	case errors.Is(err, stream.ErrBind):
		if errors.Is(err, stanza.Conflict) {
			return warn("another link of "+c.JID+" has the resource", "stop the other instance, if there is one; if it was our own link from before, the server gives that up soon")
		}
		return fail("the server gives us no resource", "see whether the account may have so many at once, and what the server's log says")
	case !errors.Is(err, stream.ErrAuthentication):
		return r, false
	case sasl.Temporary(err):
		return warn("the server cannot log in anybody just now", "")
	case errors.As(err, &refusal) && refusal.Mechanism == "EXTERNAL":
		return fail("the server does not take our certificate for "+c.JID,
			"let tls.cert be one that names the account (id-on-xmppAddr) and is from an authority that the server knows; or leave tls.cert out, and give secret_file")
	case refusal != nil && refusal.Mechanism == "ANONYMOUS":
		return fail("the server lets nobody in without an account", "have it allow that for "+c.JID+", or set anonymous to off and give jid and secret_file of an account")
	case refusal != nil && refusal.Condition == sasl.NotAuthorized:
		return fail("the server refuses the password of "+c.JID, "see whether the account exists, and correct jid (EMP_JID), secret_file (EMP_SECRET_FILE) or EMP_SECRET")
	case refusal != nil:
		return fail("the server refuses to log in "+c.JID, "see to the account, and what the server's log says")
	case errors.Is(err, sasl.ErrNoMechanism) && c.Anonymous:
		return fail("the server does not offer to let anybody in without an account (ANONYMOUS)", "have it allow that for "+c.JID+", or set anonymous to off and give jid and secret_file of an account")
	case errors.Is(err, sasl.ErrNoMechanism) && c.Secret.Reveal() == "":
		return fail("the server does not offer to log in by certificate (EXTERNAL)", "have it ask clients for one; or give secret_file")
	case errors.Is(err, sasl.ErrNoMechanism):
		return fail("server and client know no common way to log in", "have the server offer SCRAM; where it can only be shown the password (PLAIN), set allow_plain_password to on")
	case errors.Is(err, sasl.ErrInsecure):
		return fail("without TLS the password is not used", "leave tls.mode out")
	case errors.Is(err, sasl.ErrDowngrade):
		return fail("the server offers less than it has to: somebody on the way may have changed its offer", "see to the network between; if the server was changed on purpose, start the program again")
	}
	return fail("the server did not log in "+c.JID+" as the protocol has it: it may not be the account's server", "see to the network between, and to the server")
}
