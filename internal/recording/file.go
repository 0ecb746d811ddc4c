package recording

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"sync"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// A Writer writes records, each with one call of Write, so that what was recorded is
// there whatever becomes of the program. It may be used by any number of goroutines.
type Writer struct {
	mu  sync.Mutex
	w   io.Writer
	err error // why nothing more is written
}

// NewWriter returns a Writer of a new file, with its first line written.
func NewWriter(w io.Writer) (*Writer, error) {
	_, err := io.WriteString(w, header)
	if err != nil {
		return nil, fmt.Errorf("recording: %w", err)
	}
	return &Writer{w: w}, nil
}

// Write adds a record. Behind a failure nothing more is written, for a part of a line
// may be there; its error is that of all further calls.
func (w *Writer) Write(r *Record) error {
	b, err := encode(r)
	if err != nil {
		return err
	}
	line := fmt.Appendf(make([]byte, 0, len(b)+24), "%d %08x %s\n", len(b), crc32.Checksum(b, castagnoli), b)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		if _, err := w.w.Write(line); err != nil {
			w.err = fmt.Errorf("recording: %w", err)
		}
	}
	return w.err
}

// Err returns why nothing more is written, nil while it is.
func (w *Writer) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// A Reader reads records.
type Reader struct {
	r       *bufio.Reader
	offset  int64
	records int
}

// NewReader returns a Reader of a file. The error is ErrNotRecording, or that of r.
func NewReader(r io.Reader) (*Reader, error) {
	b := bufio.NewReader(r)
	first := make([]byte, len(header))
	switch _, err := io.ReadFull(b, first); {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), err == nil && string(first) != header:
		return nil, ErrNotRecording
	case err != nil:
		return nil, fmt.Errorf("recording: %w", err)
	}
	return &Reader{r: b, offset: int64(len(header))}, nil
}

// Next returns the next record. The error is io.EOF at the end, else a *Damage, behind
// which nothing is read.
func (r *Reader) Next() (*Record, error) {
	rec, n, err := r.line()
	switch {
	case err == io.EOF && n == 0:
		return nil, io.EOF
	case err != nil:
		cut := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if cut {
			err = errors.New("the file ends within a record")
		}
		return nil, &Damage{Offset: r.offset, Records: r.records, Cut: cut, Err: err}
	}
	r.offset += int64(n)
	r.records++
	return rec, nil
}

// line reads one line, and returns how many bytes there were.
func (r *Reader) line() (*Record, int, error) {
	size, n1, err := r.word(10)
	if err != nil {
		return nil, n1, err
	}
	length, err := strconv.ParseUint(size, 10, 31)
	if err != nil || length > maxRecord {
		return nil, n1, fmt.Errorf("%.20q is no length of a record", size)
	}
	sum, n2, err := r.word(8)
	if err != nil {
		return nil, n1 + n2, err
	}
	b, err := io.ReadAll(io.LimitReader(r.r, int64(length)+1)) // grows with what is there, not with what the length says
	n := n1 + n2 + len(b)
	switch {
	case err != nil:
		return nil, n, err
	case len(b) < int(length)+1:
		return nil, n, io.ErrUnexpectedEOF
	case b[length] != '\n':
		return nil, n, errors.New("the record does not end where its length says")
	}
	b = b[:length]
	if want := fmt.Sprintf("%08x", crc32.Checksum(b, castagnoli)); sum != want {
		return nil, n, fmt.Errorf("the checksum is %.8q, and that of the record is %s", sum, want)
	}
	var rec Record
	d := json.NewDecoder(bytes.NewReader(b))
	if err := d.Decode(&rec); err != nil {
		return nil, n, fmt.Errorf("the record is no JSON of ours: %w", err)
	}
	return &rec, n, nil
}

// word reads up to a space, which is at most behind most bytes.
func (r *Reader) word(most int) (string, int, error) {
	var b []byte
	for {
		c, err := r.r.ReadByte()
		switch {
		case err == io.EOF && len(b) > 0:
			return "", len(b), io.ErrUnexpectedEOF
		case err != nil:
			return "", len(b), err
		case c == ' ':
			return string(b), len(b) + 1, nil
		case len(b) == most:
			return "", len(b), fmt.Errorf("%.20q is not the beginning of a record", b)
		}
		b = append(b, c)
	}
}
