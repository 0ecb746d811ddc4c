package component

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A reader reads texts into one variable.
type reader struct {
	text     *string // the variable, if it takes any text
	set      func(text string) error
	form     string // what is read: "a whole number from 0 to 255"
	trims    bool   // white space around it does not count, and maxValue does
	optional bool   // the variable is a pointer
}

func (r *reader) read(text string) error {
	if r.text != nil {
		*r.text = text
		return nil
	}
	if r.trims {
		if text = trim(text); len(text) > maxValue {
			return errForm
		}
	}
	return r.set(text)
}

// maxValue is the length of the longest text that is read as a number or the
// like, in bytes. It also bounds what errors about it repeat.
const maxValue = 64

var errForm = errors.New("it has another form") // what form says is all there is to say

func formIf(err error) error {
	if err != nil {
		return errForm
	}
	return nil
}

// readerOf returns the reader for the variable that p points to, nil if its
// type has none.
func readerOf(p reflect.Value) *reader {
	switch v := p.Interface().(type) {
	case *time.Time:
		return trimmed("a time as in 2002-09-10T23:08:25Z", func(s string) (err error) {
			t, ok := stanza.ParseStamp(s)
			if !ok {
				return errForm
			}
			*v = t
			return nil
		})
	case *time.Duration:
		return trimmed("a duration as in 1h30m or 1.5s", func(s string) (err error) {
			*v, err = time.ParseDuration(s)
			return formIf(err)
		})
	case *jid.JID:
		return &reader{form: "a JID", set: func(s string) (err error) {
			*v, err = jid.Parse(s)
			return err
		}}
	case encoding.TextUnmarshaler:
		return &reader{form: "another form", set: func(s string) error { return v.UnmarshalText([]byte(s)) }}
	}
	switch t := p.Type().Elem(); t.Kind() {
	case reflect.String:
		return &reader{text: as[string](p)}
	case reflect.Bool:
		v := as[bool](p)
		return trimmed("true, false, 1 or 0", func(s string) error {
			*v = s == "true" || s == "1"
			if !*v && s != "false" && s != "0" {
				return errForm
			}
			return nil
		})
	case reflect.Int:
		return signed(as[int](p), t)
	case reflect.Int8:
		return signed(as[int8](p), t)
	case reflect.Int16:
		return signed(as[int16](p), t)
	case reflect.Int32:
		return signed(as[int32](p), t)
	case reflect.Int64:
		return signed(as[int64](p), t)
	case reflect.Uint:
		return unsigned(as[uint](p), t)
	case reflect.Uint8:
		return unsigned(as[uint8](p), t)
	case reflect.Uint16:
		return unsigned(as[uint16](p), t)
	case reflect.Uint32:
		return unsigned(as[uint32](p), t)
	case reflect.Uint64:
		return unsigned(as[uint64](p), t)
	case reflect.Float32:
		return float(as[float32](p), t, math.MaxFloat32)
	case reflect.Float64:
		return float(as[float64](p), t, math.MaxFloat64)
	case reflect.Pointer:
		return optional(p)
	}
	return nil
}

// as returns p, a pointer to a T or to a type defined as T, as a *T.
func as[T any](p reflect.Value) *T {
	return p.Convert(reflect.TypeFor[*T]()).Interface().(*T)
}

// trimmed is a reader of a form that may have white space around it.
func trimmed(form string, set func(string) error) *reader {
	return &reader{form: form, set: set, trims: true}
}

// trim returns s without the white space of XML around it. Mostly there is none,
// and strings.Trim takes its time to find that out.
func trim(s string) string {
	for len(s) > 0 && isSpace(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && isSpace(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func signed[T int | int8 | int16 | int32 | int64](v *T, t reflect.Type) *reader {
	bits := t.Bits()
	most := int64(1)<<(bits-1) - 1
	return trimmed(fmt.Sprintf("a whole number from %d to %d", -most-1, most), func(s string) error {
		if n := digits(s); n >= 0 && n <= most {
			*v = T(n)
			return nil
		}
		n, err := strconv.ParseInt(s, 10, bits)
		*v = T(n)
		return formIf(err)
	})
}

func unsigned[T uint | uint8 | uint16 | uint32 | uint64](v *T, t reflect.Type) *reader {
	bits := t.Bits()
	most := uint64(math.MaxUint64) >> (64 - bits)
	return trimmed(fmt.Sprintf("a whole number from 0 to %d", most), func(s string) error {
		if n := digits(s); n >= 0 && uint64(n) <= most {
			*v = T(n)
			return nil
		}
		n, err := strconv.ParseUint(strings.TrimPrefix(s, "+"), 10, bits)
		*v = T(n)
		return formIf(err)
	})
}

// digits returns the number that s is if s is nothing but up to 18 digits, and
// else -1: what most numbers are, in a fifth of the time of strconv.
func digits(s string) (n int64) {
	if s == "" || len(s) > 18 {
		return -1
	}
	for i := range len(s) {
		d := s[i] - '0'
		if d > 9 {
			return -1
		}
		n = 10*n + int64(d)
	}
	return n
}

// float reads decimal numbers, not all that Go calls a float: no infinity, no
// 0x1p-2, no 1_000.
func float[T float32 | float64](v *T, t reflect.Type, most float64) *reader {
	return trimmed(fmt.Sprintf("a decimal number from -%[1]g to %[1]g", most), func(s string) error {
		if strings.Trim(s, "+-.0123456789eE") != "" {
			return errForm
		}
		n, err := strconv.ParseFloat(s, t.Bits())
		*v = T(n)
		return formIf(err)
	})
}

// optional reads into the variable that p points to, a pointer, by setting it
// to a new value each time: nil says that there is none.
func optional(p reflect.Value) *reader {
	pointer := p.Elem()
	t := pointer.Type().Elem()
	if t.Kind() == reflect.Pointer {
		return nil
	}
	value := reflect.New(t) // what is read, before it is known to be good
	r := readerOf(value)
	if r == nil {
		return nil
	}
	return &reader{form: r.form, optional: true, set: func(s string) error {
		defer value.Elem().SetZero()
		if err := r.read(s); err != nil {
			return err
		}
		fresh := reflect.New(t)
		fresh.Elem().Set(value.Elem())
		pointer.Set(fresh)
		return nil
	}}
}
