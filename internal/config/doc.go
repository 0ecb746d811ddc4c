// Package config reads the settings of a program from several places, and knows
// of each value where it came from.
//
// In:  a list of keys, each with the variable its value goes to; what the code,
// a YAML file, the environment and the command line say.
// Out: the variables set, a list of every setting with its source, and all that
// is wrong, at once.
//
// The places are layers, and the later wins: default < code < file <
// environment < flag. Each layer is read strictly: a name that is no key is a
// problem, with the nearest key as a hint, and so is an empty value.
//
// # Why a YAML library and no configuration library
//
// A problem has to name its line, a key given twice must be noticed, and each
// value must know its source. Libraries that merge layers work on maps of
// decoded values, where lines, repetitions and sources are gone. What would be
// left to them, the later value wins, is one loop here (Resolve). So the file
// is read as a tree of YAML nodes, which has the lines, and values stay text
// until the key's own type reads them: one rule for all layers.
package config
