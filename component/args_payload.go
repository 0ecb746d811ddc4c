package component

import (
	"encoding"
	"encoding/xml"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// payload plans a field that takes a child of the stanza.
func (p *planner) payload(f reflect.StructField, at []int, name string) {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	own := xmlName(t)
	switch {
	case t == reflect.TypeFor[element.Node](), implements[xml.Unmarshaler](t), implements[encoding.TextUnmarshaler](t):
	case t.Kind() != reflect.Struct:
		p.fail(fmt.Sprintf("%s is of type %s, which no payload is read into", name, f.Type), "make it a struct with xml tags, or an element.Node")
		return
	default:
		// Mistakes in its tags show with any element, before that is looked into.
		if err := element.New(own.Space, own.Local).Node().Decode(reflect.New(t).Interface()); err != nil && wrongTags(err) {
			p.fail(fmt.Sprintf("%s cannot be read from XML: %s", name, errors.Unwrap(err)), "mend the xml tags of %s by the rules of encoding/xml", t)
			return
		}
	}
	p.inputs = append(p.inputs, input{index: at, setter: func(field reflect.Value) setter { return payloadSetter(field, own) }})
}

// payloadSetter fills a field with the child of the name own, or with the
// stanza's payload if that has no namespace.
func payloadSetter(field reflect.Value, own element.Name) setter {
	optional := field.Elem().Kind() == reflect.Pointer
	pointer := field.Interface()
	node, raw := pointer.(*element.Node)
	called := "payload"
	if own.Space != "" {
		called = fmt.Sprintf("payload <%s xmlns='%s'>", own.Local, own.Space)
	}
	return func(req *Request) error {
		n := req.Payload
		if own.Space != "" && !n.Is(own.Space, own.Local) {
			n = req.Node.Child(own.Space, own.Local)
		}
		switch {
		case !n.IsZero():
		case optional:
			return nil // the frame was cleared
		default:
			return badArgument(called, "it is missing", nil)
		}
		if raw {
			*node = n
			return nil
		}
		if err := n.Decode(pointer); err != nil {
			what := "something in it is not of the form it should have"
			if bad := (*strconv.NumError)(nil); errors.As(err, &bad) {
				what = fmt.Sprintf("%q is not what is expected there", cut(bad.Num))
			}
			return badArgument(called, what, err)
		}
		return nil
	}
}

// xmlName returns the element name in the tag of the XMLName of t, a struct or
// a pointer to one, by the rules of encoding/xml, for which the field may have
// any type, as struct{}: zero if there is none.
func xmlName(t reflect.Type) (name element.Name) {
	f, ok := xmlNameField(t)
	if !ok {
		return name
	}
	tag, _, _ := strings.Cut(f.Tag.Get("xml"), ",")
	space, local, both := strings.Cut(tag, " ")
	if !both {
		return element.Name{Local: tag}
	}
	return element.Name{Space: space, Local: local}
}

func xmlNameField(t reflect.Type) (f reflect.StructField, ok bool) {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return f, false
	}
	return t.FieldByName("XMLName")
}

// implements reports whether pointers to t are an I.
func implements[I any](t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[I]())
}

// wrongTags reports whether an error of Decode is about the type, not the
// element.
func wrongTags(err error) bool {
	cause := errors.Unwrap(err)
	_, conflict := cause.(*xml.TagPathError)
	return conflict || cause != nil && strings.HasPrefix(cause.Error(), "xml: ")
}

// badArgument is the error for a value that does not fit: what it is called and
// what is wrong with it, or the Fault that the cause holds. The text goes to the
// sender, and has nothing of the value but what was cut; the log gets the cause.
func badArgument(called, what string, cause error) error {
	f := stanza.BadRequest.Fault()
	if errors.As(cause, &f) && f.Text != "" {
		what = f.Text
	}
	f = f.WithText(called + ": " + what)
	if cause == nil || cause == errForm {
		return f
	}
	return fmt.Errorf("%w (%s)", f, cut(cause.Error()))
}

// cut shortens what a stranger may have written at any length.
func cut(s string) string {
	const most = 100
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
