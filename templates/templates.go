// Package templates holds the files that empgen makes applications of, as a tree
// that mirrors its result: new/full/config/router.go.tmpl becomes
// config/router.go of an application of size full.
//
// In:  nothing. Out: FS, whose files are templates of text/template. Which of them
// make up what is said by the manifests of cmd/empgen; what they may use, by the
// types there that are filled in.
package templates

import "embed"

// FS is the tree, from this folder.
//
//go:embed all:new component resource payload plugin
var FS embed.FS
