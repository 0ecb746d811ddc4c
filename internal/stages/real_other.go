//go:build !linux

package stages

import "github.com/emp-framework/emp/emptest"

// Real are real servers, which only Linux has.
var Real []emptest.Elsewhere
