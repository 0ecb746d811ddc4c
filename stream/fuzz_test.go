package stream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/emp-framework/emp/internal/pipe"
)

// pieces is a connection that reads in pieces of at most size bytes.
type pieces struct {
	*pipe.Conn
	size int
}

func (p pieces) Read(b []byte) (int, error) { return p.Conn.Read(b[:min(p.size, len(b))]) }

// hearsay tells all that a link makes of a server that says said and closes: what
// it reads, why it ends, what it says itself.
func hearsay(t *testing.T, said []byte, size int) string {
	ours, its := pipe.New()
	its.Write(said)
	its.CloseWrite()
	var b strings.Builder
	link, err := DialComponent(context.Background(), Options{PingInterval: -1}.with("comp.localhost", pieces{ours, size}))
	served := err == nil
	if served {
		var got []Received
		got, err = read(link)
		for _, r := range got {
			if r.Stanza.Kind == 0 && r.Err == nil {
				t.Errorf("no stanza, and no error: %v", r.Stanza.Node)
			}
			fmt.Fprintln(&b, r.Stanza.Node, r.Err)
		}
		if _, again := link.Read(nil); again != err {
			t.Errorf("Read ended with %v, then with %v", err, again)
		}
		link.Abort()
	}
	heard, _ := (&server{its, t}).rest()
	hasDigest := strings.Contains(heard, "<handshake>")
	var e *Error
	switch {
	case err == nil:
		t.Error("no final error")
	case served && !hasDigest:
		t.Error("ready without a handshake")
	case !strings.HasPrefix(heard, ourHeader) || !strings.HasSuffix(heard, endTag):
		t.Errorf("the link said %q", heard)
	case errors.As(err, &e) && !e.Received != strings.Contains(heard, "<stream:error>"):
		t.Errorf("it said %q because of %v", heard, err)
	}
	fmt.Fprintln(&b, served, err, heard)
	return b.String()
}

// FuzzServer: whatever a server says, the link ends with an error, says what it
// has to, reads nothing before the handshake, and all that does not depend on how
// the bytes are cut.
func FuzzServer(f *testing.F) {
	const stanzas = "<message from='a@b' to='comp.localhost'><body>x</body></message><iq type='get' id='1' from='a@b' to='x@other'><q xmlns='urn:x'/></iq>"
	for _, s := range []string{
		"", "x", header, header + "<handshake/>", header + "<handshake/>" + stanzas + endTag, header + stanzas,
		header + streamError(NotAuthorized), header + "<handshake/>" + stanzas + streamError(Conflict),
		strings.Replace(header, "abc", "", 1) + streamError(HostUnknown), strings.Replace(header, "comp", "x", 1),
		header + "<stream:features/><handshake/> \n<failed xmlns='urn:xmpp:sm:3'/><presence from='@' to=''/>",
		header + "<handshake/><handshake/>", header + "<handshake xmlns='urn:x'/>", header[:len(header)-1] + "/>",
		"<stream xmlns='" + NSStreams + "' id='1'><handshake xmlns='" + NSAccept + "'/><message xmlns='jabber:client'/><stream:error/>",
		header + "<handshake/><message from='a@b' to='comp.localhost'>" + strings.Repeat("<a>", 300) + strings.Repeat("</a>", 300) + "</message>",
	} {
		f.Add([]byte(s), uint16(7))
	}
	f.Fuzz(func(t *testing.T, said []byte, size uint16) {
		if len(said) > pipe.Size {
			return
		}
		whole := hearsay(t, said, pipe.Size)
		for _, n := range []int{1, 1 + int(size)} {
			if got := hearsay(t, said, n); got != whole {
				t.Errorf("in pieces of %d:\n%s\nwhole:\n%s", n, got, whole)
			}
		}
	})
}

var _ net.Conn = pieces{}
