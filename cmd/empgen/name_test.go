package main

import (
	"strings"
	"testing"
)

func TestName(t *testing.T) {
	for _, tc := range []struct{ in, file, exported, variable string }{
		{"weather", "weather", "Weather", "weather"},
		{"user-profile", "user_profile", "UserProfile", "userProfile"},
		{"user_profile", "user_profile", "UserProfile", "userProfile"},
		{"UserProfile", "user_profile", "UserProfile", "userProfile"},
		{"userProfile", "user_profile", "UserProfile", "userProfile"},
		{"HTTPServer", "http_server", "HTTPServer", "httpServer"},
		{"jid-map", "jid_map", "JIDMap", "jidMap"},
		{"user-id", "user_id", "UserID", "userID"},
		{"v2", "v2", "V2", "v2"},
		{"A", "a", "A", "a"},
		{"type", "type", "Type", "typeComponent"},
		{"router", "router", "Router", "routerComponent"},
	} {
		n, err := parseName("a test", tc.in)
		if err != nil || n.file() != tc.file || n.exported() != tc.exported || n.variable() != tc.variable {
			t.Errorf("%s: %s, %s, %s, %v", tc.in, n.file(), n.exported(), n.variable(), err)
		}
	}
	for _, bad := range []string{"", "-", "-a", "a-", "a--b", "9", "ä", "a b", "a/b", "x_test", "weather-linux", "x-js-wasm", strings.Repeat("a", 61)} {
		if n, err := parseName("a test", bad); err == nil {
			t.Errorf("%q is %v", bad, n)
		}
	}
}
