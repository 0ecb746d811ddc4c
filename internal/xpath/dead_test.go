package xpath

import (
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
)

func TestDead(t *testing.T) {
	options := Options{Default: element.NSClient, Namespaces: map[string]string{"x": "urn:x"}, Vars: map[string]any{"on": "on", "one": 1}, Holes: true}
	const document, stanza = true, false
	tests := []struct {
		expr string
		at   bool
		off  int    // -1: nothing is dead
		want string // in the message
	}{
		{"x:ping", document, 0, "begin with the stanza"},
		{"message | x:ping", document, 10, "begin with the stanza"},
		{"body='x'", document, 0, "no stanza is <body>"},
		{"message[/body]", document, 8, "begin with the stanza"},
		{"/x:ping", stanza, 0, "leave the / out"},
		{"self::node()[body and /x:ping]", stanza, 22, "leave the / out"},
		{"type='chat'", stanza, 0, "write @type"},
		{"self::node()[type='chat']", stanza, 13, "write @type"},
		{"message[body][contains(from,'x')]", document, 23, "write @from"},
		{"(message|presence)[id]", document, 19, "write @id"},
		{"iq[@type='get']/ping", document, 0, "write x:ping"},
		{"iq/x:ping", document, -1, ""},
		{"iq/error", document, -1, ""},
		{"*/ping", document, -1, ""},
		{"message/ping", document, -1, ""},
		{"//type", document, -1, ""},
		{"message/x:form/type", document, -1, ""},
		{"message[x:form[type='x']]", document, -1, ""},
		{"x:form/type", stanza, -1, ""},
		{"x:type", stanza, -1, ""},
		{"message[error/type]", document, 8, "write @type"},
		{"message[error[by='x']]", document, 14, "write @by"},
		{"message/error/gone", document, 0, "nothing in an <error> is"},
		{"error[@type='cancel'][text or gone]", stanza, 22, "write e:text"},
		{"error/x:gone | error/*/error | error/@type | x:error/gone | error[x:gone[gone]] | error[/message/body] | x:form/error/gone", stanza, -1, ""},
		{"self::node()[@body='x']", stanza, 13, "write body"},
		{"presence[not(@show)]", document, 13, "show is an element in stanzas"},
		{"x:form[@body] | @x:body | @id", stanza, -1, ""},
		{"chat", stanza, 0, "write [@type='chat']"},
		{"presence/subscribe", document, 0, "subscribe is a type of stanzas"},
		{"available", stanza, 0, "write [not(@type)]"},
		{"x:chat | x:form/chat | x:form[probe]", stanza, -1, ""},
		{"'hello'", stanza, 0, "say what is to equal it, as in body='hello'"},
		{"''", stanza, 0, "'' alone is always false"},
		{"5", stanza, 0, "5 alone is always true"},
		{"self::node()[body='a' or 'b']", stanza, 25, "body='b'"},
		{"self::node()[.5 and body]", stanza, 13, "0.5 alone"},
		{`message["it's"]`, document, 8, `body="it's"`},
		{"(message | presence)['x']", document, 21, "'x' alone"},
		{"self::node()[body='a' or true() or $on or $one]", stanza, -1, ""},
		{"message[body[0]]", document, 13, "no node has the position 0"},
		{"x:a[-1]", stanza, 4, "position -1"},
		{"x:a[1.5]", stanza, 4, "position 1.5"},
		{"x:a[1]/x:b[last()][$one - 1][2.0] | x:a[count(x:b)]", stanza, -1, ""},
		{"/ | /message | /*", stanza, -1, ""},
		{"self::x:ping", stanza, -1, ""},
		{"message/..//x:ping/type", document, -1, ""},
		{"message/*[@xmlns='urn:x']", document, 10, "write x:name"},
		{"self::node()[not(x:a/@xmlns)]", stanza, 17, "@xmlns finds nothing"},
		{"message[@x:xmlns or xmlns or @type='xmlns']", document, -1, ""},
		{"message[body/text()='']", document, 8, "compare the element"},
		{"message['' = .//text()]", document, 13, "compare the element"},
		{"message[body='' or body/text()='a' or body/text()!='']", document, -1, ""},
	}
	for _, tt := range tests {
		x, err := Compile(tt.expr, options)
		if err != nil {
			t.Fatal(err)
		}
		switch err := x.Dead(tt.at); {
		case tt.off < 0 && err != nil:
			t.Errorf("%s: %v", tt.expr, err)
		case tt.off >= 0 && (err == nil || err.Offset != tt.off || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%s: %v, want %q at %d", tt.expr, err, tt.want, tt.off)
		}
	}
}
