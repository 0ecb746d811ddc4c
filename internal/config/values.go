package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Text is a value that is kept as text. normal, if not nil, returns the text to
// keep, or what is wrong with it.
func Text[T ~string](p *T, normal func(string) (string, error)) Value {
	return value{
		set: func(s string) (err error) {
			if normal != nil {
				s, err = normal(s)
			}
			if err == nil {
				*p = T(s)
			}
			return err
		},
		text: func() string { return string(*p) },
	}
}

// Choice is one of several words.
func Choice[T ~string](p *T, words ...string) Value {
	return Text(p, func(s string) (string, error) {
		if !slices.Contains(words, s) {
			return "", fmt.Errorf("%s is none of: %s", quote(s), strings.Join(words, ", "))
		}
		return s, nil
	})
}

// Switch is "on" or "off"; "true" and "false" are read as well.
func Switch[T ~string](p *T) Value {
	return Text(p, func(s string) (string, error) {
		switch s {
		case "on", "true":
			return "on", nil
		case "off", "false":
			return "off", nil
		}
		return "", fmt.Errorf("%s is neither on nor off", quote(s))
	})
}

// Bool is a Switch whose default is off.
func Bool(p *bool) Value {
	return value{
		set: func(s string) error {
			var word string
			err := Switch(&word).Set(s)
			if err == nil {
				*p = word == "on"
			}
			return err
		},
		text: func() string {
			if *p {
				return "on"
			}
			return ""
		},
	}
}

// Int is a whole number from least to most.
func Int(p *int, least, most int) Value {
	return value{
		set: func(s string) error {
			n, err := strconv.Atoi(s)
			if err != nil {
				return fmt.Errorf("%s is no number: write one from %d to %d, in digits", quote(s), least, most)
			}
			if n < least || n > most {
				return fmt.Errorf("%d is not between %d and %d", n, least, most)
			}
			*p = n
			return nil
		},
		text: func() string {
			if *p == 0 {
				return ""
			}
			return strconv.Itoa(*p)
		},
	}
}

// Duration is a time in Go's spelling, from least to most.
func Duration(p *time.Duration, least, most time.Duration) Value {
	return value{
		set: func(s string) error {
			d, err := time.ParseDuration(s)
			if err != nil {
				return fmt.Errorf("%s is no duration: write one such as 500ms, 30s or 5m", quote(s))
			}
			if d < least || d > most {
				return fmt.Errorf("%v is not between %v and %v", d, least, most)
			}
			*p = d
			return nil
		},
		text: func() string {
			if *p == 0 {
				return ""
			}
			return p.String()
		},
	}
}

// Func is any other value.
func Func(set func(string) error, text func() string) Value { return value{set, text} }

type value struct {
	set  func(string) error
	text func() string
}

func (v value) Set(s string) error { return v.set(s) }
func (v value) Text() string       { return v.text() }

// quote shows a text of the configuration in a message, cut where it is long.
func quote(s string) string {
	const most = 80
	if len(s) > most {
		return strconv.Quote(s[:most]) + "..."
	}
	return strconv.Quote(s)
}
