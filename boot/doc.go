// Package boot tells the story of a start as one literal list of named steps.
//
// In:  a Sequence: the list, and what plugins insert, replace or remove by name.
// Out: a Run: every step done, to be undone backwards when it is time; or an
// Error that names the step that failed, with all before it undone already.
//
//	app := boot.New(
//		boot.Step{Name: "config", Run: a.readConfig},
//		boot.Step{Name: "log", Run: a.openLog, Undo: a.closeLog},
//		boot.Step{Name: "links", Run: a.connect, Undo: a.disconnect, Timeout: time.Minute},
//	)
//	run, err := app.Run(ctx)
//	...
//	err = run.Undo(ctx)
//
// # The rules of a run
//
//   - Steps run one after the other, in the order of the list. The first error
//     ends the run; so does the end of its ctx, before the next step begins.
//   - A failed run undoes what was done, last first. The step that failed is not
//     undone: whatever its Run began it ends itself before it returns the error,
//     as os.Open leaves no file behind. Deferred calls do so for panics too.
//   - Undoing goes on past errors: every step done is undone, and all errors are
//     reported.
//   - A panic of a step is its error: a [*Panic], with the stack.
//   - A step has its Timeout, after which its ctx ends, and then [Grace] to
//     return. If it has not returned by then it is left behind: its goroutine
//     runs on, its result no longer counts, and the error is [ErrStuck].
//     What it does later nobody undoes: a late undoing could hit what a next run
//     has built. [Sequence.Stuck] counts such steps.
//
// A Sequence is a plan and holds no state of a run. An application's list runs
// once; the list of a link runs again on every reconnect, and for several links
// at the same time. What the runs of one plan must keep apart travels in the ctx
// of each; or each link makes its own list, by a function that returns it.
package boot
