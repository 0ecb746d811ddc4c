package record_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/record"
)

// An application with the commands record and replay.
func Example() {
	app := &framework.App{Name: "hack"}
	app.Use(record.New())
	framework.Main(app)
}

// A recorder for whoever keeps recordings in another way than by the command.
func ExampleNewRecorder() {
	var recording bytes.Buffer // or a file; each record is one Write
	recorder, err := record.NewRecorder(&recording, "hack", record.Rules{Masked: []string{"{urn:example:shop}card"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	app := &framework.App{Name: "hack"}
	app.Use(recorder)
	framework.Main(app)
}

// In a test: the application of now answers as that of then did.
func ExampleReplay() {
	file, err := os.Open("testdata/yesterday.emp")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	result, err := record.Replay(context.Background(), &framework.App{Name: "hack"}, file, record.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Same, "as recorded;", result.Different, "not:", strings.Join(result.Differences, "\n"))
}
