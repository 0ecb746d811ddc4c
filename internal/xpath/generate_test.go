package xpath

import "strings"

// A generator writes an expression, choosing by the bytes of data; when they
// end it takes the first choice everywhere, which ends the expression soon.
type generator struct {
	data []byte
	b    strings.Builder
}

func generate(data []byte) string {
	g := generator{data: data}
	switch g.choose(6) {
	case 0, 1:
		g.nodes(4)
	case 2:
		g.boolean(4)
	case 3:
		g.number(4)
	case 4:
		g.string(4)
	case 5:
		g.path(4)
	}
	return g.b.String()
}

func (g *generator) choose(n int) int {
	if len(g.data) == 0 {
		return 0
	}
	c := int(g.data[0]) % n
	g.data = g.data[1:]
	return c
}

func (g *generator) put(parts ...string) {
	for _, p := range parts {
		g.b.WriteString(p)
	}
}

func (g *generator) pick(words ...string) { g.put(words[g.choose(len(words))]) }

func (g *generator) nodes(depth int) {
	switch c := g.choose(8); {
	case depth <= 0 || c < 5:
		g.path(depth)
	case c == 5:
		g.nodes(depth - 1)
		g.put(" | ")
		g.path(depth - 1)
	case c == 6:
		g.put("(")
		g.nodes(depth - 1)
		g.put(")")
		g.predicates(depth - 1)
	default:
		g.put("(")
		g.nodes(depth - 1)
		g.put(")")
		g.predicates(depth - 1)
		g.pick("/", "//")
		g.steps(depth - 1)
	}
}

func (g *generator) path(depth int) {
	g.pick("", "//", "/", "//", "/descendant::*/", "../", ".//", "//@*/", "//text()/")
	g.steps(depth)
}

func (g *generator) steps(depth int) {
	g.step(depth)
	for i := g.choose(4); i > 0; i-- {
		g.pick("/", "//")
		g.step(depth - 1)
	}
}

func (g *generator) step(depth int) {
	switch c := g.choose(16); {
	case c == 0:
		g.put("*")
		return
	case c == 1:
		g.put(".")
		return
	case c == 2:
		g.put("..")
		return
	case c == 3:
		g.put("@")
		g.pick("*", "n", "id", "jid", "xml:lang", "p:*")
	case c < 8:
		g.test()
	default:
		g.pick("child::", "descendant::", "descendant-or-self::", "parent::", "ancestor::", "ancestor-or-self::",
			"following::", "following-sibling::", "preceding::", "preceding-sibling::", "self::", "attribute::")
		g.test()
	}
	g.predicates(depth)
}

func (g *generator) test() {
	g.pick("*", "p:a", "p:b", "p:c", "p:*", "body", "message", "node()", "text()", "p:n", "n", "p:v")
}

func (g *generator) predicates(depth int) {
	if depth <= 0 {
		return
	}
	for i := g.choose(3); i > 0; i-- {
		g.put("[")
		switch g.choose(8) {
		case 0:
			g.pick("1", "2", "3", "last()", "last()-1", "position()=2", "position()!=last()", "position() mod 2 = 1", "position()>1")
		case 1:
			g.number(depth - 1)
		case 2, 3:
			g.nodes(depth - 1)
		default:
			g.boolean(depth - 1)
		}
		g.put("]")
	}
}

func (g *generator) boolean(depth int) {
	switch c := g.choose(10); {
	case depth <= 0:
		g.pick("true()", "@n", "*", "false()", "not(*)", "text()")
	case c < 4:
		g.any(depth - 1)
		g.pick(" = ", " != ", " < ", " > ", " <= ", " >= ")
		g.any(depth - 1)
	case c == 4:
		g.put("not(")
		g.any(depth - 1)
		g.put(")")
	case c == 5:
		g.put("boolean(")
		g.any(depth - 1)
		g.put(")")
	case c < 8:
		g.put("(")
		g.boolean(depth - 1)
		g.pick(" and ", " or ")
		g.boolean(depth - 1)
		g.put(")")
	case c == 8:
		g.pick("contains(", "starts-with(")
		g.any(depth - 1)
		g.put(", ")
		g.string(depth - 1)
		g.put(")")
	default:
		g.put("lang(")
		g.string(depth - 1)
		g.put(")")
	}
}

func (g *generator) number(depth int) {
	switch c := g.choose(8); {
	case depth <= 0 || c == 0:
		g.pick("1", "2", "0", "3.5", "10", "position()", "last()")
	case c < 3:
		g.pick("count(", "sum(")
		g.nodes(depth - 1)
		g.put(")")
	case c == 3:
		g.put("(")
		g.number(depth - 1)
		g.pick(" + ", " - ", " * ", " div ", " mod ")
		g.number(depth - 1)
		g.put(")")
	case c == 4:
		g.put("- ")
		g.number(depth - 1)
	case c == 5:
		g.pick("number(", "string-length(")
		g.any(depth - 1)
		g.put(")")
	default:
		g.pick("floor(", "ceiling(", "round(")
		g.number(depth - 1)
		g.put(")")
	}
}

func (g *generator) string(depth int) {
	switch c := g.choose(12); {
	case depth <= 0 || c == 0:
		g.pick("'a'", "''", "'1'", "'12'", "' x  y '", "'en'", "'t1'", "\"ß☃\"", "'9'", "'-3'")
	case c == 1:
		g.put("concat(")
		g.any(depth - 1)
		g.put(", ")
		g.any(depth - 1)
		g.put(")")
	case c == 2:
		g.put("string(")
		g.any(depth - 1)
		g.put(")")
	case c == 3:
		g.put("substring(")
		g.any(depth - 1)
		g.put(", ")
		g.number(depth - 1)
		if g.choose(2) == 1 {
			g.put(", ")
			g.number(depth - 1)
		}
		g.put(")")
	case c == 4:
		g.pick("substring-before(", "substring-after(")
		g.any(depth - 1)
		g.put(", ")
		g.string(depth - 1)
		g.put(")")
	case c == 5:
		g.put("normalize-space(")
		g.any(depth - 1)
		g.put(")")
	case c == 6:
		g.put("translate(")
		g.any(depth - 1)
		g.put(", ")
		g.string(depth - 1)
		g.put(", ")
		g.string(depth - 1)
		g.put(")")
	default:
		g.pick("name(", "local-name(", "namespace-uri(")
		g.nodes(depth - 1)
		g.put(")")
	}
}

func (g *generator) any(depth int) {
	switch g.choose(6) {
	case 0, 1, 2:
		g.nodes(depth)
	case 3:
		g.string(depth)
	case 4:
		g.number(depth)
	default:
		g.boolean(depth)
	}
}
