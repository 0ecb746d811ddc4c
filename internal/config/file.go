package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/emp-framework/emp/internal/nearest"
)

// MaxFile is the greatest size of a configuration file, in bytes.
const MaxFile = 1 << 20

// ReadFile returns what the file of that name says: the layer File. named is the
// flag or variable that named it. If none did (Default), it need not exist. What is given is nil, and not
// only empty, if nothing could be read.
func ReadFile(keys []Key, name string, named Source) ([]Given, []Problem) {
	data, err := read(name)
	switch {
	case err == nil:
		return FromFile(keys, name, data)
	case named.Layer == Default && errors.Is(err, os.ErrNotExist):
		return nil, nil
	}
	return nil, []Problem{{Source: named, Text: err.Error()}}
}

func read(name string) ([]byte, error) {
	if name == "" {
		return nil, errEmpty
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if len(data) > MaxFile {
		return nil, fmt.Errorf("%s is larger than %d bytes", name, MaxFile)
	}
	return data, err
}

// Names returns the keys below a section of the file of that name, in their order: what
// there is, where that is for the file to say. What is wrong with the file ReadFile tells.
func Names(file, section string) (names []string) {
	data, err := read(file)
	var doc yaml.Node
	if err != nil || yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	top := doc.Content[0]
	for i := 0; top.Kind == yaml.MappingNode && i+1 < len(top.Content); i += 2 {
		below := top.Content[i+1]
		if top.Content[i].Value != section || below.Kind != yaml.MappingNode {
			continue
		}
		for j := 0; j+1 < len(below.Content); j += 2 {
			names = append(names, below.Content[j].Value)
		}
	}
	return names
}

// FromFile returns what data says, a YAML document: a mapping of keys to
// scalars, with a mapping in it for each section. Of YAML it takes what a
// configuration needs: no anchors, no aliases, no tags, one document. What is
// given is nil, and not only empty, if data is not YAML.
func FromFile(keys []Key, name string, data []byte) ([]Given, []Problem) {
	f := &file{keys: keys, name: name, given: []Given{}}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	switch err := d.Decode(&doc); {
	case err == io.EOF: // nothing but comments
		return f.given, nil
	case err != nil:
		return nil, f.syntax(err)
	}
	if err := d.Decode(new(yaml.Node)); err != io.EOF {
		f.problem(0, "", "more than one YAML document: remove the line --- and what follows it")
	}
	f.document(doc.Content[0])
	slices.SortStableFunc(f.problems, func(a, b Problem) int { return a.Source.Line - b.Source.Line })
	return f.given, f.problems
}

// A file is what has been read of one.
type file struct {
	keys     []Key
	name     string
	given    []Given
	problems []Problem
}

func (f *file) source(line int) Source { return Source{Layer: File, Name: f.name, Line: line} }

func (f *file) problem(line int, key, format string, args ...any) {
	f.problems = append(f.problems, Problem{f.source(line), key, fmt.Sprintf(format, args...)})
}

// document reads the mapping of the file, then those in it. Only sections that
// are known are entered, so the file does not set the depth.
func (f *file) document(top *yaml.Node) {
	if isNull(top) {
		return
	}
	if top.Kind != yaml.MappingNode {
		f.problem(top.Line, "", "not a list of keys: write lines such as \"jid: echo.example.org\"")
		return
	}
	type section struct {
		prefix string
		node   *yaml.Node
	}
	for todo := []section{{"", top}}; len(todo) > 0; todo = todo[1:] {
		prefix, node := todo[0].prefix, todo[0].node
		f.plain(node, prefix)
		lines := make(map[string]int)
		for i := 0; i+1 < len(node.Content); i += 2 {
			k, v := node.Content[i], node.Content[i+1]
			if k.Kind != yaml.ScalarNode {
				f.problem(k.Line, "", "a key that is no word")
				continue
			}
			path := prefix + k.Value
			if first, twice := lines[path]; twice {
				f.problem(k.Line, "", "duplicate key %s, given on line %d before: remove one", shown(path), first)
				continue
			}
			lines[path] = k.Line
			in, name, dotted := strings.Cut(k.Value, ".")
			switch {
			case f.isKey(path) && dotted:
				f.problem(k.Line, path, "write %s below a line \"%s:\", further in", name, in)
			case f.isKey(path):
				f.scalar(path, k, v)
			case !f.isSection(path):
				f.problem(k.Line, "", "unknown key %s%s", shown(path), didYouMean(nearest.To(path, f.names())))
			case v.Kind == yaml.MappingNode:
				todo = append(todo, section{path + ".", v})
			case !isNull(v): // all its lines may be comments
				f.problem(k.Line, path, "is a section: write its keys below it, further in: %s", strings.Join(f.under(path), ", "))
			}
		}
	}
}

// scalar reads the value of a key.
func (f *file) scalar(path string, k, v *yaml.Node) {
	switch {
	case v.Kind == yaml.AliasNode:
		f.problem(k.Line, path, "a value that begins with * needs quotes around it: YAML reads an alias there, which is not for here")
	case f.key(path).NoFile != "":
		f.problem(k.Line, path, "%s", f.key(path).NoFile)
	case v.Kind != yaml.ScalarNode:
		f.problem(k.Line, path, "is one value, not a list or a section")
	case !f.plain(v, path): // said there
	case isNull(v):
		f.problem(k.Line, path, "%s", errEmpty)
	default:
		f.given = append(f.given, Given{path, v.Value, f.source(k.Line)})
	}
}

// plain reports whether a node has neither tag nor anchor, which would promise
// more than is done about them.
func (f *file) plain(n *yaml.Node, path string) bool {
	if n.Anchor == "" && n.Style&yaml.TaggedStyle == 0 {
		return true
	}
	f.problem(n.Line, strings.TrimSuffix(path, "."), "a tag (!) or an anchor (&) is not read here: remove it, or put quotes around a value that begins so")
	return false
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

func (f *file) isKey(path string) bool {
	return slices.ContainsFunc(f.keys, func(k Key) bool { return k.Name == path })
}

func (f *file) key(path string) Key {
	return f.keys[slices.IndexFunc(f.keys, func(k Key) bool { return k.Name == path })]
}

func (f *file) isSection(path string) bool { return len(f.under(path)) > 0 }

// under returns the keys of a section, without its name.
func (f *file) under(path string) []string {
	var names []string
	for _, k := range f.keys {
		if rest, ok := strings.CutPrefix(k.Name, path+"."); ok {
			names = append(names, rest)
		}
	}
	return names
}

func (f *file) names() []string {
	names := make([]string, len(f.keys))
	for i, k := range f.keys {
		names[i] = k.Name
	}
	return names
}

var yamlError = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)`)

// syntax makes a problem of an error of the YAML library. Its messages are
// fixed sentences but one, which repeats the name of an alias; and that may be a
// secret that begins with "*" and has no quotes around it.
func (f *file) syntax(err error) []Problem {
	text, line := "not YAML", 0
	if m := yamlError.FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1])
		text += ": " + m[2]
	}
	if strings.Contains(text, "anchor") {
		text = "a value that begins with * needs quotes around it: YAML reads an alias there"
	}
	f.problem(line, "", "%s", text)
	return f.problems
}
