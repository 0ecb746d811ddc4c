package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Options say how files are written.
type Options struct {
	Pretend bool // only tell what would be done
	Force   bool // overwrite files that are there and differ
	Skip    bool // leave those as they are
}

// A ConflictError is files that are there already, and differ from what would be
// written. Nothing has been written.
type ConflictError struct {
	Dir   string
	Paths []string // below it
}

// Error names the files and what to do about them.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("these files are there already, and differ; nothing was written:\n\t%s\n"+
		"--force overwrites them, --skip leaves them as they are and writes the others, --pretend shows what would be done",
		strings.Join(e.Paths, "\n\t"))
}

// Write writes the outputs below the folder dir, which is made if there is none, and
// tells log of each:
//
//	create config/router.go      it was not there
//	same   emp.yaml              it is there, as it is to be
//	keep   go.mod                it is there and others change it (File.Once)
//	force  main.go               it was overwritten (Options.Force)
//	skip   README.md             it is there and differs, and stays (Options.Skip)
//
// With neither Force nor Skip a file that differs is a *ConflictError, and nothing is
// written. So the same command once more does no harm.
func Write(dir string, outs []Output, o Options, log io.Writer) error {
	if o.Force && o.Skip {
		return errors.New("--force and --skip: choose one of the two")
	}
	conflicts := &ConflictError{Dir: dir}
	fates := make([]string, len(outs))
	for i, out := range outs {
		have, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(out.Path)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			fates[i] = "create"
		case err != nil:
			return err
		case bytes.Equal(have, out.Text):
			fates[i] = "same"
		case o.Force:
			fates[i] = "force"
		case out.Once:
			fates[i] = "keep"
		case o.Skip:
			fates[i] = "skip"
		default:
			fates[i] = "differs"
			conflicts.Paths = append(conflicts.Paths, out.Path)
		}
	}
	if len(conflicts.Paths) > 0 && !o.Pretend {
		return conflicts
	}
	for i, out := range outs {
		if !o.Pretend && (fates[i] == "create" || fates[i] == "force") {
			if err := write(filepath.Join(dir, filepath.FromSlash(out.Path)), out.Text); err != nil {
				return err
			}
		}
		fmt.Fprintf(log, "%-7s %s\n", fates[i], out.Path)
	}
	return nil
}

func write(file string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}
