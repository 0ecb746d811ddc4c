package hostlink

import (
	"crypto/sha1"
	"encoding/hex"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/sasl"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

const nsBind = "urn:ietf:params:xml:ns:xmpp-bind"

// negotiate takes a link to where it is ready for stanzas.
func (h *Host) negotiate(l *Link) error {
	to, id, err := l.open()
	content := l.parser.Content()
	switch {
	case err != nil:
		return err
	case content == stream.NSAccept:
		return h.component(l, to, id)
	case content == element.NSClient && h.Password != nil:
		return h.client(l, to)
	}
	return refuse(stream.InvalidNamespace, "the header is around %q", content)
}

// open reads the header of a stream, with a parser of its own (RFC 6120 section 4.3.3),
// and answers it. It returns whom it is to, and the id of our answer.
func (l *Link) open() (to, id string, err error) {
	l.parser = &element.Parser{Limits: most}
	n, err := l.next()
	if err != nil {
		return "", "", err
	}
	to, id = n.Attr("to"), stanza.NewID()
	var w element.Writer
	w.Start("", "s")
	w.Attr("from", to)
	w.Attr("id", id)
	w.Attr("version", "1.0")
	content := l.parser.Content()
	if content != stream.NSAccept {
		content = element.NSClient
	}
	l.Say("<?xml version='1.0'?><stream:stream xmlns='" + content + "' xmlns:stream='" + stream.NSStreams + "'" + string(w.Bytes()[len("<s"):]) + ">")
	if !n.Is(stream.NSStreams, "stream") {
		err = refuse(stream.InvalidNamespace, "the header is %s", n.Name())
	}
	return to, id, err
}

// component checks a handshake (XEP-0114 section 3).
func (h *Host) component(l *Link, to, id string) error {
	n, err := l.next()
	if err != nil {
		return err
	}
	digest := sha1.Sum([]byte(id + h.Secret))
	switch {
	case !n.Is(element.NSClient, "handshake"):
		return refuse(stream.NotAuthorized, "%s before the handshake", n.Name())
	case h.Secret != "" && n.Text() != hex.EncodeToString(digest[:]):
		return refuse(stream.NotAuthorized, "the handshake's digest is wrong; is the secret?")
	}
	return h.up(l, to, "<handshake/>")
}

// up takes a link in. Whatever others say over it comes behind the welcome.
func (h *Host) up(l *Link, name, welcome string) error {
	l.Name = name
	l.cork()
	if err := h.Up(l); err != nil {
		l.uncork("")
		return err
	}
	l.uncork(welcome)
	return nil
}

// client logs a client in, and binds it.
func (h *Host) client(l *Link, domain string) error {
	username, err := h.login(l)
	if err != nil {
		return err
	}
	account, err := jid.New(username, domain, "")
	if err != nil {
		return refuse(stream.HostUnknown, "%v", err)
	}
	if _, _, err := l.open(); err != nil {
		return err
	}
	l.Say("<stream:features><bind xmlns='" + nsBind + "'/>" + h.Features + "</stream:features>")
	n, err := l.next()
	if err != nil {
		return err
	}
	defaults := stanza.Defaults{From: account.Address(), To: account.Address()}
	st, err := defaults.Of(n)
	if err != nil || st.Type != stanza.TypeSet || !st.Payload.Is(nsBind, "bind") {
		return refuse(stream.NotAuthorized, "%s before a resource is bound", n.Name())
	}
	bound := h.Bind(account, st.Payload.Child(nsBind, "resource").Text())
	result := st.Result(element.New(nsBind, "bind").Add(element.Text(nsBind, "jid", bound.String())))
	return h.up(l, bound.String(), result.String())
}

// login has a client show that it knows the password, and returns its name.
func (h *Host) login(l *Link) (username string, err error) {
	host := sasl.Host{Find: func(string) *sasl.Verifier { return h.Password }}
	features := "<stream:features><mechanisms xmlns='" + sasl.NS + "'>"
	for _, name := range host.Offer(sasl.Channel{}).Mechanisms {
		features += "<mechanism>" + name + "</mechanism>"
	}
	l.Say(features + "</mechanisms></stream:features>")
	n, err := l.next()
	if err != nil {
		return "", err
	}
	x, err := host.Accept(sasl.Channel{}, n.Attr("mechanism"))
	if err != nil {
		return "", refuse(stream.NotAuthorized, "%v", err)
	}
	for {
		answer, done, err := x.Next(n.Text())
		if err != nil {
			return "", refuse(stream.NotAuthorized, "%v", err)
		}
		if done {
			l.Say("<success xmlns='" + sasl.NS + "'>" + answer + "</success>")
			username, _ = x.Username()
			return username, nil
		}
		l.Say("<challenge xmlns='" + sasl.NS + "'>" + answer + "</challenge>")
		if n, err = l.next(); err != nil {
			return "", err
		}
	}
}
