package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/stanza"
)

// A notebook is a Keeper that writes all down, unless it is full.
type notebook struct {
	words []string
	full  error
}

// Identifies: what has a thread.
func (n *notebook) Identifies(o *stanza.Out) bool { return o.Thread != "" }

func (n *notebook) Keep(outs []stanza.Out, words []byte, mark int, ends []int, _ uint64) error {
	if n.full != nil {
		return n.full
	}
	if len(outs) != len(ends) {
		return fmt.Errorf("%d stanzas with %d ends", len(outs), len(ends))
	}
	for _, end := range ends {
		n.words = append(n.words, string(words[mark:end]))
		mark = end
	}
	return nil
}

// TestKeeper: what a Keeper gets is what goes out, also where something waits before it;
// what it does not take does not go out; and another link sends it as it was.
func TestKeeper(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		var seen []string
		link, srv := dial(t, func(o *Options) {
			o.Tap = func(p Passage) {
				if p.Words != nil && !p.Early {
					seen = append(seen, string(p.Words))
				}
			}
		})
		message := func(body string) stanza.Out { return stanza.NewMessage(alice, body) }
		words := func(body string) string {
			return "<message from='comp.localhost' to='alice@localhost/r'><body>" + body + "</body></message>"
		}
		var book notebook
		link.Cork()
		if err := errors.Join(
			link.Send(t.Context(), message("1")),
			link.SendKept(t.Context(), &book, message("2"), message("3")),
			link.SendKept(t.Context(), &book, message("4")),
		); err != nil {
			t.Fatal(err)
		}
		full := errors.New("full")
		if err := link.SendKept(t.Context(), &notebook{full: full}, message("5")); err != full {
			t.Errorf("a Keeper that is full: %v", err)
		}
		if err := link.SendKept(t.Context(), &book, message("6"), stanza.Out{Kind: stanza.Message}); err == nil {
			t.Error("a message to nobody was taken")
		}
		if want := []string{words("2"), words("3"), words("4")}; !slices.Equal(book.words, want) {
			t.Errorf("kept %q, want %q", book.words, want)
		}
		var rendered notebook
		if err := link.Render(&rendered, message("2"), message("3"), message("4")); err != nil || !slices.Equal(rendered.words, book.words) {
			t.Errorf("rendered %q, %v", rendered.words, err)
		}
		var named notebook
		talk := message("2")
		talk.ID, talk.Thread = "7", "t"
		id := "<origin-id xmlns='urn:xmpp:sid:0' id='7'/>"
		if err := link.Render(&named, talk); err != nil || !strings.Contains(named.words[0], id) || talk.OriginID() != "" {
			t.Errorf("rendered %q with an origin-id, %v", named.words, err)
		}
		all := strings.Join(book.words, "")
		first := len(book.words[0])
		if last, err := link.Resend(t.Context(), []byte(all), []int{first, 2 * first, 3 * first}); last != 0 || err != nil {
			t.Error(last, err)
		}
		go link.Uncork()
		srv.hear(words("1") + all + all)
		if got := link.Counts().Sent; got != 7 || len(seen) != 7 || strings.Join(seen, "") != words("1")+all+all {
			t.Errorf("%d were sent, and seen were %q", got, seen)
		}
		link.Abort()
		if err := link.SendKept(t.Context(), &book, message("7")); err != ErrClosed || len(book.words) != 3 {
			t.Errorf("a link that is down: %v, kept %q", err, book.words)
		}
		if _, err := link.Resend(t.Context(), []byte(all), nil); err != ErrClosed {
			t.Errorf("sending again over it: %v", err)
		}
	})
}

// A curious Keeper looks at the link that it keeps of.
type curious struct{ *Component }

func (curious) Identifies(*stanza.Out) bool { return false }

func (k curious) Keep([]stanza.Out, []byte, int, []int, uint64) error {
	if most := k.MaxSend(); most != defaultMaxSend {
		return fmt.Errorf("it takes %d bytes", most)
	}
	return errors.Join(k.Err(), fmt.Errorf("it is that of %s", k.Local()))
}

// TestKeeperLooks: what a Ring asks a link while it is locked the link says to its Keeper,
// or the two could wait for each other.
func TestKeeperLooks(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		link, _ := dial(t)
		if err := link.SendKept(t.Context(), curious{link}, stanza.NewMessage(alice, "")); err == nil || err.Error() != "it is that of comp.localhost" {
			t.Error(err)
		}
		link.Abort()
	})
}

// TestEcho: who began a ping to ourselves is told once what became of it, and never waits.
func TestEcho(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		link, srv := dial(t)
		r := reader(link)
		told := make(chan error, 10)
		echo := func() { link.Echo(time.Minute, func(err error) { told <- err }) }
		go echo()
		pong := srv.ping()
		srv.say(pong)
		if err := <-told; err != nil {
			t.Errorf("echoed: %v", err)
		}
		go echo()
		late := srv.ping()
		time.Sleep(2 * time.Minute)
		if err := <-told; !errors.Is(err, ErrDeaf) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("deaf: %v", err)
		}
		srv.say(late)
		go echo()
		srv.ping()
		srv.Close()
		if err := <-told; !errors.Is(err, ErrInterrupted) {
			t.Errorf("cut: %v", err)
		}
		<-r.done
		echo()
		if err := <-told; err == nil {
			t.Error("a link that is down echoes")
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(told) > 0 {
			t.Errorf("told once more: %v", <-told)
		}
	})
	bubble("no room", t, func(t *testing.T) {
		link, srv := dial(t, func(o *Options) { o.QueueBytes = 100 })
		r := reader(link)
		long, queued := strings.Repeat("x", 200), 0
		for link.Send(within(t, time.Second), stanza.NewMessage(alice, long)) == nil { // the server takes nothing
			queued++
		}
		told := make(chan error, 1)
		link.Echo(time.Minute, func(err error) { told <- err })
		srv.hear(strings.Repeat("<message from='comp.localhost' to='alice@localhost/r'><body>"+long+"</body></message>", queued))
		srv.say(srv.ping())
		if err := <-told; err != nil {
			t.Errorf("a queue that was full: %v", err)
		}
		link.Abort()
		<-r.done
	})
}
