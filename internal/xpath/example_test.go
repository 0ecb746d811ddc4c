package xpath_test

import (
	"fmt"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xpath"
)

func ExampleExpr_Match() {
	e, err := xpath.Compile(`/iq[@type='get']/t:tweet[@id={id:\d+}]`, xpath.Options{
		Default:    element.NSClient,
		Namespaces: map[string]string{"t": "urn:example:tweets"},
		Holes:      true,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	iq := element.New(element.NSClient, "iq").Attr("type", "get").Add(
		element.New("urn:example:tweets", "tweet").Attr("id", "42"),
	)
	var m xpath.Match // keep it: its scratch makes the next match free of allocation
	ok, err := e.Match(iq.Node().Document(), &m)
	id, _ := m.Get("id")
	fmt.Println(ok, id, err)
	// Output: true 42 <nil>
}

func ExampleCompile() {
	_, err := xpath.Compile("message[start-with(body, '!')]", xpath.Options{Default: element.NSClient})
	fmt.Println(err)
	// Output: xpath: unknown function start-with() at offset 8 (at "start-with(body, '!')]"); did you mean starts-with()?
}

func ExampleExpr_Eval() {
	e, _ := xpath.Compile("//body", xpath.Options{Default: element.NSClient})
	message := element.New(element.NSClient, "message").Add(
		element.Text(element.NSClient, "body", "one"),
		element.Text(element.NSClient, "body", "two"),
	)
	v, err := e.Eval(message.Node().Document())
	fmt.Println(v.Type(), len(v.Nodes()), v.Text(), err)
	// Output: nodes 2 one <nil>
}
