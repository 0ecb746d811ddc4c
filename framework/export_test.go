package framework

import (
	"context"
	"io"

	"github.com/emp-framework/emp/internal/command"
)

// ExecuteOn is Execute with other files than those of the process.
func ExecuteOn(a *App, in io.Reader, out, err io.Writer, args ...string) int {
	return command.Execute(context.Background(), a.program(in, out, err), args)
}
