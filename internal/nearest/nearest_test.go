package nearest_test

import (
	"strings"
	"testing"

	"github.com/emp-framework/emp/internal/nearest"
)

func TestTo(t *testing.T) {
	known := []string{"jid", "server", "secret", "secret_file", "tls.ca", "tls.mode", "ping_interval", "log.level"}
	for name, want := range map[string]string{
		"sever":          "server",
		"SERVER":         "server",
		"servre":         "server", // a swap is one slip, not two
		"pingInterval":   "ping_interval",
		"ping-intervall": "ping_interval",
		"secretfile":     "secret_file",
		"tls_ca":         "tls.ca",
		"loglevel":       "log.level",
		"jdi":            "jid",
		"password":       "",
		"unknown":        "",
		"mode":           "", // tls.mode is another thing
		"x":              "",
		"":               "",
		"...":            "",

		strings.Repeat("s", 1<<20): "",
	} {
		if got := nearest.To(name, known); got != want {
			t.Errorf("To(%.20q) is %q, want %q", name, got, want)
		}
	}
	if got := nearest.To("a", []string{"b", "", "..."}); got != "" {
		t.Errorf("a name that shares no byte is near: %q", got)
	}
}
