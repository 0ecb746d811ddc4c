// Package ptytest is for tests of what programs do at a terminal: a pseudo terminal, a
// process on it, and the test in the place of the person. It is for Linux.
//
// In:  a command, and keys. Out: what it shows.
package ptytest
