package framework

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/emp-framework/emp/internal/dispatch"
)

// bounds is what of the configuration bounds the work taken on.
func (c *Config) bounds() dispatch.Options {
	return dispatch.Options{
		Workers:     c.Workers,
		Stanzas:     c.Limits.Held,
		Bytes:       c.Limits.HeldBytes,
		PairStanzas: max(c.Queue, 0) + 1,
		PairBytes:   c.Limits.PairBytes,
		Asks:        c.Limits.Asks,
		Stuck:       c.Limits.Stuck,
		Rate:        float64(c.Limits.Rate),
		Burst:       c.Limits.Burst,
		Timeout:     c.Timeout,
	}
}

// changeable reports whether a setting can change while the application runs.
func changeable(key string) bool {
	return key == "log.level" || key == "queue" || strings.HasPrefix(key, "limits.")
}

// reload is what SIGHUP does: it opens the log file again, for those who rotate it,
// reads the configuration again, and takes over what can change while the
// application runs. It says in the log what it did. It is called by one goroutine, while there is a dispatcher.
func (a *App) reload(load func() (*Loaded, error)) {
	if a.logFile != nil {
		if err := a.logFile.Reopen(); err != nil {
			a.log.Error("the log file could not be opened again", "error", err, "next", "the log goes on in the file that was open",
				"change", "see to the folder and the rights of the file, and send SIGHUP again")
		}
	}
	loaded, err := load()
	if err != nil {
		var all *ConfigError
		lines := []string{err.Error()}
		if errors.As(err, &all) {
			lines = strings.Split(err.Error(), "\n")
		}
		a.log.Error("the configuration is wrong, and was not taken over", "errors", lines, "next", "the application goes on with the one it has",
			"change", "correct it, see "+a.name()+" config --check, and send SIGHUP again")
		return
	}
	now := loaded.Config
	var changed, restart []string
	was := a.settled.keys()
	for i, k := range now.keys() {
		switch {
		case k.Value.Text() == was[i].Value.Text():
		case k.Name == "log.level" && a.Log != nil: // the program has a log of its own
			restart = append(restart, k.Name)
		case changeable(k.Name):
			changed = append(changed, k.Name)
		default:
			restart = append(restart, k.Name)
		}
	}
	restart = append(restart, otherLinks(&a.loaded, loaded)...)
	a.settled.Limits, a.settled.Queue, a.settled.Log.Level = now.Limits, now.Queue, now.Log.Level
	a.level.Set(now.Log.Level.Level())
	a.work.Limit(a.settled.bounds())
	args := []any{"files", loaded.Files, "changed", changed}
	if len(restart) > 0 {
		args = append(args, "restart", restart, "change", "restart the application for what is listed under restart: the old values hold until then")
	}
	a.log.Info("the configuration was read again", args...)
}

// otherLinks returns the settings of further links that differ between what was loaded
// at the start and now.
func otherLinks(was, now *Loaded) (differ []string) {
	texts := make(map[string]string)
	for _, k := range was.keys()[len(was.Config.keys()):] {
		texts[k.Name] = k.Value.Text()
	}
	for _, k := range now.keys()[len(now.Config.keys()):] {
		if texts[k.Name] != k.Value.Text() {
			differ = append(differ, k.Name)
		}
		delete(texts, k.Name)
	}
	for name := range texts { // of links that are there no more
		differ = append(differ, name)
	}
	slices.Sort(differ)
	return differ
}

// awaitHups reloads at each SIGHUP, until ctx ends.
func (a *App) awaitHups(ctx context.Context) {
	for {
		select {
		case <-a.hup:
			a.mu.Lock()
			text, ready := a.condition()
			a.mu.Unlock()
			if ready { // else it would count as ready when it has reloaded
				a.notify.Reloading()
			}
			a.reload(a.again)
			if ready {
				a.notify.Ready(text)
			}
		case <-ctx.Done():
			return
		}
	}
}
