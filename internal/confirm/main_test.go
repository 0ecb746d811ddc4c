package confirm

import (
	"os"
	"testing"

	"github.com/emp-framework/emp/internal/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Main(m)) }
