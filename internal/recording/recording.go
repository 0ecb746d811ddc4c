// Package recording is the file that traffic is recorded in.
//
// In:  records, one after another.
// Out: a file that is only ever added to, one line for each; and back, up to the end or
// the first damage.
//
// The first line names the format. Each further line is a record: the length of its JSON
// in bytes, the checksum of that (CRC-32C, 8 hexadecimal digits), and the JSON:
//
//	emp recording 1
//	93 5f0c8e41 {"time":"2026-11-22T10:00:00.1Z","kind":"read","link":"hack.example.org","xml":"<presence .../>"}
//
// So a text editor shows it, and a line that was cut or changed is known: a program that
// is killed leaves a part of a line at most.
package recording

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Kind is what a record is about.
type Kind string

// The kinds there are.
const (
	Start Kind = "start" // the first: who recorded what
	Read  Kind = "read"  // a stanza came
	Sent  Kind = "sent"  // a stanza went out
	Up    Kind = "up"    // a link is ready
	Lost  Kind = "lost"  // a link is gone, or an attempt to connect failed
	Gap   Kind = "gap"   // some of the traffic is missing here
	Draw  Kind = "draw"  // an action took the time, or randomness
	End   Kind = "end"   // the program stopped in order: nothing is missing at the end
)

// A Record is one line.
type Record struct {
	Time time.Time `json:"time"`
	Kind Kind      `json:"kind"`
	Link string    `json:"link,omitempty"` // of Read, Sent, Up, Lost

	XML   string `json:"xml,omitempty"`   // of Read and Sent
	Error string `json:"error,omitempty"` // of Lost: why; "": it was to be
	Count int    `json:"count,omitempty"` // of Gap: how much

	// Of Draw: by which stanza, in the words of the package that records, and what it
	// got: a time, or else the seed of its randomness.
	By   string     `json:"by,omitempty"`
	Now  *time.Time `json:"now,omitempty"`
	Seed []byte     `json:"seed,omitempty"`

	// Of Start.
	App    string   `json:"app,omitempty"`
	Bodies bool     `json:"bodies,omitempty"` // what people write is not masked
	Masked []string `json:"masked,omitempty"` // further elements that are
}

// header is the first line of a file.
const header = "emp recording 1\n"

// maxRecord is how long the JSON of a record may be: a stanza of 64 MiB, escaped.
const maxRecord = 256 << 20

// ErrNotRecording: the file is none of this format, or of a later version of it.
var ErrNotRecording = errors.New("recording: this is no recording, or one of another version: its first line is not \"emp recording 1\"")

// A Damage is where a file cannot be read any further.
type Damage struct {
	Offset  int64 // of the line, in bytes
	Records int   // that are good before it
	Cut     bool  // the file ends within the line, as when the program was killed
	Err     error // what is wrong
}

// Error says where it is and what is wrong.
func (d *Damage) Error() string {
	return fmt.Sprintf("recording: damaged at byte %d, behind %d records: %v", d.Offset, d.Records, d.Err)
}

// Unwrap returns Err.
func (d *Damage) Unwrap() error { return d.Err }

func encode(r *Record) ([]byte, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	return b, nil
}
