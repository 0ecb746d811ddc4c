// Command load measures a component: it plays the server side of XEP-0114 on
// loopback, keeps a number of stanzas outstanding, checks each answer, and
// reports what they cost the component's process.
//
//	go build -o /tmp/ ./bench/load ./bench/echo
//	/tmp/load -cmd '/tmp/echo -routes 100' -workload ping
//	/tmp/load -listen 127.0.0.1:5347 -pid 4711 -workload mixed -json
//
// In:  a command to run (it finds the server, its name and the secret in
// EMP_SERVER, EMP_JID and EMP_SECRET, and as $1 $2 $3 of the shell), or the pid
// of a process that connects by itself.
// Out: stanzas a second, CPU time a stanza of that process, latency, memory,
// time to ready; exit status 1 if any answer was missing, wrong, out of order
// or there twice.
//
//	main.go      flags
//	run.go       one run
//	workload.go  what is sent, and what each stanza must get
//	template.go  a stanza with places for its id and sender
//	cut.go       bytes → stanzas, without parsing them
//	server.go    the stream: header, handshake, pings, W outstanding
//	writer.go    its writing half
//	histogram.go latencies
//	check.go     each answer against what was asked
//	process.go   the component's process: CPU, memory (Linux)
//	report.go    the figures
//
// The CPU time is user and system time of the process, which says more than
// stanzas a second on a machine that others use too. It comes in steps of 10 ms.
package main
