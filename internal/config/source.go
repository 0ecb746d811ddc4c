package config

import "strconv"

// A Layer is a kind of place where a value can come from; the greater wins.
type Layer int

// The layers, the weakest first.
const (
	Default Layer = iota
	Code
	File
	Environment
	Flag
)

// A Source is where a value came from.
type Source struct {
	Layer Layer
	Name  string // of the file, the variable or the flag; of a default, what it is for: "production"
	Line  int    // in a file, from 1; 0: unknown
}

// String returns the source as a person would look it up: "default", "default of
// production", "code", "emp.yaml:3", "EMP_JID", "--jid".
func (s Source) String() string {
	switch s.Layer {
	case Default:
		if s.Name != "" {
			return "default of " + s.Name
		}
		return "default"
	case Code:
		return "code"
	case File:
		if s.Line > 0 {
			return s.Name + ":" + strconv.Itoa(s.Line)
		}
	case Flag:
		return "--" + s.Name
	}
	return s.Name
}

// A Given is what one layer says about one key.
type Given struct {
	Key    string // its Name
	Text   string
	Source Source
}

// A Problem is one thing that is wrong with a configuration. It does not hold
// the values of secrets.
type Problem struct {
	Source Source
	Key    string // its Name; "": no single key
	Text   string // what is wrong, and what to change
}

// Error describes the problem on one line, the place first:
//
//	emp.yaml:3: server: "a b" is no host name
//	EMP_SERVER: "a b" is no host name
//	server (in code): "a b" is no host name
func (p Problem) Error() string {
	switch {
	case p.Key == "" && p.Source.Layer == Default:
		return p.Text
	case p.Key == "" || p.Source.Layer == Environment || p.Source.Layer == Flag:
		return p.Source.String() + ": " + p.Text
	case p.Source.Layer == Default:
		return p.Key + ": " + p.Text
	case p.Source.Layer == Code:
		return p.Key + " (in code): " + p.Text
	}
	return p.Source.String() + ": " + p.Key + ": " + p.Text
}
