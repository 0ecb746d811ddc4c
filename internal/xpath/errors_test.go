package xpath

import (
	"errors"
	"strings"
	"testing"
)

// refused are expressions that must not compile: where each is wrong, and what
// its error must say.
var refused = []struct {
	expr   string
	offset int
	says   string
}{
	{"", 0, "empty"},
	{"  ", 0, "empty"},
	{"message[", 8, "expected an expression"},
	{"message[body", 7, "[ is not closed"},
	{"message[@type='chat]", 14, "string is not closed"},
	{`message[@type="chat]`, 14, `close it with "`},
	{"message]", 7, "expected an operator or the end, not ]"},
	{"message)", 7, "not )"},
	{"(message", 0, "( is not closed"},
	{"count(message", 5, "( is not closed"},
	{"count(message,", 14, "expected an expression"},
	{"concat('a' 'b')", 11, "expected )"},
	{"message/", 8, "expected a name"},
	{"message//", 9, "expected a name"},
	{"//", 2, "expected a name"},
	{"/[1]", 1, "not ["},
	{"message[]", 8, "expected an expression"},
	{"message body", 8, "expected an operator"},
	{"message eq 'x'", 8, "write ="},
	{"p:query", -1, ""}, // bound in the tests
	{"q:query", 0, "prefix q: has no namespace"},
	{"pubsib:x", 0, "did you mean pubsub:"},
	{"z:x", 0, `prefix z: has no namespace at offset 0 (at "z:x"); bind it first, as in r.Namespace("z", "urn:…")`},
	{"message[q:x]", 8, "prefix q: has no namespace"},
	{"xmlns:x", 0, "prefix xmlns:"},
	{"@q:*", 1, "prefix q:"},
	{"unknown()", 0, "unknown function unknown()"},
	{"message[contain(body,'x')]", 8, "did you mean contains()?"},
	{"message[start-with(body,'x')]", 8, "did you mean starts-with()?"},
	{"p:f()", 0, "unknown function p:f()"},
	{"fn:count(x)", 0, "did you mean count()?"},
	{"doc('file:///etc/passwd')", 0, "XPath 2"},
	{"matches(body,'(a+)+$')", 0, "={name:regexp}"},
	{"ends-with(body,'x')", 0, "substring("},
	{"lower-case(body)", 0, "translate("},
	{"id('x')", 0, "DTD"},
	{"current()", 0, "XSLT"},
	{"count()", 0, "count() takes 1 argument, not 0"},
	{"count(a, b)", 0, "count() takes 1 argument, not 2"},
	{"1 + last(1)", 4, "last() takes no argument, not 1"},
	{"contains(a)", 0, "contains() takes 2 arguments, not 1"},
	{"concat('a')", 0, "concat() takes 2 arguments or more, not 1"},
	{"substring('a')", 0, "substring() takes 2 or 3 arguments, not 1"},
	{"string(1, 2)", 0, "string() takes 0 or 1 arguments, not 2"},
	{"count('a')", 6, "count() takes nodes, not a string"},
	{"sum(1)", 4, "sum() takes nodes, not a number"},
	{"name(true())", 5, "name() takes nodes, not a boolean"},
	{"$var", 0, "variable $var has no value"},
	{"message[@id=$p:var]", 12, "variable $p:var has no value"},
	{"$", 0, "$ without a name"},
	{"$bad", 0, "variable $bad is a []string"},
	{"message[body=1e999]", 14, "exponent"},
	{"1E-5", 1, "exponent"},
	{"1 2", 2, "expected an operator or the end, not 2"},
	{"1a", 1, "expected an operator"},
	{"message\x00", 7, "illegal character U+0000"},
	{"'\x01'", 1, "illegal character U+0001"},
	{"message\xff", 7, "not UTF-8"},
	{"'\xe2\x98'", 1, "not UTF-8"},
	{"'\uFFFE'", 1, "U+FFFE"},
	{"a == b", 2, "write = for equality"},
	{"a && b", 2, "write and"},
	{"a || b", 2, "write or"},
	{"!a", 0, "write not("},
	{"a # b", 2, `character '#'`},
	{"a ; b", 2, `character ';'`},
	{"foo::a", 0, "unknown axis foo::"},
	{"followin::a", 0, "did you mean following::?"},
	{"p:child::a", 0, "unknown axis p:child::"},
	{"list::a", 0, "unknown axis"},
	{"namespace::a", 0, "the namespace axis is not offered"},
	{"child::", 7, "expected a name"},
	{"child::1", 7, "expected a name"},
	{"@", 1, "expected a name"},
	{"comment()", 0, "comment() can never match"},
	{"message/processing-instruction()", 8, "can never match"},
	{"processing-instruction('x')", 0, "can never match"},
	{"text(1)", 5, "text() takes no argument"},
	{"node(", 4, "( is not closed"},
	{".[1]", 1, "self::node()[...]"},
	{"a/..[b]", 4, "parent::node()[...]"},
	{"'a'[1]", 3, "[ cannot follow a string"},
	{"count(a)/b", 8, "/ cannot follow a number"},
	{"1 | a", 0, "| cannot join a number"},
	{"a | 'b'", 4, "| cannot join a string"},
	{"a | true()", 4, "| cannot join a boolean"},
	{"a = ", 4, "expected an expression"},
	{"= a", 0, "expected an expression"},
	{"a or", 4, "expected an expression"},
	{"-", 1, "expected an expression"},
	{"a[1", 1, "[ is not closed"},
	{"a b", 2, "expected an operator"},
	{"a:", 1, "no meaning here"},
	{":a", 0, "no meaning here"},
	{"a : b", 2, "no meaning here"},
	{"a=b}", 3, "} without {"},
	// Holes.
	{"@id={", 4, "hole is not closed"},
	{"@id={}", 5, "hole without a name"},
	{"@id={1}", 5, "hole without a name"},
	{"@id={:x}", 5, "hole without a name"},
	{"@id={a b}", 6, `unexpected " "`},
	{"@id={a:}", 6, "empty regexp"},
	{`@id={a:[}`, 7, "missing closing ]"},
	{`@id={a:x(}`, 7, "missing closing )"},
	{`@id={a:\**+*}`, 9, "invalid nested repetition operator"},
	{`@id={a:(?<n}`, 7, "invalid named capture"},
	{`@id={a:x{1001}}`, 8, "invalid repeat count"},
	{`@id={a:a\8}`, 8, "invalid escape sequence"},
	{`@id={a:\d{2}`, 4, "hole is not closed"},
	{"{id}=@id", 0, "on the right of ="},
	{"@id!={id}", 5, "on the right of ="},
	{"@id<{id}", 4, "on the right of ="},
	{"message[{x}]", 8, "on the right of ="},
	{"contains(body, {x})", 15, "on the right of ="},
	{"@id=({x})", 5, "on the right of ="},
	{"@id={x}+1", 7, "stands alone"},
	{"@id={x} < 2", 8, "stands alone"},
	{"@id={x}[1]", 7, "expected an operator or the end"},
	{"@a={x} and @b={x}", 14, "hole {x} occurs twice"},
	{"not(@a={x}) and @b={x}", 19, "hole {x} occurs twice"},
	// Limits.
	{strings.Repeat("a", MaxLength+1), MaxLength, "4097 bytes"},
	{strings.Repeat("(", 5000), MaxLength, "5000 bytes"},
	{strings.Repeat("(", 70) + "a", 64, "nested deeper than 64"},
	{strings.Repeat("not(", 70) + "a", 256, "nested deeper than 64"},
	{strings.Repeat("a[", 70) + "a", 128, "nested deeper than 64"},
	{strings.Repeat("a/", 70) + "a", 0, "nested deeper than 64"},
	{strings.Repeat("1+", 70) + "1", 11, "nested deeper than 64"},
	{strings.Repeat("a/", 40) + "a = " + strings.Repeat("b/", 40) + "b", 84, "nested deeper than 64"},
}

func TestRefused(t *testing.T) {
	options := testOptions
	options.Vars = map[string]any{"bad": []string{"x"}}
	for _, tc := range refused {
		_, err := Compile(tc.expr, options)
		if tc.offset < 0 {
			if err != nil {
				t.Errorf("%.40q: %v", tc.expr, err)
			}
			continue
		}
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%.40q: %v", tc.expr, err)
			continue
		}
		if e.Offset != tc.offset || e.Expr != tc.expr || !strings.Contains(e.Error(), tc.says) {
			t.Errorf("%.40q: %v; want offset %d and %q", tc.expr, e, tc.offset, tc.says)
		}
		if strings.Contains(e.Error(), "\n") || !strings.HasPrefix(e.Error(), "xpath: ") {
			t.Errorf("%.40q: message %q", tc.expr, e)
		}
	}
}

func TestRefusedWithoutHoles(t *testing.T) {
	if _, err := Compile("@id={id}", Options{}); err == nil || !strings.Contains(err.Error(), "holes stand in routes only at offset 4") {
		t.Error(err)
	}
	if _, err := Compile("a", Options{Namespaces: map[string]string{"xml": "urn:x"}}); err == nil {
		t.Error("xml was bound to another namespace")
	}
	if _, err := Compile("q:a", Options{Namespaces: map[string]string{"q": ""}}); err == nil || !strings.Contains(err.Error(), "empty namespace") {
		t.Error(err)
	}
}

func TestErrorMessage(t *testing.T) {
	_, err := Compile("message[contain(body,'a rather long text ☃☃☃☃')]", testOptions)
	want := `xpath: unknown function contain() at offset 8 (at "contain(body,'a rathe..."); did you mean contains()?`
	if err.Error() != want {
		t.Errorf("%s\nwant %s", err, want)
	}
}
