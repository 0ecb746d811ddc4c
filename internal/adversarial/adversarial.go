// Package adversarial holds bad inputs, each with what EMP must do about it:
// the cases every parser, address, expression and link is held to.
//
// In:  testdata/adversarial.jsonl, one case a line, built into the package.
// Out: Case values, their bytes spelt out.
//
// Only tests import it. Each package takes the categories it answers for:
//
//	for _, c := range adversarial.Cases("jid") {
//		t.Run(c.ID, func(t *testing.T) { ... })
//	}
//
// The file lists examples of kinds, and more of each kind exist: build the
// rule, not the case.
package adversarial

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

//go:embed testdata/adversarial.jsonl
var file []byte

// A Case is one bad input.
type Case struct {
	ID       string // unique, as in "xml-001"
	Category string // as in "parser-wellformed": who answers for it
	Context  string // where the bytes arrive: component-stream (after the handshake, as comp.localhost), component-header, component-handshake, c2s, websocket, outgoing, jid, xpath, config
	Expected string // a verb, most with a detail: "ok", "stream-error:not-well-formed", "stanza-error:policy-violation", "reject:depth", ...
	Why      string // the rule behind Expected, with its source

	// Data is the input. In context config it is JSON.
	Data []byte

	// EveryCut: run Data with every split into two reads and byte by byte;
	// what is expected is the same each time.
	EveryCut bool
	// EveryPrefix: run each prefix of Data, followed by the end of the input.
	EveryPrefix bool
}

// Cases returns the cases of the given categories in the order of the file, or
// all of them. The Data of each call is the caller's own. It panics if no case
// has one of the categories, so that a misspelt name cannot make a test that
// runs nothing.
func Cases(categories ...string) []Case {
	found := make(map[string]bool)
	var cases []Case
	for i, line := range bytes.Split(bytes.TrimSpace(file), []byte("\n")) {
		r, err := parse(line)
		if err == nil {
			found[r.Category] = true
			if len(categories) > 0 && !slices.Contains(categories, r.Category) {
				continue
			}
			var c Case
			if c, err = r.spellOut(); err == nil {
				cases = append(cases, c)
			}
		}
		if err != nil { // the file is part of the program: this is a bug in it
			panic(fmt.Sprintf("adversarial: line %d: %v", i+1, err))
		}
	}
	for _, c := range categories {
		if !found[c] {
			panic(fmt.Sprintf("adversarial: no case has the category %q", c))
		}
	}
	return cases
}

// A record is one line of the file.
type record struct {
	ID, Category, Context, Expected, Why string

	Enc   string          // how Bytes stands for the input
	Bytes json.RawMessage // a string, or what Enc says
}

func parse(line []byte) (record, error) {
	var r record
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return r, err
	}
	if r.ID == "" || r.Category == "" || r.Context == "" || r.Expected == "" || len(r.Bytes) == 0 {
		return r, fmt.Errorf("%q lacks a field", r.ID)
	}
	return r, nil
}

// spellOut makes the case a record stands for.
func (r record) spellOut() (Case, error) {
	c := Case{ID: r.ID, Category: r.Category, Context: r.Context, Expected: r.Expected, Why: r.Why}
	var err error
	switch r.Enc {
	case "":
		c.Data, err = text(r.Bytes)
		if err != nil && r.Context == "config" { // a configuration may be any JSON
			c.Data, err = r.Bytes, nil
		}
	case "base64":
		err = json.Unmarshal(r.Bytes, &c.Data) // encoding/json reads base64 into []byte
	case "rep":
		c.Data, err = repeat(r.Bytes)
	case "every-cut":
		c.EveryCut = true
		c.Data, err = text(r.Bytes)
	case "every-prefix":
		c.EveryPrefix = true
		c.Data, err = text(r.Bytes)
	default:
		err = fmt.Errorf("unknown enc %q", r.Enc)
	}
	if err != nil {
		return c, fmt.Errorf("%s: %w", r.ID, err)
	}
	return c, nil
}

func text(raw json.RawMessage) ([]byte, error) {
	var s string
	err := json.Unmarshal(raw, &s)
	return []byte(s), err
}

// repeat spells out a list of [text, count]: each text count times, with %d
// standing for the number of the repetition, from 0.
func repeat(raw json.RawMessage) ([]byte, error) {
	var parts [][2]json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	for _, p := range parts {
		var s string
		var count int
		if err := json.Unmarshal(p[0], &s); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(p[1], &count); err != nil {
			return nil, err
		}
		if count > 0 && !strings.Contains(s, "%d") {
			out.WriteString(strings.Repeat(s, count))
			continue
		}
		for i := range count {
			out.WriteString(strings.ReplaceAll(s, "%d", strconv.Itoa(i)))
		}
	}
	return out.Bytes(), nil
}
