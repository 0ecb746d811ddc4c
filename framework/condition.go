package framework

import "strings"

// condition says on one line how the application is, for those who run it, and
// whether it is ready: started, with all links up. It is called locked.
func (a *App) condition() (text string, ready bool) {
	if len(a.ends) == 0 {
		return "starting", false
	}
	var up, down []string
	for _, e := range a.ends {
		switch {
		case e.live != nil:
			up = append(up, e.name)
		case e.trouble != "":
			down = append(down, e.name+": "+e.trouble)
		default:
			down = append(down, e.name+": connecting")
		}
	}
	switch {
	case len(down) > 0:
		return "not ready: " + strings.Join(down, "; "), false
	case !a.serving:
		return "starting", false
	}
	return "ready: " + strings.Join(up, ", ") + " up", true
}

// signal wakes those who wait for a change. It is called locked.
func (a *App) signal() {
	close(a.changed)
	a.changed = make(chan struct{})
}

// isServing notes that the start is done.
func (a *App) isServing() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.serving = true
	a.signal()
}

// inTrouble notes why a link is down.
func (e *endpoint) inTrouble(text string) {
	e.app.mu.Lock()
	defer e.app.mu.Unlock()
	e.trouble = text
	e.app.signal()
}
