package dispatch_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/adversarial"
	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// elsewhere lists the cases that are the business of others.
var elsewhere = map[string]string{
	"sem-003": "the link knows our domain",
	"sem-043": "the feature that answers disco knows its nodes",
}

// TestT01T10Adversarial handles the bad stanzas, with routes for messages,
// presence, ping and disco.
func TestT01T10Adversarial(t *testing.T) {
	for _, c := range adversarial.Cases("stanza-semantics") {
		if c.Context != "component-stream" || elsewhere[c.ID] != "" {
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			k := newKit(t, dispatch.Options{}, func(r *router.Router) {
				none := func(context.Context, *request) (response, error) { return nil, nil }
				r.Namespace("p", "urn:xmpp:ping")
				r.Namespace("d", "http://jabber.org/protocol/disco#info")
				r.Get("p:ping | d:query").To(none)
				r.Message("[body]").To(none)
				r.Presence("").To(none)
				r.Errors("").To(none)
			})
			requests := 0
			in := stanza.NewReader(bytes.NewReader(c.Data))
			for {
				s, err := in.Read()
				if err == io.EOF {
					break
				}
				if err == nil && s.IsRequest() {
					requests++
				}
				handle(k.Dispatcher, k.link, s, err, len(c.Data))
			}
			k.idle()
			stats, sent := k.Stats(), k.link.lines()
			verb, detail, _ := strings.Cut(c.Expected, ":")
			switch {
			case verb == "stanza-error":
				if len(sent) != 1 || !strings.Contains(sent[0], " error ") || !strings.Contains(sent[0], " "+detail+"/") {
					t.Errorf("sent %q, want the error %s (%s)", sent, detail, c.Why)
				}
			case verb == "stanza-dropped" || verb == "ignore":
				dropped := 0
				for _, n := range stats.Dropped {
					dropped += n
				}
				if len(sent) != 0 || dropped != stats.Read || stats.Read == 0 {
					t.Errorf("sent %q, %d of %d dropped (%s)", sent, dropped, stats.Read, c.Why)
				}
			case verb != "ok":
				t.Errorf("what is %q?", c.Expected)
			case len(sent) != requests:
				t.Errorf("sent %q for %d requests (%s)", sent, requests, c.Why)
			default:
				for _, line := range sent {
					if !strings.HasPrefix(line, "iq result ") {
						t.Errorf("sent %q (%s)", line, c.Why)
					}
				}
			}
		})
	}
}

// TestReasons: what is refused or dropped without an action, under which name.
func TestReasons(t *testing.T) {
	for _, tc := range []struct {
		name, xml        string
		err              error
		refused, dropped dispatch.Reason
		sent             string
	}{
		{"iq without route", "<iq type='set' id='1' from='a@x' to='app.x'><none xmlns='urn:none'/></iq>", nil,
			dispatch.NoRoute, "", "iq error 1 service-unavailable/cancel"},
		{"message without route", "<message from='a@x' to='app.x'/>", nil, "", dispatch.NoRoute, ""},
		{"error without route", "<message type='error' from='a@x' to='app.x'><body>hi</body></message>", nil, "", dispatch.NoRoute, ""},
		{"guard", "<iq type='get' id='1' from='a@x' to='app.x'><guarded xmlns='urn:q'/></iq>", nil,
			dispatch.NoRoute, "", "iq error 1 service-unavailable/cancel"},
		{"guard of messages", "<message from='a@x' to='app.x'><guarded xmlns='urn:q'/></message>", nil, "", dispatch.NoRoute, ""},
		{"result", "<iq type='result' id='1' from='a@x' to='app.x'/>", nil, "", dispatch.UnaskedAnswer, ""},
		{"error", "<iq type='error' id='1' from='a@x' to='app.x'><error type='wait'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
			nil, "", dispatch.UnaskedAnswer, ""},
		{"no to", "<iq type='get' id='1' from='a@x'><q xmlns='urn:q'/></iq>", nil, "bad-request", "", `iq error 1 bad-request/modify "no recipient: the stanza has no to"`},
		{"no from", "<message to='app.x'/>", nil, "", "no-from", ""},
		{"too big", "<message id='1' from='a@x' to='app.x'/>", stanza.TooBig(10000), "policy-violation", "", `message error policy-violation/modify "more than 10000 bytes"`},
		{"unanswerable fault", "<message type='groupchat' from='a@x' to='app.x'/>", stanza.TooBig(10000), "", "policy-violation", ""},
		{"unknown error", "<message from='a@x' to='app.x'/>", errors.New("what"), "", dispatch.Unreadable, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			k := newKit(t, dispatch.Options{}, func(r *router.Router) {
				r.Namespace("q", "urn:q")
				r.Route("*[q:guarded]").If(func(context.Context, *request) bool { return false }).To(func(context.Context, *request) (response, error) {
					t.Error("the action ran")
					return nil, nil
				})
			})
			s, err := stanza.ParseString(tc.xml)
			if tc.err != nil {
				err = tc.err
			}
			handle(k.Dispatcher, k.link, s, err, len(tc.xml))
			k.idle()
			stats := k.Stats()
			if stats.Read != 1 || stats.Handled != 0 || len(stats.Refused)+len(stats.Dropped) != 1 ||
				tc.refused != "" && stats.Refused[tc.refused] != 1 || tc.dropped != "" && stats.Dropped[tc.dropped] != 1 {
				t.Errorf("stats: %+v, want refused %q, dropped %q", stats, tc.refused, tc.dropped)
			}
			if got := strings.Join(k.link.lines(), "; "); got != tc.sent {
				t.Errorf("sent %q, want %q", got, tc.sent)
			}
			if log := k.log.String(); log != "" {
				t.Errorf("log: %s", log)
			}
		})
	}
}

// TestT03T06ErrorsOfMessages: an action's error goes back where one may be sent, and
// never in answer to an error.
func TestT03T06ErrorsOfMessages(t *testing.T) {
	for _, tc := range []struct{ xml, want string }{
		{"<message from='a@x' to='app.x'/>", "message error gone/cancel"},
		{"<message type='chat' from='a@x' to='app.x'/>", "message error gone/cancel"},
		{"<message type='groupchat' from='a@x' to='app.x'/>", ""},
		{"<message type='headline' from='a@x' to='app.x'/>", ""},
		{"<message type='error' from='a@x' to='app.x'/>", ""},
		{"<presence from='a@x' to='app.x'/>", ""},
		{"<presence type='unavailable' from='a@x' to='app.x'/>", ""},
		{"<presence type='error' from='a@x' to='app.x'/>", ""},
		{"<presence type='subscribe' from='a@x' to='app.x'/>", "presence error gone/cancel"},
		{"<presence type='probe' from='a@x' to='app.x'/>", "presence error gone/cancel"},
	} {
		k := newKit(t, dispatch.Options{}, func(r *router.Router) {
			fail := func(context.Context, *request) (response, error) { return nil, stanza.Gone }
			r.Errors("").To(fail)
			r.Route("*").To(fail)
		})
		k.handle(tc.xml)
		k.idle()
		if got := strings.Join(k.link.lines(), "; "); got != tc.want {
			t.Errorf("%s: sent %q, want %q", tc.xml, got, tc.want)
		}
	}
}

// TestT03ErrorIsNotAnswered: whatever an action makes of an error by hand.
func TestT03ErrorIsNotAnswered(t *testing.T) {
	gone := stanza.Gone.Fault()
	for _, out := range []func(r *request) response{
		func(r *request) response { return r.Reply("hi") },
		func(r *request) response { return r.Result() },
		func(r *request) response {
			return response{{Kind: stanza.Message, Type: stanza.TypeError, To: r.From, From: r.To, Fault: &gone}}
		},
		func(r *request) response {
			return response{{Kind: stanza.IQ, Type: stanza.TypeError, ID: "1", To: r.From, From: r.To, Fault: &gone}}
		},
	} {
		k := newKit(t, dispatch.Options{}, func(r *router.Router) {
			r.Errors("").To(func(_ context.Context, r *request) (response, error) { return out(r), nil })
		})
		k.handle("<message type='error' from='a@x' to='app.x'/>")
		k.idle()
		k.link.want(t)
		k.wantLog("cannot be sent")
	}
}

func TestGuardFallsThrough(t *testing.T) {
	k := newKit(t, dispatch.Options{}, func(r *router.Router) {
		r.Namespace("q", "urn:q")
		no := func(context.Context, *request) bool { return false }
		r.Get("q:q[@n={a}]").If(no).To(wrongOne)
		r.Get("q:q[@n={b}]").To(func(_ context.Context, r *request) (response, error) {
			return r.Result(element.New("urn:q", "got-"+r.Arg("b"))), nil
		})
	})
	k.handle("<iq type='get' id='1' from='a@x' to='app.x'><q xmlns='urn:q' n='7'/></iq>")
	k.idle()
	k.link.want(t, "iq result 1 got-7")
}

func wrongOne(context.Context, *request) (response, error) { return nil, errors.New("not this one") }
