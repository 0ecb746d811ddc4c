package component_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"strconv"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// Actions in pairs, written by hand and bound by Args, which do the same: each
// pair answers the stanza of its benchmark.

const tweetsNS = "urn:example:tweets"

// shown is a result that makes its own element.
type shown struct {
	id   int
	text string
}

func (s *shown) Node() element.Node {
	return element.New(tweetsNS, "tweet").Attr("id", strconv.Itoa(s.id)).Text(s.text).Node()
}

// posted is a payload of encoding/xml.
type posted struct {
	XMLName xml.Name `xml:"urn:example:tweets tweet"`
	Reply   int      `xml:"reply,attr"`
	Text    string   `xml:",chardata"`
}

func number64(req *component.Request, name string) (int, error) {
	n, err := strconv.Atoi(req.Arg(name))
	if err != nil {
		return 0, stanza.BadRequest.With("argument %s: a number is expected", name)
	}
	return n, nil
}

func capturesByHand(_ context.Context, req *component.Request) (component.Response, error) {
	id, err := number64(req, "id")
	if err != nil {
		return nil, err
	}
	most, err := number64(req, "max")
	if err != nil {
		return nil, err
	}
	return req.Result(listed(req.Arg("user"), id, most)), nil
}

func capturesBound(_ context.Context, in struct {
	*component.Request
	User string `arg:"user"`
	ID   int    `arg:"id"`
	Max  int    `arg:"max"`
}) (component.Response, error) {
	return in.Result(listed(in.User, in.ID, in.Max)), nil
}

func listed(user string, id, most int) *element.Builder {
	return element.New(tweetsNS, "tweets").Attr("of", user).Attr("from", strconv.Itoa(id)).Attr("to", strconv.Itoa(id+most))
}

func shortened(user string, p *posted) string {
	return fmt.Sprintf("%s: %d bytes, in reply to %d", user, len(p.Text), p.Reply)
}

func payloadByHand(_ context.Context, req *component.Request) (component.Response, error) {
	var p posted
	if err := req.Payload.Decode(&p); err != nil {
		return nil, stanza.BadRequest.With("payload: %v", err)
	}
	return req.Reply(shortened(req.Arg("user"), &p)), nil
}

func payloadBound(_ context.Context, in struct {
	User  string `arg:"user"`
	Tweet posted `payload:""`
}) (string, error) {
	return shortened(in.User, &in.Tweet), nil
}

func resultByHand(_ context.Context, req *component.Request) (component.Response, error) {
	id, err := number64(req, "id")
	if err != nil {
		return nil, err
	}
	return req.Result(&shown{id, "Hackity Hack!"}), nil
}

func resultBound(_ context.Context, in struct {
	ID int `arg:"id"`
}) (*shown, error) {
	return &shown{in.ID, "Hackity Hack!"}, nil
}

// pairs are the benchmarks' requests and actions.
func pairs(t testing.TB) []pair {
	holes := []component.Arg{{Name: "user", Value: "romeo", OK: true}, {Name: "id", Value: "1234", OK: true}, {Name: "max", Value: "50", OK: true}}
	message := request(t, "<message from='a@b/c' to='romeo@d'><tweet xmlns='urn:example:tweets' reply='7'>hello</tweet></message>", holes...)
	get := request(t, "<iq type='get' id='1' from='a@b/c' to='d'><tweet xmlns='urn:example:tweets' id='1234'/></iq>", holes...)
	return []pair{
		{"captures", get, capturesByHand, action(t, capturesBound, "user", "id", "max")},
		{"payload", message, payloadByHand, action(t, payloadBound, "user", "id", "max")},
		{"result", get, resultByHand, action(t, resultBound, "user", "id", "max")},
	}
}

type pair struct {
	name        string
	req         *component.Request
	hand, bound component.Action
}

func BenchmarkArgs(b *testing.B) {
	for _, p := range pairs(b) {
		for name, action := range map[string]component.Action{"hand": p.hand, "bound": p.bound} {
			b.Run(p.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := action(b.Context(), p.req); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkArgsAlone is what binding adds: the function does nothing.
func BenchmarkArgsAlone(b *testing.B) {
	for _, n := range []int{0, 1, 4} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var a component.Action
			switch n {
			case 0:
				a = action(b, func(context.Context, struct{}) (component.Response, error) { return nil, nil })
			case 1:
				a = action(b, func(context.Context, struct {
					ID int `arg:"id"`
				}) (component.Response, error) {
					return nil, nil
				}, "id")
			case 4:
				a = action(b, func(context.Context, struct {
					ID   int    `arg:"id"`
					Max  int    `arg:"id"`
					User string `arg:"id"`
					Yes  uint   `arg:"id"`
				}) (component.Response, error) {
					return nil, nil
				}, "id")
			}
			req := pairs(b)[2].req
			b.ReportAllocs()
			for b.Loop() {
				if _, err := a(b.Context(), req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestArgsPairs: what the benchmarks compare does the same.
func TestArgsPairs(t *testing.T) {
	for _, p := range pairs(t) {
		hand, err := p.hand(t.Context(), p.req)
		if err != nil {
			t.Fatal(err)
		}
		bound, err := p.bound(t.Context(), p.req)
		if err != nil || len(bound) != 1 || bound[0].Node().XML() != hand[0].Node().XML() {
			t.Errorf("%s: %v, %v, by hand %v", p.name, bound, err, hand)
		}
	}
}
