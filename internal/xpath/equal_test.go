package xpath

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
)

// TestEqualsAsMade: a text that is made to be compared compares as the text that is
// made to be seen.
func TestEqualsAsMade(t *testing.T) {
	body := func(text string) element.Node { return element.Text(element.NSClient, "body", text) }
	n := document(element.New(element.NSClient, "message").Attr("type", "chat").Attr("to", "A\xffB").Add(body(" \n a  b\tKö\u212a ")).Add(body("12")).Add(body("")))
	for _, x := range []string{
		"normalize-space(body)", "normalize-space(.)", "normalize-space(body[2])", "normalize-space('')", "normalize-space(' x ')", "normalize-space(missing)",
		"concat(@type, ':', body[2])", "concat('', body)", "concat('', '')", "concat(normalize-space(body), concat(@type, .), 1 div 0)",
		"translate(body, 'abKö', 'xy')", "translate(body, 'öa', 'aö')", "translate(@type, 'chat', '')", "translate(body[2], '1', '2')", "translate('', 'a', 'b')", "translate('aab', 'aa', 'xy')",
		"translate(@to, 'A', '\uFFFD')", "translate(body, @type, body[2])", "string(body)", "substring(body, 2, 3)", "@type", "string(count(body))",
	} {
		made, err := compiled(t, "message/self::*["+x+" = 0 or true()]").Eval(n) // the stanza
		if err != nil || len(made.Nodes()) != 1 {
			t.Fatal(x, err)
		}
		stanza := made.Nodes()[0]
		made, err = compiled(t, "string("+x+")").Eval(stanza)
		if err != nil {
			t.Fatal(x, err)
		}
		whole := made.Text()
		for _, text := range []string{whole, "", whole + "x", whole + " ", "x" + whole, whole[:len(whole)/2], whole[len(whole)/2:], whole[:max(len(whole)-1, 0)], whole + whole, strings.ReplaceAll(whole, "\uFFFD", "\xff")} {
			for _, form := range []string{"string(%s) = $t", "$t = string(%s)", "not(string(%s) != $t)", "%s = $t", "$t = %s"} {
				e, err := Compile(fmt.Sprintf(form, x), Options{Default: element.NSClient, Vars: map[string]any{"t": text}})
				if err != nil {
					t.Fatal(err)
				}
				if ok, err := e.Match(stanza, nil); ok != (text == whole) || err != nil {
					t.Errorf("%s with $t = %q is %v: it is %q", e, text, ok, whole)
				}
			}
		}
	}
}

// TestDirectPaths: of several nodes each is looked at, and the comparison of two sets
// does not cost their product.
func TestDirectPaths(t *testing.T) {
	b := element.New(element.NSClient, "message").Attr("id", "7").Attr("to", "7").Attr("from", "8")
	for i := range 3000 {
		b = b.Add(element.Text(element.NSClient, "body", fmt.Sprint("b", i))).Add(element.Text(element.NSClient, "subject", fmt.Sprint("s", i)))
	}
	n := document(b.Add(element.Text(element.NSClient, "body", "7")))
	for expr, want := range map[string]bool{
		"message[body='b2999']": true, "message[body!='b0']": true, "message[subject='b0']": false,
		"message[body={x:7}]": true, "message[body={x:b299\\d}]": true, "message[subject={x:7}]": false, "message[@id={x:7}]": true, "message[.={x:7}]": false,
		"message[@id=@to]": true, "message[@id!=@to]": false, "message[@id=@from]": false, "message[@id!=@from]": true, "message[@id=@missing]": false, "message[@id!=@missing]": false,
		"message[body=@id]": true, "message[@id=subject]": false, "message[@id!=body]": true, "message[body=subject]": false, "message[body!=subject]": true,
		"message[self::message]": true, "message[self::iq]": false, "message[.=.]": true, "message[body]": true, "message[missing]": false, "message[@missing]": false,
	} {
		var m Match
		if ok, err := compiled(t, expr).Match(n, &m); ok != want || err != nil {
			t.Errorf("%s: %v, %v", expr, ok, err)
		}
		if m.Steps() > 40*6000 {
			t.Errorf("%s: %d steps", expr, m.Steps())
		}
	}
}
