package config

import (
	"strings"

	"github.com/emp-framework/emp/internal/nearest"
)

// FromEnviron returns what the variables that begin with prefix say: the layer
// Environment. env is as os.Environ returns it; of a variable that comes twice
// the last counts. others are names with the prefix that are no keys and yet
// fine; one that ends in "*" stands for all that begin so.
func FromEnviron(keys []Key, prefix string, env []string, others ...string) ([]Given, []Problem) {
	texts := make(map[string]string)
	var names []string // in order
	for _, e := range env {
		name, text, _ := strings.Cut(e, "=")
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		if _, twice := texts[name]; !twice {
			names = append(names, name)
		}
		texts[name] = text
	}

	byName := make(map[string]string)
	var known []string // in the order of the keys, for hints
	for _, k := range keys {
		byName[k.Variable(prefix)] = k.Name
		known = append(known, k.Variable(prefix))
	}
	for _, o := range others {
		if !strings.HasSuffix(o, "*") {
			known = append(known, o)
		}
	}

	var given []Given
	var problems []Problem
	for _, name := range names {
		key, ok := byName[name]
		switch {
		case ok:
			given = append(given, Given{key, texts[name], Source{Layer: Environment, Name: name}})
		case !isOther(name, others):
			// The prefix is alike in all and must not make strangers near.
			hint := nearest.To(strings.TrimPrefix(name, prefix), trimAll(known, prefix))
			if hint != "" {
				hint = prefix + hint
			}
			for _, k := range keys { // whose variable has a name of its own
				if k.Var != "" && name == (Key{Name: k.Name}).Variable(prefix) {
					hint = k.Variable(prefix)
				}
			}
			problems = append(problems, Problem{Source{}, "", "unknown variable " + shown(name) + didYouMean(hint)})
		}
	}
	return given, problems
}

func isOther(name string, others []string) bool {
	for _, o := range others {
		start, all := strings.CutSuffix(o, "*")
		if name == o || all && strings.HasPrefix(name, start) {
			return true
		}
	}
	return false
}

func trimAll(names []string, prefix string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.TrimPrefix(n, prefix)
	}
	return out
}

// FromFlags returns what flags say, which are by Key.Flag: the layer Flag. Which
// flags there are is for whoever parses the command line; the others are left
// out here.
func FromFlags(keys []Key, flags map[string]string) []Given {
	var given []Given
	for _, k := range keys {
		if text, ok := flags[k.Flag()]; ok && !k.Secret {
			given = append(given, Given{k.Name, text, Source{Layer: Flag, Name: k.Flag()}})
		}
	}
	return given
}

// didYouMean is the end of a message about an unknown name.
func didYouMean(hint string) string {
	if hint == "" {
		return ""
	}
	return `: did you mean "` + hint + `"?`
}

// shown returns an unknown name for a message. It ends where the name stops
// looking like one: behind "secret=" the secret may follow.
func shown(name string) string {
	const most = 64
	end := strings.IndexFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-.", r))
	})
	if end < 0 || end > most {
		end = min(len(name), most)
	}
	if end < len(name) {
		return `"` + name[:end] + `..."`
	}
	return `"` + name + `"`
}
