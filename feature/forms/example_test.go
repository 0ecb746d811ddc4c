package forms_test

import (
	"fmt"

	"github.com/emp-framework/emp/feature/forms"
)

// A struct says what is asked, and takes the answer.
func Example() {
	type tweet struct {
		Text string `form:"text,required" label:"What is happening?"`
		Max  int    `form:"max"`
	}
	form := forms.For("Tweet", tweet{})
	fmt.Println(form.Node().XML())

	var in tweet
	answer := forms.Form{Type: forms.Submit, Fields: []forms.Field{{Var: "text", Values: []string{"hi"}}, {Var: "max", Values: []string{"3"}}}}
	fmt.Println(form.Read(answer, &in), in)

	answer.Fields = answer.Fields[1:]
	fmt.Println(form.Read(answer, &in))
	// Output:
	// <x xmlns='jabber:x:data' type='form'><title>Tweet</title><field var='text' type='text-single' label='What is happening?'><required/></field><field var='max' type='text-single'/></x>
	// <nil> {hi 3}
	// stanza: not-acceptable: text: is required
}

// A table is a result with columns and rows.
func ExampleForm_Node() {
	row := func(name string) []forms.Field { return []forms.Field{{Var: "name", Values: []string{name}}} }
	table := forms.Form{Type: forms.Result, Reported: []forms.Field{{Var: "name", Label: "Name"}}, Items: [][]forms.Field{row("alice"), row("bob")}}
	fmt.Println(table.Node().XML())
	// Output: <x xmlns='jabber:x:data' type='result'><reported><field var='name' type='text-single' label='Name'/></reported><item><field var='name'><value>alice</value></field></item><item><field var='name'><value>bob</value></field></item></x>
}

// What was submitted, checked against what was asked: what nobody asked for is left out.
func ExampleForm_Check() {
	form := forms.Form{Type: forms.Ask, Fields: []forms.Field{
		{Var: "color", Type: forms.List, Required: true, Options: []forms.Option{{Value: "red"}, {Value: "blue"}}},
		{Var: "public", Type: forms.Boolean},
	}}
	submit := func(fields ...forms.Field) {
		got, err := form.Check(forms.Form{Type: forms.Submit, Fields: fields})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(got.Value("color"), "of", len(got.Fields), "fields")
	}
	submit(forms.Field{Var: "color", Values: []string{"red"}}, forms.Field{Var: "admin", Values: []string{"true"}})
	submit(forms.Field{Var: "color", Values: []string{"green"}}, forms.Field{Var: "public", Values: []string{"perhaps"}})
	// Output:
	// red of 2 fields
	// stanza: not-acceptable: color: "green" is not among the options; public: is neither true nor false
}
