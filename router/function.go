package router

import (
	"reflect"
	"runtime"
	"strings"
)

// funcName returns the name of a function as its author knows it: its package,
// type and method, as in "components.Tweets.Show". Inside a function they count
// from 1: "main.Routes.func1". It is "" for nil.
func funcName(fn any) string {
	v := reflect.ValueOf(fn)
	if v.IsNil() {
		return ""
	}
	f := runtime.FuncForPC(v.Pointer())
	if f == nil {
		return ""
	}
	name := f.Name() // example.org/x/components.(*Tweets).Show-fm
	end := strings.IndexByte(name+"[", '[')
	name = name[strings.LastIndexByte(name[:end], '/')+1:]
	name = strings.TrimSuffix(name, "-fm") // of a method value
	return strings.NewReplacer("(*", "", ")", "", "[...]", "", "%2e", ".").Replace(name)
}
