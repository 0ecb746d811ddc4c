package stream

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/stanza"
)

var (
	addressedTo  = regexp.MustCompile(`stream:stream .* to='([^']*)'`)
	handshakeOut = regexp.MustCompile(`^<handshake>[0-9a-f]{40}</handshake>$`)
)

// TestRecorded: the link lives with what Prosody 0.12.3 and ejabberd 23.01 said
// to components. In testdata, "C" is what a component wrote, of which only the
// handshake and the closing tag are compared; "S" what the server did ("FIN":
// it closed the connection; "30s": time passed); "read" what comes out of Read, and
// what is wrong with it; "end" why the link ended.
func TestRecorded(t *testing.T) {
	for _, name := range []string{"prosody", "ejabberd"} {
		file, err := os.ReadFile("testdata/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range strings.Split(strings.TrimSpace(string(file)), "\n\n") {
			title, lines, _ := strings.Cut(strings.TrimPrefix(text, "# "), "\n")
			bubble(name+"/"+title, t, func(t *testing.T) {
				var want, got []string
				var script []string
				for line := range strings.Lines(lines) {
					if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "read ") || strings.HasPrefix(line, "end ") {
						want = append(want, line)
					} else {
						script = append(script, line)
					}
				}
				srv, opts := newServer(t)
				domain := "comp.localhost"
				if m := addressedTo.FindStringSubmatch(script[0]); m != nil {
					domain = strings.ToLower(m[1])
				}
				conn, _ := opts.Dial(nil, "", "")
				opts = opts.with(domain, conn)
				opts.Secret = "sekrit"
				if title == "wrong secret" {
					opts.Secret = "wrong"
				}
				ours := make(chan struct{}, 1)
				go srv.play(script, strings.Replace(ourHeader, "comp.localhost", domain, 1), ours)

				link, err := DialComponent(within(t, time.Minute), opts)
				if err == nil {
					go func() {
						if _, ok := <-ours; ok {
							link.Close(context.Background())
						}
					}()
					var received []Received
					received, err = read(link)
					for _, r := range received {
						got = append(got, describe(r))
					}
					link.Abort()
				}
				for range ours { // until the server is done
				}
				got = append(got, "end "+reason(err))
				if strings.Join(got, "\n") != strings.Join(want, "\n") {
					t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			})
		}
	}
}

// play does what the server did. It tells ours when the component ended the stream.
func (s *server) play(script []string, header string, ours chan<- struct{}) {
	defer close(ours)
	defer s.Close()
	for _, line := range script {
		who, words, _ := strings.Cut(line, " ")
		switch wait, err := time.ParseDuration(words); {
		case who == "C" && handshakeOut.MatchString(words):
			s.hear(words)
		case who == "C" && words == endTag:
			ours <- struct{}{}
			s.hear(words)
		case who == "C":
			s.hear(header)
		case err == nil:
			time.Sleep(wait)
		case words == "FIN":
			return
		default:
			s.say(words)
		}
	}
}

func describe(r Received) string {
	s := "read " + strings.Join(strings.Fields(fmt.Sprint(r.Stanza.Kind, " ", r.Stanza.Type, " ", r.Stanza.ID)), " ")
	if f, ok := r.Stanza.Fault(); ok {
		s += ": " + string(f.Condition)
	}
	var fault stanza.Fault
	if errors.As(r.Err, &fault) {
		s += " → " + string(fault.Condition)
	} else if r.Err != nil {
		s += " → dropped, " + r.Err.Error()
	}
	return s
}

func reason(err error) string {
	var e *Error
	s := err.Error()
	switch {
	case errors.As(err, &e):
		if s = string(e.Condition); !e.Received {
			s += ", ours"
		}
	case errors.Is(err, context.DeadlineExceeded):
		s = "deadline"
	case err == ErrCut:
		s = "cut"
	case err == ErrEnded:
		s = "ended"
	case err == ErrClosed:
		s = "closed"
	}
	if Misconfigured(err) {
		s += ", misconfigured"
	}
	return s
}
