// Package faulttest is tests of whole applications under faults: of the network,
// of the server, of the application's own code, of strangers. Each is named
// after its line of the fault table, F01 and on; requirements.md has it.
//
// Where time matters they run against a scripted server in memory, with a clock
// of their own; where a server's own ways matter, against Prosody and ejabberd,
// through internal/faultproxy. Behind each fault the books must balance, and no
// goroutine may be left.
package faulttest
