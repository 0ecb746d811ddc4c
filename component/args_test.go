package component_test

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// action binds fn to a route with these holes; one with a ? may stay empty.
func action[In, Out any](t testing.TB, fn func(context.Context, In) (Out, error), holes ...string) component.Action {
	t.Helper()
	a, mistakes := component.Args(fn).Bind(target(0, holes...))
	if len(mistakes) > 0 {
		t.Fatalf("mistakes: %q", mistakes)
	}
	return a
}

func target(kind stanza.Kind, holes ...string) component.Target {
	target := component.Target{Kind: kind}
	for _, h := range holes {
		name, optional := strings.CutSuffix(h, "?")
		target.Holes = append(target.Holes, component.Hole{Name: name, Optional: optional})
	}
	return target
}

// read has text read into a T, as the capture v.
func read[T any](t testing.TB, text string) (got T, err error) {
	t.Helper()
	a := action(t, func(_ context.Context, in struct {
		V T `arg:"v"`
	}) (struct{}, error) {
		got = in.V
		return struct{}{}, nil
	}, "v")
	_, err = a(t.Context(), request(t, "<message from='a@b/c' to='d'/>", component.Arg{Name: "v", Value: text, OK: true}))
	return got, err
}

// good and bad return the test of one value of a T.
func good[T comparable](text string, want T) func(t *testing.T) {
	return func(t *testing.T) {
		if got, err := read[T](t, text); got != want || err != nil {
			t.Errorf("%T of %q: %v, %v, want %v", want, text, got, err, want)
		}
		if got, err := read[*T](t, text); err != nil || got == nil || *got != want {
			t.Errorf("*%T of %q: %v, %v, want %v", want, text, got, err, want)
		}
	}
}

func bad[T any](text, want string) func(t *testing.T) {
	return func(t *testing.T) {
		for _, err := range []error{second(read[T](t, text)), second(read[*T](t, text))} {
			var f stanza.Fault
			if !errors.As(err, &f) || f.Condition != stanza.BadRequest || f.Text != "argument v: "+want || f.Lang != "en" {
				t.Errorf("%T of %q: %v, want argument v: %s", *new(T), text, err, want)
			}
			if err != nil && len(err.Error()) > 300 {
				t.Errorf("%T: an error of %d bytes", *new(T), len(err.Error()))
			}
		}
	}
}

func second[T any](_ T, err error) error { return err }

type (
	number int16
	word   string
	yes    bool
)

// A color is a TextUnmarshaler that says what it expects.
type color struct{ r, g, b byte }

func (c *color) UnmarshalText(text []byte) error {
	if _, err := fmt.Sscanf(string(text), "#%02x%02x%02x", &c.r, &c.g, &c.b); err != nil {
		return stanza.BadRequest.With("a color as in #ff0000 is expected")
	}
	return nil
}

// odd is one that says nothing useful, at length.
type odd struct{}

func (*odd) UnmarshalText(text []byte) error { return fmt.Errorf("odd: %s", text) }

func TestArgsValues(t *testing.T) {
	const int8s, uint8s = "a whole number from -128 to 127 is expected", "a whole number from 0 to 255 is expected"
	const floats = "a decimal number from -1.7976931348623157e+308 to 1.7976931348623157e+308 is expected"
	const durations, stamps = "a duration as in 1h30m or 1.5s is expected", "a time as in 2002-09-10T23:08:25Z is expected"
	long := strings.Repeat("1", 1<<20)
	for _, test := range []func(*testing.T){
		good("", ""), good(" a ", " a "), good("ß", word("ß")), good(long, long),
		good("7", 7), good("-7", int8(-7)), good("-128", int8(-128)), good("127", int8(127)), good("+5", int16(5)), good("007", int32(7)),
		good(" \t7\r\n", 7), good("9223372036854775807", int64(1<<63-1)), good("-9223372036854775808", int64(-1<<63)), good("-32768", number(-1<<15)),
		bad[int8]("128", int8s), bad[int8]("-129", int8s), bad[int8]("", int8s), bad[int8]("1.0", int8s), bad[int8]("0x1", int8s),
		bad[int8]("1_0", int8s), bad[int8]("٣", int8s), bad[int8]("\u00a07", int8s), bad[int8](long, int8s), bad[int8]("7 7", int8s),
		bad[int64]("9223372036854775808", "a whole number from -9223372036854775808 to 9223372036854775807 is expected"),
		bad[number]("32768", "a whole number from -32768 to 32767 is expected"),
		good("0", uint(0)), good("255", uint8(255)), good("+1", uint16(1)), good("4294967295", uint32(1<<32-1)), good("18446744073709551615", uint64(1<<64-1)),
		bad[uint8]("256", uint8s), bad[uint8]("-1", uint8s), bad[uint8]("-0", uint8s), bad[uint8]("++1", uint8s), bad[uint8](long, uint8s),
		bad[uint64]("18446744073709551616", "a whole number from 0 to 18446744073709551615 is expected"),
		good("1.5", 1.5), good("-1e3", -1000.0), good(".5", 0.5), good("5.", 5.0), good("0.1", float32(0.1)), good(" 2 ", 2.0),
		bad[float64]("NaN", floats), bad[float64]("inf", floats), bad[float64]("1e309", floats), bad[float64]("0x1p-2", floats),
		bad[float64]("1_0", floats), bad[float64]("1,5", floats), bad[float64]("", floats), bad[float64](long, floats),
		bad[float32]("1e39", "a decimal number from -3.4028234663852886e+38 to 3.4028234663852886e+38 is expected"),
		good("true", true), good("1", true), good("false", false), good("0", false), good(" true\n", yes(true)),
		bad[bool]("", "true, false, 1 or 0 is expected"), bad[bool]("TRUE", "true, false, 1 or 0 is expected"), bad[yes]("yes", "true, false, 1 or 0 is expected"),
		good("1h30m", 90*time.Minute), good("-1.5s", -1500*time.Millisecond), good(" 0 ", time.Duration(0)),
		bad[time.Duration]("90", durations), bad[time.Duration]("PT1H", durations), bad[time.Duration](long+"s", durations),
		good("2002-09-10T23:08:25Z", time.Date(2002, 9, 10, 23, 8, 25, 0, time.UTC)),
		good("2002-09-10T18:08:25.5-05:00", time.Date(2002, 9, 10, 23, 8, 25, 5e8, time.UTC)),
		bad[time.Time]("20020910T23:08:25", stamps), bad[time.Time]("2002-02-30T23:08:25Z", stamps), bad[time.Time]("", stamps),
		good("Romeo@Example.org/x", jid.MustParse("romeo@example.org/x")),
		bad[jid.JID]("@", "a JID is expected"), bad[jid.JID]("", "a JID is expected"), bad[jid.JID](long, "a JID is expected"),
		good("#ff8000", color{0xff, 0x80, 0}), bad[color]("red", "a color as in #ff0000 is expected"), bad[odd](long, "another form is expected"),
	} {
		test(t)
	}
}

func TestArgsMissing(t *testing.T) {
	var got string
	a := action(t, func(_ context.Context, in struct {
		Lang *string       `arg:"lang"`
		Max  int           `arg:"max" default:"20"`
		For  time.Duration `arg:"for" default:"1m"`
	}) (struct{}, error) {
		got = fmt.Sprint(in.Lang == nil, in.Max, in.For)
		return struct{}{}, nil
	}, "lang?", "max?", "for?")
	for _, tt := range []struct {
		args []component.Arg
		want string
	}{
		{[]component.Arg{{Name: "lang", Value: "de", OK: true}, {Name: "max", Value: "3", OK: true}, {Name: "for"}}, "false 3 1m0s"},
		{[]component.Arg{{Name: "lang"}, {Name: "max"}, {Name: "for"}}, "true 20 1m0s"},
		{[]component.Arg{{Name: "for", Value: "2s", OK: true}, {Name: "max", Value: "4", OK: true}}, "true 4 2s"}, // a request made by hand
		{nil, "true 20 1m0s"},
	} {
		if _, err := a(t.Context(), request(t, "<message from='a@b' to='d'/>", tt.args...)); err != nil || got != tt.want {
			t.Errorf("%v: %s, %v, want %s", tt.args, got, err, tt.want)
		}
	}
	a = action(t, func(_ context.Context, in struct {
		ID int `arg:"id"`
	}) (struct{}, error) {
		return struct{}{}, nil
	}, "id")
	if _, err := a(t.Context(), request(t, "<message from='a@b' to='d'/>")); fmt.Sprint(err) != "stanza: bad-request: argument id: it is missing" {
		t.Errorf("a request made by hand without it: %v", err)
	}
}

// TestArgsFields: what a struct of arguments may hold beside captures.
func TestArgsFields(t *testing.T) {
	type Page struct {
		Max int `arg:"max"`
	}
	type page struct {
		After string `arg:"after"`
	}
	a := action(t, func(_ context.Context, in struct {
		*component.Request
		Page
		page
		own int
		_   string
	}) (string, error) {
		return fmt.Sprint(in.Body(), in.Max, in.After, in.own, in.Arg("max")), nil
	}, "after", "max")
	req := request(t, "<message from='a@b/c' to='d'><body>x</body></message>", component.Arg{Name: "after", Value: "y", OK: true}, component.Arg{Name: "max", Value: "5", OK: true})
	if res, err := a(t.Context(), req); err != nil || res[0].Body != "x5y05" {
		t.Errorf("%v, %v", res, err)
	}
	whole := action(t, func(_ context.Context, req *component.Request) (string, error) { return "re: " + req.Body(), nil })
	if res, err := whole(t.Context(), req); err != nil || res[0].Body != "re: x" || res[0].To.String() != "a@b/c" {
		t.Errorf("%v, %v", res, err)
	}
}

type tweet struct {
	XMLName xml.Name  `xml:"urn:t tweet"`
	ID      int       `xml:"id,attr,omitempty"`
	Text    string    `xml:",chardata"`
	At      time.Time `xml:"-"`
}

// TestArgsPayload: which element is read, and what is said of one that cannot be.
func TestArgsPayload(t *testing.T) {
	var got string
	one := action(t, func(_ context.Context, in struct {
		Tweet tweet `payload:""`
	}) (struct{}, error) {
		got = in.Tweet.Text
		return struct{}{}, nil
	})
	either := action(t, func(_ context.Context, in struct {
		Tweet *tweet `payload:""`
		Other *struct {
			XMLName struct{} `xml:"urn:t other"` // of any type, for encoding/xml
		} `payload:""`
	}) (struct{}, error) {
		got = fmt.Sprint(in.Tweet != nil, in.Other != nil)
		return struct{}{}, nil
	})
	plain := action(t, func(_ context.Context, in struct {
		Any struct {
			Text string `xml:",chardata"`
		} `payload:""`
	}) (struct{}, error) {
		got = in.Any.Text
		return struct{}{}, nil
	})
	raw := action(t, func(_ context.Context, in struct {
		Node  element.Node  `payload:""`
		Again *element.Node `payload:""`
	}) (struct{}, error) {
		got = in.Node.XML() + in.Again.Local()
		return struct{}{}, nil
	})
	const iq, msg = "<iq type='set' id='1' from='a@b/c' to='d'>%s</iq>", "<message from='a@b/c' to='d'><body>b</body><id xmlns='urn:xmpp:sid:0'/>%s</message>"
	for _, tt := range []struct {
		action        component.Action
		xml, in, want string
	}{
		{one, iq, "<tweet xmlns='urn:t' id='7'>seven</tweet>", "seven"},
		{one, msg, "<tweet xmlns='urn:t'>behind another</tweet><tweet xmlns='urn:t'>second</tweet>", "behind another"},
		{one, msg, "", "stanza: bad-request: payload <tweet xmlns='urn:t'>: it is missing"},
		{one, iq, "<tweet xmlns='urn:other'/>", "stanza: bad-request: payload <tweet xmlns='urn:t'>: it is missing"},
		{one, iq, "<tweet xmlns='urn:t' id='" + strings.Repeat("x", 300) + "'/>", `stanza: bad-request: payload <tweet xmlns='urn:t'>: "` + strings.Repeat("x", 100) + `…" is not what is expected there (element: decode <tweet>: strconv.ParseInt: parsing "` + strings.Repeat("x", 48) + "…)"},
		{either, iq, "<other xmlns='urn:t'/>", "false true"},
		{either, iq, "<tweet xmlns='urn:t'/>", "true false"},
		{either, msg, "", "false false"},
		{plain, iq, "<any xmlns='urn:any'>x</any>", "x"},
		{plain, msg, "<tweet xmlns='urn:t'>not the first payload</tweet>", ""},
		{plain, "<message from='a@b/c' to='d'>%s</message>", "<body/>", "stanza: bad-request: payload: it is missing"},
		{raw, iq, "<any xmlns='urn:any'/>", "<any xmlns='urn:any'/>any"},
	} {
		got = ""
		if _, err := tt.action(t.Context(), request(t, fmt.Sprintf(tt.xml, tt.in))); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
}

// A trail adds to what it has.
type trail []string

func (t *trail) UnmarshalText(text []byte) error {
	*t = append(*t, string(text))
	return nil
}

// TestArgsBeginEmpty: a field has nothing of an earlier call, whether that took
// a value or failed behind it.
func TestArgsBeginEmpty(t *testing.T) {
	var got string
	a := action(t, func(_ context.Context, in struct {
		Plain   trail  `arg:"v"`
		Pointer *trail `arg:"v"`
		N       int8   `arg:"n"`
	}) (struct{}, error) {
		got = fmt.Sprint(in.Plain, *in.Pointer)
		return struct{}{}, nil
	}, "v", "n")
	for _, n := range []string{"1", "x", "2", "y", "3"} {
		got = "[" + n + "] [" + n + "]"
		_, err := a(t.Context(), request(t, "<message from='a@b' to='d'/>", component.Arg{Name: "v", Value: n, OK: true}, component.Arg{Name: "n", Value: n, OK: true}))
		if want := "[" + n + "] [" + n + "]"; got != want || (err == nil) != (n < "9") {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
}

// TestArgsShareNothing: calls at the same time and one behind the other have
// arguments of their own.
func TestArgsShareNothing(t *testing.T) {
	type in struct {
		ID   int     `arg:"id"`
		Name *string `arg:"name"`
		Not  *string `arg:"not"`
		Body *tweet  `payload:""`
	}
	var mu sync.Mutex
	kept := map[int]in{}
	a := action(t, func(_ context.Context, in in) (struct{}, error) {
		mu.Lock()
		defer mu.Unlock()
		kept[in.ID] = in
		return struct{}{}, nil
	}, "id", "name", "not?")
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := g; i < 400; i += 4 {
				n := fmt.Sprint(i)
				payload := ""
				if i%2 == 0 {
					payload = "<tweet xmlns='urn:t'>" + n + "</tweet>"
				}
				req := request(t, "<message from='a@b' to='d'>"+payload+"</message>", component.Arg{Name: "id", Value: n, OK: true}, component.Arg{Name: "name", Value: n, OK: true}, component.Arg{Name: "not", Value: n, OK: i%3 == 0})
				if _, err := a(t.Context(), req); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for i := range 400 {
		in, n := kept[i], fmt.Sprint(i)
		if *in.Name != n || (in.Body != nil) != (i%2 == 0) || in.Body != nil && in.Body.Text != n || (in.Not != nil) != (i%3 == 0) || in.Not != nil && *in.Not != n {
			t.Errorf("%d: %+v", i, in)
		}
	}
}
