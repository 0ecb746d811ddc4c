package framework_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/emp-framework/emp/framework"
)

// A command of the application's own: `news count --words FILE`.
func ExampleCommand() {
	words := false
	count := framework.Command{
		Name:    "count",
		Args:    "FILE",
		Short:   "Count the lines of a file",
		Example: "  news count today.txt",
		Flags: func(f *flag.FlagSet) {
			f.BoolVar(&words, "words", false, "count words")
		},
		Run: func(ctx context.Context, call *framework.Call) error {
			if len(call.Args) != 1 {
				return call.Usage("count takes one file") // exit code 64
			}
			file, err := os.Open(call.Args[0])
			if err != nil {
				return err // exit code 1
			}
			defer file.Close()
			s, n := bufio.NewScanner(file), 0
			if words {
				s.Split(bufio.ScanWords)
			}
			for s.Scan() && ctx.Err() == nil {
				n++
			}
			fmt.Fprintln(call.Out, n)
			return s.Err()
		},
	}
	framework.Main(&framework.App{Name: "news", Commands: []framework.Command{count}})
}
