package recording_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/recording"
)

// records is some of each kind, with what JSON has to escape.
func records() []recording.Record {
	now := time.Date(2026, 11, 22, 10, 0, 0, 123456789, time.UTC)
	return []recording.Record{
		{Time: now, Kind: recording.Start, App: "hack", Bodies: true, Masked: []string{"{urn:t}tweet"}},
		{Time: now, Kind: recording.Up, Link: "hack.localhost"},
		{Time: now, Kind: recording.Read, Link: "hack.localhost", XML: "<message><body>\u2028 \"ä\"\n &amp; 😀</body></message>"},
		{Time: now, Kind: recording.Draw, By: "a b", Now: &now},
		{Time: now, Kind: recording.Draw, By: "a b", Seed: []byte{1, 2, 3}},
		{Time: now, Kind: recording.Sent, Link: "hack.localhost", XML: strings.Repeat("<x/>", 20)},
		{Time: now, Kind: recording.Gap, Count: 7},
		{Time: now, Kind: recording.Lost, Link: "hack.localhost", Error: "why"},
		{Time: now, Kind: recording.End},
	}
}

func write(t testing.TB, all []recording.Record) []byte {
	t.Helper()
	var file bytes.Buffer
	w, err := recording.NewWriter(&file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		if err := w.Write(&all[i]); err != nil {
			t.Fatal(err)
		}
	}
	return file.Bytes()
}

// read returns what can be read, and why no more can be.
func read(file []byte) (all []recording.Record, err error) {
	r, err := recording.NewReader(bytes.NewReader(file))
	for err == nil {
		var rec *recording.Record
		if rec, err = r.Next(); err == nil {
			all = append(all, *rec)
		}
	}
	return all, err
}

func TestRoundTrip(t *testing.T) {
	want := records()
	if got, err := read(write(t, want)); err != io.EOF || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n%+v\nwant\n%+v", err, got, want)
	}
}

// TestCut: a file that ends anywhere is read up to the last whole record, and it is
// said where that ends.
func TestCut(t *testing.T) {
	all := records()
	file := write(t, all)
	first := bytes.IndexByte(file, '\n') + 1
	for n := range file {
		got, err := read(file[:n])
		if n < first {
			if !errors.Is(err, recording.ErrNotRecording) {
				t.Errorf("cut at %d: %v", n, err)
			}
			continue
		}
		whole := bytes.Count(file[first:n], []byte("\n"))
		end := int64(bytes.LastIndexByte(file[:n], '\n') + 1)
		var d *recording.Damage
		switch {
		case len(got) != whole || whole > 0 && !reflect.DeepEqual(got, all[:whole]):
			t.Fatalf("cut at %d: %d records, want %d", n, len(got), whole)
		case int(end) == n && err != io.EOF:
			t.Errorf("cut at %d, between records: %v", n, err)
		case int(end) < n && (!errors.As(err, &d) || d.Offset != end || d.Records != whole || !d.Cut):
			t.Errorf("cut at %d: %+v, want offset %d", n, err, end)
		}
	}
}

// checkChanged changes a byte of a file, and sees that what is read is what was
// written, up to the record with that byte.
func checkChanged(t *testing.T, all []recording.Record, file []byte, at int, to byte) {
	t.Helper()
	if file[at] == to {
		return
	}
	changed := bytes.Clone(file)
	changed[at] = to
	first := bytes.IndexByte(file, '\n') + 1
	got, err := read(changed)
	if at < first {
		if !errors.Is(err, recording.ErrNotRecording) {
			t.Errorf("byte %d is %q: %v", at, to, err)
		}
		return
	}
	whole := bytes.Count(file[first:at], []byte("\n"))
	var d *recording.Damage
	if len(got) != whole || whole > 0 && !reflect.DeepEqual(got, all[:whole]) {
		t.Fatalf("byte %d is %q: %d records, want %d", at, to, len(got), whole)
	}
	if !errors.As(err, &d) || d.Offset != int64(bytes.LastIndexByte(file[:at], '\n')+1) || d.Records != whole {
		t.Errorf("byte %d is %q: %+v", at, to, err)
	}
}

// TestChanged: no byte can be changed without being noticed.
func TestChanged(t *testing.T) {
	all := records()
	file := write(t, all)
	for at := range file {
		for _, to := range []byte{0, ' ', '\n', '0', '9', 'a', file[at] ^ 1, file[at] ^ 0x80} {
			checkChanged(t, all, file, at, to)
		}
	}
}

// FuzzReader: whatever a file holds, reading ends; and of a good one with a byte
// changed, or cut, nothing is read that was not written.
func FuzzReader(f *testing.F) {
	all := records()
	file := write(f, all)
	f.Add([]byte("emp recording 1\n2 00000000 {}\n"), uint16(20), byte('x'))
	f.Add([]byte("emp recording 1\n4294967295 00000000 {}\n"), uint16(900), byte(0))
	f.Add(file, uint16(17), byte('1'))
	f.Fuzz(func(t *testing.T, other []byte, at uint16, to byte) {
		r, err := recording.NewReader(bytes.NewReader(other))
		for n := 0; err == nil; n++ {
			if n > len(other) {
				t.Fatal("more records than bytes")
			}
			_, err = r.Next()
		}
		checkChanged(t, all, file, int(at)%len(file), to)
	})
}

// full is a disk that has no room left after some writes.
type full struct {
	file bytes.Buffer
	room int
}

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		n, _ := f.file.Write(b[:len(b)/2])
		return n, errors.New("no space left")
	}
	return f.file.Write(b)
}

// TestFull: where the disk is full the records before are whole, and nothing is written
// behind the part of one.
func TestFull(t *testing.T) {
	disk := &full{room: 200}
	w, err := recording.NewWriter(disk)
	if err != nil {
		t.Fatal(err)
	}
	rec := recording.Record{Kind: recording.Up, Link: "a"}
	for range 10 {
		err = w.Write(&rec)
		disk.room += 50
	}
	got, damage := read(disk.file.Bytes())
	var d *recording.Damage
	if err == nil || w.Err() == nil || len(got) == 0 || !errors.As(damage, &d) || !d.Cut {
		t.Errorf("%v; %d records, %v", err, len(got), damage)
	}
	if _, err := recording.NewWriter(&full{}); err == nil {
		t.Error("no error for the first line")
	}
}
