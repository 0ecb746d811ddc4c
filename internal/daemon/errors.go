package daemon

import "errors"

// ErrUnsupported: the system has no processes in the background as Unix has them.
var ErrUnsupported = errors.New("daemon: this system has no daemons: use what it has for services, with the command run")
