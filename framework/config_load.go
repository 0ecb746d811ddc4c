package framework

import (
	"slices"
	"strings"

	"github.com/emp-framework/emp/internal/config"
)

// DefaultFile is the configuration file that is read, from the working
// directory, when no other is named. It need not exist.
const DefaultFile = "emp.yaml"

const variablePrefix = "EMP_"

// otherVariables are named like settings and are none.
var otherVariables = []string{
	"EMP_CONFIG", // the file, unless the flag --config names one
	"EMP_TEST_*", // for tests of EMP itself
}

// Sources is where Config.Load looks beside code and file. The zero Sources is
// fine: neither variables nor flags.
type Sources struct {
	// Environ is the environment, as os.Environ returns it. Every variable that
	// begins with EMP_ has to be one that is known. EMP_CONFIG names the
	// file.
	Environ []string
	// Flags is the flags that were given and their values, by name without
	// dashes: "tls-ca". The flag "config" names the file, and wins over
	// EMP_CONFIG. Names that are not known are left out.
	Flags map[string]string
}

// Loaded is a complete configuration, and where each part of it came from.
type Loaded struct {
	// Config has all values set, defaults too; JID is prepared, Server has its
	// port, Secret is there. Loaded again without other sources it is the same.
	Config Config
	// Links is the configurations of the section links, as complete as Config.
	Links []Config
	// Files is the files that were read: none, the configuration file, that of the
	// environment, or both in this order.
	Files []string

	settings config.Settings
	names    []string // of Links
}

// A Setting is one value of a configuration and where it came from.
type Setting struct {
	Key    string // as in the file, with its section: "tls.ca"
	Value  string // as one would write it; "[secret]" for a secret; "": none
	Source string // "default", "default of production", "code", file and line ("emp.yaml:3"), variable ("EMP_JID") or flag ("--jid")
}

// Settings returns all settings, always in the same order.
func (l *Loaded) Settings() []Setting {
	all := make([]Setting, len(l.settings))
	for i, s := range l.settings {
		all[i] = Setting{s.Key, s.Text, s.Source.String()}
	}
	return all
}

// given reports whether a setting is more than its default.
func (l *Loaded) given(key string) bool {
	return l.settings.Get(key).Source.Layer != config.Default
}

// Load lays file, environment and flags over c, in this order, fills in the
// defaults and checks the result. c itself does not change. The file is the one
// that the flag "config" or else EMP_CONFIG names, which then has to exist, or
// else DefaultFile, which need not; then the one of the environment beside it, with
// the environment in its name (emp.production.yaml), which need not exist either.
//
// The error is a *ConfigError with all that is wrong, at once.
func (c Config) Load(from Sources) (*Loaded, error) {
	loaded, err := c.load(from)
	if err != nil {
		return nil, err
	}
	return loaded, nil
}

// load is Load, and returns with an error what there is all the same, unless a file
// cannot be read.
func (c Config) load(from Sources) (*Loaded, error) {
	name, named := from.file()
	variables, _ := config.FromEnviron(c.keys(), variablePrefix, from.Environ)
	chosen := environment(config.FromCode(c.keys()), variables, config.FromFlags(c.keys(), from.Flags))
	names := []string{name, chosen.file(name)}
	links, misnamed := linkNames(from.Environ, names...)
	keys := c.allKeys(links, make([]Config, len(links)))

	environ, problems := config.FromEnviron(keys, variablePrefix, from.Environ, otherVariables...)
	flags := config.FromFlags(keys, from.Flags)
	var read []string
	var files [2][]config.Given
	var found []config.Problem // the order of the layers
	unread := false
	for i, name := range names {
		given, more := config.ReadFile(slices.Concat(keys, misnamed), name, named)
		found, named = append(found, more...), config.Source{}
		unread = unread || given == nil && len(more) > 0
		if files[i] = given; given != nil {
			read = append(read, name)
		}
	}
	problems = append(found, problems...)
	if unread { // what it would say is not known, and not to be called missing
		return nil, &ConfigError{problems}
	}
	loaded, err := c.completeWith(links, problems, files[0], files[1], environ, flags)
	loaded.Files = read
	return loaded, err
}

// complete is load with nothing but the code: no file, no variables, no flags.
func (c Config) complete(problems []config.Problem, layers ...[]config.Given) (*Loaded, error) {
	return c.completeWith(nil, problems, layers...)
}

// completeWith is complete with further links, of which the layers say something.
func (c Config) completeWith(names []string, problems []config.Problem, layers ...[]config.Given) (*Loaded, error) {
	links := make([]Config, len(names))
	keys := c.allKeys(names, links)
	layers = append([][]config.Given{config.FromCode(keys)}, layers...)
	layers = append([][]config.Given{environment(layers...).defaults()}, layers...)
	settings, more := config.Resolve(keys, layers...)
	problems = append(problems, more...)
	ch := checker{c: &c, settings: settings, problems: problems}
	ch.run()
	problems = c.completeLinks(names, links, settings, ch.problems)
	loaded := &Loaded{Config: c, Links: links, settings: settings, names: names}
	if len(problems) > 0 {
		return loaded, &ConfigError{problems}
	}
	return loaded, nil
}

// keys is those of all settings, as settings has them.
func (l *Loaded) keys() []config.Key { return l.Config.allKeys(l.names, l.Links) }

// file returns the file to read, and what named it.
func (s Sources) file() (name string, named config.Source) {
	if name, ok := s.Flags["config"]; ok {
		return name, config.Source{Layer: config.Flag, Name: "config"}
	}
	const variable = variablePrefix + "CONFIG"
	for _, e := range slices.Backward(s.Environ) { // the last counts
		if name, ok := strings.CutPrefix(e, variable+"="); ok {
			return name, config.Source{Layer: config.Environment, Name: variable}
		}
	}
	return DefaultFile, config.Source{}
}

// A ConfigError is everything that is wrong with a configuration.
type ConfigError struct{ problems []config.Problem }

// Error returns a line for each mistake: where it is, what is wrong, what to
// change. Secrets are not in it.
func (e *ConfigError) Error() string {
	var b strings.Builder
	for i, p := range e.problems {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString("framework: ")
		b.WriteString(strings.ReplaceAll(p.Error(), "\n", "?")) // one may be in the name of a file
	}
	return b.String()
}

// ExitCode returns 78, EX_CONFIG of sysexits.h: a service manager need not try
// again.
func (e *ConfigError) ExitCode() int { return 78 }
