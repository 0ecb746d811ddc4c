//go:build race

package element

const scribble = true // see Parser.Reuse
