package stream

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// askKept asks over link, with a send that keeps the question or not.
func askKept(link *Client, ctx context.Context, kept bool) <-chan asking {
	q := stanza.NewIQ(stanza.TypeGet, jid.MustParse("romeo@capulet.example"), element.New("urn:x", "q"))
	q.ID = "q1"
	sent, done := make(chan struct{}), make(chan asking, 1)
	go func() {
		question, err := link.PoseKept(ctx, &q, func(ctx context.Context, q stanza.Out) (bool, error) {
			defer close(sent)
			return kept, link.Send(ctx, q)
		})
		if err != nil {
			done <- asking{err: err}
			return
		}
		got, err := question.Wait()
		done <- asking{got, err}
	}()
	<-sent
	return done
}

// TestM03Asks: a question that is kept ends when its session does, and one that is not
// with its link.
func TestM03Asks(t *testing.T) {
	const (
		answer = "<iq type='result' id='q1' from='romeo@capulet.example'/>"
		failed = "<failed xmlns='urn:xmpp:sm:3'/>"
		goesOn = "<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='1'/>"
	)
	offers := map[bool]string{true: featuresSM, false: strings.Replace(featuresSM, "urn:xmpp:sm:3", "urn:x", 1)}
	for name, tc := range map[string]struct {
		enabled string
		kept    bool
		offered bool   // again
		says    string // to <resume/>
		want    error
	}{
		"answered over the next": {enabled, true, true, goesOn + answer, nil},
		"lost":                   {enabled, true, true, failed, ErrInterrupted},
		"not offered any more":   {enabled, true, false, "", ErrInterrupted},
		"not kept":               {enabled, false, true, goesOn + answer, ErrInterrupted},
		"cannot be resumed":      {strings.Replace(enabled, "true", "false", 1), true, true, "", ErrInterrupted},
	} {
		t.Run(name, func(t *testing.T) {
			s := new(Session)
			opts := newHost(t, func(h *host) {
				h.managed(tc.enabled)
				h.hear()
				h.tcp.Close()
			}, with(s))
			link, got := enable(t, opts)
			done := askKept(link, t.Context(), tc.kept)
			end(got)
			link.Abort()
			if tc.want == nil || tc.offered != (tc.says == "") && tc.kept {
				select {
				case a := <-done:
					t.Fatalf("it ends with its link: %v", a.err)
				default:
				}
			}
			next := newHost(t, func(h *host) {
				h.authenticate(offers[tc.offered])
				if tc.says != "" {
					h.hear()
					h.say(tc.says)
				}
				if tc.says == "" || tc.says == failed {
					h.bind("juliet@capulet.example/balcony")
				}
				h.rest()
			}, with(s))
			second, err := DialClient(t.Context(), next)
			if err != nil {
				t.Fatal(err)
			}
			defer second.Abort()
			reader(second)
			if a := <-done; !errors.Is(a.err, tc.want) || tc.want == nil && a.got.ID != "q1" {
				t.Errorf("%v, %v", a.got, a.err)
			}
			if s.pending.Open() != 0 {
				t.Error("it is in the table still")
			}
		})
	}
}

// TestM03AsksWait: how long a question waits for another link: for as long as the server
// keeps the session, or there may be one.
func TestM03AsksWait(t *testing.T) {
	for name, tc := range map[string]struct {
		max  string
		ends func(s *Session)
		took time.Duration
	}{
		"max":       {" max='60'", func(*Session) {}, time.Minute},
		"forgotten": {"", (*Session).Forget, 0},
		"resumed": {" max='60'", func(s *Session) {
			s.take(new(conn))
			if _, _, err := s.resumed(0); err != nil {
				t.Error(err)
			}
		}, time.Hour},
		"deadline": {"", func(*Session) {}, time.Hour},
	} {
		bubble(name, t, func(t *testing.T) {
			s, c := new(Session), new(conn)
			c.session = s
			s.begin(c)
			ack := "<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'" + tc.max + "/>"
			n, err := element.ParseIn(element.NSClient, []byte(ack))
			if err != nil {
				t.Fatal(err)
			}
			s.agreed(n.Root(), jid.JID{}, false)
			over := s.lasting(c)
			began := time.Now()
			s.broke(c)
			tc.ends(s)
			select {
			case <-over:
			case <-time.After(time.Hour):
			}
			if took := time.Since(began); took != tc.took {
				t.Errorf("it waits for %v", took)
			}
		})
	}
}

// TestM01EnableOnce: the server is asked once, whoever calls Enable how often.
func TestM01EnableOnce(t *testing.T) {
	opts := newHost(t, func(h *host) {
		h.managed("<failed xmlns='urn:xmpp:sm:3'/>")
		if n := h.hear().Node; n.Local() != "message" {
			t.Errorf("it said %s", n)
		}
		h.say("<failed xmlns='urn:xmpp:sm:3'/>" + fromRomeo)
		h.rest()
	}, with(new(Session)))
	link, got := enable(t, opts)
	if err := link.Enable(t.Context()); err != nil || link.Managed() {
		t.Errorf("managed: %v, %v", link.Managed(), err)
	}
	if err := link.Send(t.Context(), toRomeo(1)); err != nil {
		t.Error(err)
	}
	<-got
}

// TestM04Taken: a link that still stands when another goes on with its session does not
// say that the stream is over: the server may hear that before the other link.
func TestM04Taken(t *testing.T) {
	s := new(Session)
	taken, heard := make(chan struct{}), make(chan string, 1)
	opts := newHost(t, func(h *host) {
		h.managed(enabled)
		<-taken
		h.say(fromRomeo)
		heard <- h.unread()
	}, with(s))
	link, got := enable(t, opts)
	next, err := NewClient(opts)
	if err != nil {
		t.Fatal(err)
	}
	s.take(&next.conn)
	close(taken)
	end(got)
	if got := <-heard; got != "" {
		t.Errorf("it said %s", got)
	}
	if err := link.Err(); !errors.Is(err, errTaken) {
		t.Errorf("it ended with %v", err)
	}
}
