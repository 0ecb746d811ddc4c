package framework

import (
	"path/filepath"
	"strings"

	"github.com/emp-framework/emp/internal/config"
)

// An Environment is what an application runs for. It decides which file is read
// beside the configuration file (emp.production.yaml beside emp.yaml), and some
// defaults. What else is to differ is for the application: its code can look at
// Config.Environment of what [Config.Load] returns, or of its App in Routes.
type Environment string

// The environments.
const (
	Development Environment = "development" // on an author's machine
	Test        Environment = "test"        // in tests
	Production  Environment = "production"  // for users
)

// environments is all that differs between the environments by default.
var environments = []struct {
	name     Environment
	defaults []config.Given
}{
	{Development, []config.Given{{Key: "log.level", Text: "debug"}}},
	{Test, []config.Given{{Key: "log.level", Text: "warn"}}},
	{Production, []config.Given{{Key: "log.format", Text: "json"}}},
}

// environment returns the one that the layers choose: the last that does. One that
// is none is a problem of its own (config.Resolve).
func environment(layers ...[]config.Given) Environment {
	chosen := Development
	for _, layer := range layers {
		for _, g := range layer {
			if g.Key == "environment" && Environment(g.Text).defaults() != nil {
				chosen = Environment(g.Text)
			}
		}
	}
	return chosen
}

// defaults is the layer of its defaults; nil of what is no environment.
func (e Environment) defaults() []config.Given {
	for _, one := range environments {
		if one.name == e {
			var all []config.Given
			for _, g := range one.defaults {
				g.Source = config.Source{Name: string(e)}
				all = append(all, g)
			}
			return all
		}
	}
	return nil
}

// file returns the name of the environment's file beside a configuration file.
func (e Environment) file(name string) string {
	ext := filepath.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + string(e) + ext
}
