package leak

import (
	"net"
	"os"
	"strings"
	"testing"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// TestCount: goroutines and descriptors are seen to come and go.
func TestCount(t *testing.T) {
	Check(t)
	base := count()
	ended := make(chan struct{})
	go func() { <-ended }()
	if now := count(); now.goroutines != base.goroutines+1 || now.descriptors != base.descriptors {
		t.Errorf("with one goroutine more: %+v, before %+v", now, base)
	}
	if err := base.restored(0); err == nil || !strings.Contains(err.Error(), "TestCount") {
		t.Errorf("a goroutine is left: %v", err)
	}
	close(ended)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if now := count(); descriptors() > 0 && now.descriptors != base.descriptors+1 {
		t.Errorf("with a socket more: %+v, before %+v", now, base)
	}
	if descriptors() > 0 && base.restored(0) == nil {
		t.Error("a socket is left, and nobody sees it")
	}
	ln.Close()
	if err := base.restored(limit); err != nil {
		t.Error(err)
	}
}
