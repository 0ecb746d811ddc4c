//go:build race

package faulttest

// raceSlows is how many times less a test does with the race detector.
const raceSlows = 5
