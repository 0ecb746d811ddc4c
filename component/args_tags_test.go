package component

import (
	"reflect"
	"strings"
	"testing"
)

// TestArgsBrokenTags: tags that go vet and staticcheck would find, so that no
// source has them.
func TestArgsBrokenTags(t *testing.T) {
	for tag, want := range map[string]string{
		`arg: "id"`: "the tag of field ID is arg: \"id\", which Go does not read; write `arg:\"…\"`: no space behind the colon, the value in double quotes, the whole in backquotes",
		`arg:id`:    "the tag of field ID is arg:id, which Go does not read; write `arg:\"…\"`: no space behind the colon, the value in double quotes, the whole in backquotes",
		`arg=id`:    "the tag of field ID is arg=id, which Go does not read; write `arg:\"…\"`: no space behind the colon, the value in double quotes, the whole in backquotes",
		`"arg"`:     "field ID has the tag \"arg\", which says nothing of arguments; add arg:\"name\" to it for what the hole {name} captures, or payload:\"\" for the payload",
		` `:         "field ID has the tag  , which says nothing of arguments; add arg:\"name\" to it for what the hole {name} captures, or payload:\"\" for the payload",
		`Arg:"id"`:  "field ID has the tag Arg:\"id\", which says nothing of arguments; did you mean arg:\"…\"?",
	} {
		in := reflect.StructOf([]reflect.StructField{{Name: "ID", Type: reflect.TypeFor[int](), Tag: reflect.StructTag(tag)}})
		_, mistakes := planInputs(in, []Hole{{Name: "id"}})
		if len(mistakes) != 1 || mistakes[0].Msg+"; "+mistakes[0].Cure != want {
			t.Errorf("%s:\n got %q\nwant %s", tag, mistakes, want)
		}
	}
}

func TestArgsBrokenPayloadTags(t *testing.T) {
	payload := reflect.StructOf([]reflect.StructField{{Name: "A", Type: reflect.TypeFor[string](), Tag: `xml:"a,attr,chardata"`}})
	_, mistakes := planInputs(reflect.StructOf([]reflect.StructField{{Name: "P", Type: payload, Tag: `payload:""`}}), nil)
	const want = "field P cannot be read from XML: xml: invalid tag in field A of type "
	if len(mistakes) != 1 || !strings.HasPrefix(mistakes[0].Msg, want) {
		t.Errorf("got %q\nwant %s", mistakes, want)
	}
}
