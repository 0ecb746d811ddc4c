package framework

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/command"
	"github.com/emp-framework/emp/internal/logging"
	"github.com/emp-framework/emp/internal/prompt"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

const consoleHelp = `Type a stanza, on one line or several; an empty line gives up one that is not complete.
%s
  .routes   the routes
  .help     this
  .quit     leave, as does the end of input
`

// A console gives an application stanzas that somebody types.
type console struct {
	app *App
	far // where they go
	*prompt.Prompt
	n int // iqs that were given an id
}

// far is what is at the other end of a console's stanzas: the table of routes, by way of
// a server in memory, or a server.
type far interface {
	// begin is called when the application is ready.
	begin(ctx context.Context, c *console) error
	// defaults returns the addresses of a stanza that has none; "": it need not have one.
	defaults() (from, to string)
	// take takes a stanza, and shows what becomes of it.
	take(ctx context.Context, n element.Node) error
	// help says what goes where, and what is shown.
	help() string
}

// console runs the application and hands it what is typed: in memory, or if live is set
// on its server, to which what is typed is sent.
func (a *App) console(ctx context.Context, flags map[string]string, live bool, in io.Reader, out io.Writer) error {
	var to far
	var err error
	if live {
		to, err = a.liveConsole(flags)
	} else {
		to, err = a.memoryConsole(flags)
	}
	if err != nil {
		return err
	}
	c := &console{app: a, far: to, Prompt: prompt.New(in, out, a.name()+"> ")}
	defer c.Close()
	if c.Typed() && logging.IsTerminal(os.Stderr) {
		a.screen = c // or the log would be written over what is being typed
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() {
		ended <- a.Run(running)
		stop()
	}()
	select {
	case <-a.Ready():
		err = c.loop(running)
	case <-running.Done():
	}
	stop()
	return errors.Join(err, <-ended)
}

// quieter has what the application logs be no more than warnings, unless a flag says
// otherwise: it is not what somebody looks at a console for.
func quieter(flags map[string]string) {
	if _, given := flags["log-level"]; !given {
		flags["log-level"] = "warn"
	}
}

// loop takes lines until there are no more, or ctx ends.
func (c *console) loop(ctx context.Context) error {
	if err := c.begin(ctx, c); err != nil {
		return err
	}
	for typed := ""; ; {
		line, err := c.next(ctx)
		switch word := strings.TrimSpace(line); {
		case err == prompt.ErrGivenUp && typed == "" && word == "": // who has nothing to give up wants to leave
			return nil
		case err == prompt.ErrGivenUp:
			typed = ""
			continue
		case err == io.EOF, ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		case typed != "" && word != "": // more of a stanza
			typed += line + "\n"
		case typed != "":
			fmt.Fprintln(c, "given up: the stanza is not complete")
			typed = ""
			continue
		case word == "":
			continue
		case word == ".quit":
			return nil
		case word == ".help":
			fmt.Fprintf(c, consoleHelp, c.help())
			continue
		case word == ".routes":
			if err := command.PrintRoutes(c, shown(c.app.Catalog())); err != nil {
				return err
			}
			continue
		case !strings.HasPrefix(word, "<"):
			fmt.Fprintln(c, "that is no stanza, and no command: .help lists what there is")
			continue
		default:
			typed = line + "\n"
		}
		complete, err := c.try(ctx, typed)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		case complete:
			typed = ""
		}
	}
}

// next returns the next line, or an error if ctx ends before there is one.
func (c *console) next(ctx context.Context) (line string, err error) {
	there := make(chan struct{})
	var text string
	var failed error
	go func() {
		defer close(there)
		text, failed = c.Line()
	}()
	select {
	case <-there:
		return text, failed
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// try hands on what is typed, if it is complete, or says what is wrong with it.
func (c *console) try(ctx context.Context, typed string) (complete bool, err error) {
	node, err := element.ParseIn(element.NSClient, []byte(typed))
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil
	}
	if err == nil {
		typed = c.address(strings.TrimSpace(typed), node)
		node, err = element.ParseIn(element.NSClient, []byte(typed))
	}
	if err != nil {
		fmt.Fprintln(c, err)
		return true, nil
	}
	return true, c.take(ctx, node)
}

// address gives a stanza the attributes that it needs and lacks.
func (c *console) address(text string, n element.Node) string {
	name, rest := text[:1+len(n.Local())], text[1+len(n.Local()):]
	if n.Attr("id") == "" && n.Local() == "iq" {
		c.n++
		name += " id='" + strconv.Itoa(c.n) + "'"
	}
	from, to := c.defaults()
	if n.Attr("from") == "" && from != "" {
		name += " from='" + from + "'"
	}
	if n.Attr("to") == "" && to != "" {
		name += " to='" + to + "'"
	}
	return name + rest
}

// route says which route takes a stanza that comes to an address of the application's.
func (c *console) route(s *stanza.Stanza, at jid.JID) {
	c.app.swap.Lock()
	table := c.app.table
	c.app.swap.Unlock()
	all, fate := verdicts(table.Explain(s, at), shown(table.Catalog()), s)
	for _, v := range all {
		if v.Outcome != command.Takes && v.Outcome != command.Guard {
			continue
		}
		line := fmt.Sprintf("%d %s: %s", v.Order, v.Outcome, v.Name)
		for _, name := range v.Names {
			line += fmt.Sprintf(", %s = %q", name, v.Captures[name])
		}
		fmt.Fprintln(c, line)
	}
	if fate != "" {
		fmt.Fprintln(c, fate)
	}
}
