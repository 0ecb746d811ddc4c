package framework_test

import (
	"context"
	"strings"
	"testing"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// fates is a plugin that keeps the bodies of what may not have been sent.
type fates chan string

func (f fates) FateUnknown(outs []stanza.Out) {
	var bodies []string
	for _, o := range outs {
		if o.Kind == stanza.Message {
			bodies = append(bodies, o.Body)
		}
	}
	f <- strings.Join(bodies, " ")
}

// TestM03Unconfirmed: what becomes of what the server has not confirmed when a link
// breaks, by what it says of the session then.
func TestM03Unconfirmed(t *testing.T) {
	const (
		ns      = "xmlns='urn:xmpp:sm:3'"
		enabled = "<enabled " + ns + " id='s1' resume='true'/>"
		unknown = "><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"
	)
	// Of the stanzas that count the server has four: presence, a ping to itself, 1 and 2.
	for name, tc := range map[string]struct {
		does        framework.Unconfirmed
		says        string
		again, told string
		sent        framework.Sent
	}{
		"resumed":             {framework.Resend, "<resumed " + ns + " previd='s1' h='4'/>", "once 4 end", "", framework.Sent{}},
		"resumed, report":     {framework.Report, "<resumed " + ns + " previd='s1' h='4'/>", "once 4 end", "", framework.Sent{}},
		"resumed, whole":      {framework.Resend, "<resumed " + ns + " previd='s1' h='6'/>", "end", "", framework.Sent{}},
		"forgotten":           {framework.Resend, "<failed " + ns + unknown, "1 2 4 end", "once", framework.Sent{Repeated: 3, Unknown: 2}},
		"forgotten, report":   {framework.Report, "<failed " + ns + unknown, "end", "1 2 once 4", framework.Sent{Unknown: 5}},
		"over, but counted":   {framework.Resend, "<failed " + ns + " h='4'" + unknown, "once 4 end", "", framework.Sent{}},
		"over, report":        {framework.Report, "<failed " + ns + " h='4'" + unknown, "once 4 end", "", framework.Sent{}},
		"over, counted wrong": {framework.Report, "<failed " + ns + " h='7'" + unknown, "end", "1 2 once 4", framework.Sent{Unknown: 5}},
	} {
		t.Run(name, func(t *testing.T) {
			script := newClientScript(t)
			script.features, script.resume = "<sm "+ns+"/>", tc.says
			conf := script.config()
			conf.Unconfirmed = tc.does
			told := make(fates, 1)
			app := &framework.App{Config: conf, Dial: script.Dial, Routes: func(r *router.Router) {
				r.Resource("hack", func(r *router.Router) { r.Message("[body]").To(nothing) })
			}}
			app.Use(told)
			s := runApp(t, app)
			to := jid.MustParse("alice@localhost")
			send := func(bodies ...string) {
				t.Helper()
				var outs []stanza.Out
				for _, body := range bodies {
					m := stanza.NewMessage(to, body)
					m.Once = body == "once"
					outs = append(outs, m)
				}
				if err := s.Send(context.Background(), outs...); err != nil {
					t.Fatal(err)
				}
			}
			// until returns the bodies of what comes, to the last.
			until := func(c *scriptedClient, last string) string {
				t.Helper()
				var bodies []string
				for {
					switch n := c.next(); n.Local() {
					case "enable":
						c.say(enabled)
					case "message":
						body := n.Child("jabber:client", "body").Text()
						if bodies = append(bodies, body); body == last {
							return strings.Join(bodies, " ")
						}
					}
				}
			}
			c := script.accept()
			if n := c.next(); n.Local() != "enable" || n.Attr("resume") != "true" {
				t.Fatalf("it said %s", n)
			}
			c.say(enabled)
			<-s.Ready()
			send("1")
			send("2", "once")
			send("4")
			if got := until(c, "4"); got != "1 2 once 4" {
				t.Fatalf("it sent %s", got)
			}
			c.cut()
			c = script.accept()
			send("end")
			if got := until(c, "end"); got != tc.again {
				t.Errorf("it sent %q, want %q", got, tc.again)
			}
			got := ""
			select {
			case got = <-told:
			default:
			}
			if got != tc.told {
				t.Errorf("it tells %q, want %q", got, tc.told)
			}
			stats := s.Stats().Sent
			if stats.Repeated != tc.sent.Repeated || stats.Unknown != tc.sent.Unknown || stats.Taken != stats.Kept+stats.Confirmed+stats.Aged+stats.Refused+stats.Unknown {
				t.Errorf("it says %+v", stats)
			}
		})
	}
}
