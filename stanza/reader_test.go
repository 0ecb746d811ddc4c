package stanza_test

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

func TestReader(t *testing.T) {
	in := `<?xml version='1.0'?>
<message from='a@b/c' to='d'><body>hi</body></message>
<presence from='a@b/c'/>
<x xmlns='urn:x'/>
<message from='a@@b' to='d'/>
<message from='a@b' to='a@@b'/>
<message type='error' from='a@b' to=''/>
<iq xmlns='jabber:component:accept' type='get' id='1' from='a@b/c' to='d'><q xmlns='urn:q'/></iq>
<message from='a@b/c' to='d'><body>hi</boddy></message>
`
	r := stanza.NewReader(strings.NewReader(in))
	var got []string
	for {
		s, err := r.Read()
		if err != nil {
			got = append(got, err.Error())
			var se *element.SyntaxError
			if errors.As(err, &se) {
				if r.Offset() != se.Offset {
					t.Errorf("offset %d of what is not XML at %d", r.Offset(), se.Offset)
				}
				break
			}
			continue
		}
		if !strings.HasPrefix(in[r.Offset():], "<"+s.Kind.String()) {
			t.Errorf("offset %d of %s", r.Offset(), s.Node)
		}
		got = append(got, s.Kind.String())
	}
	want := []string{
		"message",
		"stanza: dropped: no-to: {jabber:client}presence at byte 77",
		"stanza: dropped: not-a-stanza: {urn:x}x at byte 102",
		`stanza: dropped: malformed-from: {jabber:client}message at byte 121: from: jid: domain contains a second "@", at octet 2`,
		`stanza: jid-malformed: the recipient's address is malformed: {jabber:client}message at byte 151: to: jid: domain contains a second "@", at octet 2`,
		"stanza: dropped: malformed-to: {jabber:client}message at byte 183: to: jid: address is empty, at octet 0",
		"iq",
		"element: not-well-formed at byte 364: an end tag that does not match <body>, begun at byte 351",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	r = stanza.NewReader(strings.NewReader(" <message from='a@b/c' to='d'>" + strings.Repeat("<a/>", 10_001) + "</message> "))
	s, err := r.Read()
	if !errors.Is(err, stanza.PolicyViolation) || s.From.String() != "a@b/c" || r.Offset() != 1 {
		t.Errorf("excess: %v, %v at byte %d", s.From, err, r.Offset())
	}
	if want := "stanza: policy-violation: beyond the limit of elements: {jabber:client}message at byte 1"; err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if _, err := r.Read(); err != io.EOF || r.Offset() != 1 {
		t.Errorf("at the end: %v at byte %d", err, r.Offset())
	}

	r = stanza.NewReader(strings.NewReader("<message from='a@b/c' to='d'><body/></message><message from='@' to='d'/>"))
	r.Limits.Elements = 1
	s, err = r.Read()
	var fault stanza.Fault
	if !errors.As(err, &fault) || fault.Text != "beyond the limit of elements" {
		t.Errorf("beyond a limit of one's own: %v", err)
	}
	if out, ok := s.ErrorReply(fault); !ok || out.Check() != nil {
		t.Errorf("the answer to it: %v %v", out, ok)
	}
	var malformed *jid.Error
	if _, err := r.Read(); !errors.As(err, &malformed) {
		t.Errorf("no *jid.Error: %v", err)
	}
}

func ExampleReader() {
	file := strings.NewReader(`
		<message from='romeo@example.org/x' to='app'><body>hi</body></message>
		<iq type='get' id='1' from='juliet@example.org/y' to='app'><list xmlns='urn:l'><item id='a'/><item id='b'/></list></iq>`)
	r := stanza.NewReader(file)
	for {
		s, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Println(s.Kind, s.Type, "from", s.From.JID.Bare(), "says", strconv.Quote(s.Body()))
		for item := range s.Payload.ChildrenNamed("urn:l", "item") {
			fmt.Println("item", item.Attr("id"))
		}
	}
	// Output:
	// message normal from romeo@example.org says "hi"
	// iq get from juliet@example.org says ""
	// item a
	// item b
}

func ExampleOut_String() {
	s, _ := stanza.ParseString("<iq type='get' id='1' from='juliet@example.org/y' to='app'><list xmlns='urn:l'/></iq>")
	fmt.Println(s.Result(element.New("urn:l", "list").Attr("size", "0")))
	fmt.Println(s.Reply("hi").Add(element.New("urn:x", "not a name")))
	// Output:
	// <iq from='app' to='juliet@example.org/y' type='result' id='1'><list xmlns='urn:l' size='0'/></iq>
	// stanza: cannot send message: element: cannot write <message>: name "not a name" has ' ' at byte 3, which not every XML parser takes for a part of a name
}
