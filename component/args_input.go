package component

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/emp-framework/emp/internal/nearest"
)

// A frame is an In and what fills its fields. That holds pointers into it, so
// reflection makes frames, which are used again and again, and a call does
// without.
type frame[In any] struct {
	in       In
	captures []captured
	others   []setter
}

// A setter fills one field, or says why it cannot.
type setter func(req *Request) error

func newFrame[In any](inputs []input) *frame[In] {
	f := &frame[In]{}
	for _, input := range inputs {
		field := reflect.ValueOf(&f.in).Elem()
		for _, i := range input.index {
			field = field.Field(i)
		}
		if input.capture != nil {
			c := *input.capture
			c.reader = readerOf(field.Addr())
			f.captures = append(f.captures, c)
		} else {
			f.others = append(f.others, input.setter(field.Addr()))
		}
	}
	return f
}

func (f *frame[In]) fill(req *Request) error {
	for i := range f.captures {
		if err := f.captures[i].fill(req); err != nil {
			return err
		}
	}
	for _, set := range f.others {
		if err := set(req); err != nil {
			return err
		}
	}
	return nil
}

// An input is one field that is filled: where it is in In, none for the whole
// of it, and with a capture, or by what setter makes for a pointer to it.
type input struct {
	index   []int
	capture *captured // without its reader
	setter  func(field reflect.Value) setter
}

// A captured is a field that takes a capture: the i-th, which is that of the
// hole name unless the request was made by hand.
type captured struct {
	i          int
	name       string
	def        string
	hasDefault bool
	reader     *reader
}

func (c *captured) fill(req *Request) error {
	text, ok := "", false
	if c.i < len(req.args) && req.args[c.i].Name == c.name {
		text, ok = req.args[c.i].Value, req.args[c.i].OK
	} else {
		text, ok = req.LookupArg(c.name)
	}
	switch {
	case ok:
	case c.hasDefault:
		text = c.def
	case c.reader.optional:
		return nil // the frame was cleared
	default:
		return badArgument("argument "+c.name, "it is missing", nil)
	}
	if err := c.reader.read(text); err != nil {
		return badArgument("argument "+c.name, c.reader.form+" is expected", err)
	}
	return nil
}

var requestPointer = reflect.TypeFor[*Request]()

// setRequest is the setter of a field that is the request.
func setRequest(field reflect.Value) setter {
	p := field.Interface().(**Request)
	return func(req *Request) error { *p = req; return nil }
}

// A planner looks at the fields of an In.
type planner struct {
	holes    []Hole
	inputs   []input
	mistakes []Mistake
}

// planInputs plans arguments of the type t.
func planInputs(t reflect.Type, holes []Hole) ([]input, []Mistake) {
	p := planner{holes: holes}
	switch {
	case t == requestPointer:
		p.inputs = []input{{setter: setRequest}}
	case t.Kind() == reflect.Struct && t != requestPointer.Elem():
		p.fields(t, nil)
	case t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct && t.Elem() != requestPointer.Elem():
		p.fail("the function takes a pointer to its arguments", "let it take the struct itself, %s", t.Elem())
	default:
		p.fail(fmt.Sprintf("the function takes %s, which has no fields for arguments", t), "let it take a struct with a field for each argument, as in struct{ID int `arg:\"id\"`}, or a *component.Request")
	}
	return p.inputs, p.mistakes
}

func (p *planner) fail(msg, cure string, args ...any) {
	p.mistakes = append(p.mistakes, Mistake{msg, fmt.Sprintf(cure, args...)})
}

// fields plans the fields of the struct t, which is at index of In. How deep
// it goes is in the program's text.
func (p *planner) fields(t reflect.Type, index []int) {
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(slices.Clip(index), i)
		name := "field " + f.Name
		if t.Name() != "" {
			name = fmt.Sprintf("field %s.%s", t.Name(), f.Name)
		}
		arg, isArg := f.Tag.Lookup("arg")
		_, isPayload := f.Tag.Lookup("payload")
		switch {
		case f.Type == requestPointer && f.IsExported():
			p.inputs = append(p.inputs, input{index: at, setter: setRequest})
		case f.Type == requestPointer:
			p.fail(name+" is not exported, so the request cannot be put into it", "begin its name with a capital letter, or embed *component.Request")
		case f.Type == requestPointer.Elem():
			p.fail(name+" is a copy of the request", "make it a pointer, *component.Request")
		case f.Anonymous && f.Type.Kind() == reflect.Struct && !isArg && !isPayload && readerOf(reflect.New(f.Type)) == nil:
			p.fields(f.Type, at)
		case f.Anonymous && f.Type.Kind() == reflect.Pointer && !isArg && !isPayload:
			p.fail(name+" is an embedded pointer", "embed %s itself", f.Type.Elem())
		case !f.IsExported() && f.Tag == "":
			// the function's own
		case !f.IsExported():
			p.fail(name+" has a tag and cannot be filled, as it is not exported", "begin its name with a capital letter")
		case isArg && isPayload:
			p.fail(name+" has both tags, arg and payload", "give each a field of its own")
		case isArg:
			p.capture(f, at, name, arg)
		case isPayload:
			p.payload(f, at, name)
		default:
			p.untagged(f, name)
		}
	}
}

// untagged says what is wrong with a field without either tag.
func (p *planner) untagged(f reflect.StructField, name string) {
	tag := string(f.Tag)
	key := tag
	if end := strings.IndexAny(tag, `:= "`); end >= 0 {
		key = tag[:end]
	}
	meant := nearest.To(key, []string{"arg", "payload"})
	switch {
	case tag == "":
		p.fail(name+" has no tag, so nothing says what belongs into it", "write %s %s `arg:\"name\"` for what the hole {name} captures, or `payload:\"\"` for the payload", f.Name, f.Type)
	case meant == "":
		p.fail(fmt.Sprintf("%s has the tag %s, which says nothing of arguments", name, tag), "add arg:\"name\" to it for what the hole {name} captures, or payload:\"\" for the payload")
	case meant == key:
		p.fail(fmt.Sprintf("the tag of %s is %s, which Go does not read", name, tag), "write `%s:\"…\"`: no space behind the colon, the value in double quotes, the whole in backquotes", key)
	default:
		p.fail(fmt.Sprintf("%s has the tag %s, which says nothing of arguments", name, tag), "did you mean %s:\"…\"?", meant)
	}
}

// capture plans a field that takes what a hole captures.
func (p *planner) capture(f reflect.StructField, at []int, name, arg string) {
	def, hasDefault := f.Tag.Lookup("default")
	i := slices.IndexFunc(p.holes, func(h Hole) bool { return h.Name == arg })
	reader := readerOf(reflect.New(f.Type))
	switch {
	case arg == "":
		p.fail(name+" has an empty tag arg", "name the hole it takes, as in `arg:\"id\"` for {id}")
	case reader == nil:
		p.fail(fmt.Sprintf("%s is of type %s, which captures are not made to", name, f.Type),
			"use string, bool, a type of number, time.Duration, time.Time, jid.JID, a type with UnmarshalText or a pointer to one of them; an element of the stanza has the tag payload:\"\"")
	case i < 0:
		p.missing(name, arg)
	case hasDefault && f.Type.Kind() == reflect.Pointer:
		p.fail(name+" has a default and is a pointer", "make it %s, or leave the default out: it is nil then where {%s} is not filled", f.Type.Elem(), arg)
	case hasDefault && reader.read(def) != nil:
		p.fail(fmt.Sprintf("the default %q of %s does not fit it", def, name), "give %s", reader.form)
	case p.holes[i].Optional && !hasDefault && f.Type.Kind() != reflect.Pointer:
		p.fail(fmt.Sprintf("%s takes {%s}, which is not filled where another alternative matches", name, arg), "make it *%s, nil then, or give it a default, as in `arg:%q default:\"…\"`", f.Type, arg)
	default:
		p.inputs = append(p.inputs, input{index: at, capture: &captured{i: i, name: arg, def: def, hasDefault: hasDefault}})
	}
}

// missing says that the route lacks a hole.
func (p *planner) missing(name, arg string) {
	var names, written []string
	for _, h := range p.holes {
		names, written = append(names, h.Name), append(written, "{"+h.Name+"}")
	}
	msg := fmt.Sprintf("%s takes {%s}, and the route captures nothing", name, arg)
	if len(names) > 0 {
		msg = fmt.Sprintf("%s takes {%s}, and the route captures only %s", name, arg, strings.Join(written, ", "))
	}
	if near := nearest.To(strings.Trim(arg, "{}"), names); near != "" {
		p.fail(msg, "did you mean `arg:%q`?", near)
		return
	}
	p.fail(msg, "write the hole {%s} into the route's expression or address, as in @%[1]s={%[1]s}, or take the field out", arg)
}
