package framework

import (
	"regexp"
	"slices"
	"strings"

	"github.com/emp-framework/emp/internal/config"
)

// Further links have a section each, with a name of its own, below the section links:
//
//	links:
//	  bot:
//	    mode: client
//	    jid: bot@example.org
//
// So the keys that there are depend on what file and environment say: links.bot.jid is
// one where either has something of a link bot.

const linksSection = "links"

// linkSettings is the settings that are about a link. All others are the application's.
var linkSettings = []string{
	"mode", "jid", "server", "secret", "secret_file",
	"tls.mode", "tls.ca", "tls.cert", "tls.key", "tls.name", "allow_plain", "allow_plain_password",
	"anonymous", "priority", "max_stanza_bytes", "max_send_bytes",
	"ping_interval", "ping_timeout", "reconnect_min", "reconnect_max",
	"self_test", "stream_management", "unconfirmed",
}

// linkName is what a link may be called: with a line below, EMP_LINKS_A_B_JID would not
// say which link it is for.
var linkName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// linkPrefix is that of the keys of a link.
func linkPrefix(name string) string { return linksSection + "." + name + "." }

// linkKeys is the keys of a further link, whose configuration is c.
func (c *Config) linkKeys(name string) (keys []config.Key) {
	for _, k := range c.keys() {
		if slices.Contains(linkSettings, k.Name) {
			k.Name, k.Letter, k.Var = linkPrefix(name)+k.Name, "", ""
			keys = append(keys, k)
		}
	}
	return keys
}

// allKeys is the keys of c and of further links. names and links go together.
func (c *Config) allKeys(names []string, links []Config) []config.Key {
	keys := c.keys()
	for i, name := range names {
		keys = append(keys, links[i].linkKeys(name)...)
	}
	return keys
}

// linkNames returns the names of the links that files and environment have something of,
// and keys for what may be in the files in place of their settings.
func linkNames(environ []string, files ...string) (names []string, misnamed []config.Key) {
	for _, file := range files {
		for _, name := range config.Names(file, linksSection) {
			if !linkName.MatchString(name) {
				misnamed = append(misnamed, config.Key{Name: linksSection + "." + name, NoFile: "is no name for a link: write one of small letters and digits, with a letter first"})
			} else if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	var more []string // which have no order that anybody has given them
	for _, e := range environ {
		rest, ok := strings.CutPrefix(e, variablePrefix+strings.ToUpper(linksSection)+"_")
		upper, _, further := strings.Cut(rest, "_")
		name := strings.ToLower(upper)
		if ok && further && upper == strings.ToUpper(upper) && linkName.MatchString(name) && !slices.Contains(names, name) && !slices.Contains(more, name) {
			more = append(more, name)
		}
	}
	slices.Sort(more)
	for _, name := range append(names, more...) {
		for _, k := range new(Config).keys() {
			if !slices.Contains(linkSettings, k.Name) {
				k.Name, k.NoFile = linkPrefix(name)+k.Name, "is for all links: write it without links and a name in front"
				misnamed = append(misnamed, k)
			}
		}
	}
	if names = append(names, more...); len(names)+len(misnamed) == 0 {
		misnamed = append(misnamed, config.Key{Name: linksSection, NoFile: "write the name of a link below it, further in, and the settings of that link below the name"})
	}
	return names, misnamed
}

// completeLinks checks and fills in the configurations of further links, whose settings are in
// the keys behind those of c.
func (c *Config) completeLinks(names []string, links []Config, settings config.Settings, problems []config.Problem) []config.Problem {
	taken := map[string]string{c.JID: "the application itself has"}
	for i, name := range names {
		prefix := linkPrefix(name)
		var own config.Settings
		var places []int
		for j, s := range settings {
			if rest, ok := strings.CutPrefix(s.Key, prefix); ok {
				s.Key = rest
				own, places = append(own, s), append(places, j)
			}
		}
		ch := checker{c: &links[i], settings: own, problems: problems, link: name}
		ch.run()
		if who := taken[links[i].JID]; who != "" && links[i].JID != "" {
			ch.problem("jid", "%s %s: each link needs an address of its own, of a client at least another resource", links[i].JID, who)
		}
		taken[links[i].JID] = "the link " + name + " has"
		for j, at := range places {
			settings[at].Text, settings[at].Source = own[j].Text, own[j].Source
		}
		problems = ch.problems
	}
	return problems
}
