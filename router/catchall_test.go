package router_test

import (
	"testing"

	"github.com/emp-framework/emp/router"
)

// TestCatchAll: an empty expression takes all of its kind, Route("*") all
// stanzas, errors and answers to iqs excepted, and only what nothing in front
// of it takes.
func TestCatchAll(t *testing.T) {
	table := compile(t, func(r *router.Router) {
		r.Message("[body]").To(nothing).Name("body")
		r.Get("").To(nothing).Name("gets")
		r.Set("").To(nothing).Name("sets")
		r.Message("").To(nothing).Name("messages")
		r.At("x@", func(r *router.Router) { r.Presence("").To(nothing).Name("presences of x") })
		r.Errors("").To(nothing).Name("errors")
		r.Route("*").To(nothing).Name("all")
	})
	for xml, want := range map[string]string{
		"<message from='a@b' to='c'><body/></message>":                             "body",
		"<message from='a@b' to='c'/>":                                             "messages",
		"<message from='a@b' to='c' type='groupchat'/>":                            "messages",
		"<iq type='get' id='1' from='a@b' to='c'><q xmlns='urn:q'/></iq>":          "gets",
		"<iq type='set' id='1' from='a@b' to='c@d/e'><q xmlns='urn:q'/></iq>":      "sets",
		"<presence from='a@b' to='x@c/d'/>":                                        "presences of x",
		"<presence from='a@b' to='c' type='unavailable'/>":                         "all",
		"<presence from='a@b' to='c' type='error'><error type='wait'/></presence>": "errors",
		"<iq type='result' id='1' from='a@b' to='c'/>":                             "",
	} {
		if got := match(t, table, xml); got != want {
			t.Errorf("%s: %q, want %q", xml, got, want)
		}
	}
	table = compile(t, func(r *router.Router) { r.Route("*").To(nothing).Name("all") })
	if got := match(t, table, "<message type='error' from='a@b' to='c'><error type='wait'/></message>"); got != "" {
		t.Errorf("an error reaches %s", got)
	}
}
