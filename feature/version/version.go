// Package version says what software an application is (XEP-0092).
//
// In:  a Router to mount it in; its scope says at which addresses.
// Out: name and version, and the operating system where it is given, to who asks.
//
//	r.Mount(&version.Feature{Name: "Tweeter", Version: "1.4.0"})
package version

import (
	"context"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/router"
)

// NS is the namespace of software versions (XEP-0092 section 6).
const NS = "jabber:iq:version"

// A Feature says what software answers at the addresses of the scope that it is
// mounted in. The zero Feature is of use.
type Feature struct {
	Name    string // default: the name of the program's file
	Version string // default: what the build knows, "unknown" if that is nothing
	// OS is the operating system. Nothing is said of it by default: it helps
	// attackers more than friends (XEP-0092 section 5).
	OS string
}

// Routes writes the feature's route.
func (f *Feature) Routes(r *router.Router) {
	r.Namespace("v", NS)
	r.Get("v:query").To(f.answer).Concurrent().Transient()
}

func (f *Feature) answer(_ context.Context, req *component.Request) (component.Response, error) {
	query := element.New(NS, "query").Add(
		element.Text(NS, "name", or(f.Name, program)),
		element.Text(NS, "version", or(f.Version, built)),
	)
	if f.OS != "" {
		query.Add(element.Text(NS, "os", f.OS))
	}
	return req.Result(query), nil
}

func or(given string, otherwise func() string) string {
	if given != "" {
		return given
	}
	return otherwise()
}

func program() string { return strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe") }

func built() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "unknown"
}
