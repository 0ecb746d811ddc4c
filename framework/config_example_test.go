package framework_test

import (
	"fmt"
	"time"

	"github.com/emp-framework/emp/framework"
)

// A program says in code what it needs, and whoever runs it says the rest.
func ExampleConfig_Load() {
	config := framework.Config{JID: "echo.localhost", Timeout: 5 * time.Second}
	loaded, err := config.Load(framework.Sources{
		Environ: []string{"EMP_SECRET=hush", "EMP_SERVER=localhost"}, // mostly os.Environ()
		Flags:   map[string]string{"timeout": "10s"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range loaded.Settings()[2:5] {
		fmt.Printf("%s: %s (%s)\n", s.Key, s.Value, s.Source)
	}
	fmt.Println(loaded.Config.Timeout)
	// Output:
	// jid: echo.localhost (code)
	// server: localhost:5347 (EMP_SERVER)
	// secret: [secret] (EMP_SECRET)
	// 10s
}

// All that is wrong is told at once.
func ExampleConfigError() {
	_, err := framework.Config{JID: "me@localhost"}.Load(framework.Sources{
		Environ: []string{"EMP_SECRET=", "EMP_SEVER=localhost"},
		Flags:   map[string]string{"workers": "0"},
	})
	fmt.Println(err)
	// Output:
	// framework: unknown variable "EMP_SEVER": did you mean "EMP_SERVER"?
	// framework: EMP_SECRET: is empty: give a value, or leave it out
	// framework: --workers: 0 is not between 1 and 65536
	// framework: jid (in code): "me@localhost" has a local part: a component is a whole domain, so write "localhost" alone; to log in as a user set mode to client
}
