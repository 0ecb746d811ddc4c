package caps_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/feature/caps"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// verstrings has slixmpp's plugin make the hashes of infos, as it does of its own.
const verstrings = `
import json, sys
import slixmpp

client = slixmpp.ClientXMPP("a@localhost", "secret")
client.register_plugin("xep_0115")
hashes = []
for info in json.load(sys.stdin):
    stanza = client.Iq()["disco_info"]
    for category, type, lang, name in info["identities"]:
        stanza.add_identity(category, type, name or None, lang or None)
    for feature in info["features"]:
        stanza.add_feature(feature)
    hashes.append(client["xep_0115"].generate_verstring(stanza, "sha-1"))
json.dump(hashes, sys.stdout)
`

// TestSlixmpp: the hashes are those that slixmpp makes of the same info.
func TestSlixmpp(t *testing.T) {
	type info struct {
		Identities [][4]string `json:"identities"`
		Features   []string    `json:"features"`
	}
	random := rand.New(rand.NewPCG(1, 115))
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	offers := []component.Offer{exodus}
	for range 300 {
		var o component.Offer
		for range 1 + random.IntN(3) {
			o.Identities = append(o.Identities, component.Identity{
				Category: pick("client", "component", "gateway"), Type: pick("bot", "generic", "irc", "pc"),
				Name: pick("", "Tweeter", "Wetter & Zeit", "天気"), Lang: pick("", "de", "en", "zh"),
			})
		}
		for range 1 + random.IntN(12) {
			o.Features = append(o.Features, fmt.Sprint(pick("urn:xmpp:", "jabber:iq:", "http://jabber.org/protocol/", "urn:ü:"), random.IntN(1000)))
		}
		offers = append(offers, unique(o))
	}
	var infos []info
	for _, o := range offers {
		i := info{Features: o.Features}
		for _, id := range o.Identities {
			i.Identities = append(i.Identities, [4]string{id.Category, id.Type, id.Lang, id.Name})
		}
		infos = append(infos, i)
	}
	input, err := json.Marshal(infos)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	if err := json.Unmarshal([]byte(xmpptest.Python(t, verstrings, string(input))), &want); err != nil {
		t.Fatal(err)
	}
	if len(want) != len(offers) {
		t.Fatalf("%d hashes for %d offers", len(want), len(offers))
	}
	for i, o := range offers {
		if got := caps.Hash(o); got != want[i] {
			t.Errorf("%v: %s, slixmpp has %s", o, got, want[i])
		}
	}
}

// unique leaves out what is there twice: a Catalog has nothing twice, and what slixmpp
// does about it is its own affair, as with identities that differ in their name alone.
func unique(o component.Offer) (u component.Offer) {
	seen := map[string]bool{}
	for _, id := range o.Identities {
		if key := id.Category + "/" + id.Type + "/" + id.Lang; !seen[key] {
			seen[key] = true
			u.Identities = append(u.Identities, id)
		}
	}
	for _, f := range o.Features {
		if !seen[f] {
			seen[f] = true
			u.Features = append(u.Features, f)
		}
	}
	return u
}
