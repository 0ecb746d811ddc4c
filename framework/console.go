package framework

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/command"
	"github.com/emp-framework/emp/internal/prompt"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

const consoleHelp = `Type a stanza, on one line or several; an empty line gives up one that is not complete.
A stanza without from is from %s, one without to is to %s.
Shown are the route that takes it, what the application sends, and the time it took.
  .routes   the routes
  .help     this
  .quit     leave, as does the end of input
`

// you is who types.
const you = "you@console.invalid/console"

// A console sends stanzas to an application that runs on a server in memory.
type console struct {
	app    *App
	server *loopback
	*prompt.Prompt
	n int // iqs that were given an id
}

// console runs the application on a server in memory, and sends it what is typed.
func (a *App) console(ctx context.Context, flags map[string]string, in io.Reader, out io.Writer) error {
	conf := a.settle(flags)
	own, err := jid.Parse(or(conf.JID, "app.localhost"))
	if err != nil {
		return fmt.Errorf("%s: console: %w", a.name(), err)
	}
	conf.Mode, conf.JID, conf.Server, conf.TLS, conf.AllowPlainPassword = Component, own.Domain(), "console.localhost", TLS{}, false
	conf.Secret, conf.SecretFile, conf.PidFile, conf.Admin = NewSecret("in memory"), "", "", Admin{}
	if _, given := flags["log-level"]; !given {
		conf.Log.Level = "warn"
	}
	server := &loopback{domain: conf.JID}
	a.Config, a.Links, a.Dial = conf, nil, server.Dial
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(running) }()
	select {
	case <-a.Ready():
	case err := <-ended:
		stop()
		return err
	}
	lines, err := prompt.New(in, out, a.name()+"> ")
	if err == nil {
		c := &console{app: a, server: server, Prompt: lines}
		err = c.loop(ctx)
		lines.Close()
	}
	stop()
	return errors.Join(err, <-ended)
}

func (c *console) loop(ctx context.Context) error {
	if _, err := c.server.settle(ctx, c.app.Idle); err != nil { // what it says of itself when it comes
		return err
	}
	for typed := ""; ctx.Err() == nil; {
		line, err := c.Line()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch word := strings.TrimSpace(line); {
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
			fmt.Fprintf(c, consoleHelp, you, c.server.domain)
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
		if err != nil {
			return err
		}
		if complete {
			typed = ""
		}
	}
	return context.Cause(ctx)
}

// try sends what is typed, if it is complete, or says what is wrong with it.
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
	s, err := stanza.Of(node)
	if err != nil {
		fmt.Fprintln(c, "no route is asked:", err)
	} else {
		c.route(&s)
	}
	began := time.Now()
	if err := c.server.say(node.String()); err != nil {
		return true, err
	}
	sent, err := c.server.settle(ctx, c.app.Idle)
	if err != nil {
		return true, err
	}
	took := time.Since(began)
	for _, n := range sent {
		fmt.Fprintln(c, n)
	}
	if len(sent) == 0 {
		fmt.Fprint(c, "nothing is sent, ")
	}
	fmt.Fprintf(c, "after %s\n", command.Round(took))
	return true, nil
}

// address gives a stanza the attributes that it needs and lacks.
func (c *console) address(text string, n element.Node) string {
	name, rest := text[:1+len(n.Local())], text[1+len(n.Local()):]
	if n.Attr("id") == "" && n.Local() == "iq" {
		c.n++
		name += " id='" + strconv.Itoa(c.n) + "'"
	}
	if n.Attr("from") == "" {
		name += " from='" + you + "'"
	}
	if n.Attr("to") == "" {
		name += " to='" + c.server.domain + "'"
	}
	return name + rest
}

// route says which route takes a stanza.
func (c *console) route(s *stanza.Stanza) {
	c.app.swap.Lock()
	table := c.app.table
	c.app.swap.Unlock()
	all, fate := verdicts(table.Explain(s, jid.JID{}), shown(table.Catalog()), s)
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
