package component

import (
	"context"
	"reflect"
	"sync"

	"github.com/emp-framework/emp/stanza"
)

// Args binds a function with typed arguments and a typed result to a route:
//
//	func (t *Tweets) Show(ctx context.Context, in struct {
//		ID int `arg:"id"`
//	}) (*Tweet, error)
//
//	r.Get(`t:tweet[@id={id:\d+}]`).Bind(component.Args(tweets.Show))
//
// What the function wants is compared with what the route has when the routes
// are compiled: a mistake keeps the application from starting and is reported
// like all others. A value that does not fit its field is answered with
// bad-request, which names the argument, and the function is not called.
//
// # Arguments
//
// In is a struct, or *Request for a function of which only the result is typed.
// Each of its exported fields is one of these; embedded structs count as the
// fields they hold:
//
//	ID   int              `arg:"id"`                what the hole {id} captured
//	Max  int              `arg:"max" default:"20"`  …or 20 where the hole is not filled
//	Lang *string          `arg:"lang"`              …or nil
//	New  Tweet            `payload:""`              the payload, by [element.Node.Decode]
//	Raw  element.Node     `payload:""`              …as it is
//	*component.Request                              the request itself
//
// A hole that a match may leave empty, as in [not(@max) or @max={max}], needs a
// default or a pointer. A field of a capture has one of these types, or one
// defined by one of the basic types, or is a pointer to one:
//
//	string                     any text
//	int…int64, uint…uint64     decimal digits, perhaps a sign, within the type's range
//	float32, float64           a finite decimal number, as in -1.5e3
//	bool                       true, false, 1 or 0
//	time.Duration              as time.ParseDuration reads it: 1h30m
//	time.Time                  a DateTime of XEP-0082, see [stanza.ParseStamp]
//	jid.JID                    an address (RFC 7622), prepared
//	encoding.TextUnmarshaler   what it takes; a Fault it returns keeps its condition and text
//
// Numbers and the like may have white space around them (XML Schema part 2,
// section 4.3.6), and have at most 64 bytes.
//
// The payload is the first child element of the name in the tag of XMLName, if
// the struct has one with a namespace; else the stanza's Payload. Where there is
// none a pointer is nil, and anything else is a bad-request.
//
// # Results
//
// Out says how an iq get or set is answered, or a message:
//
//	Response, []stanza.Out, stanza.Out   as it is; presences are answered with these alone
//	element.Part                         the payload: a Node, a *Builder, a type with a method Node
//	a struct with xml tags, or pointer   the payload, by [element.Marshal]; its XMLName has a namespace
//	a slice of these                     of an iq: the items in an element named as the request's
//	                                     payload; of a message: one payload each
//	string                               the body of the message that replies
//	struct{}                             nothing
//
// A payload goes into the result of an iq, or into a reply to a message of the
// same type and thread ([Request.Reply]). A nil pointer or Part, an empty
// string, to a message an empty slice: nothing is sent, but for the
// empty result to an iq. An error is what it is for any [Action].
func Args[In, Out any](fn func(ctx context.Context, in In) (Out, error)) Binding {
	return Binding{fn, func(t Target) (Action, []Mistake) { return bind(fn, t) }}
}

// A Binding is a typed function on its way to a route: what [Args] makes, and
// router.Route.Bind takes.
type Binding struct {
	fn   any
	bind func(Target) (Action, []Mistake)
}

// A Target is what a Binding has to know of its route.
type Target struct {
	Kind   stanza.Kind // of the stanzas that the route takes, 0 for any
	Errors bool        // it takes only stanzas of type error, which are never answered
	Holes  []Hole      // in the order of Request.Args
}

// A Hole is one capture of a route.
type Hole struct {
	Name     string
	Optional bool // some matches leave it empty
}

// A Mistake is why a function cannot be bound to a route: what is wrong, and
// what to do about it.
type Mistake struct{ Msg, Cure string }

// Bind makes the action that calls the function. The router does that, once for
// each route, and reports the mistakes.
func (b Binding) Bind(t Target) (Action, []Mistake) {
	if b.bind == nil {
		return nil, []Mistake{{"nothing is bound", "give it component.Args(function)"}}
	}
	return b.bind(t)
}

// Func returns the function that Args was given, nil for the zero Binding.
func (b Binding) Func() any { return b.fn }

func bind[In, Out any](fn func(context.Context, In) (Out, error), t Target) (Action, []Mistake) {
	if fn == nil {
		return nil, []Mistake{{"the function is nil", "give component.Args a function or method"}}
	}
	inputs, mistakes := planInputs(reflect.TypeFor[In](), t.Holes)
	kind, more := planResult(reflect.TypeFor[Out](), t)
	if mistakes = append(mistakes, more...); len(mistakes) > 0 {
		return nil, mistakes
	}
	frames := sync.Pool{New: func() any { return newFrame[In](inputs) }}
	var zero In
	return func(ctx context.Context, req *Request) (Response, error) {
		f := frames.Get().(*frame[In])
		err := f.fill(req)
		in := f.in
		f.in = zero
		frames.Put(f)
		if err != nil {
			return nil, err
		}
		out, err := fn(ctx, in)
		if err != nil {
			return nil, err
		}
		switch out := any(&out).(type) { // boxing the value would copy it to the heap
		case *Response:
			return *out, nil
		case *string:
			return respondText(req, *out)
		}
		return respond(req, kind, out)
	}, nil
}
