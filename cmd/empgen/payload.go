package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/emp-framework/emp/cmd/empgen/manifest"
	"github.com/emp-framework/emp/cmd/empgen/sample"
)

// payloadFiles is what a payload consists of.
var payloadFiles = manifest.Manifest{
	{Template: "payload/payload.go", Target: "{{.ModelDir}}/{{.File}}.go"},
	{Template: "payload/payload_test.go", Target: "{{.ModelDir}}/{{.File}}_test.go"},
}

// A payloadPart is what its templates are filled with.
type payloadPart struct {
	place
	name
	Types  []goType // the payload's first
	Sample string   // the payload alone, as XML
	Space  string   // its namespace
	Local  string   // its name there
	Stanza string   // what it was in; see sample.Element
}

func (p payloadPart) File() string { return p.file() }
func (p payloadPart) Type() string { return p.exported() }
func (p payloadPart) Var() string  { return p.variable() }

// Literal is the sample as a literal of Go.
func (p payloadPart) Literal() string {
	if strings.ContainsAny(p.Sample, "`\r\uFEFF") {
		return strconv.Quote(p.Sample)
	}
	return "`" + p.Sample + "`"
}

// maxShown is how many lines of the sample a doc comment shows.
const maxShown = 20

// Comment is the sample as a part of a doc comment, without the indentation that it
// had inside of a stanza.
func (p payloadPart) Comment() string {
	lines := strings.Split(strings.ReplaceAll(p.Sample, "\r", ""), "\n")
	closing := lines[len(lines)-1] // closes the element that the first line opens
	indent := closing[:len(closing)-len(strings.TrimLeft(closing, " \t"))]
	if len(lines) > maxShown {
		lines = append(lines[:maxShown], indent+"…")
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight("//\t"+strings.TrimPrefix(line, indent), " \t")
	}
	return strings.Join(lines, "\n")
}

// Prefix is what routes may call its namespace.
func (p payloadPart) Prefix() string { return p.name[0] }

// Route is the beginning of a route for it.
func (p payloadPart) Route() string {
	name := p.Prefix() + ":" + p.Local
	switch p.Stanza {
	case "message":
		return `r.Message("[` + name + `]")`
	case "presence":
		return `r.Presence("[` + name + `]")`
	case "set":
		return `r.Set("` + name + `")`
	}
	return `r.Get("` + name + `")`
}

func payloadCommand() *cobra.Command {
	var p payloadPart
	var options manifest.Options
	var from string
	var many, raw, numbers, bools []string
	cmd := &cobra.Command{
		Use:   "payload NAME --from FILE",
		Short: "Add a payload, made from a sample: struct, decode, encode, and their tests",
		Long: `payload makes a Go struct of a sample of a payload, with functions to read and to write
it, a test that the sample comes back as it was, and a fuzz target. The sample is one
element, or a stanza around it, in FILE; "-" is standard input.

  attribute               a string; a *string if the sample has an empty one
  text alone              the same
  empty element           a *struct{}: not nil, if it is there
  element with more       a *struct of its own
  element repeated        a slice; --many says so of one that the sample has once
  text between elements,  an element.Node: the tree as it is; --raw says so of any
  a stanza inside
  what is not there       is kept in Other, as trees

Everything is a string, since no sample shows that a value is always a number: "42" may
be a name. --int and --bool name attributes and elements of which you know more. Names of
the same spelling are treated alike, wherever they are.

In an application of size full it goes into app/models, else beside main.go.`,
		Example: `  empgen payload tune --from tune.xml
  empgen payload tune --from tune.xml --int length,rating --many artist
  empgen payload vcard --from - <vcard.xml`,
		Args: func(_ *cobra.Command, args []string) (err error) {
			if len(args) != 1 || from == "" {
				return fmt.Errorf("payload needs a name, and a sample: empgen payload tune --from tune.xml")
			}
			p.name, err = parseName("a payload", args[0])
			return err
		},
		RunE: doing(func(cmd *cobra.Command, _ []string) (err error) {
			if p.place, err = findPlace("."); err != nil {
				return err
			}
			text, err := readSample(from, cmd.InOrStdin())
			if err != nil {
				return err
			}
			unused := slices.Concat(many, raw)
			named := func(names []string) func(string) bool {
				return func(local string) bool {
					unused = slices.DeleteFunc(unused, func(n string) bool { return n == local && slices.Contains(names, n) })
					return slices.Contains(names, local)
				}
			}
			root, err := sample.Parse(from, text)
			if err != nil {
				return err
			}
			payload, err := root.Payload(from)
			if err != nil {
				return err
			}
			shape := payload.Shape(sample.Options{Many: named(many), Raw: named(raw)})
			if shape.Kind == sample.Raw {
				return &sample.Error{File: from, Place: payload.At, Msg: fmt.Sprintf(
					"<%s> has text between its elements, which no struct keeps in order: take req.Payload as it is, an element.Node", payload.Name.Local)}
			}
			if len(unused) > 0 {
				return fmt.Errorf("%s: --many or --raw %s: no element inside the payload has that name", from, unused[0])
			}
			if p.Types, err = goTypes(from, p.Type(), shape, numbers, bools); err != nil {
				return err
			}
			p.Stanza = root.Stanza()
			p.Sample, p.Space, p.Local = payload.String(), payload.Name.Space, payload.Name.Local
			declares := []string{"Decode" + p.Type(), "Test" + p.Type(), "Fuzz" + p.Type(), p.Var() + "Sample"}
			for _, t := range p.Types {
				declares = append(declares, t.Name)
			}
			return generate(cmd, addition{
				Manifest: payloadFiles,
				data:     p,
				place:    p.place,
				declares: map[string][]string{p.ModelDir(): declares},
				next:     "payload/next.txt",
			}, options)
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&from, "from", "", "file with the sample")
	flags.StringSliceVar(&many, "many", nil, "elements of which there may be several")
	flags.StringSliceVar(&raw, "raw", nil, "elements to keep as they are")
	flags.StringSliceVar(&numbers, "int", nil, "attributes and elements that are whole numbers")
	flags.StringSliceVar(&bools, "bool", nil, "attributes and elements that are true or false")
	writeFlags(cmd, &options)
	return cmd
}

// maxSample is how large a sample may be: stanzas are small.
const maxSample = 64 << 10

func readSample(file string, stdin io.Reader) ([]byte, error) {
	in := stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxSample+1))
	if err == nil && len(text) > maxSample {
		err = fmt.Errorf("%s: it has more than %d bytes: is it a sample of one payload?", file, maxSample)
	}
	return text, err
}
