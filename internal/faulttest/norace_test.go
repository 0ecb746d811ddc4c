//go:build !race

package faulttest

const raceSlows = 1
