//go:build !race

package element

const scribble = false // see Parser.Reuse
