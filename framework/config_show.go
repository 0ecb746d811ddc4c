package framework

import (
	"os"
	"strings"

	"github.com/emp-framework/emp/internal/command"
)

// showConfig is what the command config shows: also of a configuration that is
// wrong, as far as it is known.
func (a *App) showConfig(flags map[string]string) (shown command.Configuration, err error) {
	loaded, err := a.Config.load(Sources{Environ: os.Environ(), Flags: flags})
	if loaded == nil {
		return shown, err
	}
	shown.Files = loaded.Files
	for i, k := range loaded.keys() {
		s := loaded.settings[i]
		setting := command.Setting{Key: s.Key, Value: s.Text, Source: s.Source.String(), Variable: k.Variable(variablePrefix), Help: k.Help}
		if !k.Secret && !strings.HasPrefix(k.Name, linksSection+".") {
			setting.Flag = "--" + k.Flag()
		}
		shown.Settings = append(shown.Settings, setting)
	}
	return shown, err
}
