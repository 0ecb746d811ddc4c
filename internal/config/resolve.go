package config

import "slices"

// A Setting is a key with the value that holds.
type Setting struct {
	Key    string
	Text   string // Masked if the key is a secret; "": there is none
	Source Source
}

// Settings is every setting, in the order of the keys.
type Settings []Setting

// Get returns the setting of a key, to look at or to correct. It panics if there
// is no such key.
func (s Settings) Get(key string) *Setting {
	return &s[slices.IndexFunc(s, func(s Setting) bool { return s.Key == key })]
}

// Resolve lays the layers over one another, the weakest first, and sets each
// key to what the last of them says. A value that a later layer overrules must
// be right all the same: it would be found at the worst time, when the layer
// above it goes.
func Resolve(keys []Key, layers ...[]Given) (Settings, []Problem) {
	var problems []Problem
	settings := make(Settings, len(keys))
	for i, k := range keys {
		settings[i].Key = k.Name
	}
	for _, layer := range append([][]Given{defaults(keys)}, layers...) {
		for _, g := range layer {
			i := slices.IndexFunc(keys, func(k Key) bool { return k.Name == g.Key })
			if i < 0 {
				continue // whoever read the layer has said so
			}
			if err := set(keys[i], g.Text); err != nil {
				problems = append(problems, Problem{g.Source, g.Key, err.Error()})
				continue
			}
			settings[i].Source = g.Source
		}
	}
	for i, k := range keys {
		text := k.Value.Text()
		if text == "" { // a Bool that is off, or a key without a value
			text = k.Default
		}
		settings[i].Text = k.show(text)
	}
	return settings, problems
}

func set(k Key, text string) error {
	if text == "" {
		return errEmpty
	}
	return k.Value.Set(text)
}

const errEmpty = emptyError("is empty: give a value, or leave it out")

type emptyError string

func (e emptyError) Error() string { return string(e) }

// FromCode returns what the variables of keys hold: the layer Code. It has to be
// called before Resolve changes them.
func FromCode(keys []Key) []Given {
	var given []Given
	for _, k := range keys {
		if text := k.Value.Text(); text != "" {
			given = append(given, Given{k.Name, text, Source{Layer: Code}})
		}
	}
	return given
}

func defaults(keys []Key) []Given {
	var given []Given
	for _, k := range keys {
		if k.Default != "" {
			given = append(given, Given{k.Name, k.Default, Source{Layer: Default}})
		}
	}
	return given
}
