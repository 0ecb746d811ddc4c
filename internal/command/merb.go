package command

// instead says what there is in place of flags that people know from Merb and servers
// like it.
var instead = map[string]string{
	"c":           "a component has one connection to its server, and uses all processors over it; for several addresses see the section links of the configuration",
	"I":           "what an application consists of is said in its code; settings are in the file of --config",
	"p":           "where the server is, with its port, says --server",
	"o":           "a server of components listens at an address: --server",
	"s":           "a server of components listens at an address: --server",
	"n":           "the name is that of the program's code; who it is at the server says --jid",
	"N":           "in the foreground it runs by APP run, or without a command",
	"a":           "component or client says --mode",
	"R":           "middleware is used in the routes of the code",
	"i":           "that is APP console",
	"S":           "that is APP console: nothing leaves it",
	"r":           "APP console <FILE sends it the stanzas of a file, APP call FILE sends one to the server; code to run is a command of the program's own",
	"K":           "that is APP stop",
	"k":           "that is APP stop --force; APP stop has it finish its work first",
	"X":           "actions run side by side; what they share is for their code to lock",
	"D":           "a debugger starts the program: dlv exec APP",
	"V":           "that is --log-level debug",
	"C":           "Ctrl-C stops the program; the console is APP console",
	"fast-deploy": "code is loaded by a start; SIGHUP has the settings read again",
}
