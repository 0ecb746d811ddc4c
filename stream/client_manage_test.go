package stream

import (
	"context"
	"errors"
	"math"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

const (
	featuresSM = "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'><optional/></sm></stream:features>"
	enabled    = "<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true' max='60'/>"
	fromRomeo  = "<message from='romeo@capulet.example'/>"
)

// managed binds, and answers <enable/> with words.
func (h *host) managed(words string) {
	h.authenticate(featuresSM)
	h.bind("juliet@capulet.example/balcony")
	h.hear()
	h.say(words)
}

// unread hears what comes until the link has ended, to the very byte.
func (h *host) unread() string {
	var b strings.Builder
	buf := make([]byte, 1<<10)
	for !strings.HasSuffix(b.String(), "</stream:stream>") {
		n, err := h.conn.Read(buf)
		if b.Write(buf[:n]); err != nil {
			break
		}
	}
	return b.String()
}

// with gives a link the session s.
func with(s *Session) func(*Options, *Credentials) {
	return func(o *Options, _ *Credentials) { o.Session = s }
}

// enable makes a link that is read, and has it managed. The channel gets what was read,
// and is closed at the end.
func enable(t *testing.T, opts Options) (*Client, <-chan Received) {
	t.Helper()
	link, err := DialClient(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(link.Abort)
	got := make(chan Received, 100)
	go func() {
		defer close(got)
		for {
			batch, err := link.Read(nil)
			for _, r := range batch {
				got <- r
			}
			if err != nil {
				return
			}
		}
	}()
	if err := link.Enable(t.Context()); err != nil {
		t.Fatal(err)
	}
	return link, got
}

// end waits for the end of what enable returns.
func end(got <-chan Received) {
	for range got {
	}
}

func toRomeo(n int) stanza.Out {
	return stanza.NewMessage(jid.MustParse("romeo@capulet.example"), strconv.Itoa(n))
}

// TestM01Counts: stanzas of the three kinds count, from <enabled/> on, whatever else is
// to be said of them, and nothing else does. Each question is answered.
func TestM01Counts(t *testing.T) {
	done := make(chan []string, 1)
	opts := newHost(t, func(h *host) {
		h.managed(fromRomeo + enabled + "<r xmlns='urn:xmpp:sm:3'/>")
		h.hear()
		h.say(" " + fromRomeo + "<presence from='romeo@capulet.example'/>\n<iq from='romeo@capulet.example' type='get' id='1'/>" +
			"<a xmlns='urn:xmpp:sm:3' h='0'/><enabled xmlns='urn:xmpp:sm:3'/><r xmlns='urn:xmpp:sm:3'/>")
		h.hear()
		h.say("<message from='@'/><message to='mercutio@capulet.example' from='romeo@capulet.example'/><message><body>" + strings.Repeat("x", 20000) + "</body></message><r xmlns='urn:xmpp:sm:3'/>")
		h.hear()
		done <- h.heard[len(h.heard)-4:]
		h.rest()
	}, with(new(Session)), func(o *Options, _ *Credentials) { o.Limits.Bytes = 10000 })
	link, _ := enable(t, opts)
	if !link.Managed() {
		t.Error("it is not managed")
	}
	got := <-done
	for i, want := range []string{"<enable xmlns='urn:xmpp:sm:3' resume='true'/>", "<a xmlns='urn:xmpp:sm:3' h='0'/>", "<a xmlns='urn:xmpp:sm:3' h='3'/>", "<a xmlns='urn:xmpp:sm:3' h='6'/>"} {
		if got[i] != want {
			t.Errorf("it said %s, want %s", got[i], want)
		}
	}
}

// TestM01Without: a server that does not manage streams, or not this one, is as good as
// before, and what it says of the matter is nothing.
func TestM01Without(t *testing.T) {
	for name, does := range map[string]func(h *host){
		"not offered": func(h *host) { h.login() },
		"failed": func(h *host) {
			h.managed("<failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>")
		},
	} {
		t.Run(name, func(t *testing.T) {
			opts := newHost(t, func(h *host) {
				does(h)
				h.say("<r xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='7'/><enabled xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3'/>")
				if h.hear().Node.Local() != "message" {
					t.Errorf("it said %v", h.heard)
				}
				h.rest()
			}, with(new(Session)))
			link, got := enable(t, opts)
			if link.Managed() {
				t.Error("it is managed")
			}
			if last, err := sendCounted(t.Context(), link, toRomeo(1)); last != 0 || err != nil {
				t.Errorf("a message is the number %d, %v", last, err)
			}
			if err := link.AwaitAck(t.Context()); err == nil {
				t.Error("the server has confirmed something")
			}
			if err := link.Close(t.Context()); err != nil {
				t.Error(err)
			}
			end(got)
		})
	}
}

// TestM02Wrong: what the server says that cannot be ends the link with the error that
// XEP-0198 has for it, and with it the session.
func TestM02Wrong(t *testing.T) {
	const a = "<a xmlns='urn:xmpp:sm:3' h='%'/>"
	count := func(h string) string { return strings.Replace(a, "%", h, 1) }
	for words, app := range map[string]string{
		count("4"):                           " h='4' send-count='3'",
		count("2") + count("3") + count("2"): " h='2' send-count='3'",
		count("4294967295"):                  " h='4294967295' send-count='3'",
		count("4294967296"):                  "",
		count("-1"):                          "",
		"<a xmlns='urn:xmpp:sm:3'/>":         "",
		"<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='3'/>": "",
	} {
		t.Run(words, func(t *testing.T) {
			var heard string
			done := make(chan struct{})
			opts := newHost(t, func(h *host) {
				defer close(done)
				h.managed(enabled)
				for range 3 {
					h.hear()
				}
				h.say(words)
				heard = h.unread()
			}, with(new(Session)))
			link, got := enable(t, opts)
			if last, err := sendCounted(t.Context(), link, toRomeo(1), toRomeo(2), toRomeo(3)); last != 3 || err != nil {
				t.Errorf("the last is number %d, %v", last, err)
			}
			end(got)
			<-done
			if err := link.Err(); !errors.Is(err, UndefinedCondition) || Misconfigured(err) {
				t.Errorf("it ended with %v", err)
			}
			want := "<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
			if app != "" {
				want += "<handled-count-too-high xmlns='urn:xmpp:sm:3'" + app + "/>"
			}
			if want += "</stream:error></stream:stream>"; heard != want {
				t.Errorf("it said %s\nwant    %s", heard, want)
			}
			if id, _ := opts.Session.take(&link.conn); id != "" {
				t.Errorf("it would resume %q", id)
			}
		})
	}
}

// TestM02Flood: any number of questions that the server asks and does not hear the
// answers to are one, and cost nothing.
func TestM02Flood(t *testing.T) {
	const questions = 100000
	full, asked, last := make(chan struct{}), make(chan struct{}), make(chan string, 1)
	opts := newHost(t, func(h *host) {
		h.managed(enabled)
		<-full
		for range questions / 1000 {
			h.say(strings.Repeat("<r xmlns='urn:xmpp:sm:3'/>", 1000))
		}
		h.say(fromRomeo)
		<-asked
		for answers := 0; ; {
			n := h.hear().Node
			switch {
			case h.over:
				return
			case n.Local() == "a":
				if answers++; answers > 100 {
					t.Error("it answers each")
					return
				}
				last <- n.Attr("h")
			}
		}
	}, with(new(Session)))
	link, got := enable(t, opts)
	long := toRomeo(0)
	long.Body = strings.Repeat("x", 100<<10)
	for range 10 { // more than the connection holds
		if err := link.Send(t.Context(), long); err != nil {
			t.Fatal(err)
		}
	}
	close(full)
	<-got
	link.out.mu.Lock()
	waiting := link.out.filling.Len()
	link.out.mu.Unlock()
	if waiting > 1<<20 {
		t.Errorf("%d bytes wait", waiting)
	}
	close(asked)
	for h := range last { // the first may have been written before the message came
		if h == "1" {
			break
		}
	}
}

// TestM02Ack: what was sent is confirmed when the server says so, asked for once.
func TestM02Ack(t *testing.T) {
	say, said := make(chan string), make(chan string)
	opts := newHost(t, func(h *host) {
		h.managed(enabled)
		for words := range say {
			h.say(words)
			if h.hear(); h.over {
				return
			}
			said <- h.heard[len(h.heard)-1]
		}
	}, with(new(Session)))
	link, _ := enable(t, opts)
	if err := link.AwaitAck(t.Context()); err != nil { // there is nothing to be confirmed
		t.Fatal(err)
	}
	if _, err := sendCounted(t.Context(), link, toRomeo(1)); err != nil {
		t.Fatal(err)
	}
	say <- ""
	<-said
	done := make(chan error)
	go func() { done <- link.AwaitAck(t.Context()) }()
	say <- "<a xmlns='urn:xmpp:sm:3' h='0'/>"
	if got := <-said; got != "<r xmlns='urn:xmpp:sm:3'/>" {
		t.Errorf("it said %s", got)
	}
	select {
	case err := <-done:
		t.Fatalf("%v, and nothing is confirmed", err)
	default:
	}
	if _, err := sendCounted(t.Context(), link, toRomeo(2)); err != nil {
		t.Fatal(err)
	}
	say <- "<a xmlns='urn:xmpp:sm:3' h='1'/>"
	if err := <-done; err != nil { // the second message was sent later
		t.Error(err)
	}
	<-said
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := link.AwaitAck(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, and the second is not confirmed", err)
	}
	go func() { done <- link.AwaitAck(t.Context()) }()
	link.Abort()
	if err := <-done; err == nil {
		t.Error("it is confirmed by a link that is down")
	}
	close(say)
}

// A first is what a link leaves behind that sent four stanzas, of which the server
// confirmed one, and read three.
func first(t *testing.T, s *Session, enabled string) *Client {
	t.Helper()
	opts := newHost(t, func(h *host) {
		h.managed(enabled)
		for range 4 {
			h.hear()
		}
		h.say("<a xmlns='urn:xmpp:sm:3' h='1'/>" + strings.Repeat(fromRomeo, 3))
		h.tcp.Close()
	}, with(s))
	link, got := enable(t, opts)
	if last, err := sendCounted(t.Context(), link, toRomeo(1), toRomeo(2), toRomeo(3), toRomeo(4)); last != 4 || err != nil {
		t.Fatal(last, err)
	}
	end(got)
	if err := link.Err(); !errors.Is(err, ErrCut) {
		t.Fatal(err)
	}
	return link
}

// TestM03Resume: the next link asks for the session before it binds, with what we have
// handled, and takes it as it is.
func TestM03Resume(t *testing.T) {
	s := new(Session)
	first(t, s, strings.Replace(enabled, "s1", "&lt;s 1&apos;", 1)).Abort()
	opts := newHost(t, func(h *host) {
		h.authenticate(featuresSM)
		if got := h.hear().Node; got.XML() != "<resume xmlns='urn:xmpp:sm:3' previd='&lt;s 1&apos;' h='3'/>" {
			t.Errorf("it said %s", got.XML())
		}
		h.say("<resumed xmlns='urn:xmpp:sm:3' previd='&lt;s 1&apos;' h='3'/>" + fromRomeo + "<r xmlns='urn:xmpp:sm:3'/>")
		before := len(h.heard)
		for range 3 { // in whatever order they fall together
			h.hear()
		}
		said := strings.Join(h.heard[before:], "")
		for _, want := range []string{"<a xmlns='urn:xmpp:sm:3' h='4'/>", "<body>4</body>", "<r xmlns='urn:xmpp:sm:3'/>"} {
			if !strings.Contains(said, want) {
				t.Errorf("it said %s", said)
			}
		}
		h.say("<a xmlns='urn:xmpp:sm:3' h='4'/>")
		h.rest()
	}, with(s))
	link, err := NewClient(opts)
	if err != nil {
		t.Fatal(err)
	}
	defer link.Abort()
	if _, err := link.Resume(t.Context()); err == nil {
		t.Error("it resumes before it is connected")
	}
	for _, step := range []func(context.Context) error{link.Connect, link.Open, link.Encrypt, link.Authenticate} {
		if err := step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := link.Resume(t.Context()); err != nil || got != (Resumption{Resumed: true, Known: true, Handled: 3}) {
		t.Fatalf("%+v, %v", got, err)
	}
	if err := link.Bind(t.Context()); err != nil || link.Local() != jid.MustParse("juliet@capulet.example/balcony") {
		t.Errorf("it is %s, %v", link.Local(), err)
	}
	r := reader(link)
	if err := link.Enable(t.Context()); err != nil || !link.Managed() {
		t.Error(err)
	}
	if err := link.SendKept(t.Context(), &notebook{full: errSameID}, toRomeo(4), toRomeo(5)); err != errSameID {
		t.Errorf("a Keeper that is full: %v", err) // what it does not take does not count
	}
	if last, err := sendCounted(t.Context(), link, toRomeo(4)); last != 4 || err != nil {
		t.Errorf("what is sent again is number %d, %v", last, err)
	}
	if err := link.AwaitAck(t.Context()); err != nil {
		t.Error(err)
	}
	if err := link.Close(t.Context()); err != nil {
		t.Error(err)
	}
	<-r.done
	if len(r.got) != 1 || r.got[0].Stanza.To.String() != "juliet@capulet.example/balcony" {
		t.Errorf("it read %v", r.got)
	}
}

// TestM03Refused: what a server may answer to <resume/> beside <resumed/>.
func TestM03Refused(t *testing.T) {
	const failed = "<failed xmlns='urn:xmpp:sm:3'%><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"
	for words, want := range map[string]struct {
		Resumption
		is  error
		app bool
	}{
		strings.Replace(failed, "%", "", 1):                      {Resumption: Resumption{Lost: true}},
		strings.Replace(failed, "%", " h='3'", 1):                {Resumption: Resumption{Lost: true, Known: true, Handled: 3}},
		strings.Replace(failed, "%", " h='4'", 1):                {Resumption: Resumption{Lost: true, Known: true, Handled: 4}},
		strings.Replace(failed, "%", " h='5'", 1):                {Resumption: Resumption{Lost: true}}, // which cannot be
		strings.Replace(failed, "%", " h='0'", 1):                {Resumption: Resumption{Lost: true}},
		"<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='5'/>":     {is: UndefinedCondition, app: true},
		"<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='0'/>":     {is: UndefinedCondition, app: true},
		"<resumed xmlns='urn:xmpp:sm:3' previd='s1'/>":           {is: UndefinedCondition},
		"<resumed xmlns='urn:xmpp:sm:3' previd='other' h='4'/>":  {is: UndefinedCondition},
		"<resumed xmlns='urn:xmpp:sm:3' h='4'/>":                 {is: UndefinedCondition},
		"<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true'/>": {is: UnsupportedStanzaType},
		fromRomeo:                        {is: UnsupportedStanzaType},
		"</stream:stream>":               {is: ErrEnded},
		streamError(InternalServerError): {is: InternalServerError},
	} {
		t.Run(words, func(t *testing.T) {
			s := new(Session)
			first(t, s, enabled).Abort()
			heard := make(chan string, 1)
			opts := newHost(t, func(h *host) {
				h.authenticate(featuresSM)
				h.hear()
				h.say(words)
				if want.is == nil {
					h.bind("juliet@capulet.example/balcony")
				}
				heard <- h.unread()
			}, with(s))
			link, err := NewClient(opts)
			if err != nil {
				t.Fatal(err)
			}
			defer link.Abort()
			for _, step := range []func(context.Context) error{link.Connect, link.Open, link.Encrypt, link.Authenticate} {
				if err := step(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			got, err := link.Resume(t.Context())
			if !errors.Is(err, want.is) || got != want.Resumption {
				t.Errorf("%+v, %v", got, err)
			}
			if err == nil {
				if err := link.Bind(t.Context()); err != nil {
					t.Error(err)
				}
				link.Abort()
			}
			if got := <-heard; strings.Contains(got, "handled-count-too-high") != want.app {
				t.Errorf("it said %s", got)
			}
			// Where only the link went wrong the next one may try again.
			again := errors.Is(err, UnsupportedStanzaType) || errors.Is(err, ErrEnded) || errors.Is(err, InternalServerError)
			if id, _ := s.take(&link.conn); (id != "") != again {
				t.Errorf("the next link would resume %q", id)
			}
		})
	}
}

// TestM03Again: a link that breaks while it resumes leaves the session as it was.
func TestM03Again(t *testing.T) {
	s := new(Session)
	first(t, s, enabled).Abort()
	for range 3 {
		opts := newHost(t, func(h *host) {
			h.authenticate(featuresSM)
			if got := h.hear().Node.Attr("h"); got != "3" {
				t.Errorf("it has handled %s", got)
			}
			h.tcp.Close()
		}, with(s))
		if _, err := DialClient(t.Context(), opts); !errors.Is(err, ErrCut) {
			t.Fatal(err)
		}
	}
}

// TestM03NotResumable: a session without a name that fits, or that the server does not
// offer to resume, ends with its link.
func TestM03NotResumable(t *testing.T) {
	for _, words := range []string{
		"<enabled xmlns='urn:xmpp:sm:3'/>", "<enabled xmlns='urn:xmpp:sm:3' id='s1'/>", "<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='false'/>",
		"<enabled xmlns='urn:xmpp:sm:3' id='" + strings.Repeat("x", maxID+1) + "' resume='true'/>",
	} {
		s := new(Session)
		first(t, s, words).Abort()
		opts := newHost(t, func(h *host) {
			h.managed(enabled)
			h.rest()
		}, with(s))
		link, _ := enable(t, opts)
		if last, err := sendCounted(t.Context(), link, toRomeo(1)); last != 1 || err != nil {
			t.Errorf("it counts on: %d, %v", last, err)
		}
		link.Abort()
	}
}

// TestM03Unread: what the link before has not handed on when the session is resumed the
// server sends again; so it is not to come from there too.
func TestM03Unread(t *testing.T) {
	s := new(Session)
	opts := newHost(t, func(h *host) {
		h.managed(enabled + fromRomeo + fromRomeo)
		h.tcp.Close()
	}, with(s))
	link, err := DialClient(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer link.Abort()
	enabling := make(chan error)
	go func() { enabling <- link.Enable(t.Context()) }()
	var got []Received
	for ev := (element.Event{}); !ev.Node.Is("urn:xmpp:sm:3", "enabled"); { // as Read does, but no further
		if ev, err = link.parser.Read(link.net); err != nil {
			t.Fatal(err)
		}
		if got, err = link.take(got, ev); err != nil {
			t.Fatal(err)
		}
	}
	<-enabling
	next, err := NewClient(opts)
	if err != nil {
		t.Fatal(err)
	}
	if id, handled := s.take(&next.conn); id != "s1" || handled != 0 {
		t.Errorf("resumes %q with %d handled", id, handled)
	}
	if got, err := link.Read(nil); err == nil {
		t.Errorf("the link before read %v", got)
	}
}

// TestM04NoEnd: a link that breaks does not say that the stream is over, unless it is
// closed: that would end the session too.
func TestM04NoEnd(t *testing.T) {
	const farewell = "<a xmlns='urn:xmpp:sm:3' h='1'/></stream:stream>"
	for name, tc := range map[string]struct {
		words, want string
		does        func(link *Client)
	}{
		"half-closed": {words: "", want: ""},
		"closed":      {words: fromRomeo + " ", want: farewell, does: func(link *Client) { link.Close(t.Context()) }},
		"wrong":       {words: "<x/>", want: "<stream:error><unsupported-stanza-type xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>"},
		"ended":       {words: "</stream:stream>", want: "</stream:stream>"},
	} {
		t.Run(name, func(t *testing.T) {
			heard := make(chan string, 1)
			s := new(Session)
			opts := newHost(t, func(h *host) {
				h.managed(enabled)
				h.say(tc.words)
				if tc.does == nil {
					h.tcp.CloseWrite()
				}
				heard <- h.unread()
			}, with(s))
			link, got := enable(t, opts)
			if tc.does != nil {
				<-got
				tc.does(link)
			}
			end(got)
			if got := <-heard; got != tc.want {
				t.Errorf("it said %q, want %q", got, tc.want)
			}
			if id, _ := s.take(&link.conn); (id != "") != (tc.does == nil) {
				t.Errorf("the next link would resume %q", id)
			}
		})
	}
}

// TestM01WrapAround: the counts on the wire begin anew behind 2^32 - 1.
func TestM01WrapAround(t *testing.T) {
	s := new(Session)
	opts := newHost(t, func(h *host) {
		h.managed(enabled)
		for i := range uint32(4) {
			for h.hear().Node.Local() != "r" && !h.over {
			}
			h.say("<a xmlns='urn:xmpp:sm:3' h='" + strconv.FormatUint(uint64(math.MaxUint32-1+i), 10) + "'/>")
		}
		h.rest()
	}, with(s))
	link, _ := enable(t, opts)
	s.mu.Lock()
	s.counts.Send(math.MaxInt32) // as much as an int has everywhere
	s.counts.Send(math.MaxInt32 - 1)
	if err := s.counts.Ack(math.MaxUint32 - 2); err != nil {
		t.Fatal(err)
	}
	s.mu.Unlock()
	for i := range uint64(4) {
		if last, err := sendCounted(t.Context(), link, toRomeo(1)); last != math.MaxUint32-1+i || err != nil {
			t.Fatalf("number %d, %v", last, err)
		}
		if err := link.AwaitAck(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestM03Location: a session is to be resumed where the server wants that, and if
// nobody is there, where it always is.
func TestM03Location(t *testing.T) {
	for location, want := range map[string]string{
		"":                         "xmpp.example:5222",
		"node3.example:9222":       "node3.example:9222 xmpp.example:5222",
		"[2001:db8::1]:9222":       "[2001:db8::1]:9222 xmpp.example:5222",
		"2001:db8::1":              "[2001:db8::1]:5222 xmpp.example:5222",
		"http://node3.example:80/": "xmpp.example:5222",
	} {
		t.Run(location, func(t *testing.T) {
			s := new(Session)
			first(t, s, strings.Replace(enabled, "/>", " location='"+location+"'/>", 1)).Abort()
			var dialled []string
			opts := newHost(t, func(h *host) { h.managed(enabled) }, with(s), func(o *Options, _ *Credentials) {
				o.Dial = func(_ context.Context, _, addr string) (net.Conn, error) {
					dialled = append(dialled, addr)
					return nil, errRefused
				}
			})
			for range 2 {
				if _, err := DialClient(t.Context(), opts); !errors.Is(err, errRefused) {
					t.Error(err)
				}
			}
			want += " xmpp.example:5222" // once was enough
			if got := strings.Join(dialled, " "); got != want {
				t.Errorf("it dialled %s, want %s", got, want)
			}
		})
	}
}
