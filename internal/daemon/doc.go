// Package daemon is what an application needs to be a well-behaved service.
//
// In:  the names of a pid file and a log file; what the application says of its
// state.
// Out: a process in the background, of which there is only one, that can be asked
// for its state and stopped; notices to systemd; a log file that can be rotated.
//
// It knows nothing of the framework. Only Unix has such processes: elsewhere Start,
// Stop and Ask return ErrUnsupported, and all else works.
package daemon
