package framework

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emp-framework/emp/internal/config"
)

// A Secret is a text that does not show itself: printed, logged or marshalled,
// also as a part of something else, it is "[secret]". The zero Secret is none.
// Compare what Reveal returns, not Secrets.
//
// It is no string type, since fmt shows the strings in unexported fields of
// other structs without asking their type.
type Secret struct {
	text *string
	open string // the file it is from, if others than its owner and group may read that
}

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret { return Secret{text: &text} }

// Reveal returns the text; "": there is none.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// String returns "[secret]", and "" for the zero Secret.
func (s Secret) String() string {
	if s.text == nil {
		return ""
	}
	return config.Masked
}

// Format writes what String returns, whatever the verb. It implements
// fmt.Formatter.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, s.String()) }

// MarshalText returns what String returns. It implements
// encoding.TextMarshaler, which encoding/json and log/slog ask for.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// maxSecret bounds a secret, in bytes: a larger file is the wrong file.
const maxSecret = 4096

// set is for the key secret, and for what a file holds. Its errors do not repeat
// the text.
func (s *Secret) set(text string) error {
	switch {
	case text == "":
		return errors.New("is empty")
	case len(text) > maxSecret:
		return fmt.Errorf("is larger than %d bytes", maxSecret)
	case !utf8.ValidString(text):
		return errors.New("is not UTF-8") // XEP-0114 section 3 hashes it as UTF-8
	case strings.ContainsFunc(text, unicode.IsControl):
		return errors.New("holds a line end or another control character")
	}
	if s.Reveal() != text || s.text == nil { // else it is what it was, from where it was
		*s = NewSecret(text)
	}
	return nil
}

// readFile sets s to what the file holds, but for one line end at its end.
func (s *Secret) readFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSecret+3)) // with a line end, and one byte too many
	if err != nil {
		return err
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	if err := s.set(text); err != nil {
		return fmt.Errorf("%s %w", name, err)
	}
	s.open = ""
	if info, err := f.Stat(); err == nil && runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o004 != 0 {
		s.open = name
	}
	return nil
}

// warnOpenSecrets tells the operator of secrets that are for everybody to read.
func (a *App) warnOpenSecrets() {
	for _, c := range append([]*Config{&a.conf}, pointers(a.further)...) {
		if name := c.Secret.open; name != "" {
			a.log.Warn("everybody on this machine can read the secret of "+c.JID, "file", name, "change", "chmod 600 "+name)
		}
	}
}
