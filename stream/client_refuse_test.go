package stream

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/discover"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// TestClientRefuses: what a link says no to, by itself or because the server does;
// that no credentials have gone out before; and whether to try again.
func TestA01ClientRefuses(t *testing.T) {
	tomorrow := time.Now().Add(24 * time.Hour)
	other, _ := certificate(t, "other.example", tomorrow)
	old, trustOld := certificate(t, "capulet.example", time.Now().Add(-time.Hour))
	atBind := func(words string) func(h *host) {
		return func(h *host) {
			h.stream(featuresTLS)
			h.encrypt(nil)
			h.again(featuresSASL)
			h.hear()
			h.say(success)
			h.again(featuresBind)
			id := h.hear().Node.Attr("id")
			h.say(strings.ReplaceAll(words, "{id}", id))
			h.rest()
		}
	}
	atSASL := func(words string) func(h *host) {
		return func(h *host) {
			h.stream(featuresTLS)
			h.encrypt(nil)
			h.again(featuresSASL)
			h.hear()
			h.say(words)
			h.rest()
		}
	}
	const bindNS = "xmlns='urn:ietf:params:xml:ns:xmpp-bind'"
	bindError := func(condition, kind string) string {
		return "<iq type='error' id='{id}'><error type='" + kind + "'><" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
	}
	for name, tc := range map[string]struct {
		does   func(h *host)
		change func(*Options, *Credentials)
		is     error
		text   string
		again  bool // trying again may help
		silent bool // nothing of the credentials may go out
	}{
		// c2s-002: somebody took the offer of TLS away; it is asked for all the same.
		"STARTTLS not offered": {does: func(h *host) {
			h.stream(featuresSASL)
			if ev := h.hear(); ev.Node.Local() != "starttls" {
				h.t.Error("it does not ask for TLS")
			}
			h.say("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>") // c2s-004
			h.rest()
		}, is: ErrNoTLS, silent: true},
		"STARTTLS not understood": {does: func(h *host) {
			h.stream(featuresSASL)
			h.hear()
			h.say("<unknown xmlns='urn:x'/>")
			h.rest()
		}, is: ErrNoTLS, silent: true},
		// c2s-003
		"injected": {does: func(h *host) {
			h.stream(featuresTLS)
			h.hear()
			h.say(proceed + featuresSASL)
			h.rest()
		}, is: PolicyViolation, text: "in the clear", silent: true, again: true},
		"injected later": {does: func(h *host) {
			h.stream(featuresTLS)
			h.hear()
			h.say(proceed)
			h.say("<stream:features/>")
			h.rest()
		}, silent: true, text: ""}, // by then it may be read with the other, or as TLS
		"wrong name": {does: func(h *host) {
			h.stream(featuresTLS)
			h.encrypt(&tls.Config{Certificates: []tls.Certificate{other}})
			h.rest()
		}, text: "certificate", silent: true},
		"expired": {does: func(h *host) {
			h.stream(featuresTLS)
			h.encrypt(&tls.Config{Certificates: []tls.Certificate{old}})
			h.rest()
		}, change: func(o *Options, _ *Credentials) { o.TLS.RootCAs = trustOld }, text: "expired", silent: true},
		"wrong name, direct": {does: func(h *host) {
			h.secure(&tls.Config{Certificates: []tls.Certificate{other}})
			h.rest()
		}, change: func(o *Options, _ *Credentials) { o.Encryption = EncryptDirect }, text: "certificate", silent: true},
		"in the clear": {does: func(h *host) {
			h.stream(featuresSASL)
			h.rest()
		}, change: func(o *Options, _ *Credentials) { o.Encryption = EncryptNone }, is: ErrAuthentication, silent: true},
		"unknown host": {does: func(h *host) {
			h.hear()
			h.say("<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='other.example' id='' version='1.0'>" + streamError(HostUnknown))
			h.rest()
		}, is: HostUnknown, silent: true},
		"another host": {does: func(h *host) {
			h.hear()
			h.say("<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='other.example' id='a' version='1.0'>" + featuresTLS)
			h.rest()
		}, is: ImproperAddressing, silent: true},
		"a component's port": {does: func(h *host) {
			h.hear()
			h.say(strings.Replace(header, "comp.localhost", "capulet.example", 1))
			h.rest()
		}, is: InvalidNamespace, silent: true},
		"before XMPP 1.0": {does: func(h *host) {
			h.hear()
			h.say("<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='capulet.example' id='a'>")
			h.rest()
		}, is: UnsupportedVersion, silent: true},
		// c2s-006
		"no mechanism": {does: func(h *host) {
			h.stream(featuresTLS)
			h.encrypt(nil)
			h.again(strings.Replace(featuresSASL, "PLAIN", "DIGEST-MD5", 1))
			h.rest()
		}, is: ErrAuthentication, silent: true},
		"wrong password": {does: atSASL("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text>no</text></failure>"), is: ErrAuthentication, text: "not-authorized"},
		// c2s-014
		"temporary":           {does: atSASL("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><temporary-auth-failure/></failure>"), is: ErrAuthentication, again: true},
		"a stanza in between": {does: atSASL("<message from='a@b'/>"), is: UnsupportedStanzaType, again: true},
		"behind success":      {does: atSASL(success + featuresBind), is: PolicyViolation, again: true},
		// c2s-015, c2s-016, c2s-017
		"no JID":           {does: atBind("<iq type='result' id='{id}'><bind " + bindNS + "/></iq>"), is: ErrBind},
		"another's JID":    {does: atBind("<iq type='result' id='{id}'><bind " + bindNS + "><jid>mallory@capulet.example/x</jid></bind></iq>"), is: ErrBind, text: "mallory"},
		"a bare JID":       {does: atBind("<iq type='result' id='{id}'><bind " + bindNS + "><jid>juliet@capulet.example</jid></bind></iq>"), is: ErrBind},
		"another's answer": {does: atBind("<iq type='result' id='x'><bind " + bindNS + "><jid>juliet@capulet.example/x</jid></bind></iq></stream:stream>"), is: ErrEnded, again: true},
		"conflict":         {does: atBind(bindError("conflict", "cancel")), is: stanza.Conflict, again: true},
		"too many":         {does: atBind(bindError("resource-constraint", "wait")), is: stanza.ResourceConstraint, again: true},
		"not allowed":      {does: atBind(bindError("not-allowed", "cancel")), is: stanza.NotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			var heard []string
			done := make(chan struct{})
			changes := []func(*Options, *Credentials){}
			if tc.change != nil {
				changes = append(changes, tc.change)
			}
			opts := newHost(t, func(h *host) {
				defer close(done)
				tc.does(h)
				heard = h.heard
				h.conn.Close()
			}, changes...)
			_, err := DialClient(t.Context(), opts)
			<-done
			if err == nil {
				t.Fatal("it is content")
			}
			if tc.is != nil && !errors.Is(err, tc.is) || !strings.Contains(err.Error(), tc.text) {
				t.Errorf("it says %v", err)
			}
			if name != "injected later" && Misconfigured(err) == tc.again {
				t.Errorf("%v: trying again helps: %t", err, !tc.again)
			}
			if all := strings.Join(heard, ""); tc.silent && strings.Contains(all, "<auth") {
				t.Errorf("it said %s", all)
			}
		})
	}
}

// TestClientResource: the server's word is final.
func TestA12Resource(t *testing.T) {
	for name, wished := range map[string]string{"another": "balcony", "chosen by the server": ""} {
		t.Run(name, func(t *testing.T) {
			opts := newHost(t, func(h *host) {
				h.secure(nil)
				h.stream(featuresSASL)
				h.hear()
				h.say(success)
				h.again("<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>10000</max-bytes><idle-seconds>60</idle-seconds></limits></stream:features>")
				if wish := strings.Contains(h.hear().Node.XML(), "<resource>balcony</resource>"); wish != (wished != "") {
					h.t.Errorf("it asked for %v", h.heard)
				}
				h.say(strings.ReplaceAll("<iq type='result' id='{id}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>juliet@capulet.example/given</jid></bind></iq>", "{id}", lastID(h)))
				h.rest()
			}, func(o *Options, _ *Credentials) { o.Resource, o.Encryption = wished, EncryptDirect })
			link, err := DialClient(t.Context(), opts)
			if err != nil {
				t.Fatal(err)
			}
			defer link.Abort()
			if link.Local() != jid.MustParse("juliet@capulet.example/given") {
				t.Errorf("it is %s", link.Local())
			}
			// M06: the limits of XEP-0478
			if err := link.Check(stanza.NewMessage(jid.MustParse("romeo@capulet.example"), strings.Repeat("x", 10000))); err == nil {
				t.Error("it would send more than the server takes")
			}
			if err := link.Send(t.Context(), stanza.NewMessage(jid.MustParse("romeo@capulet.example"), strings.Repeat("x", 10000))); err == nil {
				t.Error("it sends more than the server takes")
			}
			if link.opts.PingInterval != 30*time.Second {
				t.Errorf("it is silent for %v", link.opts.PingInterval)
			}
		})
	}
}

func lastID(h *host) string { return mustParse(h.t, h.heard[len(h.heard)-1]).Attr("id") }

// TestClientAsks: what is asked without an address is for the account, and so is its
// answer; a ping to ourselves comes back.
func TestT13ClientAsks(t *testing.T) {
	opts := newHost(t, func(h *host) {
		h.login()
		for !h.over {
			ev := h.hear()
			switch n := ev.Node; {
			case n.Attr("id") == "":
			case n.Attr("to") == "":
				h.say("<iq type='result' id='" + n.Attr("id") + "' from='mallory@capulet.example/x'/>")
				h.say("<iq type='result' id='" + n.Attr("id") + "' from='capulet.example'/>")
				h.say("<iq type='result' id='" + n.Attr("id") + "'><query xmlns='jabber:iq:roster' ver='1'/></iq>")
			default:
				h.say(strings.Replace(n.XML(), "<iq ", "<iq from='juliet@capulet.example/balcony' ", 1))
			}
		}
	})
	link, err := DialClient(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	reading := reader(link)
	s, err := link.Ask(t.Context(), stanza.NewIQ(stanza.TypeGet, jid.JID{}, mustParse(t, "<query xmlns='jabber:iq:roster'/>")))
	if err != nil || s.Payload.Attr("ver") != "1" {
		t.Errorf("%v, %v", s.Node, err)
	}
	if err := link.SelfTest(t.Context()); err != nil {
		t.Error(err)
	}
	link.Abort()
	<-reading.done
	if len(reading.got) != 2 {
		t.Errorf("read %v", reading.got)
	}
}

// A records is a Resolver with what a test says.
type records map[string][]*net.SRV

func (r records) LookupSRV(_ context.Context, service, proto, name string) (string, []*net.SRV, error) {
	found, ok := r["_"+service+"._"+proto+"."+strings.TrimSuffix(name, ".")]
	if !ok {
		return "", nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return "", found, nil
}

// TestS22: the servers that the DNS names are tried in their order, each with the
// encryption that it is for, and whatever they are called the certificate is to be
// the domain's. What the DNS says is not there is not looked for elsewhere.
func TestS22Targets(t *testing.T) {
	other, _ := certificate(t, "two.example", time.Now().Add(time.Hour))
	const starttls, direct = "_xmpp-client._tcp.capulet.example", "_xmpps-client._tcp.capulet.example"
	for name, tc := range map[string]struct {
		records records
		tls     *tls.Config
		change  func(*Options)
		dialled string
		is      error
		works   bool
	}{
		"in order": {records{starttls: {{Target: "one.example.", Port: 1, Priority: 1}, {Target: "three.example.", Port: 3, Priority: 3}}, direct: {{Target: "two.example.", Port: 2, Priority: 2}}},
			nil, nil, "one.example.:1 two.example.:2", nil, true},
		"not by the name of the server": {records{direct: {{Target: "two.example.", Port: 2}}},
			&tls.Config{Certificates: []tls.Certificate{other}}, nil, "two.example.:2", nil, false},
		"not offered": {records{starttls: {{Target: "."}}}, nil, nil, "", discover.ErrNotOffered, false},
		"none":        {records{}, nil, func(o *Options) { o.Encryption = EncryptDirect }, "capulet.example:5223", nil, true},
		"STARTTLS alone": {records{starttls: {{Target: "one.example.", Port: 1, Priority: 1}}, direct: {{Target: "two.example.", Port: 2}}},
			nil, func(o *Options) { o.Encryption = EncryptStartTLS }, "one.example.:1", errRefused, false},
	} {
		t.Run(name, func(t *testing.T) {
			var dialled []string
			opts := newHost(t, func(h *host) {
				h.secure(tc.tls)
				h.stream(featuresSASL)
				h.hear()
				h.say(success)
				h.again(featuresBind)
				h.bind("juliet@capulet.example/balcony")
				h.rest()
				h.conn.Close()
			}, func(o *Options, _ *Credentials) {
				o.Server, o.Resolver = "", tc.records
				dial := o.Dial
				o.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
					dialled = append(dialled, addr)
					if strings.HasPrefix(addr, "one.") {
						return nil, errRefused
					}
					return dial(ctx, network, addr)
				}
				if tc.change != nil {
					tc.change(o)
				}
			})
			link, err := DialClient(t.Context(), opts)
			if err == nil {
				link.Abort()
			}
			if (err == nil) != tc.works || tc.is != nil && !errors.Is(err, tc.is) || err != nil && Misconfigured(err) == (tc.is == errRefused) {
				t.Errorf("ended with %v", err)
			}
			if got := strings.Join(dialled, " "); got != tc.dialled {
				t.Errorf("it dialled %s, want %s", got, tc.dialled)
			}
		})
	}
}

var errRefused = errors.New("nobody there")
