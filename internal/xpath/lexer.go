package xpath

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A lexer cuts an expression into tokens (section 3.7).
type lexer struct {
	expr   string
	off    int
	tokens []token
}

// lex returns the tokens of expr, the last of them tokenEnd.
func lex(expr string) ([]token, *Error) {
	l := lexer{expr: expr}
	if err := l.checkCharacters(); err != nil {
		return nil, err
	}
	for {
		l.off += len(l.rest()) - len(strings.TrimLeft(l.rest(), space))
		if l.off == len(expr) {
			l.add(tokenEnd, 0, "", "")
			return l.tokens, nil
		}
		if err := l.token(); err != nil {
			return nil, err
		}
	}
}

func (l *lexer) rest() string { return l.expr[l.off:] }

// checkCharacters refuses what no XML document can hold: it could never match,
// and a NUL or a half character in a log or a terminal is a trap.
func (l *lexer) checkCharacters() *Error {
	for i, r := range l.expr {
		if r == utf8.RuneError && !strings.HasPrefix(l.expr[i:], "\uFFFD") {
			return l.fail(i, "write the expression in UTF-8", "byte 0x%02X is not UTF-8", l.expr[i])
		}
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return l.fail(i, "remove it: no stanza can hold it", "illegal character %U", r)
		}
	}
	return nil
}

// token reads one token that begins at l.off.
func (l *lexer) token() *Error {
	rest := l.rest()
	switch c := rest[0]; {
	case c == '\'' || c == '"':
		n := strings.IndexByte(rest[1:], c)
		if n < 0 {
			return l.fail(l.off, fmt.Sprintf("close it with %c", c), "string is not closed")
		}
		l.add(tokenLiteral, n+2, rest[1:n+1], "")
		return nil
	case c == '{':
		n := holeLength(rest)
		if n < 0 {
			return l.fail(l.off, `close it with }; write a brace inside the regexp that has no partner as \{ or \}`, "hole is not closed")
		}
		l.add(tokenHole, n, rest[1:n-1], "")
		return nil
	case c == '}':
		return l.fail(l.off, "a hole is {name} or {name:regexp}", "} without {")
	case isDigit(c) || c == '.' && len(rest) > 1 && isDigit(rest[1]):
		return l.number()
	case c == '*':
		if l.afterOperand() {
			l.add(tokenMultiply, 1, "*", "")
		} else {
			l.add(tokenName, 1, "*", "")
		}
		return nil
	case c == '$':
		prefix, local, n := qname(rest[1:])
		if n == 0 || local == "*" {
			return l.fail(l.off, "a variable is written $name", "$ without a name")
		}
		l.add(tokenVariable, n+1, local, prefix)
		return nil
	}
	if _, _, n := qname(rest); n > 0 {
		return l.name()
	}
	return l.sign()
}

// number reads Digits ('.' Digits?)? | '.' Digits.
func (l *lexer) number() *Error {
	rest := l.rest()
	n := digits(rest)
	if n < len(rest) && rest[n] == '.' {
		n += 1 + digits(rest[n+1:])
	}
	if e := strings.TrimLeft(rest[n:], "eE"); len(e) < len(rest[n:]) && digits(strings.TrimLeft(e, "+-")) > 0 {
		return l.fail(l.off+n, "XPath 1.0 has no exponents: write the digits", "number with an exponent")
	}
	l.add(tokenNumber, n, rest[:n], "")
	return nil
}

// name reads a name and tells by its neighbours what it is (section 3.7).
func (l *lexer) name() *Error {
	prefix, local, n := qname(l.rest())
	after := strings.TrimLeft(l.rest()[n:], space)
	switch {
	case l.afterOperand():
		kind, ok := operatorNames[local]
		if before := l.tokens[len(l.tokens)-1]; !ok && before.kind == tokenHole && before.end == l.off {
			return l.fail(l.off, fmt.Sprintf(`a namespace has a prefix here: bind one, as in r.Namespace("x", "urn:…"), and write x:%s`, local), "expected an operator behind }, not the name %q", l.rest()[:n])
		}
		if !ok || prefix != "" {
			return l.fail(l.off, operatorCure(local), "expected an operator, not the name %q", l.rest()[:n])
		}
		l.add(kind, n, local, "")
	case local == "*":
		l.add(tokenName, n, local, prefix)
	case strings.HasPrefix(after, "::"):
		l.add(tokenAxis, n, local, prefix)
	case strings.HasPrefix(after, "(") && prefix == "" && nodeTypes[local]:
		l.add(tokenNodeType, n, local, "")
	case strings.HasPrefix(after, "("):
		l.add(tokenFunction, n, local, prefix)
	default:
		l.add(tokenName, n, local, prefix)
	}
	return nil
}

// operatorCure helps those who know XPath 2 or forgot an operator.
func operatorCure(name string) string {
	if sign, ok := map[string]string{"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}[name]; ok {
		return fmt.Sprintf("%s is XPath 2: write %s", name, sign)
	}
	return "the operators are or and = != < <= > >= + - * div mod |"
}

// sign reads an operator or a bracket.
func (l *lexer) sign() *Error {
	for _, f := range foreign {
		if strings.HasPrefix(l.rest(), f.text) && !strings.HasPrefix(l.rest(), "!=") {
			return l.fail(l.off, f.cure, "%s is not XPath", f.text)
		}
	}
	for _, s := range signs {
		if strings.HasPrefix(l.rest(), s.text) {
			l.add(s.kind, len(s.text), s.text, "")
			return nil
		}
	}
	r, _ := utf8.DecodeRuneInString(l.rest())
	cure := "quote it if it belongs to a string"
	if strings.ContainsRune("‘’‚‛“”„‟«»‹›´`", r) {
		cure = "write a straight quote, ' or \""
	}
	return l.fail(l.off, cure, "character %q has no meaning here", r)
}

// afterOperand reports whether the token before is one that only an operator
// can follow: "if there is a preceding token and the preceding token is not one
// of @, ::, (, [, , or an Operator" (section 3.7).
func (l *lexer) afterOperand() bool {
	n := len(l.tokens)
	return n > 0 && !l.tokens[n-1].startsOperand()
}

func (l *lexer) add(kind tokenKind, n int, text, prefix string) {
	l.tokens = append(l.tokens, token{kind, l.off, l.off + n, text, prefix})
	l.off += n
}

func (l *lexer) fail(off int, cure, format string, args ...any) *Error {
	return &Error{Expr: l.expr, Offset: off, Msg: fmt.Sprintf(format, args...), Cure: cure}
}
