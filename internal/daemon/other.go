//go:build !unix

package daemon

import "os"

func redirect(*os.File) error { return ErrUnsupported }
