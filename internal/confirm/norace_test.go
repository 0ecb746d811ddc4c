//go:build !race

package confirm

const raceEnabled = false
