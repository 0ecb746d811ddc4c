//go:build profile

package main

import (
	"log"
	"os"
	"runtime/pprof"
	"time"
)

// With the tag profile it writes what it does in the second to fourth second to
// $ECHO_PROFILE: framework/emp.pgo is made of that; see scripts/profile.
func init() {
	f, err := os.Create(os.Getenv("ECHO_PROFILE"))
	if err != nil {
		log.Fatal(err)
	}
	time.AfterFunc(time.Second, func() {
		if err := pprof.StartCPUProfile(f); err != nil {
			log.Fatal(err)
		}
		time.AfterFunc(3*time.Second, func() {
			pprof.StopCPUProfile()
			if err := f.Close(); err != nil {
				log.Fatal(err)
			}
		})
	})
}
