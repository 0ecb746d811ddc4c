package emptest

import (
	"os"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	late = time.Second // of tests that are to fail there are many here
	os.Exit(m.Run())
}
